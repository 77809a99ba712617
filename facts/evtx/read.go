package evtx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Read hands over the records of a whole file, which it reads from its
// beginning to its end without seeking. Chunks are found by what they are, not
// by what the header counts: a file that was not closed, whose header is damaged
// or missing, or that begins in the middle is read as well. The error is that of
// the reader, the taker or the context; damage in the file is none.
func Read(ctx context.Context, r io.Reader, to record.Sink) error {
	return NewDecoder().Read(ctx, r, to)
}

// Read is the function Read with the templates and buffers of the decoder.
func (d *Decoder) Read(ctx context.Context, r io.Reader, to record.Sink) error {
	f := file{Decoder: d, ctx: ctx, in: r, to: to, buf: make([]byte, 0, ChunkSize+chunkHeader)}
	return f.read()
}

// step is what chunks are aligned to: the header block of a file, and the
// blocks of the disks that files are found on.
const step = 4096

// file is the reading of a file.
type file struct {
	*Decoder
	ctx   context.Context
	in    io.Reader
	to    record.Sink
	buf   []byte // what is read and not yet used
	off   int64  // where buf begins in the file
	err   error  // what ended the reading
	head  FileHeader
	known bool  // the header is sound
	used  int   // chunks that were not all zero
	gap   int64 // bytes before off that hold no chunk
}

func (f *file) read() error {
	f.highest = 0
	if err := f.header(); err != nil {
		return err
	}
	for {
		if err := f.ctx.Err(); err != nil {
			return fmt.Errorf("evtx: at offset %d: %w", f.off, err)
		}
		f.fill(cap(f.buf)) // with the header of the next chunk
		if len(f.buf) == 0 {
			break
		}
		if err := f.block(); err != nil {
			return err
		}
	}
	if !errors.Is(f.err, io.EOF) {
		return fmt.Errorf("evtx: at offset %d: %w", f.off, f.err)
	}
	f.conclude()
	return nil
}

// fill reads until n bytes are there, or no more come.
func (f *file) fill(n int) {
	for len(f.buf) < n && f.err == nil {
		m, err := io.ReadFull(f.in, f.buf[len(f.buf):n])
		f.buf = f.buf[:len(f.buf)+m]
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		f.err = err
	}
}

// drop forgets n bytes that were used.
func (f *file) drop(n int) {
	f.buf = f.buf[:copy(f.buf, f.buf[n:])]
	f.off += int64(n)
}

// header reads the header of the file, if it has one.
func (f *file) header() error {
	f.fill(HeaderSize)
	if len(f.buf) == 0 && errors.Is(f.err, io.EOF) {
		f.damaged(badFile, "the file is empty; expected an event log that begins with ElfFile")
		return nil
	}
	if bytes.HasPrefix(f.buf, chunkMagic) {
		f.damaged(badFile, "the file begins with a chunk, without a header; its chunks were read")
		return nil
	}
	head, err := Header(f.buf)
	if err != nil {
		f.damaged(badFile, err.Error()+"; what looks like a chunk in the file was read")
		f.fill(HeaderSize + chunkHeader)
		if !IsFile(f.buf) && (len(f.buf) < HeaderSize || !bytes.HasPrefix(f.buf[HeaderSize:], chunkMagic)) {
			return nil // chunks are looked for from the beginning
		}
	}
	f.head, f.known = head, err == nil
	f.fill(head.BlockSize)
	if len(f.buf) < head.BlockSize && errors.Is(f.err, io.EOF) {
		f.damaged(truncated, fmt.Sprintf("the file ends after %d bytes, within its header; copy it again if there is more of it", len(f.buf)))
	}
	f.drop(min(head.BlockSize, len(f.buf)))
	return nil
}

// block uses what is in the buffer: a chunk, or a place where one should be.
func (f *file) block() error {
	chunk := f.buf[:min(len(f.buf), ChunkSize)]
	signed := bytes.HasPrefix(chunk, chunkMagic)
	if signed || !f.plain() || !zero(chunk) {
		// Some of it may be missing, so that the next one begins within it: behind
		// its records if it is whole, else anywhere.
		end := f.inner(1, signed)
		if end < len(chunk) {
			if h := headOf(chunk); h.sound && h.sumRight && end < h.free {
				end = f.inner(h.free, signed)
			}
		}
		chunk = f.buf[:end]
	}
	size := len(chunk)
	switch {
	case !signed && zero(chunk):
	case !signed && !bytes.Contains(chunk, recordMagic):
		f.gap += int64(size)
	default:
		f.endGap()
		f.used++
		n := int(max(0, f.off-int64(f.head.BlockSize)) / ChunkSize)
		if err := f.Chunk(chunk, n, f.to); err != nil {
			return err
		}
	}
	f.drop(size)
	return nil
}

// plain reports whether chunks are where they should be, so that empty ones
// need no second look.
func (f *file) plain() bool { return f.known && (f.off-int64(f.head.BlockSize))%ChunkSize == 0 }

// inner is where the block at the beginning of the buffer ends: where, at from
// or behind, another chunk begins, or after the size of a chunk. Within a chunk that has its
// signature only one whose header is sound is taken for the next.
func (f *file) inner(from int, signed bool) int {
	for at := from; at < len(f.buf); at++ {
		i := bytes.Index(f.buf[at:], chunkMagic)
		if at += i; i < 0 || at >= ChunkSize {
			break
		}
		if h := headOf(f.buf[at:]); h.sound || !signed && (f.off+int64(at))%step == 0 {
			return at
		}
	}
	return min(len(f.buf), ChunkSize)
}

// endGap names the stretch without chunks that ends here.
func (f *file) endGap() {
	if f.gap > 0 {
		f.to.Damage(facts.Problem{
			At: fmt.Sprintf("offset %d", f.off-f.gap), Reason: badChunk,
			Text: fmt.Sprintf("%d bytes before offset %d hold no chunk and no record; expected chunks that begin with ElfChnk", f.gap, f.off),
		})
		f.gap = 0
	}
}

// conclude compares what was found with what the header announced.
func (f *file) conclude() {
	f.endGap()
	missing := f.head.Chunks - f.used
	if missing <= 0 {
		return
	}
	lost := f.head.NextRecord - 1 - f.highest
	if f.highest >= f.head.NextRecord || lost > uint64(missing)*(ChunkSize/smallest) {
		lost = 0 // not known
	}
	f.to.Damage(facts.Problem{
		At: fmt.Sprintf("offset %d", f.off), Reason: truncated, Lost: int64(lost),
		Text: fmt.Sprintf("the header announces %d chunks; %d were found; copy the file again if there is more of it", f.head.Chunks, f.used),
	})
}

// damaged hands over damage to the file as a whole.
func (f *file) damaged(reason, text string) {
	f.to.Damage(facts.Problem{At: fmt.Sprintf("offset %d", f.off), Reason: reason, Text: text})
}
