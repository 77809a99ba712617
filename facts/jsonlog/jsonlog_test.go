package jsonlog

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

func TestLayouts(t *testing.T) {
	const a, b = `{"msg":"one","x":{"y":[{"z":1},2]}}`, `{"msg":"two"}`
	pretty := strings.NewReplacer(",", ",\n  ", "{", "{\n  ", "}", "\n}").Replace(a)
	for name, in := range map[string]string{
		"lines":                 a + "\n" + b + "\n",
		"no last line end":      a + "\n" + b,
		"CRLF":                  a + "\r\n" + b + "\r\n",
		"blank lines":           "\n\n" + a + "\n\n\n" + b + "\n\n",
		"in one line":           a + b,
		"pretty":                pretty + "\n" + b,
		"array":                 "[" + a + "," + b + "]\n",
		"array of lines":        "[\n" + a + ",\n" + b + "\n]\n",
		"pretty array":          "[\n" + pretty + ",\n" + b + "\n]",
		"two arrays":            "[" + a + "]\n[" + b + "]",
		"lines with commas":     a + ",\n" + b + ",\n",
		"blanks before objects": "  " + a + "\n  " + b,
	} {
		got := readAll(t, strings.NewReader(in))
		want := []string{"| one\nx.y.z: 1\nx.y: 2", "| two"}
		if !slices.Equal(got.records, want) || len(got.problems) > 0 {
			t.Errorf("%s: %q, %s", name, got.records, got.reasons())
		}
		if !Is([]byte(in)) {
			t.Errorf("%s: not recognised", name)
		}
	}
}

func TestDamage(t *testing.T) {
	const ok = `{"msg":"ok"}` + "\n"
	long := `{"msg":"` + strings.Repeat("x", 1<<20) + `"}` + "\n"
	tests := []struct {
		name, in string
		records  string // texts, cut to 30 bytes, joined by /
		lines    []int
		problems string
	}{
		{"line that ends early", `{"a":"x` + "\n" + ok, `{"a":"x/ok`, []int{1, 2}, "line 1 json.broken"},
		{"object that ends early", `{"a":1,"b":` + "\n" + ok + ok, `{"a":1,"b":/ok/ok`, []int{1, 2, 3}, "line 1 json.broken"},
		{"at the end", ok + `{"a":[1,`, `ok/{"a":[1,`, []int{1, 2}, "line 2 json.truncated"},
		{"last object takes the next in", `{"a":` + "\n" + ok, `{"a":/ok`, []int{1, 2}, "line 1 json.truncated"},
		{"pretty object", "{\n \"a\": [\n  {\"b\":1},\n  {\"c\" 2}\n ]\n}\n" + ok, "{\n \"a\": [\n  {\"b\":1},\n  {\"c\" 2}/ok", []int{1, 7}, "line 1 json.broken"},
		{"text between", ok + "panic: x\n\n\tmain.go:7\n" + ok, "ok/panic: x\n\n\tmain.go:7/ok", []int{1, 2, 5}, "line 2 json.text"},
		{"bracketed text", ok + "[2024] x\n" + ok, "ok/[2024] x/ok", []int{1, 2, 3}, "line 2 json.text"},
		{"array not closed", "[" + ok + "," + ok, "ok/ok", []int{1, 2}, "line 3 json.truncated"},
		{"words", `{"a":nul}` + "\n" + ok, `{"a":nul}/ok`, []int{1, 2}, "line 1 json.broken"},
		{"too long", ok + long + ok, `ok/{"msg":"xxxxxxxxxxxxxxxxxxxxxx/ok`, []int{1, 2, 3}, "line 2 json.too-long"},
		{"too long and never ends", ok + long[:len(long)-3], `ok/{"msg":"xxxxxxxxxxxxxxxxxxxxxx`, []int{1, 2}, "line 2 json.too-long"},
		{"text too long", strings.Repeat("y", 1<<20+3) + "\n" + ok, strings.Repeat("y", 30) + "/ok", []int{1, 2}, "line 1 json.text, line 1 json.too-long"},
		{"deep", strings.Repeat(`{"a":`, 513) + "\n" + ok, `{"a":{"a":{"a":{"a":{"a":{"a":/ok`, []int{1, 2}, "line 1 json.too-deep"},
		{"deepest", strings.Repeat(`{"a":`, 511) + "{}" + strings.Repeat("}", 511) + "\n" + ok, "/ok", []int{1, 2}, ""},
		{"members too long", `{"msg":"m","a":"` + strings.Repeat("x", 65<<10) + `","b":1}` + "\n" + ok, "m/ok", []int{1, 2}, "line 1 json.members-cut"},
	}
	for _, tt := range tests {
		for _, small := range []bool{false, true} {
			in := strings.NewReader(tt.in)
			got := &keep{}
			var err error
			if small {
				err = Read(context.Background(), iotest.HalfReader(in), got)
			} else {
				err = Read(context.Background(), in, got)
			}
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			var texts []string
			for _, r := range got.records {
				_, r, _ = strings.Cut(r, "| ")
				texts = append(texts, r[:min(len(r), 30)])
			}
			if s := strings.Join(texts, "/"); s != tt.records || !slices.Equal(got.lines, tt.lines) || got.reasons() != tt.problems {
				t.Errorf("%s: records %q, lines %v, problems %q", tt.name, s, got.lines, got.reasons())
			}
		}
	}
}

