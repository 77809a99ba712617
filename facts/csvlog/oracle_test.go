package csvlog

import (
	"encoding/csv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// plainRows reads with the library, which takes nothing that breaks the rules.
func plainRows(in string, delim byte) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(in))
	r.Comma = rune(delim)
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

// allRows reads with ours, and gives the fields as the library does.
func allRows(in string, delim byte) (all [][]string, sound bool) {
	s := newRows(strings.NewReader(in))
	s.delim = delim
	sound = true
	var r row
	for s.next(&r) {
		var fields []string
		for _, f := range r.fields {
			fields = append(fields, strings.ReplaceAll(string(f.appendTo(nil)), "\r\n", "\n"))
		}
		all = append(all, fields)
		sound = sound && !r.open && !r.alone && !r.cut
	}
	return all, sound
}

func sameRows(a, b [][]string) bool { return slices.EqualFunc(a, b, slices.Equal) }

// writeRow writes a row by the rules, with quotes where they are needed and
// sometimes where not.
func writeRow(r *rand.Rand, b *strings.Builder, fields []string, delim byte, end string) {
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(delim)
		}
		if strings.ContainsAny(f, "\"\r\n"+string(delim)) || strings.HasPrefix(f, " ") || r.IntN(4) == 0 {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		b.WriteString(f)
	}
	b.WriteString(end)
}

// TestOracle compares with encoding/csv on files that keep the rules.
func TestOracle(t *testing.T) {
	words := []string{"", "a", "b c", " d", `"`, `""`, ",", ";", "\t", "\n", "x\r\ny", "é", `say "no"`, `"q"`, "1"}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		delim := ",;\t"[r.IntN(3)]
		end := []string{"\n", "\r\n"}[r.IntN(2)]
		var b strings.Builder
		var want [][]string
		for range r.IntN(12) {
			fields := make([]string, 2+r.IntN(5))
			for i := range fields {
				for range r.IntN(4) {
					fields[i] += words[r.IntN(len(words))]
				}
			}
			writeRow(r, &b, fields, delim, end)
			for i := range fields {
				fields[i] = strings.ReplaceAll(fields[i], "\r\n", "\n")
			}
			want = append(want, fields)
			if r.IntN(5) == 0 {
				b.WriteString(end)
			}
		}
		in := b.String()
		if r.IntN(3) == 0 {
			in = strings.TrimSuffix(in, end)
		}
		plain, err := plainRows(in, delim)
		if err != nil || !sameRows(plain, want) {
			t.Fatalf("seed %d: the library: %v\n%q\n%q", seed, err, plain, want)
		}
		got, sound := allRows(in, delim)
		if !sound || !sameRows(got, want) {
			t.Fatalf("seed %d: %q\n got %q\nwant %q", seed, in, got, want)
		}
	}
}

// TestOracleLarge is the same on a file of many buffers, with rows of many
// sizes.
func TestOracleLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < 3<<20 {
		lines := strings.Repeat("some \"words\", or more\n", r.IntN(1+r.IntN(600)))
		writeRow(r, &b, []string{"a", lines, "b", lines[:len(lines)/2], strings.Repeat("c", r.IntN(30_000))}, ',', "\r\n")
	}
	want, err := plainRows(b.String(), ',')
	got, sound := allRows(b.String(), ',')
	if err != nil || !sound || !sameRows(got, want) {
		t.Errorf("%d rows, want %d: %v, %v", len(got), len(want), err, sound)
	}
}

func TestTimes(t *testing.T) {
	tests := []struct {
		in    string
		order dateOrder
		want  string
	}{
		{"2024-01-02T03:04:05Z", 0, "2024-01-02T03:04:05Z"},
		{"2024-01-02T03:04:05.123456789+02:00", 0, "2024-01-02T03:04:05.123456789+02:00"},
		{"2024-01-02 03:04:05,5 -0830", 0, "2024-01-02T03:04:05.5-08:30"},
		{"2024-01-02 03:04:05.12345678901", 0, "2024-01-02T03:04:05.123456789"},
		{"2024/1/2 3:04", 0, "2024-01-02T03:04:00"},
		{"2024-01-02 03:04:05 UTC", 0, "2024-01-02T03:04:05Z"},
		{"1/2/2006 3:04:05 PM", 0, "2006-01-02T15:04:05"},
		{"1/2/2006 12:04:05 AM", 0, "2006-01-02T00:04:05"},
		{"1/2/2006, 3:04:05\u202fPM", 0, "2006-01-02T15:04:05"},
		{"1/2/2006 3:04:05 PM", dayFirst, "2006-02-01T15:04:05"},
		{"1/2/2006 13:04:05", 0, ""},
		{"1/2/2006 13:04:05", orderMixed, ""},
		{"1/2/2006 13:04:05", monthFirst, "2006-01-02T13:04:05"},
		{"2/2/2006 13:04:05", 0, "2006-02-02T13:04:05"},
		{"13/2/2006 13:04:05", 0, "2006-02-13T13:04:05"},
		{"2/13/2006 13:04:05", 0, "2006-02-13T13:04:05"},
		{"1.2.06 13:04", 0, "2006-02-01T13:04:00"},
		{"1-2-99 1:04 pm", 0, "1999-01-02T13:04:00"},
		{"1700000000", 0, "2023-11-14T22:13:20Z"},
		{"1700000000.25", 0, "2023-11-14T22:13:20.25Z"},
		{"1700000000123", 0, "2023-11-14T22:13:20.123Z"},
		{"1700000000123456", 0, "2023-11-14T22:13:20.123456Z"},
		{"9999999999999999", 0, "2286-11-20T17:46:39.999999Z"},
		{"31/2/2006 13:04:05", 0, ""},
		{"13/13/2006 13:04:05", 0, ""},
		{"2006-02-30 13:04:05", 0, ""},
		{"2006-02-03 25:04:05", 0, ""},
		{"2006-02-03 12:60:05", 0, ""},
		{"2006-02-03", 0, ""},
		{"12:13:14", 0, ""},
		{"2006-02-03 12:13:14 x", 0, ""},
		{"2006-02-03 12:13:14+99:00", 0, ""},
		{"170000000", 0, ""},
		{"", 0, ""},
		{"-", 0, ""},
	}
	for _, tt := range tests {
		order := tt.order
		if got := parseTime([]byte(tt.in), nil, &order).String(); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.in, got, tt.want)
		}
	}
	var order dateOrder
	for _, in := range []string{"13/1/2024 1:00", "1/13/2024 1:00"} {
		parseTime([]byte(in), nil, &order)
	}
	if order != orderMixed {
		t.Error(order)
	}
}
