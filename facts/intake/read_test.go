package intake

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts"
)

const sample = "Setup shows:\n\nOverlapped I/O operation is in progress.\n\nID no: 0xc00203e5\n\n" +
	"Event ID: 4058\nSource: MSExchangeIMC\nDescription: It can\u2019t start \u2013 why?\n\n" +
	"Jun 14 15:16:01 web1 app[1]: error 5: Access is denied.\n"

func read(t *testing.T, r Reader, args ...string) *facts.Case {
	t.Helper()
	c, err := r.Read(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Facts {
		if err := f.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, p := range c.Problems {
		if p.Source == "" || p.Stage == "" || p.Reason == "" || p.Text == "" {
			t.Errorf("incomplete problem %+v", p)
		}
	}
	return c
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func reasons(c *facts.Case) []string {
	var rs []string
	for _, p := range c.Problems {
		rs = append(rs, p.Reason)
	}
	return rs
}

func wide(s string, order binary.ByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		s = "\ufeff" + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], u)
	}
	return b
}

func TestArguments(t *testing.T) {
	for _, tt := range []struct {
		args    []string
		formats []string // in the order of the paths
		want    []string
	}{
		{[]string{"0xc00203e5"}, []string{"code"}, []string{"code 0xc00203e5"}},
		{[]string{"-1018"}, []string{"code"}, []string{"code 0xfffffc06"}},
		{[]string{"4058"}, []string{"code"}, []string{"code 0xfda"}},
		{[]string{"event 4058"}, []string{"event"}, []string{"event 4058 |||||"}},
		{[]string{"event", "4058", "0xc00203e5"}, []string{"event", "code"}, []string{"code 0xc00203e5", "event 4058 |||||"}},
		{[]string{"Event ID: 4058 Source: X"}, []string{"event"}, []string{"event 4058 X|||||"}},
		{
			[]string{"error 997: Overlapped I/O operation is in progress."},
			[]string{"text"},
			[]string{"code 0x3e5 Overlapped I/O operation is in progress.", "text error 997: Overlapped I/O operation is in progress."},
		},
		{[]string{"https://example.org/x.log is broken"}, []string{"text"}, []string{"text https://example.org/x.log is broken"}},
		{[]string{"Initialization/Termination"}, []string{"text"}, []string{"text Initialization/Termination"}},
		{[]string{"<EventID>4058</EventID>"}, []string{"event"}, []string{"event 4058 |||||"}},
		{[]string{"no/such"}, []string{"text"}, []string{"text no/such"}},
		{[]string{"I/O error"}, []string{"text"}, []string{"text I/O error"}},
	} {
		c := read(t, Reader{}, tt.args...)
		var got, formats []string
		for _, f := range c.Facts {
			got = append(got, brief(f))
			if !strings.HasPrefix(f.Origin.Path, "argument ") || f.Origin.Line != 0 {
				t.Errorf("%q: origin %s", tt.args, f.Origin)
			}
		}
		for _, s := range c.Sources {
			formats = append(formats, s.Format)
		}
		slices.Sort(formats)
		slices.Sort(tt.formats)
		if diff := cmp.Diff(tt.want, got); diff != "" || !slices.Equal(formats, tt.formats) || len(c.Problems) > 0 {
			t.Errorf("%q: formats %q problems %v\n%s", tt.args, formats, c.Problems, diff)
		}
	}
}

func TestArgumentProblems(t *testing.T) {
	for arg, want := range map[string]string{
		"":                         "input.empty",
		" ":                        "input.empty",
		"no/such.log":              "file.not-found",
		"nosuch.txt":               "file.not-found",
		"/no/such":                 "file.not-found",
		"./no":                     "file.not-found",
		"../no/such":               "file.not-found",
		"~/no":                     "file.not-found",
		"~nobody":                  "file.not-found",
		`no\such`:                  "file.not-found",
		"testdata/no":              "file.not-found", // the folder is there
		"c:/no":                    "file.not-found",
		"no/such.tar.gz":           "file.not-found",
		`C:\Program Files\no.evtx`: "file.not-found",
		`{"kbtriage_case": 1, "facts": [], "more": 1}`: "case.invalid",
	} {
		c := read(t, Reader{}, arg, "0x80070005")
		if diff := cmp.Diff([]string{want}, reasons(c)); diff != "" || len(c.Facts) != 1 {
			t.Errorf("%q: %d facts\n%s", arg, len(c.Facts), diff)
		}
	}
}

