package archive

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func walkInto(tb testing.TB, v *recorder, b []byte, l Limits) {
	tb.Helper()
	if err := Walk(context.Background(), "x", bytes.NewReader(b), int64(len(b)), NewBudget(l), v); err != nil {
		tb.Fatal(err)
	}
}

func smallLimits() Limits {
	return Limits{
		Total: 8 << 20, Member: 1 << 20, Ratio: 100, RatioAfter: 256 << 10,
		Depth: 8, Members: 10, Window: 1 << 20, Spill: 64 << 10, Memory: 16 << 20,
	}
}

func TestBombs(t *testing.T) {
	zeros := make([]byte, 4<<20)
	l := DefaultLimits()
	l.RatioAfter, l.Ratio = 256<<10, 100
	for name, b := range map[string][]byte{
		"gzip": gz(zeros), "xz": xzOf(zeros), "zstd": zst(zeros), "tar.gz": gz(tarOf(file{"a", string(zeros)})),
	} {
		v := &recorder{discard: true}
		walkInto(t, v, b, l)
		if got := v.reasons(); !slices.Equal(got, []string{"x archive.bomb"}) || v.bytes > 1<<20 || !strings.HasSuffix(v.members[0], " CUT") {
			t.Errorf("%s: %d bytes, members %q, problems %v", name, v.bytes, v.members, v.problems)
		}
	}
	v := &recorder{discard: true}
	walkInto(t, v, zipOf("", file{"a", string(zeros)}, file{"b", "2"}), l)
	if !slices.Equal(v.reasons(), []string{"x!a archive.bomb"}) || len(v.members) != 2 {
		t.Errorf("zip: members %q, problems %v", v.members, v.problems)
	}
}

func TestMemberAndTotal(t *testing.T) {
	l := smallLimits()
	l.Ratio = 1 << 40
	mib := strings.Repeat("x", 1<<20)
	v := &recorder{discard: true}
	walkInto(t, v, zipOf("", file{"fits", mib}, file{"large", mib + "x"}, file{"c", "3"}), l)
	if !slices.Equal(v.reasons(), []string{"x!large archive.too-large"}) || v.bytes != 2<<20+1 || len(v.members) != 3 {
		t.Errorf("member: %d bytes, members %q, problems %v", v.bytes, v.members, v.problems)
	}
	l.Total = 3 << 20
	v = &recorder{discard: true}
	walkInto(t, v, zipOf("", file{"a", mib}, file{"b", mib}, file{"c", mib}), l)
	if len(v.problems) != 0 {
		t.Errorf("all of the total: problems %v", v.problems)
	}
	v = &recorder{discard: true}
	walkInto(t, v, zipOf("", file{"a", mib}, file{"b", mib}, file{"c", mib}, file{"d", "4"}, file{"e", "5"}), l)
	if got := v.reasons(); v.bytes != 3<<20 || !slices.Equal(got, []string{"x!d archive.too-large", "x archive.too-large"}) {
		t.Errorf("total: %d bytes, members %q, problems %v", v.bytes, v.members, v.problems)
	}
	nested := zipOf("", file{"in.zip", string(storedOf(file{"a", mib + mib}))})
	v = &recorder{discard: true}
	walkInto(t, v, nested, l)
	if got := v.reasons(); !slices.Equal(got, []string{"x!in.zip archive.too-large"}) {
		t.Errorf("nested: problems %v", v.problems)
	}
}

func TestSharedBudget(t *testing.T) {
	l := smallLimits()
	b := NewBudget(l)
	content := zipOf("", file{"a", "1"}, file{"b", "2"}, file{"c", "3"})
	var wg sync.WaitGroup
	found := make([]recorder, 6)
	for i := range found {
		wg.Go(func() {
			must(Walk(context.Background(), "x", bytes.NewReader(content), int64(len(content)), b, &found[i]))
		})
	}
	wg.Wait()
	members, problems := 0, 0
	for i := range found {
		members += len(found[i].members)
		problems += len(found[i].problems)
	}
	if members != 10 || problems < 2 {
		t.Errorf("%d members and %d problems, want 10 and one for each walk that met the end", members, problems)
	}
}

func TestTooManyMembers(t *testing.T) {
	var files []file
	for i := range 15 {
		files = append(files, file{fmt.Sprint(i), "x"})
	}
	for kind, b := range map[string][]byte{"zip": zipOf("", files...), "tar": tarOf(files...)} {
		v := walkBytes(t, "x", b, smallLimits())
		if len(v.members) != 10 || !slices.Equal(v.reasons(), []string{"x archive.too-many"}) {
			t.Errorf("%s: %d members, problems %v", kind, len(v.members), v.problems)
		}
	}
}

