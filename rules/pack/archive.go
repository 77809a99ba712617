package pack

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// FileEnding is the ending of pack files.
const FileEnding = ".kbpack"

// SignatureEnding is what the name of a detached signature has behind that of the file.
const SignatureEnding = ".minisig"

// Encode writes the pack as one file: a tar archive (POSIX.1-1988 ustar) of the
// manifest and the files in the order of their names, with the same modes, owners and
// times for all. The same pack gives the same bytes. The error is that of w.
func (p *Pack) Encode(w io.Writer) error {
	m := p.Manifest
	m.Content = p.Content()
	return writeArchive(w, m.encode(), p.Files)
}

func writeArchive(w io.Writer, manifest []byte, files []File) error {
	t := tar.NewWriter(w)
	add := func(name string, data []byte) error {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o644, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		_, err := t.Write(data)
		return err
	}
	if err := add(rules.ManifestFile, manifest); err != nil {
		return err
	}
	for _, f := range files {
		if err := add(f.Name, f.Data); err != nil {
			return err
		}
	}
	return t.Close()
}

// Decode reads a pack file whole. file names it in messages. The files of the pack
// are parts of data. Nothing but the form that Encode writes is taken: bytes
// behind the end, other headers, another order, another spelling of the manifest
// are refused.
func Decode(file string, data []byte) (*Pack, []source.Message) {
	within := file + "!"
	refuse := func(check, format string, args ...any) (*Pack, []source.Message) {
		return nil, []source.Message{{Position: source.Position{File: file}, Check: check, Text: fmt.Sprintf(format, args...)}}
	}
	if len(data) > MaxFile {
		return refuse("pack.size", "the file has %d bytes; at most %d are read of a pack", len(data), MaxFile)
	}
	rest := bytes.NewReader(data)
	archive := tar.NewReader(rest)
	var manifest []byte
	var files []File
	for n := 0; ; n++ {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return refuse("pack.archive", "not a pack file, or cut short: member %d cannot be read (%v)", n+1, err)
		}
		if h.Typeflag != tar.TypeReg || h.Format != tar.FormatUSTAR {
			return refuse("pack.canonical", "member %d is not a plain file in the form of a pack (kbtriage pack build writes it)", n+1)
		}
		if h.Size > maxMember || h.Size > int64(rest.Len()) {
			return refuse("pack.size", "member %d says that it has %d bytes; at most %d are read, and the file must hold them", n+1, h.Size, maxMember)
		}
		if n > maxFiles {
			return refuse("pack.size", "the pack has more than %d files", maxFiles)
		}
		at := len(data) - rest.Len()
		content := data[at : at+int(h.Size) : at+int(h.Size)]
		switch {
		case n == 0 && h.Name != rules.ManifestFile:
			return refuse("pack.archive", "the first member is %q; expected %s", h.Name, rules.ManifestFile)
		case n == 0:
			manifest = content
			continue
		}
		if wrong := checkName(h.Name); wrong != "" {
			return refuse("pack.name", "member %d, %q: %s", n+1, h.Name, wrong)
		}
		files = append(files, File{h.Name, content})
	}
	if manifest == nil {
		return refuse("pack.archive", "not a pack file: it holds nothing")
	}
	m, msgs := ParseManifest(within+rules.ManifestFile, manifest)
	if len(msgs) > 0 {
		return nil, msgs
	}
	if m.Content == "" {
		return refuse("pack.content", "the manifest does not say the hash of the files; kbtriage pack build writes it")
	}
	slices.SortStableFunc(files, byName)
	same := &comparison{want: data}
	if err := writeArchive(same, m.encode(), files); err != nil || same.n != len(data) {
		return refuse("pack.canonical", "from byte %d on the file is not in the one form of a pack; only what kbtriage pack build writes is taken", same.n)
	}
	return newPack(file, within, m, files)
}

// comparison is a writer that fails at the first byte that is not the one wanted.
type comparison struct {
	want []byte
	n    int // bytes that were the same
}

var errOther = errors.New("pack: another byte")

// Write compares.
func (c *comparison) Write(p []byte) (int, error) {
	for i, b := range p {
		if c.n >= len(c.want) || c.want[c.n] != b {
			return i, errOther
		}
		c.n++
	}
	return len(p), nil
}
