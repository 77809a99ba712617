// Package intake turns what a person hands in (a code, an event, error text, a
// file, a folder, standard input, a saved case) into facts.
//
// Nothing that it cannot read stops it: what was not read, decoded or looked at
// is a Problem of the case, and the rest goes on.
package intake

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/archive"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Limits bound what one Read takes in. A limit that is hit is a Problem. Zero
// means the default.
type Limits struct {
	Line     int   // bytes of a line; the rest of a longer one is cut off
	Record   int   // bytes of a paragraph or log record; a longer one is divided at a line end, nothing is lost
	Facts    int   // codes and events of all files and standard input together, with the text around them; and as many plain texts
	Plain    int   // plain texts of a file: those that hold neither code nor event
	Text     int64 // bytes of text in the codes and events, and as many in the plain texts
	Case     int64 // bytes of a saved case
	Files    int   // files of one folder
	Problems int   // problems listed; the others are counted
}

// DefaultLimits are the limits that hold where those of a Reader are zero.
func DefaultLimits() Limits {
	return Limits{
		Line: 1 << 20, Record: 8 << 10, Facts: 50_000, Plain: 10_000, Text: 32 << 20,
		Case: 64 << 20, Files: 20_000, Problems: 1000,
	}
}

// Reader reads inputs. The zero value reads the files of the host and has an
// empty standard input.
type Reader struct {
	Limits Limits
	Stdin  io.Reader                          // what the input "-" reads
	Open   func(path string) (fs.File, error) // opens a file; nil means the file system of the host
	Filter func() record.Filter               // which records of logs to keep first, asked when a log is met; nil keeps them in their order
	Host   *Live                              // a host to read too, or nil
	Clean  Cleaner                            // what must not be known is hidden before it is read; nil hides nothing
}

// Read reads all inputs of a command line into one case, sorted: the facts, the
// Sources with the format that each was taken for, and the Problems. The only
// error is that of a cancelled context; the case holds what was read until then.
func (r Reader) Read(ctx context.Context, args []string) (*facts.Case, error) {
	s := r.session(ctx)
	for _, in := range inputs(args) {
		if ctx.Err() != nil {
			break
		}
		s.input(in)
	}
	if r.Host != nil {
		s.live(r.Host)
	}
	s.settle()
	s.conclude()
	if s.unlisted > 0 {
		s.found.Problems = append(s.found.Problems, facts.Problem{
			Source: "input", Stage: "read", Reason: "problem.too-many", Lost: s.unlisted,
			Text: fmt.Sprintf("%d more problems are not listed; hand in fewer files at a time to see them", s.unlisted),
		})
	}
	s.found.Sort()
	return s.found, ctx.Err()
}

// Text gives the facts of a piece of text that has no file: pasted text, the
// log snippet of a rule test. Their origin is path and the line in text. What
// is beyond the default limits is left out.
func Text(path, text string) []facts.Fact {
	var found []facts.Fact
	limits := DefaultLimits()
	left := limits.Text
	p := newParser(path, true, limits, func(record ...facts.Fact) {
		for _, f := range record {
			if left -= weight(f); left >= 0 && len(found) < limits.Facts {
				found = append(found, f)
			}
		}
	})
	lines := newLineReader(bufio.NewReader(strings.NewReader(text)), limits.Line)
	f := feeder{parser: p}
	for left >= 0 && len(found) < limits.Facts {
		l, err := lines.next()
		if err != nil {
			break
		}
		f.line(l)
	}
	f.end()
	return found
}

// Pasted is the case of what somebody pasted: a code, text, or a log in any form
// that is known.
func Pasted(path, text string) *facts.Case {
	s := Reader{}.session(context.Background())
	s.opener.Stream(s.ctx, path, strings.NewReader(text), -1, s)
	s.settle()
	s.conclude()
	s.found.Sort()
	return s.found
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	return Limits{
		Line: cmp.Or(l.Line, d.Line), Record: cmp.Or(l.Record, d.Record), Facts: cmp.Or(l.Facts, d.Facts), Plain: cmp.Or(l.Plain, d.Plain),
		Text: cmp.Or(l.Text, d.Text), Case: cmp.Or(l.Case, d.Case), Files: cmp.Or(l.Files, d.Files), Problems: cmp.Or(l.Problems, d.Problems),
	}
}

// stdinPath is the origin of what was piped in.
const stdinPath = "stdin"

// A session is one Read.
type session struct {
	Reader
	ctx      context.Context
	found    *facts.Case
	opener   Opener
	stdin    bool // standard input has been read
	signals  budget
	plain    budget
	taken    []*taken
	read     int   // files and saved cases that were read
	unlisted int64 // problems beyond the limit
	looked   []*Looked
	systems  map[string]string // that write logs of a form that was read, and the first such file
}

