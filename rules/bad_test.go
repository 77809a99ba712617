package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Each file in testdata/bad holds mistakes. The messages they must cause stand
// in the file itself, on the line where each must appear:
//
//	titel: A title # want `1: a rule has no key "titel"`
//
// One `regexp` a message, matched against "column: text; hint [check]", from its
// beginning where the regexp begins with a digit. A file
// that cannot hold comments has a sibling FILE.want with lines "LINE `regexp`".
// Every message must be wanted and every wanted one must come.

var (
	wantComment = regexp.MustCompile("# want((?: `[^`]*`)+)\\s*$")
	wantQuoted  = regexp.MustCompile("`([^`]*)`")
	wantBeside  = regexp.MustCompile("^(\\d+)((?: `[^`]*`)+)$")
)

// wanted lists the expected messages of a file by line.
func wanted(t *testing.T, file string, data []byte) map[int][]string {
	t.Helper()
	want := map[int][]string{}
	add := func(line int, list string) {
		for _, m := range wantQuoted.FindAllStringSubmatch(list, -1) {
			want[line] = append(want[line], m[1])
		}
	}
	if beside, err := os.ReadFile(file + ".want"); err == nil {
		for l := range strings.Lines(string(beside)) {
			m := wantBeside.FindStringSubmatch(strings.TrimSpace(l))
			if m == nil {
				t.Fatalf("%s.want: %q is not LINE `regexp`", file, l)
			}
			line := 0
			fmt.Sscan(m[1], &line)
			add(line, m[2])
		}
		return want
	}
	for i, l := range strings.Split(string(data), "\n") {
		m := wantComment.FindStringSubmatch(l)
		if m == nil && strings.Contains(l, "# want") {
			t.Fatalf("%s:%d: a want that is not # want `regexp`...", file, i+1)
		}
		if m != nil {
			add(i+1, m[1])
		}
	}
	return want
}

func fits(pattern, message string) bool {
	if pattern[0] >= '0' && pattern[0] <= '9' {
		pattern = "^" + pattern
	}
	return regexp.MustCompile(pattern).MatchString(message)
}

func badFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata/bad", err)
	}
	return files
}

func parseFile(t *testing.T, file string) (*Rule, []source.Message, []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, msgs := Parse(file, data)
	return r, msgs, data
}

func TestBad(t *testing.T) {
	for _, file := range badFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			r, msgs, data := parseFile(t, file)
			if r != nil {
				t.Error("a rule in spite of its mistakes")
			}
			want := wanted(t, file, data)
			if len(want) == 0 {
				t.Error("the file wants no message")
			}
			for _, m := range msgs {
				got := strings.TrimPrefix(m.String(), fmt.Sprintf("%s:%d:", file, m.Line))
				i := slices.IndexFunc(want[m.Line], func(pattern string) bool { return fits(pattern, got) })
				if i < 0 {
					t.Errorf("not wanted: %s", m)
					continue
				}
				want[m.Line] = slices.Delete(want[m.Line], i, i+1)
			}
			for line, list := range want {
				for _, pattern := range list {
					t.Errorf("%s:%d: no message %s", file, line, pattern)
				}
			}
		})
	}
}

// TestTenMistakes is the file with ten different mistakes, each of another kind.
func TestTenMistakes(t *testing.T) {
	_, msgs, _ := parseFile(t, "testdata/bad/ten-mistakes.yaml")
	if len(msgs) != 10 {
		t.Errorf("%d messages, want 10:", len(msgs))
	}
	var lines []int
	for _, m := range msgs {
		t.Log(m)
		lines = append(lines, m.Line)
	}
	if want := []int{2, 3, 4, 5, 6, 8, 9, 10, 10, 12}; !slices.Equal(lines, want) {
		t.Errorf("lines %v, want %v", lines, want)
	}
}

