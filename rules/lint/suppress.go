package lint

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// A suppression is a comment anywhere in the file that it is for:
//
//	# lint:ignore no-verify until 2027-03-31: the vendor has no tool that shows it
//
// It ends with the day that it names.
type suppression struct {
	at     source.Position
	check  string // without the prefix
	until  time.Time
	used   bool
	from   int // of the comment's line
	to     int
	reason string
	marked bool // the file begins with a mark of byte order
}

var suppressing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^lint:ignore\s+(\S+)\s+until\s+(\d{4}-\d{2}-\d{2}):\s*(\S.*)$`)
})

// suppressions reads the comments of a file; wrong ones are findings.
func suppressions(b *Base, file string) (list []*suppression, wrong []Finding) {
	text := b.Text(file)
	if !bytes.Contains(text, []byte("lint")) || !begins().Match(text) {
		return nil, nil
	}
	marked := bytes.HasPrefix(text, []byte("\ufeff"))
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	at := 0
	for i, line := range strings.SplitAfter(string(text), "\n") {
		from := at
		at += len(line)
		m := begins().FindStringIndex(line)
		if m == nil {
			continue
		}
		body := strings.TrimRight(line, "\r\n")
		before, comment := body[:m[0]], strings.TrimSpace(strings.TrimLeft(body[m[0]:], " \t#"))
		if !rules.IsComment(text, from+m[0], from+len(body)) {
			continue // a text that has it
		}
		column := len([]rune(body[:m[0]+strings.IndexByte(body[m[0]:], '#')])) + 1
		s := &suppression{at: source.Position{File: file, Line: i + 1, Column: column}, from: from, to: at, marked: marked}
		if strings.TrimSpace(before) != "" { // the line holds more than the comment
			s.from, s.to = from+len(strings.TrimRight(before, " \t")), from+len(body)
		}
		say := func(text, hint string) {
			wrong = append(wrong, Finding{Message: source.Message{Position: s.at, Check: prefix + "suppression", Text: text, Hint: hint}})
		}
		parts := suppressing().FindStringSubmatch(comment)
		if parts == nil {
			say("a suppression names a check, the day it ends and a reason", `write it as "# lint:ignore CHECK until YYYY-MM-DD: REASON", one check each`)
			continue
		}
		s.check, s.reason = strings.TrimPrefix(parts[1], prefix), parts[3]
		var err error
		if s.until, err = time.Parse(time.DateOnly, parts[2]); err != nil {
			say(parts[2]+" is no day", "")
			continue
		}
		if !known(s.check) {
			say("there is no check "+s.check, source.DidYouMean(s.check, names()))
			continue
		}
		list = append(list, s)
	}
	return list, wrong
}

// begins finds what looks like the comment of a suppression, misspelt ones too.
var begins = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|[ \t])[ \t]*#+[ \t]*lint[ \t]*:[ \t]*\w+`)
})

// suppressed takes out what suppressions name, and adds what is to be said of them.
func suppressed(b *Base, found []Finding) []Finding {
	files := map[string][]*suppression{}
	var more []Finding
	read := func(file string) {
		if _, done := files[file]; !done {
			list, wrong := suppressions(b, file)
			files[file] = list
			more = append(more, wrong...)
		}
	}
	for _, r := range b.Rules.Rules {
		if r.Status != rules.Retired {
			read(r.File)
		}
	}
	for _, f := range b.Tests {
		read(f.Path)
	}
	kept := found[:0]
	for _, f := range found {
		hidden := false
		for _, s := range files[f.File] {
			if prefix+s.check == f.Check {
				s.used = true
				hidden = hidden || !s.ended(b.Today)
			}
		}
		if !hidden {
			kept = append(kept, f)
		}
	}
	for file, list := range files {
		for _, s := range list {
			switch {
			case s.ended(b.Today):
				more = append(more, Finding{Message: source.Message{
					Position: s.at, Check: prefix + "expired-suppression",
					Text: "the suppression of " + s.check + " ended on " + s.until.Format(time.DateOnly) + ": " + s.reason,
				}})
			case !s.used:
				edits := []Edit{{File: file, From: s.from, To: s.to, Marked: s.marked}}
				more = append(more, Finding{Fixable: true, Edits: edits, Message: source.Message{
					Position: s.at, Check: prefix + "unused-suppression",
					Text: "nothing in the file is suppressed by it: " + s.check + " has nothing to say",
				}})
			}
		}
	}
	return append(kept, more...)
}

// ended reports whether the last day of the suppression is over.
func (s *suppression) ended(today time.Time) bool {
	return today.Format(time.DateOnly) > s.until.Format(time.DateOnly)
}
