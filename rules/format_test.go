package rules

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const shuffled = `# Made by hand.
schema: 1   
title: The mail comes early
id: mail/early


status: stable
resolution:
  # What to do.
  ways:
    - steps: [Set the clock.]
      name: By hand
    # The other way.
    - name: By itself
      steps:
        - if: clock
          do: Restart the service.
        - Wait.
  kind: fix
cause: |
  The clock is ahead.

  # This is no comment.
symptoms:
  # The code alone says little.
  code:
    suggests: 4
    expected: 4   # nearly always
    code: 0xC0DE0001
  clock:
    expected: 3
    suggests: 2
    any:
      event:
        event:
          source: W32Time
          id: [36, 37]
      ahead: {seen: no, ask: Is the clock right?}
# The end.
`

const ordered = `# Made by hand.
schema: 1
id: mail/early
title: The mail comes early

status: stable
symptoms:
  # The code alone says little.
  code:
    code: 0xC0DE0001
    suggests: 4
    expected: 4   # nearly always
  clock:
    any:
      event:
        event:
          id: [36, 37]
          source: W32Time
      ahead: {seen: no, ask: Is the clock right?}
    suggests: 2
    expected: 3
cause: |
  The clock is ahead.

  # This is no comment.
resolution:
  kind: fix
  # What to do.
  ways:
    - name: By hand
      steps: [Set the clock.]
    # The other way.
    - name: By itself
      steps:
        - do: Restart the service.
          if: clock
        - Wait.
# The end.
`

func TestFormat(t *testing.T) {
	for name, x := range map[string]struct{ in, want string }{
		"keys in order, comments with them":      {shuffled, ordered},
		"what is in order stays":                 {ordered, ordered},
		"CRLF and a byte order mark":             {"\ufeff" + strings.ReplaceAll(shuffled, "\n", "\r\n"), ordered},
		"the head of the file":                   {"# yaml-language-server: $schema=x.json\n# Of the code.\ntitle: T\nid: a/b\nschema: 1\n" + ordered[strings.Index(ordered, "\nstatus"):], "# yaml-language-server: $schema=x.json\nschema: 1\nid: a/b\n# Of the code.\ntitle: T\n" + ordered[strings.Index(ordered, "\nstatus"):]},
		"a licence and a marker":                 {"# Licence.\n\n---\ntitle: T\nid: a/b\nschema: 1\n" + ordered[strings.Index(ordered, "\nstatus"):], "# Licence.\n\n---\nschema: 1\nid: a/b\ntitle: T\n" + ordered[strings.Index(ordered, "\nstatus"):]},
		"no newline at the end":                  {strings.TrimSuffix(ordered, "# The end.\n"), strings.TrimSuffix(ordered, "# The end.\n")},
		"white space in a text that counts":      {strings.Replace(ordered, "ahead.\n\n", "ahead.  \n\n\n", 1), strings.Replace(ordered, "ahead.\n\n", "ahead.  \n\n\n", 1)},
		"a comment between the dash and its key": {strings.Replace(ordered, "    - name: By hand\n      steps: [Set the clock.]\n", "    - steps: [Set the clock.]\n      # its name\n      name: By hand\n", 1), strings.Replace(ordered, "    - name: By hand\n      steps: [Set the clock.]\n", "    - steps: [Set the clock.]\n      # its name\n      name: By hand\n", 1)},
	} {
		got, msgs := Format("x.yaml", []byte(x.in))
		if len(msgs) > 0 || string(got) != x.want {
			t.Errorf("%s: %v\n%s", name, msgs, got)
		}
	}
	for _, bad := range []string{strings.ReplaceAll(ordered, "\n", "\r"), strings.Replace(ordered, "nearly", "nearly\u2028always", 1), strings.Replace(ordered, "nearly", "nearly\u0085always", 1)} {
		if got, msgs := Format("x.yaml", []byte(bad)); got != nil || len(msgs) == 0 {
			t.Errorf("other ends of lines give %q", got)
		}
	}
	if got, msgs := Format("x.yaml", []byte("schema: 1\nid: x\n")); got != nil || len(msgs) == 0 {
		t.Errorf("a broken file gives %q, %v", got, msgs)
	}
}