func TestFiles(t *testing.T) {
	tar := append(make([]byte, 257), "ustar\x0000"...)
	for _, tt := range []struct {
		name    string
		data    []byte
		problem string
		facts   int
		sources int
	}{
		{"good", []byte(sample), "", 6, 1},
		{"good, BOM", []byte("\ufeff" + sample), "", 6, 1},
		{"good, UTF-16 LE", wide(sample, binary.LittleEndian, true), "", 6, 1},
		{"good, UTF-16 BE", wide(sample, binary.BigEndian, true), "", 6, 1},
		{"good, UTF-16 LE without BOM", wide(sample, binary.LittleEndian, false), "", 6, 1},
		{"good, UTF-16 BE without BOM", wide(sample, binary.BigEndian, false), "", 6, 1},
		{"empty", nil, "", 0, 1},
		{"empty, BOM", []byte("\ufeff"), "", 0, 1},
		{"truncated", wide(sample, binary.LittleEndian, true)[:401], "file.truncated", 4, 1},
		{"NUL", []byte("text\x00text"), "file.binary", 0, 0},
		{"controls", bytes.Repeat([]byte("\x01\x02ab"), 100), "file.binary", 0, 0},
		{"late NUL", []byte(strings.Repeat("a line\n\n", 2000) + "b\x00c\n"), "file.binary", 2001, 1},
		{"gz", []byte("\x1f\x8b\x08\x00"), "archive.truncated", 0, 0},
		{"zip", []byte("PK\x03\x04\x00"), "archive.truncated", 0, 0},
		{"zst", []byte("\x28\xb5\x2f\xfd\x00"), "file.binary", 0, 0},
		{"xz", []byte("\xfd7zXZ\x00"), "archive.truncated", 0, 0},
		{"7z", []byte("7z\xbc\xaf\x27\x1c"), "archive.truncated", 0, 0},
		{"tar without checksum", tar, "file.binary", 0, 0},
		{"rar", []byte("Rar!\x1a\x07\x00"), "archive.unsupported", 0, 0},
		{"PDF", []byte("%PDF-1.4\n"), "format.unsupported", 0, 0},
		{"case of another version", []byte(`{"kbtriage_case": 99, "facts": []}`), "case.invalid", 0, 0},
		{"cut case", []byte(`{"kbtriage_case": 1, "facts": [`), "case.invalid", 0, 0},
	} {
		path := write(t, "a.log", tt.data)
		c := read(t, Reader{}, path, "0x80070005")
		var want []string
		if tt.problem != "" {
			want = []string{tt.problem}
		}
		if diff := cmp.Diff(want, reasons(c)); diff != "" {
			t.Errorf("%s: problems %+v", tt.name, c.Problems)
		}
		if len(c.Facts) != tt.facts+1 || len(c.Sources) != tt.sources+1 {
			t.Errorf("%s: %d facts, sources %+v", tt.name, len(c.Facts), c.Sources)
		}
		for _, f := range c.Facts {
			if f.Kind == facts.KindEvent && f.Event.Message != "It can\u2019t start \u2013 why?" {
				t.Errorf("%s: %q", tt.name, f.Event.Message)
			}
		}
	}
}

func TestWindows1252(t *testing.T) {
	c := read(t, Reader{}, write(t, "a.txt", []byte("It can\x92t \x96 caf\xe9 \x81\n\nit can\u2019t\n")))
	if got := c.Facts[0].Text.Value; got != "It can\u2019t \u2013 caf\u00e9 \u0081" {
		t.Errorf("%q", got)
	}
	if got := c.Facts[1].Text.Value; got != "it can\u2019t" {
		t.Errorf("%q", got)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Skip(err)
		}
	}
	must(os.MkdirAll(filepath.Join(dir, "b", "c"), 0o700))
	for _, name := range []string{"z.log", "b/a.log", "b/c/b.log"} {
		must(os.WriteFile(filepath.Join(dir, name), []byte("0x80070005 in "+name), 0o600))
	}
	must(os.WriteFile(filepath.Join(dir, "x.gz"), []byte("\x1f\x8b\x08"), 0o600))
	must(os.Symlink(filepath.Join(dir, "z.log"), filepath.Join(dir, "inside.log")))
	must(os.Symlink(write(t, "other.log", []byte("0x80070002")), filepath.Join(dir, "outside.log")))
	must(os.Symlink(dir, filepath.Join(dir, "b", "loop")))
	c := read(t, Reader{}, dir)
	var got []string
	for _, s := range c.Sources {
		rel, _ := filepath.Rel(dir, s.Path)
		got = append(got, fmt.Sprint(filepath.ToSlash(rel), " ", s.Format, " ", s.Records))
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{". folder 4", "b/a.log text file 1", "b/c/b.log text file 1", "x.gz unread 0", "z.log text file 1"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"file.symlink", "archive.truncated"}, reasons(c)); diff != "" {
		t.Error(diff)
	}
	c = read(t, Reader{Limits: Limits{Files: 2}}, dir)
	if !slices.Contains(reasons(c), "folder.too-many") {
		t.Error(c.Problems)
	}
}

