// Package docs_test keeps README.md, CHANGELOG.md and the pages below docs true.
// It needs Go and nothing else: no network, no shell.
//
// What it does with fenced blocks, by the words behind the three backticks:
//
//	console           every "$ kbtriage ..." is run and its output (both streams)
//	                  compared with the lines that follow. A line "..." stands for
//	                  any number of lines. "$ echo $?" shows the exit code of the
//	                  command before it. A command may go on behind a backslash, in
//	                  lines that begin with "> ", may begin with printf '...' | and
//	                  may end with < FILE.
//	LANGUAGE file=X   is written to the file X before the blocks below it are run.
//	yaml              one that begins with "schema:" is a rule and must load; one
//	                  that begins with "rule:" is a file of rule tests and must
//	                  load. With the word "broken" it must not.
//
// The blocks of one page share one working folder, which holds the files of
// docs/testdata. The text between <!-- generated: NAME --> and <!-- end --> is
// made by the function of that name in reference_test.go. Links between pages must
// lead to a file and a heading that are there.
//
// KBTRIAGE_UPDATE=1 go test ./docs writes the outputs and the generated parts
// anew; read the difference before you keep it. Of a block with "..." as many lines
// are kept at each place as there were.
package docs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/tests"
)

var update = os.Getenv("KBTRIAGE_UPDATE") != ""

// page is one Markdown file.
type page struct {
	path  string // relative to this folder
	lines []string
}

// block is a fenced block: the lines between the fences.
type block struct {
	info     []string // the words behind the fence
	from, to int      // lines[from:to]
}

func pages(t *testing.T) []*page {
	t.Helper()
	var list []*page
	for _, pattern := range []string{"../*.md", "*.md", "adr/*.md"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			list = append(list, readPage(t, path))
		}
	}
	if len(list) < 10 {
		t.Fatalf("found %d pages only", len(list))
	}
	return list
}

