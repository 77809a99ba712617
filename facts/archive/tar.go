package archive

import (
	"archive/tar"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"path"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

const tarBlock = 512

// tar walks ustar, pax and GNU archives.
func (w *walk) tar(m Member, depth int, s *stream) error {
	t := &tarWalk{w: w, m: m, depth: depth, s: s, in: &tarInput{r: s}, tally: w.tally(m.Path), seed: maphash.MakeSeed(), names: map[uint64]bool{}}
	t.r = tar.NewReader(t.in)
	err := t.members()
	if err == nil && w.stopped() == nil && !t.stop {
		t.behind()
	}
	t.special()
	t.tally.close()
	w.visitor.Archive(m.Path, kindTar, t.found)
	return err
}

type tarWalk struct {
	w     *walk
	m     Member
	depth int
	s     *stream
	in    *tarInput
	r     *tar.Reader
	tally *tally
	found int
	stop  bool

	seed   maphash.Seed
	names  map[uint64]bool // hashes of the names that were visited: a name may be a MiB long
	links  []uint64        // hashes of the targets of links
	others int             // devices and the like
}

// members visits one member after the other. What is wrong with a header costs
// the members up to the next header.
func (t *tarWalk) members() error {
	for t.w.stopped() == nil {
		h, err := t.r.Next()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, ErrCut):
			t.end()
			return nil
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			if t.s.cut != nil || !t.resync(err) {
				t.stop = true
				return nil
			}
			continue
		}
		if err := t.entry(h); err != nil || t.stop {
			return err
		}
	}
	return nil
}

func (t *tarWalk) entry(h *tar.Header) error {
	switch h.Typeflag {
	case tar.TypeDir:
		return nil
	case tar.TypeReg, '\x00', tar.TypeGNUSparse, tar.TypeCont:
	case tar.TypeLink:
		t.links = append(t.links, t.hash(h.Linkname))
		return nil
	case tar.TypeSymlink:
		t.links = append(t.links, t.hash(path.Join(path.Dir(h.Name), h.Linkname)))
		return nil
	case tar.TypeXGlobalHeader:
		return nil
	default:
		t.others++
		return nil
	}
	if !t.tally.take(-1) {
		t.stop = true
		return nil
	}
	t.found++
	name := inside(t.m.Path, h.Name)
	t.names[t.hash(h.Name)] = true
	s := &stream{w: t.w, path: name, r: t.r, below: t.s, charge: holes, start: t.s.used(), want: h.Size}
	err := t.w.visit(Member{Path: name, Size: h.Size, Modified: facts.Time{Time: h.ModTime.UTC(), Zoned: true}}, t.depth+1, s)
	t.tally.finish(s)
	if s.done {
		t.in.zeros = 0 // those of the content do not count
	}
	return err
}

func (t *tarWalk) hash(name string) uint64 { return maphash.String(t.seed, path.Clean(name)) }

// end checks that the archive ends with a block of zero bytes.
func (t *tarWalk) end() {
	if t.in.zeros < tarBlock && t.s.cut == nil {
		t.tally.refuse(t.m.Path, reasonTruncated, "has no end mark behind its last member; members may be missing, fetch it again")
	}
}

// resync looks for the next header. It reports false if there is none.
func (t *tarWalk) resync(cause error) bool {
	t.in.zeros = 0
	begin := t.in.n
	if errors.Is(cause, io.ErrUnexpectedEOF) {
		t.tally.add(&cut{path: t.m.Path, reason: reasonTruncated, text: "ends within a member; fetch it again", read: begin})
		return false
	}
	if _, err := io.CopyN(io.Discard, t.in, -begin&(tarBlock-1)); err != nil {
		begin = t.in.n
	}
	var block [tarBlock]byte
	for {
		if _, err := io.ReadFull(t.in, block[:]); err != nil {
			break
		}
		if isTarHeader(block[:]) && string(block[257:262]) == "ustar" {
			t.tally.add(&cut{path: t.m.Path, reason: reasonDamaged, read: begin, text: fmt.Sprintf("has a damaged header (%v); %s behind it were skipped, up to the next header; fetch it again",
				cause, plural(int(t.in.n-begin-tarBlock), "byte"))})
			t.r = tar.NewReader(io.MultiReader(strings.NewReader(string(block[:])), t.in))
			return true
		}
	}
	t.tally.add(&cut{path: t.m.Path, reason: reasonDamaged, read: begin, text: fmt.Sprintf("has a damaged header (%v) and none behind it; fetch it again", cause)})
	return false
}

// behind reads what follows the end mark, so that the checksums of the layers
// below are compared, and names what is no padding.
func (t *tarWalk) behind() {
	begin := t.in.n
	t.in.other = false
	_, _ = io.Copy(io.Discard, t.in) // the stream keeps its error
	if t.in.other {
		t.tally.add(&cut{path: t.m.Path, reason: reasonTrailing, read: begin, text: fmt.Sprintf(
			"has up to %s behind its end mark that are not read; split it if archives were joined", plural(int(t.in.n-begin), "byte"))})
	}
}

// special names links whose target is not in the archive, and devices.
func (t *tarWalk) special() {
	links := 0
	for _, target := range t.links {
		if !t.names[target] {
			links++
		}
	}
	if links+t.others > 0 {
		t.w.refuse(t.m.Path, reasonSpecial, fmt.Sprintf("has %s to files that it does not hold, and %s or pipes; there is nothing to read in them, give the files themselves",
			plural(links, "link"), plural(t.others, "device")))
	}
}

// tarInput counts bytes, and the zero bytes at the end of what was read.
type tarInput struct {
	r     io.Reader
	n     int64
	zeros int64
	other bool // something was no zero byte
}

func (t *tarInput) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n += int64(n)
	end := n
	for end > 0 && p[end-1] == 0 {
		end--
	}
	if end > 0 {
		t.zeros, t.other = 0, true
	}
	t.zeros += int64(n - end)
	return n, err
}