func TestUnreadableFile(t *testing.T) {
	path := write(t, "a.log", []byte(sample))
	denied := func(string) (fs.File, error) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	c := read(t, Reader{Open: denied}, path, "0x80070005")
	if diff := cmp.Diff([]string{"file.unreadable"}, reasons(c)); diff != "" || len(c.Facts) != 1 {
		t.Error(diff, c.Facts)
	}
	link := filepath.Join(t.TempDir(), "gone.log")
	if os.Symlink("nowhere", link) == nil {
		if diff := cmp.Diff([]string{"file.not-found"}, reasons(read(t, Reader{}, link))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestLimits(t *testing.T) {
	long := "start 0x80070005 " + strings.Repeat("é", 600) + " c00203e5\nnext 0x80070002\n"
	c := read(t, Reader{Limits: Limits{Line: 1000}}, write(t, "a.log", []byte(long)))
	if len(c.Problems) != 1 || c.Problems[0].Reason != "text.line-too-long" || c.Problems[0].At != "line 1" {
		t.Errorf("%+v", c.Problems)
	}
	lines := strings.Repeat("some words\n\n", 100)
	c = read(t, Reader{Limits: Limits{Facts: 10}}, write(t, "a.log", []byte(lines)), "some words here")
	if len(c.Facts) != 11 || len(c.Problems) != 1 || c.Problems[0].Reason != "text.too-many" || c.Problems[0].Lost == 0 || c.Sources[0].Skipped == 0 {
		t.Errorf("%d facts, %+v", len(c.Facts), c.Problems)
	}
	c = read(t, Reader{Limits: Limits{Text: 100}}, write(t, "a.log", []byte(lines)))
	if len(c.Facts) != 9 || len(c.Problems) != 1 {
		t.Errorf("%d facts, %+v", len(c.Facts), c.Problems)
	}
	c = read(t, Reader{Limits: Limits{Problems: 3}}, "a.txt", "b.txt", "c.txt", "d.txt", "e.txt")
	if len(c.Problems) != 4 || !slices.Contains(reasons(c), "problem.too-many") {
		t.Errorf("%+v", c.Problems)
	}
	var codes strings.Builder
	for i := range 300 {
		fmt.Fprintf(&codes, "error 0x8007%04x, ", i)
	}
	c = read(t, Reader{}, write(t, "a.log", []byte("They are: "+codes.String())))
	if diff := cmp.Diff([]string{"text.too-many-codes"}, reasons(c)); diff != "" {
		t.Error(diff)
	}
	saved := write(t, "a.json", []byte(`{"kbtriage_case": 1, "facts": []}`))
	if diff := cmp.Diff([]string{"case.too-large"}, reasons(read(t, Reader{Limits: Limits{Case: 10}}, saved))); diff != "" {
		t.Error(diff)
	}
}

func TestSavedCase(t *testing.T) {
	c := read(t, Reader{}, write(t, "a.log", []byte(sample)), "event 4058", "no/such.log")
	c.Coverage = []facts.Coverage{{Kind: facts.KindEvent, Log: "System"}}
	data, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for _, again := range []*facts.Case{
		read(t, Reader{}, write(t, "case.json", data)),
		read(t, Reader{Stdin: bytes.NewReader(data)}, "-"),
	} {
		got, err := again.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(data), string(got)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestStdin(t *testing.T) {
	for in, want := range map[string]string{"": "text", "997\n": "code", "event 4058\n": "event", sample: "text"} {
		c := read(t, Reader{Stdin: strings.NewReader(in)}, "-", "-")
		if len(c.Sources) != 1 || c.Sources[0].Format != want || c.Sources[0].Path != "stdin" || len(c.Problems) > 0 {
			t.Errorf("%q: %+v %+v", in, c.Sources, c.Problems)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	waits, w := io.Pipe()
	defer w.Close()
	go func() { w.Write([]byte(sample)); cancel() }()
	if _, err := (Reader{Stdin: waits}).Read(ctx, []string{"-", "0x80070005"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestEveryReadFails makes the Nth Read fail, for every N: what was read stays,
// and the failure is named.
func TestEveryReadFails(t *testing.T) {
	data, err := read(t, Reader{}, write(t, "a.log", []byte(sample))).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("the disk is gone")
	for name, content := range map[string][]byte{
		"text": []byte(sample), "UTF-16": wide(sample, binary.LittleEndian, true), "case": data, "one line": []byte("0x80070005"), "empty": nil,
	} {
		path := write(t, "a.log", content)
		for n := 0; ; n++ {
			failed := false
			open := func(path string) (fs.File, error) {
				f, err := os.Open(path)
				return &failing{File: f, left: n, err: boom, failed: &failed}, err
			}
			for _, r := range []Reader{{Open: open}, {Stdin: &failing{File: mustOpen(t, path), left: n, err: boom, failed: &failed}}} {
				failed = false
				arg := path
				if r.Stdin != nil {
					arg = "-"
				}
				c := read(t, r, arg, "event 4058")
				if failed != (len(c.Problems) == 1) || len(c.Facts) < 1 {
					t.Fatalf("%s: read %d failed=%v: problems %+v, %d facts", name, n, failed, c.Problems, len(c.Facts))
				}
			}
			if !failed {
				break
			}
		}
	}
}

func mustOpen(t *testing.T, path string) fs.File {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// failing reads few bytes at a time, and fails after left reads, once.
type failing struct {
	fs.File
	left   int
	err    error
	failed *bool
}

func (f *failing) Read(p []byte) (int, error) {
	f.left--
	if f.left == -1 {
		*f.failed = true
		return 0, f.err
	}
	return f.File.Read(p[:min(len(p), 13)])
}

// TestSameText shows that line ends, encoding and the size of reads change no fact.
func TestSameText(t *testing.T) {
	path := write(t, "a.log", []byte(sample))
	want := read(t, Reader{}, path)
	for name, data := range map[string][]byte{
		"CRLF":           []byte(strings.ReplaceAll(sample, "\n", "\r\n")),
		"CR":             []byte(strings.ReplaceAll(sample, "\n", "\r")),
		"BOM":            []byte("\ufeff" + sample),
		"UTF-16 LE":      wide(sample, binary.LittleEndian, true),
		"UTF-16 BE CRLF": wide(strings.ReplaceAll(sample, "\n", "\r\n"), binary.BigEndian, true),
		"UTF-16, no BOM": wide(sample, binary.LittleEndian, false),
		"windows-1252":   []byte(strings.NewReplacer("\u2019", "\x92", "\u2013", "\x96").Replace(sample)),
		"no last end":    []byte(strings.TrimSuffix(sample, "\n")),
		"blank lines":    []byte(strings.ReplaceAll(sample, "\n\n", "\n  \t\n")),
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		got := read(t, Reader{}, path)
		if diff := cmp.Diff(want.Facts, got.Facts); diff != "" || len(got.Problems) > 0 {
			t.Errorf("%s: %v\n%s", name, got.Problems, diff)
		}
		for _, in := range []io.Reader{iotest.OneByteReader(bytes.NewReader(data)), iotest.HalfReader(bytes.NewReader(data)), iotest.DataErrReader(bytes.NewReader(data))} {
			got := read(t, Reader{Stdin: in}, "-")
			for i := range got.Facts {
				got.Facts[i].Origin.Path = path
			}
			if diff := cmp.Diff(want.Facts, got.Facts); diff != "" || len(got.Problems) > 0 {
				t.Errorf("%s, %T: %v\n%s", name, in, got.Problems, diff)
			}
		}
	}
}

// TestAnyOrder shows that the order of the arguments changes nothing but their numbers.
func TestAnyOrder(t *testing.T) {
	path := write(t, "a.log", []byte(sample))
	args := []string{path, "0xc00203e5", "event 4058", "some words", "no/such.log"}
	canonical := func(args []string) string {
		c := read(t, Reader{}, args...)
		for i := range c.Facts {
			if n, ok := strings.CutPrefix(c.Facts[i].Origin.Path, "argument "); ok {
				c.Facts[i].Origin.Path = "argument " + args[n[0]-'1']
			}
		}
		for i := range c.Sources {
			if n, ok := strings.CutPrefix(c.Sources[i].Path, "argument "); ok {
				c.Sources[i].Path = "argument " + args[n[0]-'1']
			}
		}
		b, err := c.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := canonical(args)
	for range len(args) {
		args = append(args[1:], args[0])
		for _, swapped := range [][]string{args, {args[1], args[0], args[4], args[2], args[3]}} {
			if diff := cmp.Diff(want, canonical(swapped)); diff != "" {
				t.Errorf("%q: %s", swapped, diff)
			}
		}
	}
}

// TestOneMoreFile shows that a healthy file takes nothing away.
func TestOneMoreFile(t *testing.T) {
	one, two := write(t, "a.log", []byte(sample)), write(t, "b.log", []byte("0x80070005\n"))
	alone, both := read(t, Reader{}, one), read(t, Reader{}, one, two)
	if len(both.Facts) != len(alone.Facts)+1 {
		t.Errorf("%d facts, then %d", len(alone.Facts), len(both.Facts))
	}
}