func (r Reader) session(ctx context.Context) *session {
	s := &session{Reader: r, ctx: ctx, found: &facts.Case{Version: facts.CaseVersion}}
	s.Limits = r.Limits.withDefaults()
	s.signals = budget{facts: s.Limits.Facts, bytes: s.Limits.Text, cut: math.MaxInt}
	s.plain = budget{facts: s.Limits.Facts, bytes: s.Limits.Text, cut: min(s.Limits.Plain, s.Limits.Facts)}
	s.opener = Opener{Open: r.Open, Budget: archive.NewBudget(archive.DefaultLimits())}
	return s
}

// input reads one input.
func (s *session) input(in input) {
	switch in.guess() {
	case guessStdin:
		if !s.stdin && s.Stdin != nil {
			s.opener.Stream(s.ctx, stdinPath, interruptible{s.ctx, s.Stdin}, -1, s)
		}
		s.stdin = true
	case guessFolder:
		s.folder(in.arg)
	case guessFile:
		s.opener.File(s.ctx, in.arg, s)
	case guessMissing:
		s.problem(facts.Problem{
			Source: in.arg, Stage: "open", Reason: "file.not-found",
			Text: "there is no such file or folder; check the spelling and the current folder. Error text that looks like a path can be piped in, with - as the input",
		})
	case guessEmpty:
		s.problem(facts.Problem{
			Source: in.path(), Stage: "decode", Reason: "input.empty",
			Text: "the argument is empty; expected a code, an event, error text, a file, a folder, a saved case, or -",
		})
	default:
		s.argument(in)
	}
}

// argument reads a code, an event or text from the command line.
func (s *session) argument(in input) {
	src := facts.Source{Path: in.path(), Bytes: int64(len(in.arg)), Records: 1, Format: "code"}
	if facts.IsCase([]byte(in.arg)) {
		s.saved(in.path(), []byte(in.arg))
		return
	}
	if s.Clean != nil {
		in.arg = s.Clean.Text(in.arg)
	}
	if code, err := errcode.Parse(strings.TrimSpace(in.arg)); err == nil {
		s.found.Facts = append(s.found.Facts, facts.Fact{
			Kind: facts.KindCode, Origin: facts.Origin{Path: in.path()}, Code: codeFact(code, ""),
		})
		s.found.Sources = append(s.found.Sources, src)
		return
	}
	from := len(s.found.Facts)
	p := newParser(in.path(), strings.ContainsAny(strings.TrimSpace(in.arg), "\r\n"), s.Limits, func(record ...facts.Fact) {
		s.found.Facts = append(s.found.Facts, record...)
	})
	lines := newLineReader(bufio.NewReader(strings.NewReader(in.arg)), s.Limits.Line)
	for {
		l, err := lines.next()
		if err != nil {
			break
		}
		if l.cut > 0 {
			s.problem(lineTooLong(in.path(), l, s.Limits.Line))
		}
		p.line(l)
	}
	p.end()
	s.crowded(in.path(), p)
	src.Records, src.Format = p.records, formatOf(s.found.Facts[from:])
	s.found.Sources = append(s.found.Sources, src)
}

// formatOf says what a short text was taken for.
func formatOf(found []facts.Fact) string {
	format := "code"
	for _, f := range found {
		switch f.Kind {
		case facts.KindEvent:
			format = "event"
		case facts.KindText:
			return "text"
		}
	}
	if len(found) == 0 {
		return "text"
	}
	return format
}

// weight is the bytes of text in a fact.
func weight(f facts.Fact) int64 {
	switch f.Kind {
	case facts.KindText:
		return int64(len(f.Text.Value))
	case facts.KindEvent:
		return int64(len(f.Event.Message))
	case facts.KindCode:
		return int64(len(f.Code.Message) + len(f.Code.Literal))
	}
	return 0
}

// conclude adds what follows from the forms of the logs and from their having
// been read: coverage, gaps, and the system where there is only one and the case
// does not name it.
func (s *session) conclude() {
	for _, l := range s.looked {
		covers, gaps := l.Coverage()
		s.found.Coverage = append(s.found.Coverage, covers...)
		s.found.Facts = append(s.found.Facts, gaps...)
	}
	if len(s.systems) == 1 && !slices.ContainsFunc(s.found.Facts, isSystem) {
		for name, path := range s.systems {
			s.found.Facts = append(s.found.Facts, facts.Fact{
				Kind: facts.KindEnvironment, Origin: facts.Origin{Path: path}, Environment: &facts.Environment{Field: facts.FieldOS, Value: name},
			})
		}
	}
}

func isSystem(f facts.Fact) bool {
	return f.Kind == facts.KindEnvironment && f.Environment.Field == facts.FieldOS
}

func (s *session) problem(p facts.Problem) {
	if len(s.found.Problems) >= s.Limits.Problems {
		s.unlisted++
		return
	}
	s.found.Problems = append(s.found.Problems, p)
}
