package literal

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFastIsSlow compares what a lane lists with a loop over the definition, with
// tables of each size and texts that end anywhere. With GODEBUG=cpu.avx2=off the
// code in Go is compared.
func TestFastIsSlow(t *testing.T) {
	t.Logf("with instructions of the processor: %v", isFast())
	r := rand.New(rand.NewPCG(3, 4))
	text := make([]byte, blockSize+200)
	for i := range text {
		text[i] = "ABCabc \n\xff."[r.IntN(10)]
	}
	var windows, places list
	for _, size := range tableSizes() {
		table := make([]byte, size)
		for i := range table {
			table[i] = 1 << r.IntN(8)
		}
		for stride := 1; stride <= maxStride; stride++ {
			for range 4 {
				width := 4 // of which a load holds as many as the shorter strides take from it
				if stride == 3 {
					width = 6
				}
				l := &lane{width: width, stride: stride, anchor: width + stride - 1, bits: table, marks: table}
				b := text[:len(text)-r.IntN(len(text))]
				n, probed := l.probe(b, &windows)
				if probed < blockSize && probed+loadSize <= len(b) || probed%stride != 0 {
					t.Fatalf("probed %d of %d bytes, stride %d", probed, len(b), stride)
				}
				var want []uint16
				for at := 0; at < probed; at += stride {
					if l.begins(load(b, at)) {
						want = append(want, uint16(at))
					}
				}
				if !slices.Equal(windows[:n], want) {
					t.Fatalf("table of %d, stride %d, %d bytes: %d windows, want %d", size, stride, len(b), n, len(want))
				}

				const ahead = maxStride
				var anchors []uint16
				for i, at := range windows[:n] {
					windows[i] -= min(at, ahead) // they count from ahead
					for place := int(windows[i]) + ahead - (stride - 1); place <= int(windows[i])+ahead; place++ {
						if has(table, (load(b, place)|fold)*multiplier(mixMarks, l.anchor)) {
							anchors = append(anchors, uint16(place))
						}
					}
				}
				if n := l.sift(b, ahead, windows[:n], &places); !slices.Equal(sorted(places[:n]), sorted(anchors)) {
					t.Fatalf("table of %d, stride %d, %d bytes: %d places, want %d", size, stride, len(b), n, len(anchors))
				}
			}
		}
	}
}

// TestListsAreLargeEnough: text in which every byte begins a window, and every place
// an anchor, with all that a block can list.
func TestListsAreLargeEnough(t *testing.T) {
	for _, pattern := range []string{"aaaa", "aaaaa", "aaaaaa", "aaaaaaaa", "aaaaaaaaaaaaaaaa"} {
		set := mustOpen(t, []Pattern{{Text: pattern}})
		text := bytes.Repeat([]byte("a"), 3*blockSize+5)
		hits := 0
		set.Scan(text, new(Scratch), func(uint32, int, int) bool {
			hits++
			return true
		})
		if want := len(text) - len(pattern) + 1; hits != want {
			t.Errorf("%q: %d hits, want %d", pattern, hits, want)
		}
	}
	full := bytes.Repeat([]byte{0xff}, 1<<10)
	for stride := 1; stride <= maxStride; stride++ {
		l := &lane{width: 4, stride: stride, anchor: 4 + stride - 1, bits: full, marks: full}
		var windows, places [2]list // the second shows what is written behind the first
		text := make([]byte, blockSize+100)
		n, _ := l.probe(text, &windows[0])
		if want := (blockSize + stride - 1) / stride; n != want {
			t.Errorf("stride %d: %d windows, want %d", stride, n, want)
		}
		if k := l.sift(text, maxStride, windows[0][:n], &places[0]); k != n*stride {
			t.Errorf("stride %d: %d places, want %d", stride, k, n*stride)
		}
		if windows[1] != (list{}) || places[1] != (list{}) {
			t.Errorf("stride %d: something is written behind the list", stride)
		}
	}
}

func sorted(list []uint16) []uint16 {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
