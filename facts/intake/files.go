package intake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kbtriage/kbtriage/facts"
)

// folder reads the regular files of a folder and its folders, in the order of
// their names. Links are not followed: one that leads out of the folder is a
// problem, since what it leads to is not read.
func (s *session) folder(root string) {
	src := facts.Source{Path: root, Format: "folder"}
	unread, read := int64(0), s.read
	walk := root
	if !os.IsPathSeparator(walk[len(walk)-1]) {
		walk += string(filepath.Separator) // a link that is named itself is followed
	}
	err := filepath.WalkDir(walk, func(path string, d fs.DirEntry, err error) error {
		switch {
		case s.ctx.Err() != nil:
			return s.ctx.Err()
		case err != nil:
			s.problem(Unreadable(path, err))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
		case d.Type()&fs.ModeSymlink != 0:
			if p, outside := Link(root, path); outside {
				s.problem(p)
			}
		case src.Records >= s.Limits.Files:
			unread++
		default:
			src.Records++
			before := s.read
			if s.opener.File(s.ctx, path, s); s.read == before {
				s.found.Sources = append(s.found.Sources, facts.Source{Path: path, Format: "unread", Skipped: 1})
			}
		}
		return nil
	})
	if err != nil && s.ctx.Err() == nil {
		s.problem(Unreadable(root, err))
	}
	if unread > 0 {
		s.problem(facts.Problem{
			Source: root, Stage: "open", Reason: "folder.too-many", Read: int64(src.Records), Lost: unread,
			Text: fmt.Sprintf("%d files were not read: a folder may have %d; name its folders one by one", unread, s.Limits.Files),
		})
	}
	if s.read == read && s.ctx.Err() == nil {
		what := "the folder holds no files"
		if src.Records > 0 {
			what = fmt.Sprintf("none of the %d files of the folder could be read", src.Records)
		}
		s.problem(facts.Problem{
			Source: root, Stage: "open", Reason: "folder.empty",
			Text: what + ", so nothing was looked at; check that it is the folder with the logs, and that they are plain text",
		})
	}
	s.found.Sources = append(s.found.Sources, src)
}

// Link is the problem of a link in a folder that leads out of it: links are not
// followed, and what lies in the folder is read in its own place.
func Link(root, path string) (p facts.Problem, outside bool) {
	if leadsInto(root, path) {
		return p, false
	}
	return facts.Problem{
		Source: path, Stage: "open", Reason: "file.symlink",
		Text: "links in a folder are not followed; name the file or folder that it leads to",
	}, true
}

// leadsInto reports whether the link at path leads to something in the folder
// root, which is read there.
func leadsInto(root, path string) bool {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	base, err := filepath.EvalSymlinks(root)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(base, target)
	return err == nil && filepath.IsLocal(rel)
}

// Unreadable is the problem of a file or folder that cannot be opened.
func Unreadable(path string, err error) facts.Problem {
	p := facts.Problem{Source: path, Stage: "open", Reason: "file.unreadable", Text: "it cannot be opened: " + cause(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Reason, p.Text = "file.not-found", "there is no such file; it may have been moved, or is a link that leads nowhere"
	case errors.Is(err, fs.ErrPermission):
		p.Text = "no permission to read it; run as a user who may, or copy the file"
	}
	return p
}

func notRegular(path string, mode fs.FileMode) facts.Problem {
	what := "special file"
	switch {
	case mode&fs.ModeNamedPipe != 0:
		what = "named pipe"
	case mode&fs.ModeSocket != 0:
		what = "socket"
	case mode&fs.ModeDevice != 0:
		what = "device"
	case mode.IsDir():
		what = "folder"
	}
	return facts.Problem{
		Source: path, Stage: "open", Reason: "file.not-regular",
		Text: "it is a " + what + ", expected a regular file; what a program writes can be piped in, with - as the input",
	}
}

// cause is an error of the file system without the path, which the problem names.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
