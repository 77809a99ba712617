package bounded

import (
	"bytes"
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

func readLines(t testing.TB, in io.Reader) (all []string) {
	t.Helper()
	l := NewLines(in)
	for {
		line, err := l.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%d %d %s", l.Number(), l.Cut(), line))
	}
}

func TestLines(t *testing.T) {
	full := strings.Repeat("x", MaxRecord)
	umlaut := full[:MaxRecord-1] + "ä"
	tests := []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"a\n\nb\r\nc", []string{"1 0 a", "2 0 ", "3 0 b", "4 0 c"}},
		{"\n", []string{"1 0 "}},
		{full + "\nb", []string{"1 0 " + full, "2 0 b"}},
		{full + "\r\nb", []string{"1 0 " + full, "2 0 b"}},
		{full + "yz\nb", []string{"1 3 " + full, "2 0 b"}},
		{full + full + "\nb\n", []string{fmt.Sprintf("1 %d %s", MaxRecord+1, full), "2 0 b"}},
		{full + full, []string{fmt.Sprintf("1 %d %s", MaxRecord, full)}},
		{umlaut + "z\n", []string{"1 4 " + full[:MaxRecord-1]}},
	}
	for _, tt := range tests {
		for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.HalfReader(strings.NewReader(tt.in)), iotest.DataErrReader(strings.NewReader(tt.in))} {
			if got := readLines(t, r); !slices.Equal(got, tt.want) {
				t.Errorf("%.20q, %d bytes: %.40q", tt.in, len(tt.in), got)
			}
		}
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestNoProgress(t *testing.T) {
	if _, err := NewLines(stuck{}).Next(context.Background()); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

type told struct{ all []facts.Problem }

func (t *told) Record(*record.Record) error { return nil }
func (t *told) Damage(p facts.Problem)      { t.all = append(t.all, p) }

func TestProblems(t *testing.T) {
	to := &told{}
	p := NewProblems(to)
	for i := range 250 {
		p.Add(i+1, "a", 2, "text %d", i)
	}
	p.Add(0, "b", 0, "other")
	p.Close()
	if len(to.all) != maxTold+2 {
		t.Fatalf("%d problems", len(to.all))
	}
	if got := to.all[0]; got.At != "line 1" || got.Reason != "a" || got.Text != "text 0" || got.Lost != 2 {
		t.Errorf("%+v", got)
	}
	if got := to.all[maxTold]; got.At != "" || got.Reason != "b" {
		t.Errorf("%+v", got)
	}
	if got := to.all[maxTold+1]; got.At != "line 101" || got.Lost != 300 || got.Text != "and 150 more of this kind, the first of them here" {
		t.Errorf("%+v", got)
	}
}

// FuzzLines compares with bytes.Split.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\n\nb\r\nc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var want []string
		for i, line := range bytes.Split(b, []byte("\n")) {
			want = append(want, fmt.Sprintf("%d 0 %s", i+1, bytes.TrimSuffix(line, []byte("\r"))))
		}
		if len(b) == 0 || bytes.HasSuffix(b, []byte("\n")) {
			want = want[:len(want)-1]
		}
		if got := readLines(t, iotest.OneByteReader(bytes.NewReader(b))); !slices.Equal(got, want) {
			t.Errorf("%q: %q", b, got)
		}
	})
}