func TestDepth(t *testing.T) {
	text := []byte("text")
	gzips, zips := text, text
	for i := range 9 {
		gzips, zips = gz(gzips), zipOf("", file{"z", string(zips)})
		v, u := walkBytes(t, "x", gzips, DefaultLimits()), walkBytes(t, "x", zips, DefaultLimits())
		path := "x" + strings.Repeat("!z", i+1)
		if i < 8 {
			expect(t, v, []string{"x text"}, nil)
			expect(t, u, []string{path + " text"}, nil)
			continue
		}
		expect(t, v, nil, []string{"x archive.too-deep"})
		expect(t, u, nil, []string{strings.TrimSuffix(path, "!z") + " archive.too-deep"})
	}
}

// xzHeader is the beginning of an xz file whose block asks for a dictionary.
func xzHeader(property byte) []byte {
	b := []byte("\xfd7zXZ\x00\x00\x01")
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b[6:8]))
	block := []byte{2, 0, 0x21, 1, property, 0, 0, 0}
	return append(b, binary.LittleEndian.AppendUint32(block, crc32.ChecksumIEEE(block))...)
}

func TestWindows(t *testing.T) {
	long := []byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00") // a window of 2 GiB
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithWindowSize(64<<20), zstd.WithEncoderConcurrency(1))
	must(err)
	healthy := packed(bytes.Repeat([]byte("64 MiB are fine. "), 100), w, &out)
	for _, c := range []struct {
		name    string
		b       []byte
		reasons []string
	}{
		{"zstd 2 GiB", long, []string{"x archive.window"}},
		{"zstd 64 MiB", healthy, nil},
		{"zstd 2 GiB in a later frame", join(zst([]byte("one")), long), []string{"x archive.window"}},
		{"xz 4 GiB", xzHeader(40), []string{"x archive.window"}},
		{"xz 192 MiB", xzHeader(31), []string{"x archive.window"}},
		{"xz 128 MiB, cut", xzHeader(30), []string{"x archive.truncated"}},
		{"xz impossible", xzHeader(41), []string{"x archive.damaged"}},
	} {
		v := &recorder{discard: true}
		walkInto(t, v, c.b, DefaultLimits())
		if got := v.reasons(); !slices.Equal(got, c.reasons) {
			t.Errorf("%s: problems %v, want %v", c.name, v.problems, c.reasons)
		}
	}
}

// xzBlocks is an xz file of blocks of one byte, each with a dictionary of 1 MiB,
// and without an end.
func xzBlocks(n int) []byte {
	b := xzHeader(16)
	block := append(b[12:], 1, 0, 0, 'x', 0, 0, 0, 0)
	block = binary.LittleEndian.AppendUint32(block, crc32.ChecksumIEEE([]byte("x")))
	return append(bytes.Clone(b[:12]), bytes.Repeat(block, n)...)
}

func TestWindowsAgainAndAgain(t *testing.T) {
	l := smallLimits() // 8 MiB in all: dictionaries of 32 MiB
	expect(t, walkBytes(t, "x", xzBlocks(30), l), []string{"x " + strings.Repeat("x", 30) + " CUT"}, []string{"x archive.truncated"})
	expect(t, walkBytes(t, "x", xzBlocks(5000), l), []string{"x " + strings.Repeat("x", 32) + " CUT"}, []string{"x archive.bomb"})
}

// allocated is what f allocates, alive or not.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

func TestMemoryIsBounded(t *testing.T) {
	zeros := io.LimitReader(zeroReader{}, 100<<20)
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	must(err)
	_, err = io.Copy(w, zeros)
	must(err)
	must(w.Close())
	for _, c := range []struct {
		name string
		b    []byte
		most int64
	}{
		{"zstd bomb", out.Bytes(), 40 << 20},
		{"xz window", xzHeader(40), 1 << 20},
		{"7z files", sevenZipList([]byte{szHeader, szFiles, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f}), 1 << 20},
		{"7z blocks", sevenZipList([]byte{szHeader, szMainStreams, szUnpackInfo, szFolders, 0xe0, 0xff, 0xff, 0xff}), 1 << 20},
		{"nested zips", nestedZips(t, 6, 3<<20), 64 << 20},
	} {
		got := allocated(func() { walkInto(t, &recorder{discard: true}, c.b, DefaultLimits()) })
		if got > c.most {
			t.Errorf("%s: %d bytes allocated, want at most %d", c.name, got, c.most)
		}
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func nestedZips(tb testing.TB, depth, size int) []byte {
	tb.Helper()
	b := []byte(strings.Repeat("x", size))
	for range depth {
		b = storedOf(file{"z", string(b)})
	}
	return b
}

// sevenZipList is an archive of nothing but a list of members.
func sevenZipList(list []byte) []byte {
	le := binary.LittleEndian
	start := le.AppendUint64(nil, 0)
	start = le.AppendUint64(start, uint64(len(list)))
	start = le.AppendUint32(start, crc32.ChecksumIEEE(list))
	b := le.AppendUint32([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(start))
	return join(b, start, list)
}
