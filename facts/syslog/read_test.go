package syslog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

type keep struct {
	lines    []int
	records  []string
	problems []string
	err      error
}

func (k *keep) Record(r *record.Record) error {
	k.lines = append(k.lines, r.Line)
	k.records = append(k.records, fmt.Sprintf("%s %s %s| %s", r.Host, r.Source, r.Level, r.Text()))
	return k.err
}

func (k *keep) Damage(p facts.Problem) { k.problems = append(k.problems, p.At+" "+p.Reason) }

func readAll(t testing.TB, in io.Reader) *keep {
	t.Helper()
	k := &keep{}
	if err := Read(context.Background(), in, k); err != nil {
		t.Fatal(err)
	}
	return k
}

const head = "Mar  7 06:25:01 web1 "

func TestRead(t *testing.T) {
	big := strings.Repeat("x", 1<<20)
	tests := []struct {
		name, in string
		records  []string
		lines    []int
		problems []string
	}{
		{"lines", head + "a[1]: one\n" + head + "b: two\r\n\n" + head + "c: three", []string{"web1 a | one", "web1 b | two", "web1 c | three"}, []int{1, 2, 4}, nil},
		{"a line goes on", head + "a: one\n\tat x\nCaused by y\n\n  z\n" + head + "b: two\n", []string{"web1 a | one\n\tat x\nCaused by y\n\n  z", "web1 b | two"}, []int{1, 6}, nil},
		{"before the first header", "cut off\n" + head + "b: two\n", []string{"  | cut off", "web1 b | two"}, []int{1, 2}, nil},
		{"remarks of journalctl", "-- Boot 1 --\n" + head + "b: two\n-- Boot 2 --\n" + head + "b: two\n", []string{"  | -- Boot 1 --", "web1 b | two", "  | -- Boot 2 --", "web1 b | two"}, []int{1, 2, 3, 4}, nil},
		{"module", head + "sshd(pam_unix)[1]: failure\n", []string{"web1 sshd | pam_unix: failure"}, []int{1}, nil},
		{"RFC 5424", `<165>1 2024-03-07T06:25:01Z h p 7 ID [a x="1"] text` + "\n", []string{"h p notice| text\nMSGID: ID\n[a x=\"1\"]"}, []int{1}, nil},
		{"frames", "17 <34>1 - h p - - -28 <34>1 - h p - - - two\nlines\n\n18 <34>1 - h p - - - \n", []string{"h p critical| ", "h p critical| two\nlines", "h p critical| "}, []int{1, 1, 4}, nil},
		{"frame that is cut", "99 <34>1 - h p - - - a\n", []string{"h p critical| a"}, []int{1}, []string{"line 1 syslog.truncated"}},
		{"wrong length", "17 <34>1 - h p - - - a\n17 <34>1 - h p - - -\n", []string{"h p critical| a", "h p critical| "}, []int{1, 2}, []string{"line 1 syslog.frame"}},
		{"frame too long", "99999999 <34>1 - h p - - - a\n<34>1 - h p - - - b\n", []string{"h p critical| a", "h p critical| b"}, []int{1, 2}, []string{"line 1 syslog.frame"}},
		{"line too long", head + "a: " + big + "\n" + head + "b: two\n", []string{"web1 a | " + big[len(head)+3:], "web1 b | two"}, []int{1, 2}, []string{"line 1 syslog.too-long"}},
		{"entry too long", head + "a: one\n " + big[:1<<19] + "\n " + big[:1<<19] + "\n more\n" + head + "b: two\n", []string{"web1 a | one\n " + big[:1<<19], "web1 b | two"}, []int{1, 5}, []string{"line 3 syslog.too-long"}},
	}
	for _, tt := range tests {
		for _, in := range []io.Reader{strings.NewReader(tt.in), iotest.HalfReader(strings.NewReader(tt.in))} {
			got := readAll(t, in)
			if !slices.Equal(got.records, tt.records) || !slices.Equal(got.lines, tt.lines) || !slices.Equal(got.problems, tt.problems) {
				t.Errorf("%s: %.300q, %v, %v", tt.name, got.records, got.lines, got.problems)
			}
		}
	}
}

func TestManyProblems(t *testing.T) {
	got := readAll(t, strings.NewReader(strings.Repeat("99999999 <34>1 - h p - - - a\n", 300)))
	if len(got.records) != 300 || len(got.problems) != 101 {
		t.Errorf("%d records, %d problems", len(got.records), len(got.problems))
	}
}

func TestErrors(t *testing.T) {
	failed := errors.New("failed")
	in := head + "a: one\n" + head + "b: two"
	if err := Read(context.Background(), strings.NewReader(in), &keep{err: failed}); !errors.Is(err, failed) {
		t.Errorf("sink: %v", err)
	}
	if err := Read(context.Background(), strings.NewReader("x"), &keep{err: failed}); !errors.Is(err, failed) {
		t.Errorf("sink at the end: %v", err)
	}
	for n := range len(in) {
		if err := Read(context.Background(), io.MultiReader(strings.NewReader(in[:n]), iotest.ErrReader(failed)), &keep{}); !errors.Is(err, failed) {
			t.Errorf("input fails at %d: %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Read(ctx, strings.NewReader(in), &keep{}); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}
