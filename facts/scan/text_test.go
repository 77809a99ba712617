package scan

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// pieces are what random texts are made of; all meet within a region.
func pieces() []string {
	return []string{
		"2024-03-05T08:00:00Z ", "2024-03-05T09:00:00+01:00 web1 app[3]: ", "2024-03-05 08:07:00 ", "Mar  5 08:09:10 web2 sshd[1]: ", "<34>Mar  5 08:09:10 web2 su: ",
		"\n", "\n", "\n", "\n", "\r\n", "\n\n", "\n\t", "\n  at ", " ", " ", ".", "\x00", "\xff", "ü",
		"boom", "disk full", "e", "flood", "xboom", "b", "c", "nothing to see here ", "error 5", "event id 7 ",
		strings.Repeat("z", 40), strings.Repeat("y ", 70), strings.Repeat("e ", 30), strings.Repeat("q", 300),
	}
}

func drawText(t *rapid.T, most int) []byte {
	all := pieces()
	var b []byte
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(all)-1), 0, most).Draw(t, "pieces") {
		b = append(b, all[i]...)
	}
	return b
}

func TestScanIsThatOfTheWholeText(t *testing.T) {
	readers := []func(io.Reader) io.Reader{
		func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader,
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := small()
		w.block = rapid.SampledFrom([]int{1, 7, 50, 64, 400}).Draw(rt, "block")
		w.stretch = rapid.SampledFrom([]int64{40, 130, 300, 1000}).Draw(rt, "stretch")
		check(t, drawText(rt, 60), w, rapid.SampledFrom(readers).Draw(rt, "reader"))
	})
}

// TestBorders moves a record over every place, so that each border falls into it.
func TestBorders(t *testing.T) {
	w := small()
	for _, record := range []string{
		"2024-03-05T08:00:00Z boom\n\tat disk full\n", "a disk full\nb e c\n\n", "Mar  5 08:09:10 web2 sshd[1]: flood\r\n", strings.Repeat("e ", 80), "boom",
	} {
		for _, filler := range []string{"x", "\n", "x\n", "2024-03-05T08:00:00Z x\n"} {
			for n := range 700 / len(filler) {
				if n%3 != 0 && testing.Short() {
					continue
				}
				content := strings.Repeat(filler, n) + record + strings.Repeat(filler, 200/len(filler))
				check(t, []byte(content), w, func(r io.Reader) io.Reader { return r })
			}
		}
	}
}

func TestOddTexts(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "one line without an end": "boom", "only ends": "\n\n\n", "NULs": "\x00\x00boom\x00", "a hit at the very end": "x\nboom",
		"CR alone": "boom\rboom\r", "ends in the middle of a character": "boom \xc3", "many lines in a record": "2024-03-05T08:00:00Z e\n" + strings.Repeat("\te\n", 90),
		"a record without an end": "2024-03-05T08:00:00Z " + strings.Repeat("e", 999) + " boom",
	} {
		t.Run(name, func(t *testing.T) {
			for _, w := range []sizes{small(), usual()} {
				check(t, []byte(content), w, func(r io.Reader) io.Reader { return r })
			}
		})
	}
}

// TestErrorInTheMiddle: what was read before an error counts.
func TestErrorInTheMiddle(t *testing.T) {
	broken := errors.New("broken")
	content := "2024-03-05T08:00:00Z boom\n2024-03-05T08:00:01Z disk full\n"
	for n := range len(content) + 1 {
		for _, failure := range []error{broken, io.ErrUnexpectedEOF} {
			p := &Part{}
			p.Tally = newTally()
			x := &text{sizes: small(), part: p, path: "a.log", scanners: scannersOf(testWords()), to: 1 << 40, hosts: map[string]string{}}
			x.src = io.MultiReader(strings.NewReader(content[:n]), iotest.ErrReader(failure))
			if err := x.run(t.Context()); !errors.Is(err, failure) {
				t.Fatalf("after %d bytes: error %v, want %v", n, err, failure)
			}
			want, _ := plainScan([]byte(content[:n]), small())
			if got := asText(t, p.Tally.Observations()); got != asText(t, want) {
				t.Fatalf("after %d bytes:\n%s\nwant\n%s", n, got, asText(t, want))
			}
			if want := int64(strings.Count(content[:n], "\n")); x.lines != want {
				t.Fatalf("after %d bytes: %d lines, want %d", n, x.lines, want)
			}
		}
	}
}

// endless gives one line of so many bytes, with a hit in every 4 KiB.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := int(min(e.left, int64(len(p))))
	for i := range p[:n] {
		p[i] = 'x'
	}
	copy(p[:n], " boom ")
	e.left -= int64(n)
	return n, nil
}

func TestVeryLongLine(t *testing.T) {
	const size = 100 << 20
	p := stretch(t, usual(), 0, 0, func(int64) io.Reader { return &endless{left: size} }) // looks at the size of the window
	if p.Tally.Records == 0 || p.Lines[0].Count != 0 {
		t.Errorf("%d records and %d lines", p.Tally.Records, p.Lines[0].Count)
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("2024-03-05T08:00:00Z boom\n\tat disk full\n\nflood e e e"), uint8(50), uint16(130))
	f.Add(bytes.Repeat([]byte("e\r\n"), 300), uint8(1), uint16(41))
	f.Add(bytes.Repeat([]byte("boom"), 100), uint8(9), uint16(64))
	f.Fuzz(func(t *testing.T, content []byte, block uint8, stretch uint16) {
		if len(content) > 1200 {
			return
		}
		w := small()
		w.block, w.stretch = int(block)+16, int64(stretch)+60
		check(t, content, w, iotest.HalfReader)
	})
}
