package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

// samples are small healthy containers whose checksums cover all content.
func samples(tb testing.TB) map[string][]byte {
	tb.Helper()
	files := []file{{"a.log", "one line\nanother line\n"}, {"logs/b.log", strings.Repeat("two ", 40)}}
	return map[string][]byte{
		"zip": zipOf("", files...), "stored zip": storedOf(files...), "tar.gz": gz(tarOf(files...)), "tar.xz": xzOf(tarOf(files...)),
		"tar.zst": zst(tarOf(files...)), "zip in tar.gz": gz(tarOf(file{"in.zip", string(zipOf("", files...))})), "gz": gz([]byte(files[1].content)),
		"bz2": sample(tb, "app.log.bz2"), "xz": sample(tb, "blocks.log.xz"), "solid 7z": sample(tb, "solid.7z"), "lzma 7z": sample(tb, "lzma.7z"),
		"deflate 7z": sample(tb, "deflate.7z"), "bzip2 7z": sample(tb, "bzip2.7z"), "bcj 7z": sample(tb, "bcj.7z"), "zip of xz": sample(tb, "xz.zip"),
	}
}

// check fails if a walk lost or changed something and did not say so.
func check(t *testing.T, what string, healthy, v *recorder) {
	t.Helper()
	cut := slices.ContainsFunc(v.members, func(m string) bool { return strings.HasSuffix(m, " CUT") })
	if len(v.problems) > 0 {
		return
	}
	if cut || !slices.Equal(v.members, healthy.members) {
		t.Errorf("%s: complete without a problem: %.200q", what, v.members)
	}
}

func TestEachByteAndEachLength(t *testing.T) {
	for name, b := range samples(t) {
		t.Run(name, func(t *testing.T) {
			healthy := walkBytes(t, "x", b, DefaultLimits())
			if len(healthy.problems) != 0 {
				t.Fatal(healthy.problems)
			}
			l := DefaultLimits()
			l.Window = 16 << 20 // a damaged size may ask for it each time
			step := 1
			if testing.Short() || strings.Contains(name, "bz") { // that decoder makes large tables each time
				step = 7
			}
			for i := 0; i < len(b); i += step {
				c := bytes.Clone(b)
				for _, flip := range []byte{1, 0x80} {
					c[i] = b[i] ^ flip
					v := walkBytes(t, "x", c, l)
					if Kind(c) == Kind(b) {
						check(t, fmt.Sprintf("byte %d ^ %#x", i, flip), healthy, v)
					}
				}
				v := walkBytes(t, "x", b[:i], l)
				if Kind(b[:i]) == Kind(b) {
					check(t, fmt.Sprintf("length %d", i), healthy, v)
				}
			}
		})
	}
}

// TestXzLikeTheLibrary compares our container of xz with the one of the library
// that decodes its blocks: what we accept, it accepts too, with the same content.
func TestXzLikeTheLibrary(t *testing.T) {
	for _, name := range []string{"blocks.log.xz", "app.log.xz"} {
		b := sample(t, name)
		for i := -1; i < len(b); i++ {
			c := bytes.Clone(b)
			if i >= 0 {
				c[i] ^= 0x10
			}
			ours, err := io.ReadAll(newXzReader(&walk{ctx: context.Background(), budget: NewBudget(DefaultLimits())}, bufio.NewReader(bytes.NewReader(c))))
			if err != nil {
				if i < 0 {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			r, err := xz.NewReader(bytes.NewReader(c))
			if err != nil {
				t.Errorf("%s, byte %d: the library says %v", name, i, err)
				continue
			}
			theirs, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(ours, theirs) {
				t.Errorf("%s, byte %d: %d bytes, the library has %d and %v", name, i, len(ours), len(theirs), err)
			}
		}
	}
}

var errDisk = errors.New("the disk is broken")

// broken fails at its nth read, or at each read from the nth on.
type broken struct {
	r    *bytes.Reader
	left int
	once bool
}

func (b *broken) fails() bool {
	b.left--
	return b.left == 0 || b.left < 0 && !b.once
}

func (b *broken) Read(p []byte) (int, error) {
	if b.fails() {
		return 0, errDisk
	}
	return b.r.Read(p[:min(len(p), 100)])
}

func (b *broken) ReadAt(p []byte, at int64) (int, error) {
	if b.fails() {
		return 0, errDisk
	}
	return b.r.ReadAt(p, at)
}

func TestReadThatFails(t *testing.T) {
	for name, b := range samples(t) {
		t.Run(name, func(t *testing.T) {
			healthy := walkBytes(t, "x", b, DefaultLimits())
			for _, once := range []bool{true, false} {
				for _, size := range []int64{int64(len(b)), -1} {
					for n := 1; ; n++ {
						r := &broken{bytes.NewReader(b), n, once}
						v := &recorder{}
						must(Walk(context.Background(), "x", r, size, NewBudget(DefaultLimits()), v))
						if r.left > 0 {
							check(t, "no failure", healthy, v)
							break
						}
						if len(v.problems) == 0 && !slices.Equal(v.members, healthy.members) {
							t.Fatalf("read %d of size %d: complete without a problem: %.300q", n, size, v.members)
						}
					}
				}
			}
		})
	}
}

// FuzzWalk checks that any bytes are walked within the limits, twice the same,
// in place as from a stream, and that nothing is cut without a problem.
func FuzzWalk(f *testing.F) {
	for _, b := range samples(f) {
		f.Add(b)
	}
	f.Add(join(sparse(1<<40), tarOf(file{"a", "1"})))
	f.Add(sample(f, "delta.7z"))
	f.Add(xzHeader(30))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := smallLimits()
		l.Total = 2 << 20
		v := walkBytes(t, "x", b, l)
		if v.bytes > l.Total+int64(len(b))*(l.Members+1) || int64(len(v.members)) > max(l.Members, 1) {
			t.Errorf("%d bytes in %d members are beyond the limits", v.bytes, len(v.members))
		}
		for _, m := range v.members {
			if strings.HasSuffix(m, " CUT") && len(v.problems) == 0 {
				t.Errorf("%.100q is cut without a problem", m)
			}
		}
		for _, p := range v.problems {
			if strings.ContainsAny(p.Text+p.Source, "\n\x1b") {
				t.Errorf("a problem forges lines: %q", p.Text)
			}
		}
		s := &recorder{}
		must(Walk(context.Background(), "x", io.MultiReader(bytes.NewReader(b)), -1, NewBudget(l), s))
		if Kind(b[:min(len(b), headLen)]) != "" && !slices.Equal(v.reasons(), s.reasons()) && len(b) < int(l.Spill) {
			t.Errorf("in place %v, as a stream %v", v.reasons(), s.reasons())
		}
	})
}