// TestEveryCheck finds the ids of messages in the code, and a bad file for each.
func TestEveryCheck(t *testing.T) {
	seen := map[string]bool{
		"rule.duplicate-id": true, // of two files: TestDuplicateIDs
		"yaml.size":         true, // of a file too large to keep here: TestSize
		"rule.more":         true, // of a file with a thousand mistakes: TestManyMistakes
	}
	for _, file := range badFiles(t) {
		_, msgs, _ := parseFile(t, file)
		for _, m := range msgs {
			seen[m.Check] = true
		}
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`"((?:rule|yaml)\.[a-z-]+)"`)
	found := 0
	for _, file := range code {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllStringSubmatch(string(data), -1) {
			found++
			if !seen[m[1]] {
				t.Errorf("%s: no file in testdata/bad causes %s", file, m[1])
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d ids found in the code; has their form changed?", found)
	}
}

func TestSize(t *testing.T) {
	data := append(slices.Repeat([]byte("# a comment that fills the file\n"), maxFile/32), "schema: 1\n"...)
	r, msgs := Parse("big.yaml", data)
	if r != nil || len(msgs) != 1 || msgs[0].Check != "yaml.size" || msgs[0].Position != (source.Position{File: "big.yaml"}) {
		t.Errorf("%v %v", r, msgs)
	}
}

func TestManyMistakes(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	_, msgs := Parse("many.yaml", []byte(b.String()))
	last := msgs[len(msgs)-1]
	if len(msgs) != maxMessages+1 || last.Check != "rule.more" || !strings.HasPrefix(last.Text, "2007 more messages") {
		t.Errorf("%d messages, the last is %v", len(msgs), last)
	}
}

const small = `schema: 1
id: %s
title: %s
status: stable
symptoms: {s: {code: 997, suggests: 3, expected: 3}}
cause: A cause.
resolution: {steps: [Do it.]}
`

func TestDuplicateIDs(t *testing.T) {
	file := func(id, title string) *fstest.MapFile {
		return &fstest.MapFile{Data: fmt.Appendf(nil, small, id, title)}
	}
	set, msgs := Load(fstest.MapFS{
		"b/two.yaml":        file("test/x", "two"),
		"a/one.yml":         file("test/x", "one"),
		"a/other.yaml":      file("test/a", "other"),
		"a/three.yaml":      file("test/x", "three"),
		"a/one.test.yaml":   file("test/t", "no rule but a test"),
		"a/notes.txt":       {Data: []byte("not YAML: [")},
		"a/broken.yaml":     {Data: []byte("schema: 1\ntitle: [")},
		"nested/a/b/c.yaml": file("test/b", "deep"),
	}, "kb/")
	var ids []string
	for _, r := range set.Rules {
		ids = append(ids, r.ID+" "+r.File+" "+r.Title)
	}
	if want := []string{"test/a kb/a/other.yaml other", "test/b kb/nested/a/b/c.yaml deep", "test/x kb/a/one.yml one"}; !slices.Equal(ids, want) {
		t.Errorf("rules %q, want %q", ids, want)
	}
	var got []string
	for _, m := range msgs {
		got = append(got, fmt.Sprintf("%s:%d %s", m.File, m.Line, m.Check))
		if m.Check == "rule.duplicate-id" && m.Text != "the rule id test/x is taken by kb/a/one.yml" {
			t.Error(m)
		}
	}
	if want := []string{"kb/a/broken.yaml:3 yaml.syntax", "kb/a/three.yaml:1 rule.duplicate-id", "kb/b/two.yaml:1 rule.duplicate-id"}; !slices.Equal(got, want) {
		t.Errorf("messages %q, want %q", got, want)
	}

	first, _ := Load(fstest.MapFS{"one.yaml": file("test/x", "one")}, "")
	second, _ := Load(fstest.MapFS{"two.yaml": file("test/x", "two"), "three.yaml": file("test/y", "three")}, "mine/")
	msgs = first.Add(second)
	if len(msgs) != 1 || msgs[0].File != "mine/two.yaml" || len(first.Rules) != 2 || first.Rules[0].Title != "one" {
		t.Errorf("%v %v", msgs, first.Rules)
	}
}
