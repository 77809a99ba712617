package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// Stream takes what an input holds: a file, standard input, a member of an archive.
func (s *session) Stream(st *Stream) error {
	if s.Clean != nil {
		st.clean(s.Clean)
	}
	switch {
	case st.Format == FormatCase:
		s.savedStream(st.Path, st.in)
	case st.HasRecords():
		s.records(st)
	default:
		s.text(st)
	}
	return s.ctx.Err()
}

// Problem takes what was not read of an input.
func (s *session) Problem(p facts.Problem) { s.problem(p) }

// savedStream reads a saved case.
func (s *session) savedStream(path string, in io.Reader) {
	data, err := io.ReadAll(io.LimitReader(in, s.Limits.Case+1))
	switch {
	case err != nil:
		s.problem(readFailed(path, 0, 0, err))
	case int64(len(data)) > s.Limits.Case:
		s.problem(facts.Problem{
			Source: path, Stage: "decode", Reason: "case.too-large",
			Text: fmt.Sprintf("the saved case has more than %d bytes, the limit", s.Limits.Case),
		})
	default:
		s.saved(path, data)
	}
}

// saved takes over a saved case as it is: facts, coverage, sources, problems.
// It does not become a source itself, so that saving it again changes nothing.
func (s *session) saved(path string, data []byte) {
	c, err := facts.UnmarshalCase(data)
	if err != nil {
		s.problem(facts.Problem{
			Source: path, Stage: "decode", Reason: "case.invalid",
			Text: "it begins like a saved case and is none: " + strings.ReplaceAll(err.Error(), "\n", "; "),
		})
		return
	}
	s.read++
	s.found.Facts = append(s.found.Facts, c.Facts...)
	s.found.Coverage = append(s.found.Coverage, c.Coverage...)
	s.found.Sources = append(s.found.Sources, c.Sources...)
	for _, p := range c.Problems {
		s.problem(p)
	}
}

// text reads plain text line by line.
func (s *session) text(st *Stream) {
	path, raw, size := st.Path, st.raw, st.Size
	format := st.Format
	if path == stdinPath {
		format = "text"
	}
	t := &taken{src: facts.Source{Path: path, Format: format}, seen: map[signal]*occurrences{}}
	s.taken = append(s.taken, t)
	s.read++
	var f feeder
	var single []facts.Fact // of a text of one line
	p := newParser(path, true, s.Limits, func(record ...facts.Fact) {
		if f.one {
			single = append(single, record...)
		}
		s.keep(t, record)
	})
	f.parser = p
	lines := newLineReader(st.in, s.Limits.Line)
	nul, whole := 0, false
	for {
		l, err := lines.next()
		if err == nil && lines.n%256 == 0 {
			err = s.ctx.Err()
		}
		if err != nil {
			whole = errors.Is(err, io.EOF)
			if !whole && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
				s.problem(readFailed(path, lines.n, p.records, err))
			} else if !whole {
				s.problem(readFailed(path, lines.n, p.records, errors.New("it was interrupted")))
			}
			break
		}
		if l.cut > 0 {
			s.problem(lineTooLong(path, l, s.Limits.Line))
		}
		if l.nul && nul == 0 {
			nul = l.n
		}
		f.line(l)
	}
	if f.end(); !whole {
		f.one = false
	}
	if nul > 0 {
		s.problem(facts.Problem{
			Source: path, At: at(nul), Stage: "decode", Reason: "file.binary",
			Text: "from here on the text holds NUL bytes, expected plain text; they were taken for blanks",
		})
	}
	if whole && size > raw.n {
		s.problem(facts.Problem{
			Source: path, At: at(lines.n), Stage: "read", Reason: "file.truncated", Read: int64(p.records),
			Text: fmt.Sprintf("it ended after %d of %d bytes: it became shorter while it was read; read it again", raw.n, size),
		})
	}
	s.crowded(path, p)
	t.src.Bytes, t.src.Records, t.seen = raw.n, p.records, nil
	if format == "text" && f.one {
		t.src.Format = formatOf(single)
	}
}

func at(line int) string { return fmt.Sprintf("line %d", max(line, 1)) }

func lineTooLong(path string, l textLine, limit int) facts.Problem {
	return facts.Problem{
		Source: path, At: at(l.n), Stage: "decode", Reason: "text.line-too-long",
		Text: fmt.Sprintf("the line is longer than %d bytes, the limit; the last %d bytes of it were not looked at", limit, l.cut),
	}
}

func readFailed(path string, lines, records int, err error) facts.Problem {
	p := facts.Problem{
		Source: path, Stage: "read", Reason: "file.read-failed", Read: int64(records),
		Text: fmt.Sprintf("reading failed after %d lines: %s; how much is missing is not known. What was read is used", lines, cause(err)),
	}
	if lines > 0 {
		p.At = at(lines)
	}
	if errors.Is(err, errHalf) {
		p.Reason = "file.truncated"
	}
	return p
}

// crowded reports records that held more codes or events than were taken.
func (s *session) crowded(path string, p *parser) {
	for _, line := range p.crowded {
		s.problem(facts.Problem{
			Source: path, At: at(line), Stage: "decode", Reason: "text.too-many-codes",
			Text: fmt.Sprintf("the record holds more than %d codes or events; the others were not taken", maxCodes),
		})
	}
}

// A countingReader counts what it reads, and repeats the error that ended it.
type countingReader struct {
	src io.Reader
	n   int64
	err error
}

func (c *countingReader) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.src.Read(p)
	c.n += int64(n)
	c.err = err
	return n, err
}

// interruptible lets a cancelled context end a Read that waits for a person or
// a pipe. The Read that waits is left behind.
type interruptible struct {
	ctx context.Context
	src io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	if r.ctx.Done() == nil {
		return r.src.Read(p)
	}
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		buf := make([]byte, len(p))
		n, err := r.src.Read(buf)
		done <- result{buf[:n], err}
	}()
	select {
	case got := <-done:
		return copy(p, got.data), got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
