package journal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	k.records = append(k.records, fmt.Sprintf("%s %d %s %s %s| %s", r.Time, r.Number, r.Host, r.Source, r.Level, r.Text()))
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

// binaryField writes a field with its length before it.
func binaryField(name, value string) string {
	size := binary.LittleEndian.AppendUint64(nil, uint64(len(value)))
	return name + "\n" + string(size) + value + "\n"
}

const sample = "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1709792701123456\n__SEQNUM=31\n_HOSTNAME=web1\nPRIORITY=3\n" +
	"SYSLOG_IDENTIFIER=exampled\n_COMM=ex\nMESSAGE=disk failed = bad\n_PID=812\n\n"

const sampleText = "2024-03-07T06:25:01.123456Z 31 web1 exampled error| disk failed = bad\n_COMM: ex\n_PID: 812"

func TestRead(t *testing.T) {
	const head, after = "__CURSOR=x\n", "__CURSOR=y\nMESSAGE=after\n\n"
	const ok = " 0   | after"
	big := strings.Repeat("x", 1<<20+5)
	tests := []struct {
		name, in string
		records  []string
		problems []string
	}{
		{"entry", sample, []string{sampleText}, nil},
		{"two", sample + sample, []string{sampleText, sampleText}, nil},
		{"several blank lines", "\n\n" + sample + "\n\n" + after, []string{sampleText, ok}, nil},
		{"no blank line at the end", strings.TrimSuffix(sample, "\n"), []string{sampleText}, nil},
		{"binary", head + binaryField("MESSAGE", "a\n\nb=c\n") + binaryField("X", "\n\xff") + "\n" + after, []string{" 0   | a\n\nb=c\nX: \n\uFFFD", ok}, nil},
		{"empty binary", head + binaryField("X", "") + "_COMM=c\n\n", []string{" 0  c | "}, nil},
		{"unit", head + "_SYSTEMD_UNIT=a.service\nPRIORITY=9\nMESSAGE=m\n\n", []string{" 0  a.service 9| m"}, nil},
		{"twice", head + "MESSAGE=m\nMESSAGE=n\nPRIORITY=6\nPRIORITY=5\n\n", []string{" 0   information| m\nMESSAGE: n\nPRIORITY: 5"}, nil},
		{"no name", head + "MESSAGE=m\nwhat is this\n_COMM=c\n\n" + after, []string{" 0  c | m", ok}, []string{"line 3 journal.broken"}},
		{"length too great", head + "MESSAGE=m\nX\n\x01\x01\x01\x01\x01\x01\x01\x01abc\nY=z\n\n" + after, []string{" 0   | m", ok}, []string{"line 3 journal.broken"}},
		{"length too small", head + "X\n\x01\x00\x00\x00\x00\x00\x00\x00abc\nY=z\n\n" + after, []string{" 0   | X: a", ok}, []string{"line 2 journal.broken"}},
		{"next entry without blank line", head + "X\n\x01\x00\x00\x00\x00\x00\x00\x00abc\n" + after, []string{" 0   | X: a", ok}, []string{"line 2 journal.broken"}},
		{"ends in a name", after + head + "MESS", []string{ok, " 0   | "}, []string{"line 5 journal.truncated"}},
		{"ends in a value", after + head + "MESSAGE=a", []string{ok, " 0   | a"}, []string{"line 5 journal.truncated"}},
		{"ends in a length", after + head + "MESSAGE\n\x01\x00", []string{ok, " 0   | "}, []string{"line 5 journal.truncated"}},
		{"ends in data", after + head + "MESSAGE\n\x05\x00\x00\x00\x00\x00\x00\x00ab", []string{ok, " 0   | ab"}, []string{"line 5 journal.truncated"}},
		{"long message", head + "MESSAGE=" + big + "\n\n" + after, []string{" 0   | " + big[:1<<20-len("MESSAGE=")], ok}, []string{"line 2 journal.too-long"}},
		{"long binary message", head + binaryField("MESSAGE", big) + "\n" + after, []string{" 0   | " + big[:1<<20], ok}, []string{"line 2 journal.too-long"}},
		{"core dump", head + "MESSAGE=m\n" + binaryField("COREDUMP", big+big) + "A=b\n\n" + after, []string{" 0   | m\nA: b", ok}, []string{"line 3 journal.too-long", "line 1 journal.fields-cut"}},
	}
	for _, tt := range tests {
		for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.HalfReader(strings.NewReader(tt.in))} {
			got := readAll(t, r)
			if !slices.Equal(got.records, tt.records) || !slices.Equal(got.problems, tt.problems) {
				t.Errorf("%s: %.200q, %v", tt.name, got.records, got.problems)
			}
		}
	}
	if got := readAll(t, strings.NewReader(binaryField("A", "\n\n")+"\n"+after)).lines; !slices.Equal(got, []int{1, 6}) {
		t.Errorf("lines %v", got)
	}
}

