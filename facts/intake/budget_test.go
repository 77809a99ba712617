package intake

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts"
)

// noise is a log of n lines, with other ones at some of them.
func noise(n int, other map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		text := "the pool has nothing to do, which is fine"
		if o := other[i]; o != "" {
			text = o
		}
		fmt.Fprintf(&b, "2024-05-01 %02d:%02d:%02d worker: %s\n", i/3600%24, i/60%60, i%60, text)
	}
	return b.String()
}

// inFolder reads files of a folder and gives its facts in short, by the names
// that the files have without what is before the "_".
func inFolder(t *testing.T, r Reader, files map[string]string) (found []string, c *facts.Case) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c = read(t, r, dir)
	for _, f := range c.Facts {
		_, name, _ := strings.Cut(filepath.Base(f.Origin.Path), "_")
		found = append(found, fmt.Sprintf("%s:%d %s", name, f.Origin.Line, brief(f)))
	}
	slices.Sort(found)
	return found, c
}

func TestNoisyFile(t *testing.T) {
	text := noise(200_000, map[int]string{77_777: "failed with 0x80070005", 199_990: "event ID 4058, error 0xc00203e5"})
	start := time.Now()
	c := read(t, Reader{}, write(t, "a.log", []byte(text)))
	t.Log(time.Since(start))
	var got []string
	plain := 0
	for _, f := range c.Facts {
		if f.Kind == facts.KindText && f.Origin.Line <= 10_000 {
			plain++
			continue
		}
		got = append(got, fmt.Sprint(f.Origin.Line, " ", f.Kind))
	}
	if diff := cmp.Diff([]string{"77777 code", "199990 code", "199990 event", "77777 text", "199990 text"}, got); diff != "" || plain != 10_000 {
		t.Errorf("%d plain texts\n%s", plain, diff)
	}
	if len(c.Problems) != 1 {
		t.Fatalf("%+v", c.Problems)
	}
	if p := c.Problems[0]; p.Reason != "text.too-many" || p.Stage != "read" || p.At != "line 10001" || p.Read != 200_000 || p.Lost != 189_998 || c.Sources[0].Skipped != 189_998 {
		t.Errorf("%+v %+v", p, c.Sources)
	}
}

// TestOrderOfFiles shows that a file that gives more than is kept takes nothing
// from the others, whether it is read first or last.
func TestOrderOfFiles(t *testing.T) {
	var codes, events strings.Builder
	for i := range 300 {
		fmt.Fprintf(&codes, "2024-05-01 10:00:00 a: failed with 0x8007%04x\n", i+1)
		events.WriteString("2024-05-01 10:00:00 a: event ID 7031 again\n")
	}
	for name, noisy := range map[string]string{
		"plain lines": noise(500, map[int]string{400: "failed with 0x80070005"}),
		"many codes":  codes.String(),
		"one event":   events.String() + "2024-05-01 10:00:00 a: event ID 4058\n",
	} {
		others := map[string]string{"m_b.log": sample, "m_c.log": noise(60, map[int]string{50: "error 0xc00203e5"})}
		for _, limits := range []Limits{{Facts: 200, Plain: 100}, {Facts: 50}, {Text: 3000}, {}} {
			var want []string
			var problems []facts.Problem
			for _, prefix := range []string{"a", "z"} {
				files := map[string]string{prefix + "_a.log": noisy}
				for name, text := range others {
					files[name] = text
				}
				got, c := inFolder(t, Reader{Limits: limits}, files)
				for i := range c.Problems {
					_, c.Problems[i].Source, _ = strings.Cut(filepath.Base(c.Problems[i].Source), "_")
				}
				slices.SortFunc(c.Problems, func(a, b facts.Problem) int { return strings.Compare(a.Source, b.Source) })
				if want == nil {
					want, problems = got, c.Problems
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, %+v: %s", name, limits, diff)
				}
				if diff := cmp.Diff(problems, c.Problems); diff != "" {
					t.Errorf("%s, %+v: %s", name, limits, diff)
				}
				all := strings.Join(got, "\n")
				for _, part := range []string{"a.log:1 ", "b.log:1 text", "b.log:5 code", "b.log:7 event", "c.log:1 text", "c.log:50 code"} {
					if !strings.Contains(all, part) {
						t.Errorf("%s, %+v: no %q in\n%s", name, limits, part, all)
					}
				}
				if name == "one event" && !strings.Contains(all, "a.log:301 event 4058") {
					t.Errorf("%+v: the other event is lost\n%s", limits, all)
				}
			}
		}
	}
}

func TestRepeats(t *testing.T) {
	text := noise(2000, nil)
	text = strings.ReplaceAll(text, "the pool", "event ID 7031: the pool") + "\nerror 0x80070005\n"
	c := read(t, Reader{Limits: Limits{Facts: 1000}}, write(t, "a.log", []byte(text)))
	count := map[facts.Kind]int{}
	for _, f := range c.Facts {
		count[f.Kind]++
	}
	if diff := cmp.Diff(map[facts.Kind]int{facts.KindCode: 1, facts.KindEvent: maxRepeats, facts.KindText: maxRepeats}, count); diff != "" {
		t.Error(diff)
	}
	if len(c.Problems) != 1 || c.Problems[0].At != "line 101" || c.Problems[0].Lost != 1900 {
		t.Errorf("%+v", c.Problems)
	}
}

func TestEmptyFolder(t *testing.T) {
	for name, files := range map[string]map[string]string{"nothing": nil, "nothing to read": {"a.gz": "\x1f\x8b\x08", "b.bin": "\x00\x01"}} {
		_, c := inFolder(t, Reader{}, files)
		if len(c.Problems) != 1+len(files) || !slices.Contains(reasons(c), "folder.empty") || len(c.Sources) != 1+len(files) {
			t.Errorf("%s: %+v %+v", name, c.Problems, c.Sources)
		}
	}
	if _, c := inFolder(t, Reader{}, map[string]string{"a.log": ""}); len(c.Problems) > 0 {
		t.Errorf("a file that is empty was read: %+v", c.Problems)
	}
}
