package scan

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// log is a text with two records that hit, at known lines, and lines that do not.
func logText() string {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "2024-03-05T08:%02d:00Z nothing to see in line %d\n", i%60, i+1)
		switch i {
		case 60:
			b.WriteString("2024-03-05T09:00:00Z boom\n\tat x\n")
		case 150:
			b.WriteString("2024-03-05T09:07:00Z disk full and flood\n")
		}
	}
	return b.String()
}

// readAll reads a file in its items and gives what was found as text, "line what,what"
// a record, with everything else that a part says.
func readAll(t *testing.T, r *Reader, path string) (found []string, problems []string, sources []facts.Source) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return readItems(t, r, r.Divide(t.Context(), path, info))
}

func readItems(t *testing.T, r *Reader, items []Item) (found []string, problems []string, sources []facts.Source) {
	t.Helper()
	var parts []*Part
	for _, it := range items {
		p, err := r.Read(t.Context(), it)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p)
		for _, x := range p.Problems {
			if x.Source == "" || x.Stage == "" || x.Reason == "" || x.Text == "" {
				t.Errorf("a problem that does not say enough: %+v", x)
			}
			problems = append(problems, x.Reason)
		}
		sources = append(sources, p.Sources...)
	}
	list, _ := merged(parts...)
	for _, obs := range list {
		for _, b := range obs.Buckets {
			found = append(found, fmt.Sprintf("%s %v at %d/%d %s", obs.Path[len(items[0].Path):], obs.Whats, b.Known[0].Line, b.Known[0].Record, b.Known[0].Time))
		}
	}
	slices.Sort(found)
	return found, problems, sources
}