// Lines that each look like the beginning of what follows must not be read
// again and again.
func TestHostileLines(t *testing.T) {
	in := strings.Repeat(`{"a":`+"\n", 1<<16) + `{"msg":"ok"}`
	got := readAll(t, strings.NewReader(in))
	if n := len(got.problems); n == 0 || n > 400 {
		t.Errorf("%d problems", n)
	}
	text := 0
	for _, r := range got.records {
		text += len(r)
	}
	if text < len(in)/2 {
		t.Errorf("%d bytes of text of %d", text, len(in))
	}
}

func TestIsNot(t *testing.T) {
	for _, in := range []string{
		"", "{", "{}", "[]", "[1,2]", `"x"`, "plain text\n", `{"name":"pkg","version":"1"}`, `[{"a":1}]`,
		"[Sun Mar 07 04:47:44 2005] [notice] up\n", "{msg: x}\n", `2024-03-07 {"msg":"x"}`, `{"kbtriage_case": 1, "msg": "x"}`,
	} {
		if Is([]byte(in)) {
			t.Errorf("%q is taken for a log of JSON objects", in)
		}
	}
	for _, in := range []string{
		`{"a":1}` + "\n" + `{"b":2}`, `ut off"}` + "\n" + `{"msg":"x"}`, `{"msg":"` + strings.Repeat("x", 5000), `{"a":"` + "\n" + `{"msg":"x"}`,
	} {
		if !Is([]byte(in)) {
			t.Errorf("%.40q is not taken for a log of JSON objects", in)
		}
	}
}

func TestIsNotOfOtherLogs(t *testing.T) {
	data := os.Getenv("KBTRIAGE_DATA")
	files, _ := filepath.Glob(filepath.Join(data, "loghub", "*", "*.log"))
	if data == "" || len(files) == 0 {
		t.Skip("KBTRIAGE_DATA is not set or has no folder loghub: other logs were not tried")
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if Is(b[:min(len(b), 64<<10)]) {
			t.Errorf("%s is taken for a log of JSON objects", f)
		}
	}
}

type stop struct{ err error }

func (s stop) Record(*record.Record) error { return s.err }
func (s stop) Damage(facts.Problem)        {}

func TestErrors(t *testing.T) {
	failed := errors.New("failed")
	in := `{"msg":"x"}` + "\n"
	if err := Read(context.Background(), strings.NewReader(in), stop{failed}); !errors.Is(err, failed) {
		t.Errorf("sink: %v", err)
	}
	if err := Read(context.Background(), strings.NewReader("text\n"), stop{failed}); !errors.Is(err, failed) {
		t.Errorf("sink of text: %v", err)
	}
	if err := Read(context.Background(), iotest.ErrReader(failed), stop{}); !errors.Is(err, failed) {
		t.Errorf("input: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Read(ctx, strings.NewReader(in), stop{}); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}