// TestFormatKeepsRules: every good file keeps its rule, its comments and its lines,
// and a second time changes nothing.
func TestFormatKeepsRules(t *testing.T) {
	count := 0
	for _, root := range []string{"../kb", "testdata/good", "importer/testdata/golden"} {
		err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(name) != ".yaml" || strings.HasSuffix(name, ".test.yaml") {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if rule, _ := Parse(name, data); rule == nil {
				return nil
			}
			count++
			once, msgs := Format(name, data)
			if len(msgs) > 0 {
				t.Errorf("%v", msgs)
				return nil
			}
			if twice, _ := Format(name, once); !bytes.Equal(once, twice) {
				t.Errorf("%s: a second time gives another file", name)
			}
			if a, b := content(data), content(once); !slices.Equal(a, b) {
				t.Errorf("%s: lines are lost or new", name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if count < 40 {
		t.Errorf("only %d files", count)
	}
}

// content is the lines of a file, sorted, without white space around them and dashes
// before them.
func content(data []byte) []string {
	var list []string
	for l := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
		if l = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l), "- ")); l != "" {
			list = append(list, l)
		}
	}
	slices.Sort(list)
	return list
}

// FuzzFormat: whatever loads is the same rule afterwards, and a second time changes
// nothing; nothing else panics.
func FuzzFormat(f *testing.F) {
	f.Add([]byte(shuffled))
	f.Add([]byte(ordered))
	files, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		once, msgs := Format("x.yaml", data)
		if len(msgs) > 0 {
			return
		}
		if InForm(data) && !bytes.Equal(once, data) {
			t.Fatalf("in form, and not as it is formatted:\n%s\n%s", data, once)
		}
		before, _ := Parse("x.yaml", data)
		after, _ := Parse("x.yaml", once)
		if before == nil || after == nil || !sameRule(before, after) {
			t.Fatalf("another rule:\n%s\nbecame\n%s", data, once)
		}
		twice, msgs := Format("x.yaml", once)
		if len(msgs) > 0 || !bytes.Equal(once, twice) {
			t.Fatalf("twice:\n%s\nthen\n%s\n%v", once, twice, msgs)
		}
	})
}

// TestFormatKnowsEveryKey: the order has the keys that the loader takes, at every place.
func TestFormatKnowsEveryKey(t *testing.T) {
	for place, text := range map[string]string{
		"rule":       "zzzzzzzz: 1",
		"ref":        "refs: [{zzzzzzzz: 1}]",
		"applies":    "applies_to: [{zzzzzzzz: 1}]",
		"input":      "inputs: {a: {zzzzzzzz: 1}}",
		"questions":  "inputs: {a: {kind: endpoint, ask: {zzzzzzzz: 1}}}",
		"symptom":    "symptoms: {a: {zzzzzzzz: 1}}",
		"proof":      "proof: {a: {zzzzzzzz: 1}}",
		"condition":  "symptoms: {a: {any: {b: {zzzzzzzz: 1}}}}",
		"event":      "symptoms: {a: {event: {zzzzzzzz: 1}}}",
		"correlate":  "symptoms: {a: {correlate: {zzzzzzzz: 1}}}",
		"resolution": "resolution: {zzzzzzzz: 1}",
		"step":       "resolution: {steps: [{zzzzzzzz: 1}]}",
		"way":        "resolution: {ways: [{zzzzzzzz: 1}]}",
		"article":    "article: {zzzzzzzz: 1}",
		"origin":     "article: {origin: {zzzzzzzz: 1}}",
	} {
		_, msgs := Parse("x.yaml", []byte(text))
		var want []string
		for _, m := range msgs {
			if _, list, ok := strings.Cut(m.Hint, "expected one of "); ok && strings.Contains(m.Text, "zzzzzzzz") {
				want = strings.Split(list, ", ")
			}
		}
		have, _ := keysOf(place)
		have = slices.Clone(have)
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s: %v, the loader has %v", place, have, want)
		}
	}
}
