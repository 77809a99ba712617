package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"
)

// hostileRules are rule files that are meant to harm: each is refused.
func hostileRules() map[string]string {
	rule := func(symptom string) string {
		return "schema: 1\nid: a/b\ntitle: T\nstatus: draft\nsymptoms:\n  s:\n    " + symptom + "\n    suggests: 3\n    expected: 3\ncause: C.\nresolution: {steps: [S.]}\n"
	}
	good := rule("code: 0x80070005")
	when := func(expression string) string {
		return rule("when: '" + strings.ReplaceAll(expression, "'", "''") + "'")
	}
	wide := func(s string, swap bool) string {
		var b bytes.Buffer
		b.WriteString("\xff\xfe")
		if swap {
			b.Reset()
			b.WriteString("\xfe\xff")
		}
		for _, u := range utf16.Encode([]rune(s)) {
			if swap {
				b.Write([]byte{byte(u >> 8), byte(u)})
			} else {
				b.Write([]byte{byte(u), byte(u >> 8)})
			}
		}
		return b.String()
	}
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		laughs += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	return map[string]string{
		// bombs
		"laughs":           laughs,
		"laughs in a rule": good + laughs,
		"alias":            strings.Replace(good, "title: T", "title: &t T", 1) + "article: {notes: *t}\n",
		"merge key":        strings.Replace(good, "schema: 1", "base: &b {schema: 1}\n<<: *b", 1),
		"alias of itself":  "schema: &s [*s]\n",
		"huge file":        good + many(5<<20/33, "# a comment that fills the file \n"),
		"huge key":         good + many(3<<20, "k") + ": 1\n",
		"huge number":      strings.Replace(good, "schema: 1", "schema: "+many(1<<20, "9"), 1),
		"many keys": good + func() string {
			var b strings.Builder
			for i := range 100_000 {
				fmt.Fprintf(&b, "k%d: 1\n", i)
			}
			return b.String()
		}(),
		"many symptoms off": good + "proof:\n" + func() string {
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, "  p%d: {}\n", i)
			}
			return b.String()
		}(),
		// depth
		"deep brackets": good + "article: " + many(10_000, "[") + many(10_000, "]") + "\n",
		"deep braces":   good + "article: " + many(10_000, "{a: ") + many(10_000, "}") + "\n",
		"deep blocks": good + "article:\n" + func() string {
			var b strings.Builder
			for i := range 1_000 {
				b.WriteString(many(i+1, " ") + "a:\n")
			}
			return b.String()
		}(),
		"deep dashes":          good + "article:\n  " + many(5_000, "- ") + "x\n",
		"deep groups":          rule("any: " + many(70, "{a: {any: ") + "{b: {code: 5}}" + many(70, "}}")),
		"open brackets":        good + many(100_000, "["),
		"question marks":       good + many(20_000, "? "),
		"half a million dots":  when(many(500_000, ".")),
		"half a million round": when(many(500_000, "(")),
		// encodings
		"NUL":                strings.Replace(good, "C.", "C\x00", 1),
		"UTF-16":             wide(good, false),
		"UTF-16 big end":     wide(good, true),
		"UTF-32":             "\xff\xfe\x00\x00s\x00\x00\x00",
		"latin 1":            strings.Replace(good, "C.", "caf\xe9", 1),
		"overlong":           strings.Replace(good, "C.", "\xc0\xaf", 1),
		"surrogate":          strings.Replace(good, "C.", "\xed\xa0\x80", 1),
		"cut in a letter":    good + "# \xe2\x82",
		"escape character":   strings.Replace(good, "C.", "\x1b[2J", 1),
		"delete characters":  strings.Replace(good, "C.", "C\x08\x08", 1),
		"two marks of order": "\ufeff\ufeff" + good,
		"not a character":    strings.Replace(good, "C.", "\ufffe", 1),
		"binary":             "\x7fELF\x02\x01\x01\x00\x00",
		"gzip":               "\x1f\x8b\x08\x00\x00\x00\x00\x00",
		"empty":              "",
		"blanks":             many(100_000, " "),
		"tabs":               "\t\t\t",
		// what readers of YAML see differently
		"second document":    good + "---\n" + strings.Replace(good, "a/b", "a/c", 1),
		"second after dots":  good + "...\n---\n" + good,
		"third is broken":    good + "---\nx: [\n",
		"empty second":       good + "---\n",
		"repeated key":       good + "title: U\n",
		"repeated in quotes": good + "\"title\": U\n",
		"repeated name":      strings.Replace(good, "cause:", "  s: {code: 5, suggests: 1, expected: 1}\ncause:", 1),
		"null element":       strings.Replace(good, "[S.]", "[S., ~]", 1),
		"null step":          strings.Replace(good, "[S.]", "[null]", 1),
		"a list at the root": "- " + strings.ReplaceAll(strings.TrimSpace(good), "\n", "\n  ") + "\n",
		"a word at the root": "rule",
		"tagged":             strings.Replace(good, "schema: 1", "schema: !!python/object/apply:os.system [id]", 1),
		"tagged as binary":   strings.Replace(good, "title: T", "title: !!binary [1]", 1),
		"yes for a flag":     "setup: yes\n" + good,
		"complex key":        good + "? [a, b]\n: c\n",
		"key of a null":      good + "~: c\n",
		"number for a name":  strings.Replace(good, "  s:", "  1e3:", 1),
		"float for a class":  strings.Replace(good, "suggests: 3", "suggests: 3.0000001", 1),
		"infinite class":     strings.Replace(good, "suggests: 3", "suggests: .inf", 1),
		"negative class":     strings.Replace(good, "suggests: 3", "suggests: -3", 1),
		"huge class":         strings.Replace(good, "suggests: 3", "suggests: 99999999999999999999999", 1),
		"huge event":         rule("event: 99999999999999999999"),
		"huge duration":      rule("correlate: {events: [5], within: 99999999999h}"),
		"path for an id":     strings.Replace(good, "a/b", "../../etc/passwd", 1),
		// expressions
		"nested loops":        when("any(events, any(events, any(events, any(events, .id == 1))))"),
		"growing text":        when(`reduce(1..32, #acc + #acc, "x") == "x"`),
		"range":               when("len(1..100000000) > 0"),
		"environment":         when("len($env) > 0"),
		"pattern of facts":    when(`any(texts, # matches texts[0])`),
		"repeated pattern":    when(`any(texts, # matches "((a{1,100}){1,100}){1,100}")`),
		"quadratic":           when("len(uniq(texts)) > 0"),
		"division":            when("len(codes) / 0 > 1"),
		"power":               when("len(codes) ** 99 > 1"),
		"let":                 when("let x = len(codes); x > 1"),
		"long or":             when(many(2_000, "len(codes) > 1 or ") + "len(codes) > 2"),
		"many nots":           when(many(3_000, "not ") + "dns.update"),
		"index":               when("texts[-1] == \"\""),
		"sort":                when("len(sort(texts)) > 0"),
		"date":                when("now().Unix() > 0"),
		"call of a method":    when("codes.String() == \"\""),
		"open placeholder":    strings.Replace(good, "[S.]", "[\"{{ x\"]", 1),
		"many placeholders":   strings.Replace(good, "[S.]", "[\""+many(10_000, "{{ x }}")+"\"]", 1),
		"placeholder in text": rule("text: \"" + many(10_000, "<a>") + "\""),
	}
}