func testReader() *Reader {
	w := small()
	w.stretch, w.region = 1000, 256
	return &Reader{Filter: testWords(), Gap: testGap, sizes: w}
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write(content)
	}
	if err = cmp.Or(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, name string, contents ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, c := range contents {
		err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(c))})
		if err == nil {
			_, err = w.Write(c)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func inUTF16(s string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// TestFormsOfOneText: whatever a text is wrapped in, the same is found in it, in
// the same lines.
func TestFormsOfOneText(t *testing.T) {
	text := logText()
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	hits := func(inside string) []string {
		return []string{inside + " [0] at 62/0 2024-03-05T09:00:00Z", inside + " [1 3] at 154/0 2024-03-05T09:07:00Z"}
	}
	for _, x := range []struct {
		name    string
		content []byte
		inside  string // path within the file
		items   int
	}{
		{"plain", []byte(text), "", 11},
		{"CRLF", []byte(crlf), "", 11},
		{"mark", []byte("\xef\xbb\xbf" + text), "", 11},
		{"no end", []byte(strings.TrimSuffix(text, "\n")), "", 11},
		{"UTF-16", inUTF16(text), "", 1},
		{"gz", gzipped(t, []byte(text)), "", 1},
		{"zip", zipped(t, "logs/x.log", []byte(text)), "!logs/x.log", 1},
		{"zip in gz", gzipped(t, zipped(t, "x.log", []byte(text))), "!", 1},
		{"gz in tar in zip", zipped(t, "y.tar", tarred(t, "x.log.gz", gzipped(t, []byte(text)))), "!y.tar!x.log.gz", 1},
	} {
		t.Run(x.name, func(t *testing.T) {
			path := write(t, "file", x.content)
			info, _ := os.Stat(path)
			r := testReader()
			if items := r.Divide(t.Context(), path, info); x.items == 1 && len(items) != 1 || x.items > 1 && len(items) < 5 {
				t.Errorf("%d items", len(items))
			}
			found, problems, sources := readAll(t, r, path)
			records := 0
			for _, s := range sources {
				records += s.Records
			}
			if len(problems) > 0 || records != 203 {
				t.Errorf("%d records, want 203; problems %v", records, problems)
			}
			for i, want := range hits("") {
				if i >= len(found) || !strings.HasSuffix(found[i], want[1:]) || !strings.Contains(found[i], x.inside) {
					t.Errorf("found %q, want %q at %d", found, want, i)
				}
			}
			if len(found) != 2 {
				t.Errorf("found %q", found)
			}
		})
	}
}

// TestFilesThatAreNotWhatTheyWere: what is not read is named, and the rest goes on.
func TestFilesThatAreNotWhatTheyWere(t *testing.T) {
	text := []byte(logText())
	t.Run("shrinks", func(t *testing.T) {
		r := testReader()
		path := write(t, "a.log", text)
		info, _ := os.Stat(path)
		items := r.Divide(t.Context(), path, info)
		for _, n := range []int64{0, 10, 1000, 3000, 5000, int64(len(text)) - 1} {
			if err := os.Truncate(path, n); err != nil {
				t.Fatal(err)
			}
			found, problems, _ := readItems(t, r, items)
			want, _ := plainScan(text[:n], r.sizes)
			if !slices.Contains(problems, "file.truncated") || len(found) != len(want) {
				t.Errorf("at %d bytes: problems %v, found %q", n, problems, found)
			}
			for _, it := range items {
				if it.Same() {
					t.Errorf("at %d bytes it counts as the same", n)
				}
			}
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("shrinks, with a reader of its own", func(t *testing.T) {
		path := write(t, "a.json", []byte(`{"time":"2024-03-05T08:00:00Z","msg":"boom"}`+"\n"+`{"time":"2024-03-05T08:00:01Z","msg":"x"}`+"\n"))
		info, _ := os.Stat(path)
		it := Item{Path: path, Size: info.Size() + 10}
		found, problems, _ := readItems(t, testReader(), []Item{it})
		if len(found) != 1 || !slices.Equal(problems, []string{"file.truncated"}) {
			t.Errorf("found %q, problems %v", found, problems)
		}
	})
	t.Run("grows", func(t *testing.T) {
		r := testReader()
		path := write(t, "a.log", text[:4000])
		info, _ := os.Stat(path)
		items := r.Divide(t.Context(), path, info)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		found, problems, _ := readItems(t, r, items)
		if len(problems) > 0 || len(found) != 2 {
			t.Errorf("found %q, problems %v", found, problems)
		}
	})
	t.Run("vanishes", func(t *testing.T) {
		r := testReader()
		path := write(t, "a.log", text)
		info, _ := os.Stat(path)
		items := r.Divide(t.Context(), path, info)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		found, problems, sources := readItems(t, r, items)
		if len(found) > 0 || len(problems) != len(items) || problems[0] != "file.not-found" || sources[0].Format != "unread" {
			t.Errorf("found %q, problems %v, sources %v", found, problems, sources)
		}
	})
	t.Run("becomes a folder", func(t *testing.T) {
		dir := t.TempDir()
		_, problems, sources := readItems(t, testReader(), []Item{{Path: dir, Size: 100}})
		if !slices.Equal(problems, []string{"file.not-regular"}) || sources[0].Format != "unread" {
			t.Errorf("problems %v, sources %v", problems, sources)
		}
	})
	t.Run("cannot be opened", func(t *testing.T) {
		r := testReader()
		r.Opener.Open = func(string) (fs.File, error) { return nil, fs.ErrPermission }
		_, problems, sources := readItems(t, r, []Item{{Path: write(t, "a.log", text), Size: 100}})
		if !slices.Equal(problems, []string{"file.unreadable"}) || sources[0].Format != "unread" {
			t.Errorf("problems %v, sources %v", problems, sources)
		}
	})
	t.Run("is a loop of links", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "loop")
		if err := os.Symlink(path, path); err != nil {
			t.Skip(err)
		}
		_, problems, _ := readItems(t, testReader(), []Item{{Path: path}})
		if !slices.Equal(problems, []string{"file.unreadable"}) {
			t.Errorf("problems %v", problems)
		}
	})
	t.Run("is a damaged archive", func(t *testing.T) {
		whole := gzipped(t, text)
		for n := 20; n < len(whole); n += 7 {
			_, problems, _ := readItems(t, testReader(), []Item{{Path: write(t, "a.log.gz", whole[:n]), Size: int64(n)}})
			if len(problems) == 0 {
				t.Errorf("cut at %d bytes: no problem", n)
			}
		}
	})
}

// TestOneNameTwice: an archive may hold two files of one name.
func TestOneNameTwice(t *testing.T) {
	path := write(t, "a.tar", tarred(t, "x.log", []byte("x\n2024-03-05T09:00:00Z boom\n"), []byte("x\nx\n2024-03-05T09:00:00Z flood\n")))
	found, problems, sources := readAll(t, testReader(), path)
	want := []string{"!x.log [0] at 2/0 2024-03-05T09:00:00Z", "!x.log [3] at 3/0 2024-03-05T09:00:00Z"}
	if !slices.Equal(found, want) || len(problems) > 0 || len(sources) != 2 {
		t.Errorf("found %q, problems %v, sources %v", found, problems, sources)
	}
}

// TestInterrupted: the only error is that of the context, and what was read stays.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := write(t, "a.log", []byte(logText()))
	p, err := testReader().Read(ctx, Item{Path: path, Size: 10})
	if !errors.Is(err, context.Canceled) || p == nil {
		t.Errorf("part %v, error %v", p, err)
	}
}

// TestProblemsAreBounded: a file with a million things wrong with it lists some.
func TestProblemsAreBounded(t *testing.T) {
	p := &Part{}
	for range 3 * maxProblems {
		p.problem(facts.Problem{})
	}
	if len(p.Problems) != maxProblems || p.unlisted != 2*maxProblems {
		t.Errorf("%d listed, %d not", len(p.Problems), p.unlisted)
	}
}

// TestRecordsWithoutNumbers: of a log that counts neither lines nor records, the
// first one is the first one.
func TestRecordsWithoutNumbers(t *testing.T) {
	p := &Part{Tally: tally.New(testGap)}
	r := testReader()
	k := (&job{reader: r, part: p, ctx: t.Context(), room: r.room()}).sink("a")
	at := facts.Time{Time: time.Date(2024, 3, 5, 8, 0, 0, 0, time.UTC), Zoned: true}
	for _, text := range []string{"boom one", "boom two"} {
		if err := k.Record(&record.Record{Time: at, Event: true, ID: 7, Message: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	b := p.Tally.Observations()[0].Buckets[0]
	if got := b.Facts[0].Event.Message; got != "boom one" || len(b.Known) != 2 || b.Known[0] == b.Known[1] {
		t.Errorf("first %q, known %v", got, b.Known)
	}
}

// TestCommonThingsAtTheBegin: what tells nothing in a large input is counted in
// the begin of each text and log, and what does is counted everywhere.
func TestCommonThingsAtTheBegin(t *testing.T) {
	r := &Reader{Filter: twoWords{}, Gap: testGap, sizes: small()}
	r.sizes.block = 100 // the begin of a text
	count := func(p *Part) (common, special int) {
		for _, obs := range p.Tally.Observations() {
			for _, b := range obs.Buckets {
				if slices.Contains(obs.Whats, 0) {
					common += len(b.Known)
				}
				if slices.Contains(obs.Whats, 1) {
					special += len(b.Known)
				}
			}
		}
		return common, special
	}
	filler := strings.Repeat("2024-03-05T08:00:00Z nothing to see here\n", 20)
	content := "2024-03-05T08:00:00Z common\n" + filler + "2024-03-05T08:00:01Z common\n2024-03-05T08:00:02Z special\n" + filler
	path := write(t, "a.log", []byte(content))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	items := r.Divide(t.Context(), path, info)
	if len(items) < 2 {
		t.Fatalf("%d items: the begin of a stretch is not tested", len(items))
	}
	common, special := 0, 0
	for _, it := range items {
		p, err := r.Read(t.Context(), it)
		if err != nil {
			t.Fatal(err)
		}
		c, s := count(p)
		common, special = common+c, special+s
	}
	if common != 1 || special != 1 {
		t.Errorf("in text: %d common and %d special records, want 1 and 1", common, special)
	}

	p := &Part{Tally: tally.New(testGap)}
	k := (&job{reader: r, part: p, ctx: t.Context(), room: r.room()}).sink("a")
	for i := range beginning + 2 {
		at := facts.Time{Time: time.Date(2024, 3, 5, 8, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Hour), Zoned: true}
		message := "nothing"
		switch i {
		case 0, beginning - 1, beginning:
			message = "common"
		case beginning + 1:
			message = "special"
		}
		if err := k.Record(&record.Record{Time: at, Event: true, ID: 7, Number: uint64(i + 1), Message: []byte(message)}); err != nil {
			t.Fatal(err)
		}
	}
	if common, special := count(p); common != 2 || special != 1 {
		t.Errorf("in a log: %d common and %d special records, want 2 and 1", common, special)
	}
}

// twoWords is a filter of "common" and "special", of which the first tells nothing.
type twoWords struct{}

func (twoWords) Scanner() record.Scanner { return words{"common", "special"} }
func (twoWords) Telling() record.Scanner { return words{"", "special"} }

// TestChunksAreTheWhole compares stretches of event logs with the logs as a whole.
func TestChunksAreTheWhole(t *testing.T) {
	root := os.Getenv("KBTRIAGE_DATA")
	if root == "" {
		t.Skip("KBTRIAGE_DATA is not set: no event logs to read")
	}
	var paths []string
	_ = filepath.WalkDir(filepath.Join(root, "evtx"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".evtx") {
			paths = append(paths, path)
		}
		return nil
	})
	if len(paths) == 0 {
		t.Skip("KBTRIAGE_DATA holds no folder evtx with event logs")
	}
	compared := 0
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || info.Size() < 200<<10 || info.Size() > 4<<20 {
			continue
		}
		whole := &Reader{Filter: testWords(), Gap: testGap}
		divided := &Reader{Filter: testWords(), Gap: testGap, sizes: usual()}
		divided.sizes.stretch = 70_000
		a, problemsA, sourcesA := readAll(t, whole, path)
		b, problemsB, sourcesB := readAll(t, divided, path)
		records := func(list []facts.Source) (n int) {
			for _, s := range list {
				n += s.Records
			}
			return n
		}
		if !slices.Equal(a, b) || records(sourcesA) != records(sourcesB) || len(problemsA) > 0 != (len(problemsB) > 0) {
			t.Errorf("%s: %d records and %d hits, problems %v; in stretches %d and %d, problems %v",
				path, records(sourcesA), len(a), problemsA, records(sourcesB), len(b), problemsB)
		}
		compared++
	}
	t.Logf("%d logs compared", compared)
}

// TestMemoryIsBounded: an input of any size leaves nothing behind but the tally.
func TestMemoryIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big.log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	line := []byte(strings.Repeat("2024-03-05T08:00:00Z nothing to see\n", 1000) + "2024-03-05T08:00:00Z boom\n")
	for range 700 {
		if _, err := f.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := &Reader{Filter: testWords(), Gap: testGap}
	p, err := r.Read(t.Context(), Item{Path: path, Size: int64(700 * len(line))})
	runtime.ReadMemStats(&after)
	if err != nil || p.Tally.Records != 700 || p.Sources[0].Records != 700*1001 {
		t.Fatalf("%d hits in %v, error %v", p.Tally.Records, p.Sources, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes were allocated for a file of %d", used, 700*len(line))
	}
}