func TestIs(t *testing.T) {
	for in, want := range map[string]bool{
		sample: true, "\n" + sample: true, "__REALTIME_TIMESTAMP=1\n_PID=2\n": true, sample[:40]: true,
		"": false, "__CURSOR=x": false, "__CURSOR=x\nno\n": false, "MESSAGE=a\n_PID=1\n": false, "A=b\nC=d\n": false, `{"__CURSOR":"x"}`: false,
	} {
		if Is([]byte(in)) != want {
			t.Errorf("Is(%q) is %v", in, !want)
		}
	}
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
			t.Errorf("%s is taken for an export of the journal", f)
		}
	}
}

func TestErrors(t *testing.T) {
	failed := errors.New("failed")
	if err := Read(context.Background(), strings.NewReader(sample), &keep{err: failed}); !errors.Is(err, failed) {
		t.Errorf("sink: %v", err)
	}
	for n := range len(sample) {
		in := io.MultiReader(strings.NewReader(sample[:n]), iotest.ErrReader(failed))
		if err := Read(context.Background(), in, &keep{}); !errors.Is(err, failed) {
			t.Errorf("input fails at %d: %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Read(ctx, strings.NewReader(sample), &keep{}); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}

// A slowField is a field as the second reader finds it.
type slowField struct{ name, value string }

// slowEntries reads a whole file that is in order, by the description of the
// format and nothing else. It answers false for any other file.
func slowEntries(b []byte) ([][]slowField, bool) {
	var all [][]slowField
	var entry []slowField
	for len(b) > 0 {
		line, rest, ended := bytes.Cut(b, []byte("\n"))
		if !ended {
			return nil, false
		}
		b = rest
		if len(line) == 0 {
			if len(entry) > 0 {
				all = append(all, entry)
			}
			entry = nil
			continue
		}
		name, value, text := strings.Cut(string(line), "=")
		if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || name == "" || len(name) > 64 {
			return nil, false
		}
		if !text {
			if len(b) < 8 {
				return nil, false
			}
			n := binary.LittleEndian.Uint64(b)
			if b = b[8:]; n >= uint64(len(b)) || b[n] != '\n' {
				return nil, false
			}
			value, b = string(b[:n]), b[n+1:]
		}
		entry = append(entry, slowField{name, value})
	}
	if len(entry) > 0 {
		all = append(all, entry)
	}
	return all, true
}

// FuzzRead checks that the way in which the input comes changes nothing; that
// files in order are read without a problem, as the second reader reads them;
// and that of others something is said.
func FuzzRead(f *testing.F) {
	f.Add([]byte(sample + sample))
	f.Add([]byte("__CURSOR=x\n" + binaryField("MESSAGE", "a\n\nb") + "A=b\n\nMESSAGE=m\n"))
	f.Add([]byte("X\n\x01\x00\x00\x00\x00\x00\x00\x00abc\n\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			return
		}
		Is(b)
		got := readAll(t, bytes.NewReader(b))
		pieces := readAll(t, iotest.OneByteReader(bytes.NewReader(b)))
		if !slices.Equal(got.records, pieces.records) || !slices.Equal(got.problems, pieces.problems) || !slices.Equal(got.lines, pieces.lines) {
			t.Errorf("byte by byte: %q, %v; at once: %q, %v", pieces.records, pieces.problems, got.records, got.problems)
		}
		want, inOrder := slowEntries(b)
		if !inOrder || bytes.Contains(b, []byte("\r")) {
			if left := bytes.TrimRight(b, "\r"); len(got.problems) == 0 && len(left) > 0 && !bytes.HasSuffix(left, []byte("\n")) {
				t.Errorf("%q: no problem", b)
			}
			return
		}
		if len(got.problems) > 0 || len(got.records) != len(want) {
			t.Fatalf("%q: %d records, %v; want %d", b, len(got.records), got.problems, len(want))
		}
		for i, entry := range want {
			message := ""
			for _, f := range entry {
				if f.name == "MESSAGE" && message == "" {
					message = f.value
				}
				if !strings.HasPrefix(f.name, "__") && !strings.Contains(got.records[i], strings.ToValidUTF8(strings.TrimRight(f.value, "\r\n"), "\uFFFD")) && f.name != "PRIORITY" {
					t.Errorf("%q: field %s=%q is not in %q", b, f.name, f.value, got.records[i])
				}
			}
			message = strings.ToValidUTF8(strings.TrimRight(message, "\r\n"), "\uFFFD")
			if !strings.Contains(got.records[i], "| "+message) {
				t.Errorf("%q: message %q is not in %q", b, message, got.records[i])
			}
		}
	})
}