// TestHostileRuleFiles: each is refused with exit code 4 and its place, within 5
// seconds and 256 MiB.
func TestHostileRuleFiles(t *testing.T) {
	program, err := exec.LookPath("kbtriage") // TestMain put it there
	if err != nil {
		t.Fatal(err)
	}
	files := hostileRules()
	if len(files) < 60 {
		t.Errorf("%d files", len(files))
	}
	for name, text := range files {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "b.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			defer stop()
			cmd := exec.CommandContext(ctx, program, "0x80070005", "--no-embedded", "--kb", dir, "-q")
			cmd.Env = []string{"HOME=/no-home", "GORACE=" + noSleep}
			var errs bytes.Buffer
			cmd.Stderr = &errs
			begin := time.Now()
			_ = cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != 4 {
				t.Errorf("exit code %d: %.500s", code, errs.String())
			}
			if took := time.Since(begin); took > 5*time.Second && noSleep == "" {
				t.Errorf("it took %v", took)
			}
			if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && use.Maxrss > 256<<10 {
				t.Errorf("it took %d KiB", use.Maxrss)
			}
			place := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(file) + `(:\d+:\d+)?: .+ \[(rule|yaml)\.[a-z-]+\]$`)
			if !place.Match(errs.Bytes()) {
				t.Errorf("no message with its place: %.500s", errs.String())
			}
			if bytes.ContainsAny(errs.Bytes(), "\x00\x1b\x08") {
				t.Errorf("a control character in %.200q", errs.String())
			}
		})
	}
}
