package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/kbtriage/kbtriage/facts"
)

// bufferSize is what decoders read at a time.
const bufferSize = 32 << 10

// compressed walks a single compressed file: what is in it has the path of the
// file.
func (w *walk) compressed(m Member, depth int, kind string, s *stream) error {
	out := &stream{w: w, path: m.Path, below: s, charge: whole, start: s.used(), want: -1}
	inner := Member{Path: m.Path, Size: -1, Modified: m.Modified}
	switch kind {
	case kindGzip:
		g := &gzipReader{in: bufio.NewReaderSize(s, bufferSize)}
		if err := g.open(); err != nil {
			out.fail(err)
			w.finish(out)
			return nil
		}
		if t := g.z.ModTime; t.Unix() > 0 {
			inner.Modified = facts.Time{Time: t.UTC(), Zoned: true}
		}
		out.r, out.verify = g, g.verify
	case kindBzip2:
		out.r = bzip2.NewReader(bufio.NewReaderSize(s, bufferSize))
	case kindXz:
		x := newXzReader(w, bufio.NewReaderSize(s, bufferSize))
		defer x.close()
		out.r = x
	case kindZstd:
		z, release, err := w.zstd(s, s.head)
		if err != nil {
			out.fail(err)
			w.finish(out)
			return nil
		}
		defer release()
		out.r = z
	}
	err := w.visit(inner, depth+1, out)
	w.finish(out)
	return err
}

// zstdUsual is the largest window that zstd makes without being asked for a
// long one: frames behind the first may have it.
const zstdUsual = 8 << 20

// zstd returns a decoder whose window is bounded by what the first frame asks
// for. A file whose later frames ask for much more than its first is refused
// there.
func (w *walk) zstd(r io.Reader, head []byte) (*zstd.Decoder, func(), error) {
	window := max(zstdWindow(head), min(zstdUsual, w.budget.limits.Window))
	release, refused := w.reserve(window)
	if refused != nil {
		return nil, nil, refused
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(uint64(max(window, zstd.MinWindowSize))))
	if err != nil {
		release()
		return nil, nil, err
	}
	return z, func() { z.Close(); release() }, nil
}

// zstdWindow is the window of the first frame in head, behind frames to skip.
// It is 0 where that cannot be seen.
func zstdWindow(head []byte) int64 {
	for {
		var h zstd.Header
		if err := h.Decode(head); err != nil {
			return 0
		}
		if !h.Skippable {
			return int64(min(h.WindowSize, 1<<62))
		}
		skip := int64(h.SkippableSize) + 8
		if skip > int64(len(head)) {
			return 0
		}
		head = head[skip:]
	}
}

// gzipReader reads the members of a gzip file one after the other. The library
// could do that too, but takes bytes behind the last member for damage: they
// follow files that were copied from tapes and block devices.
type gzipReader struct {
	in    *bufio.Reader
	z     *gzip.Reader
	after int64 // bytes behind the last member that are not zero bytes only
	end   bool
}

func (g *gzipReader) open() (err error) {
	g.z, err = gzip.NewReader(g.in)
	if err != nil {
		return truncated(err)
	}
	g.z.Multistream(false)
	return nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	for !g.end {
		n, err := g.z.Read(p)
		if n > 0 || !errors.Is(err, io.EOF) {
			return n, notEOF(err)
		}
		if err := g.next(); err != nil {
			return 0, err
		}
	}
	return 0, io.EOF
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil // it comes again
	}
	return err
}

// truncated makes the end of the input an unexpected one.
func truncated(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// next goes to the next member, or to the end.
func (g *gzipReader) next() error {
	head, err := g.in.Peek(2)
	if string(head) == "\x1f\x8b" {
		if err := g.z.Reset(g.in); err != nil {
			return truncated(err)
		}
		g.z.Multistream(false)
		return nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	g.end = true
	zero := true
	buf := make([]byte, 4096)
	for {
		n, err := g.in.Read(buf)
		g.after += int64(n)
		zero = zero && len(bytes.Trim(buf[:n], "\x00")) == 0
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if zero {
		g.after = 0
	}
	return nil
}

// verify tells of bytes behind the end.
func (g *gzipReader) verify() *cut {
	if g.after == 0 {
		return nil
	}
	return &cut{reason: reasonTrailing, soft: true, text: fmt.Sprintf("has %s behind its end that are not gzip and are not read; "+
		"check that it was copied whole", plural(int(g.after), "byte"))}
}