func readPage(t *testing.T, path string) *page {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	return &page{path: filepath.ToSlash(path), lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
}

func (p *page) write(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(p.path, []byte(strings.Join(p.lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (p *page) blocks() []block {
	var list []block
	open := false
	for i, l := range p.lines {
		switch {
		case !strings.HasPrefix(l, "```"):
		case open:
			list[len(list)-1].to, open = i, false
		default:
			list, open = append(list, block{info: strings.Fields(strings.TrimLeft(l, "`")), from: i + 1}), true
		}
	}
	return list
}

func (b block) is(word string) bool { return slices.Contains(b.info, word) }

func (b block) file() string {
	for _, w := range b.info {
		if name, ok := strings.CutPrefix(w, "file="); ok {
			return name
		}
	}
	return ""
}

func (p *page) text(b block) string { return strings.Join(p.lines[b.from:b.to], "\n") + "\n" }

// TestConsole runs the commands of the pages.
func TestConsole(t *testing.T) {
	program := build(t)
	for _, p := range pages(t) {
		t.Run(p.path, func(t *testing.T) {
			s := &shell{program: program, dir: t.TempDir()}
			if err := os.CopyFS(s.dir, os.DirFS("testdata")); err != nil {
				t.Fatal(err)
			}
			changed := false
			blocks := p.blocks()
			for i := range blocks {
				b := &blocks[i]
				if name := b.file(); name != "" {
					s.write(t, name, p.text(*b))
				}
				if !b.is("console") {
					continue
				}
				want := p.lines[b.from:b.to]
				got := s.transcript(t, fmt.Sprintf("%s:%d", p.path, b.from), want)
				if slices.Equal(want, got) {
					continue
				}
				if !update {
					t.Errorf("%s:%d: the output is another one; KBTRIAGE_UPDATE=1 go test ./docs writes it anew. It is:\n%s", p.path, b.from, strings.Join(got, "\n"))
					continue
				}
				p.lines = slices.Replace(p.lines, b.from, b.to, got...)
				changed, blocks = true, p.blocks()
			}
			if changed {
				p.write(t)
			}
		})
	}
}

// build builds the program into a folder of the test.
func build(t *testing.T) string {
	t.Helper()
	// The sources are looked at so that the test runs again when one changes.
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".go" {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	name := "kbtriage"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	program := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", program, "../cmd/kbtriage").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// shell is the working folder of a page, and what was done there last.
type shell struct {
	program, dir string
	code         int
}

func (s *shell) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// transcript runs the commands of a block and returns the block as it should
// be: as it is, where the output agrees.
func (s *shell) transcript(t *testing.T, place string, lines []string) []string {
	t.Helper()
	var out []string
	for i := 0; i < len(lines); {
		if !strings.HasPrefix(lines[i], "$ ") {
			t.Fatalf("%s: expected a command ($ kbtriage ...) at %q", place, lines[i])
		}
		command := lines[i][2:]
		out = append(out, lines[i])
		for i++; strings.HasSuffix(command, `\`) && i < len(lines) && strings.HasPrefix(lines[i], "> "); i++ {
			command = strings.TrimSuffix(command, `\`) + lines[i][2:]
			out = append(out, lines[i])
		}
		end := i
		for end < len(lines) && !strings.HasPrefix(lines[end], "$ ") {
			end++
		}
		want := lines[i:end]
		if len(want) == 1 && want[0] == "..." {
			want = nil // it would say nothing
		}
		got := s.run(t, place, command)
		for k := range got {
			got[k] = keyID.ReplaceAllString(got[k], "key 0123456789ABCDEF")
		}
		if matches(want, got) {
			got = want
		} else if kept, ok := abridge(want, got); ok {
			got = kept
		} else if slices.Contains(want, "...") {
			t.Errorf("%s: the output of %q does not hold what stands behind a \"...\"", place, command)
		}
		out = append(out, got...)
		i = end
	}
	return out
}

// keyID is the number of a key, which is another one each time a key is made.
var keyID = regexp.MustCompile(`\bkey [0-9A-F]{16}\b`)

// TestFiveMinutes: from a pasted event to a shipped rule takes at most 25 lines of YAML.
// That they lint clean, are tested and packed is in the transcript, which TestConsole
// runs.
func TestFiveMinutes(t *testing.T) {
	p := readPage(t, "guide-author.md")
	lines, commands := 0, ""
	for _, b := range p.blocks() {
		if strings.HasPrefix(b.file(), "site/") {
			lines += b.to - b.from
		}
		if b.is("console") {
			commands += p.text(b)
		}
	}
	if lines == 0 || lines > 25 {
		t.Errorf("the author writes %d lines of YAML", lines)
	}
	for _, command := range []string{"rules new", "rules lint site", "rules test site", "pack build site", "pack sign", "pack verify", "--require-signed"} {
		if !strings.Contains(commands, command) {
			t.Errorf("the guide does not run %q", command)
		}
	}
}

// run runs one command line and returns what it prints.
func (s *shell) run(t *testing.T, place, command string) []string {
	t.Helper()
	if command == "echo $?" {
		return []string{fmt.Sprint(s.code)}
	}
	words := split(command)
	var in []byte
	if len(words) > 3 && words[0] == "printf" && words[2] == "|" {
		in = []byte(strings.ReplaceAll(words[1], `\n`, "\n"))
		words = words[3:]
	}
	if n := len(words); n > 2 && words[n-2] == "<" {
		data, err := os.ReadFile(filepath.Join(s.dir, words[n-1]))
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		in, words = data, words[:n-2]
	}
	if words[0] != "kbtriage" {
		t.Fatalf("%s: only kbtriage is run, not %q; use a block sh for what is not to be run", place, words[0])
	}
	cmd := exec.Command(s.program, words[1:]...)
	cmd.Dir, cmd.Stdin = s.dir, bytes.NewReader(in)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "KBTRIAGE_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+filepath.Join(s.dir, "no-configuration"))
	out, err := cmd.CombinedOutput()
	s.code = 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		s.code = exit.ExitCode()
	} else if err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	if strings.Contains(string(out), s.dir) {
		t.Errorf("%s: the output of %q names the folder in which it was run", place, command)
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(out), "\r\n", "\n"), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

// split takes a command line apart: blanks divide, quotes of both kinds join.
func split(command string) []string {
	var words []string
	var word strings.Builder
	quote, begun := rune(0), false
	for _, r := range command {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, begun = r, true
		case r == ' ':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		words = append(words, word.String())
	}
	return words
}

// matches compares output with what a page shows of it.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] != "..." {
		return len(got) > 0 && want[0] == got[0] && matches(want[1:], got[1:])
	}
	for skip := range len(got) + 1 {
		if matches(want[1:], got[skip:]) {
			return true
		}
	}
	return false
}

// abridge makes a page's view of output anew: as many lines from the top as
// there were, and behind each "..." the lines that begin with the one that stood
// there first, or with its first two words.
func abridge(want, got []string) ([]string, bool) {
	if !slices.Contains(want, "...") {
		return got, true
	}
	var out []string
	at := 0
	for n, segment := range segments(want) {
		if n > 0 {
			out = append(out, "...")
			if len(segment) == 0 {
				continue
			}
			from := slices.Index(got[at:], segment[0])
			if from < 0 {
				key := strings.Fields(segment[0])
				from = slices.IndexFunc(got[at:], func(l string) bool {
					f := strings.Fields(l)
					return len(key) > 1 && len(f) > 1 && f[0] == key[0] && f[1] == key[1]
				})
			}
			if from < 0 {
				return want, false
			}
			at += from
		}
		end := min(at+len(segment), len(got))
		if n > 0 && n == len(segments(want))-1 {
			end = len(got)
		}
		out = append(out, got[at:end]...)
		at = end
	}
	return out, true
}

func segments(lines []string) [][]string {
	list := [][]string{nil}
	for _, l := range lines {
		if l == "..." {
			list = append(list, nil)
			continue
		}
		list[len(list)-1] = append(list[len(list)-1], l)
	}
	return list
}

// TestYAML loads the rules and rule tests that pages show.
func TestYAML(t *testing.T) {
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			if !b.is("yaml") {
				continue
			}
			text := p.text(b)
			place := fmt.Sprintf("%s:%d", p.path, b.from)
			var msgs []source.Message
			switch {
			case strings.HasPrefix(text, "schema:"):
				_, msgs = rules.Parse(place, []byte(text))
			case strings.HasPrefix(text, "rule:"):
				_, msgs = tests.Parse(place, []byte(text))
			default:
				continue
			}
			if b.is("broken") {
				if len(msgs) == 0 {
					t.Errorf("%s: the example is said to be broken and loads", place)
				}
				continue
			}
			for _, m := range msgs {
				t.Errorf("%s", m)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks follows the links between pages.
func TestLinks(t *testing.T) {
	for _, p := range pages(t) {
		inside := map[int]bool{} // lines of fenced blocks
		for _, b := range p.blocks() {
			for i := b.from; i < b.to; i++ {
				inside[i] = true
			}
		}
		for i, l := range p.lines {
			if inside[i] {
				continue
			}
			for _, m := range link.FindAllStringSubmatch(l, -1) {
				if strings.Contains(m[1], "://") {
					continue
				}
				if err := follow(t, p.path, m[1]); err != nil {
					t.Errorf("%s:%d: %v", p.path, i+1, err)
				}
			}
		}
	}
}

func follow(t *testing.T, from, target string) error {
	path, fragment, _ := strings.Cut(target, "#")
	file := from
	if path != "" {
		file = filepath.Join(filepath.Dir(from), filepath.FromSlash(path))
	}
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the link %q leads to no file", target)
	}
	if fragment == "" {
		return nil
	}
	for _, l := range readPage(t, file).lines {
		if strings.HasPrefix(l, "#") && anchor(strings.TrimLeft(l, "# ")) == fragment {
			return nil
		}
	}
	return fmt.Errorf("the link %q leads to no heading", target)
}

// anchor is the name that a heading has in a link.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}
