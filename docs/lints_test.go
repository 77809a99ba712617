package docs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/lint"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// lints is the page of the checks: each with its title, why it is one, what to do, and
// its bad example with what lint says of it and what differs in the good one.
func lints(t *testing.T) []string {
	t.Helper()
	list, err := lint.Docs()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{"| check | what it finds | `--fix` |", "| --- | --- | --- |"}
	for _, d := range list {
		fix := ""
		if len(d.Fixed) > 0 {
			fix = "mends it"
		}
		out = append(out, fmt.Sprintf("| [`%s`](#%s) | %s | %s |", d.Code, anchorOf(d.Code), d.Title, fix))
	}
	for _, d := range list {
		out = append(out, "", "### "+d.Code, "", upperFirst(d.Title)+".", "")
		out = append(out, strings.Split(d.Why, "\n")...)
		out = append(out, "", "What to do: "+d.Fix, "", "```text")
		msgs := said(t, &d)
		for i, m := range msgs {
			if i == 3 {
				out = append(out, fmt.Sprintf("(and %d more)", len(msgs)-i))
				break
			}
			out = append(out, m.String())
		}
		out = append(out, "```", "")
		out = append(out, difference(&d, msgs[0].File)...)
	}
	return out
}

func anchorOf(code string) string { return strings.ReplaceAll(code, ".", "") }

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// said is what lint says of the bad example.
func said(t *testing.T, d *lint.Doc) []source.Message {
	t.Helper()
	fsys, before := fstest.MapFS{}, fstest.MapFS{}
	for _, f := range d.Bad {
		fsys[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	for _, f := range d.Before {
		before[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	set, msgs := rules.Load(fsys, "")
	files, more := tests.Load(fsys, "")
	msgs = append(msgs, more...)
	for _, f := range files {
		if !slices.ContainsFunc(set.Rules, func(r *rules.Rule) bool { return r.ID == f.Rule }) && d.Refusal() && d.Code == "test.rule" {
			msgs = append(msgs, source.Message{Position: source.Position{File: f.Path, Line: 1, Column: 1}, Check: "test.rule", Text: fmt.Sprintf("the tests are for a rule %q, which is not there", f.Rule)})
		}
	}
	if d.Refusal() {
		return source.Sort(msgs)
	}
	b := &lint.Base{Rules: set, Tests: files, Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Text: func(name string) []byte {
		if f := fsys[name]; f != nil {
			return f.Data
		}
		return nil
	}, Taken: func(id string) bool { return id == "host/spool-full" }}
	if len(before) > 0 {
		b.Before, _ = rules.Load(before, "before/")
	}
	for _, f := range lint.Run(b) {
		msgs = append(msgs, f.Message)
	}
	if len(msgs) == 0 {
		t.Fatalf("%s: its bad example causes no message", d.Code)
	}
	return msgs
}

// difference is the bad example beside the good one: the file that the message is
// about, or the first that differs.
func difference(d *lint.Doc, file string) []string {
	find := func(list []lint.File, name string) (string, bool) {
		for _, f := range list {
			if f.Name == name {
				return f.Text, true
			}
		}
		return "", false
	}
	names := []string{file}
	for _, f := range append(slices.Clone(d.Bad), d.Good...) {
		names = append(names, f.Name)
	}
	for _, name := range names {
		bad, in := find(d.Bad, name)
		good, is := find(d.Good, name)
		switch {
		case !in && !is || bad == good:
			continue
		case !is:
			return nil // the files are called otherwise
		}
		return fenced("diff", string(diff.Diff("bad/"+name, []byte(bad), "good/"+name, []byte(good))))
	}
	if len(d.Before) > 0 {
		was, _ := find(d.Before, file)
		is, _ := find(d.Bad, file)
		return fenced("diff", string(diff.Diff("before/"+file, []byte(was), "bad/"+file, []byte(is))))
	}
	return nil
}

// fenced is a block of code without the first line of a diff, and with what controls a
// terminal made visible.
func fenced(language, text string) []string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == '\u200b' {
			return '\u00b7'
		}
		return r
	}, text)
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if strings.HasPrefix(lines[0], "diff ") {
		lines = lines[1:]
	}
	for i, l := range lines {
		if len(l) > 160 {
			lines[i] = l[:160] + "…"
		}
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return slices.Concat([]string{"```" + language}, lines, []string{"```"})
}
