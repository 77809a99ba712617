package triage

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
)

// bundleWriter writes a bundle in two passes: the manifest comes first, and says
// of each member what is known only when it was read. The members are compressed
// into a file beside the bundle, and copied behind the manifest; a zstd file may
// be made of several frames.
type bundleWriter struct {
	folder   string
	spool    *os.File
	frame    *zstd.Encoder
	tar      *tar.Writer
	modified time.Time
	members  []intake.Bundled
}

// caseMember is the name of the facts in a bundle.
const caseMember = "case.json"

func newBundleWriter(folder string, modified time.Time) (*bundleWriter, error) {
	spool, err := os.CreateTemp(folder, ".kbtriage-collect-*.tmp")
	if err != nil {
		return nil, err
	}
	frame, err := newFrame(spool)
	if err != nil {
		return nil, errors.Join(err, spool.Close(), os.Remove(spool.Name()))
	}
	return &bundleWriter{folder: folder, spool: spool, frame: frame, tar: tar.NewWriter(frame), modified: modified}, nil
}

func newFrame(w io.Writer) (*zstd.Encoder, error) {
	return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(4<<20))
}

// discard ends the work without a bundle, or behind one.
func (b *bundleWriter) discard() {
	_ = b.frame.Close()
	_ = b.spool.Close()
	_ = os.Remove(b.spool.Name())
}

func (b *bundleWriter) header(name string, size int64) *tar.Header {
	return &tar.Header{Name: name, Size: size, Mode: 0o600, Typeflag: tar.TypeReg, ModTime: b.modified, Format: tar.FormatPAX}
}

// add copies a member. Its size has to be known before it is written, so that it
// is read into a file first. readErr says why the content ends early; what was read
// is kept.
func (b *bundleWriter) add(ctx context.Context, t *taken, in io.Reader) (readErr, err error) {
	temp, err := os.CreateTemp(b.folder, ".kbtriage-collect-*.tmp")
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	sum := &summingWriter{w: temp, hash: sha256.New()}
	_, readErr = io.Copy(sum, contextReader{ctx, in})
	if sum.err != nil {
		return nil, sum.err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if err := b.tar.WriteHeader(b.header(t.name, sum.n)); err != nil {
		return nil, err
	}
	if _, err := io.Copy(b.tar, temp); err != nil {
		return nil, err
	}
	b.members = append(b.members, intake.Bundled{
		Name: t.name, Path: t.path, Format: t.format, Size: sum.n, Skip: t.skip, SHA256: hex.EncodeToString(sum.hash.Sum(nil)),
	})
	return readErr, nil
}

// finish writes the bundle. The case is that of the host, with everything that
// went wrong while its logs were read.
func (b *bundleWriter) finish(out io.Writer, m *intake.Manifest, c *facts.Case) error {
	if err := b.tar.Close(); err != nil {
		return err
	}
	if err := b.frame.Close(); err != nil {
		return err
	}
	saved, err := c.Marshal()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(saved)
	m.Members = append([]intake.Bundled{{
		Name: caseMember, Path: intake.HostPrefix + "facts", Format: intake.FormatCase, Size: int64(len(saved)), SHA256: hex.EncodeToString(sum[:]),
	}}, b.members...)
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	frame, err := newFrame(out)
	if err != nil {
		return err
	}
	head := tar.NewWriter(frame)
	for _, x := range []struct {
		name string
		data []byte
	}{{intake.BundleManifest, append(manifest, '\n')}, {caseMember, saved}} {
		if err := head.WriteHeader(b.header(x.name, int64(len(x.data)))); err != nil {
			return err
		}
		if _, err := head.Write(x.data); err != nil {
			return err
		}
	}
	if err := head.Flush(); err != nil { // no end mark: the members follow
		return err
	}
	if err := frame.Close(); err != nil {
		return err
	}
	if _, err := b.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(out, b.spool)
	return err
}

// summingWriter counts and hashes what is written, and tells an error of the
// writer from one of the reader.
type summingWriter struct {
	w    io.Writer
	hash hash.Hash
	n    int64
	err  error
}

func (s *summingWriter) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	s.err = err
	return n, err
}

// contextReader ends with the context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
