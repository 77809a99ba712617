// Package archive walks compressed files and archives, nested in any way, as
// streams: gzip, zstd, xz, bzip2, tar, zip and 7z, recognised by their first
// bytes and not by their names. Nothing is unpacked to a place that a name from
// an archive chooses.
//
// Archives are hostile: everything is bounded by Limits. What is not read is
// named in a problem, with the reason and what to do, and the rest goes on.
package archive

import (
	"context"
	"errors"
	"io"

	"github.com/kbtriage/kbtriage/facts"
)

// ErrCut is in the chain of the error that the reader of a member returns when
// the member could not be read to its end. Walk reports why, after the visitor
// has returned: the visitor keeps what it got.
var ErrCut = errors.New("the content ends early")

// Member is one file that is no container.
type Member struct {
	// Path is the path that Walk was given, and behind it for each archive a "!"
	// and the name in it: "bundle.zip!logs/app.evtx". A compressed single file
	// is no level of its own: "app.log.gz" stays "app.log.gz". Characters of the
	// names that do not print are escaped, and long names are shortened.
	Path     string
	Size     int64      // in bytes, as the archive says; -1 where it does not say
	Modified facts.Time // without a zone where the archive (zip) has none; zero where it is not known
}

// Visitor takes what Walk finds. The calls of one Walk come one after the
// other, in the order of the archive.
type Visitor interface {
	// Member takes the content of a member. It need not read to the end; damage
	// behind the last byte that it read may then stay unknown. An error ends the
	// Walk, which returns it; an error that wraps ErrCut does not.
	Member(m Member, r io.Reader) error
	// Archive is called at the end of a tar, zip or 7z archive, with the number
	// of members that were found in it, read or not, without folders and links.
	// An archive without members and without a problem is empty.
	Archive(path, format string, members int)
	// Problem takes what could not be read. All fields are filled in.
	Problem(p facts.Problem)
}

// Walk visits the members of the container that r holds, and of those inside.
// Content that is no container is visited as a member of its own, with the path.
// Size is that of r in bytes, or -1. Where it is known and r is an io.ReaderAt
// too, zip and 7z are read in place; otherwise they are held in memory or in a
// temporary file.
//
// The error is that of the context or of the visitor. What is wrong with the
// content goes to Visitor.Problem.
func Walk(ctx context.Context, path string, r io.Reader, size int64, b *Budget, v Visitor) error {
	w := &walk{ctx: ctx, budget: b, visitor: v}
	defer w.leave()
	s := &stream{w: w, path: path, r: r, origin: true, want: -1}
	if at, ok := r.(io.ReaderAt); ok && size >= 0 {
		s.r = io.NewSectionReader(at, 0, size)
		s.at, s.want = at, size
	}
	err := w.visit(Member{Path: path, Size: size}, 0, s)
	w.finish(s)
	if ctxErr := ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	return err
}

// walk is the state of one Walk.
type walk struct {
	ctx     context.Context
	budget  *Budget
	visitor Visitor
	memory  int64 // bytes that decoders and held archives take now
	passed  bool  // through the gate
}

// visit looks at the content of s and walks or hands it over. Who made s calls
// finish.
func (w *walk) visit(m Member, depth int, s *stream) error {
	head := s.peek(headLen)
	if len(head) == 0 && s.cut != nil {
		s.cut.during(m.Path)
		return nil // nothing of it can be read; finish names it
	}
	kind := Kind(head)
	if kind == "" {
		return w.leaf(m, s)
	}
	if _, ok := unread[kind]; ok {
		w.refuse(m.Path, reasonUnsupported, "is "+unread[kind]+", which is not read; unpack it and give its files")
		return nil
	}
	if depth >= w.budget.limits.Depth {
		w.refuse(m.Path, reasonDepth, "is a "+kind+" container inside "+plural(depth, "other")+
			", and no more is opened; unpack the outer ones first")
		return nil
	}
	switch kind {
	case kindTar:
		return w.tar(m, depth, s)
	case kindZip:
		return w.random(m, depth, s, w.zip)
	case kind7z:
		return w.random(m, depth, s, w.sevenZip)
	}
	return w.compressed(m, depth, kind, s)
}

// leaf hands the content of s to the visitor.
func (w *walk) leaf(m Member, s *stream) error {
	limited := &stream{w: w, path: m.Path, r: s, below: s, want: -1, max: w.budget.limits.Member}
	err := w.visitor.Member(m, limited)
	if limited.cut != nil {
		limited.cut.during(m.Path)
	}
	w.finish(limited)
	if errors.Is(err, ErrCut) {
		return nil
	}
	return err
}

// stopped reports whether the walk has to end, and is asked between members.
func (w *walk) stopped() error { return w.ctx.Err() }
