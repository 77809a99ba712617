package triage

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/kbtriage/kbtriage/engine/result"
)

// scanRules are three made-up rules.
const (
	ruleDisk = `schema: 1
id: made/replica-inodes
version: 1
title: The replica has no inodes left
status: stable
symptoms:
  full: {text: replica volume quuxfs has exhausted its inode reserve, suggests: 5, expected: 5}
  code: {code: 0xA0BC1234, suggests: 4, expected: 4}
cause: Too many small files on the replica.
resolution: {steps: [Remove the small files.]}
`
	ruleRelay = `schema: 1
id: made/relay-handshake
version: 1
title: The relay gives up the handshake
status: stable
symptoms:
  refused: {text: zorkrelay aborted handshake with peer <name> after nonce mismatch, suggests: 5, expected: 5}
  twice:
    when: count(events, .id == 40771) >= 2
    suggests: 4
    expected: 3
cause: The clocks of the relays differ.
resolution: {steps: [Set the clocks.]}
`
)

func scanKnowledge(t testing.TB) *Knowledge {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"disk.yaml": ruleDisk, "relay.yaml": ruleRelay} {
		put(t, filepath.Join(dir, "made", name), []byte(text))
	}
	k, err := Load(BaseOptions{Paths: []string{dir}, NoEmbedded: true})
	var wrong *RuleError
	if errors.As(err, &wrong) {
		t.Fatal(wrong.Messages)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func put(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// diskLog and relayLog are logs with a fault among healthy lines, oneLine with
// nothing wrong.
func diskLog() string {
	return healthy(30) + "2024-03-05T09:00:00Z store[7]: replica volume quuxfs has exhausted its inode reserve\n\tcode 0xA0BC1234\n" + healthy(20)
}

func relayLog() string {
	return healthy(10) + "2024-03-05T09:07:00Z relay[9]: zorkrelay aborted handshake with peer mx-4 after nonce mismatch\n" +
		"2024-03-05T09:08:00Z relay[9]: Event ID: 40771\n2024-03-05T09:09:00Z relay[9]: Event ID: 40771\n" + healthy(30)
}

func healthy(lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "2024-03-05T08:%02d:00Z app[1]: request %d was served in good time\n", i%60, i)
	}
	return b.String()
}

// logTree writes files below a new folder.
func logTree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		put(t, filepath.Join(root, name), []byte(content))
	}
	return root
}

func usualTree(t testing.TB) string {
	return logTree(t, map[string]string{
		"alpha/store.log": diskLog(), "alpha/app.log": healthy(40), "beta/relay.log": relayLog(), "beta/x/app.log": healthy(9),
		"gamma/both.log": diskLog() + relayLog(), "delta/app.log": healthy(100), "delta/empty.log": "",
	})
}

// scanOf scans and gives the result, also as text.
func scanOf(t testing.TB, k *Knowledge, q ScanRequest) (*result.Fleet, string) {
	t.Helper()
	f, err := k.Scan(t.Context(), &q)
	if err != nil {
		t.Fatal(err)
	}
	return f, textOf(t, f)
}

func textOf(t testing.TB, f *result.Fleet) string {
	t.Helper()
	b, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// foundIn is what was found: host and rule of each case, with the records.
func foundIn(f *result.Fleet) (list []string) {
	for i := range f.Cases {
		c := &f.Cases[i]
		for _, d := range reported(c) {
			seen := []string{}
			for _, e := range d.Evidence {
				if e.State == "seen" {
					seen = append(seen, e.Symptom)
				}
			}
			list = append(list, fmt.Sprintf("%s: %s %s of %d", c.Case.Host, d.Rule, seen, c.Case.Records))
		}
	}
	slices.Sort(list)
	return list
}

func TestScanFindsWhatIsThere(t *testing.T) {
	f, text := scanOf(t, scanKnowledge(t), ScanRequest{Paths: []string{usualTree(t)}})
	want := []string{
		"alpha: made/replica-inodes [full code] of 2", "beta: made/relay-handshake [refused twice] of 3",
		"gamma: made/relay-handshake [refused twice] of 3", "gamma: made/replica-inodes [full code] of 2",
	}
	got := foundIn(f)
	for i := range got { // a record of two lines may be one or two
		got[i] = strings.Replace(got[i], "code] of 1", "code] of 2", 1)
	}
	if !slices.Equal(got, want) || f.Status != result.Complete || f.Totals.Files != 7 || len(f.Hosts) != 4 {
		t.Errorf("found %q, status %s, %d files, %d hosts\n%.3000s", got, f.Status, f.Totals.Files, len(f.Hosts), text)
	}
}

// TestWorkersChangeNothing: nor does the order of arguments.
func TestWorkersChangeNothing(t *testing.T) {
	k, root := scanKnowledge(t), usualTree(t)
	put(t, filepath.Join(root, "delta", "bad.log"), []byte("\x00\x01\x02binary\x00"))
	_, want := scanOf(t, k, ScanRequest{Paths: []string{root}, Workers: 1})
	for range 5 {
		if _, got := scanOf(t, k, ScanRequest{Paths: []string{root}, Workers: 4}); got != want {
			t.Fatalf("four workers:\n%s\none:\n%s", got, want)
		}
	}
	paths := []string{filepath.Join(root, "alpha"), filepath.Join(root, "beta"), filepath.Join(root, "gamma"), filepath.Join(root, "delta"), filepath.Join(root, "beta", "x")}
	_, want = scanOf(t, k, ScanRequest{Paths: paths})
	for i := range paths {
		other := slices.Concat(paths[i:], paths[:i])
		slices.Reverse(other[1:])
		if _, got := scanOf(t, k, ScanRequest{Paths: other, Workers: 3}); got != want {
			t.Fatalf("in the order %v:\n%s\nwant\n%s", other, got, want)
		}
	}
}

// TestFormsOfLogs: what a log is wrapped in changes no diagnosis.
func TestFormsOfLogs(t *testing.T) {
	k, plain := scanKnowledge(t), diskLog()+relayLog()
	f, _ := scanOf(t, k, ScanRequest{Paths: []string{logTree(t, map[string]string{"alpha/a.log": plain})}})
	want := foundIn(f)
	if len(want) != 2 {
		t.Fatalf("found %q", want)
	}
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = z.Write([]byte(plain))
	_ = z.Close()
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(plain)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	half := strings.Index(plain, "\n2024-03-05T09:08") + 1
	for name, files := range map[string]map[string]string{
		"gz":         {"alpha/a.log.gz": gz.String()},
		"CRLF":       {"alpha/a.log": strings.ReplaceAll(plain, "\n", "\r\n")},
		"UTF-16":     {"alpha/a.log": string(wide)},
		"UTF-8 mark": {"alpha/a.log": "\xef\xbb\xbf" + plain},
		"no end":     {"alpha/a.log": strings.TrimSuffix(plain, "\n")},
		"split":      {"alpha/a.log": plain[:half], "alpha/a.log.1": plain[half:]},
	} {
		t.Run(name, func(t *testing.T) {
			f, text := scanOf(t, k, ScanRequest{Paths: []string{logTree(t, files)}})
			if got := foundIn(f); !slices.Equal(got, want) || f.Status != result.Complete {
				t.Errorf("found %q, want %q; %s\n%.2000s", got, want, f.Status, text)
			}
		})
	}
}

// TestOneMoreFile: a healthy one takes no diagnosis away, and a damaged one never
// makes a partial result complete.
func TestOneMoreFile(t *testing.T) {
	k, root := scanKnowledge(t), usualTree(t)
	before, _ := scanOf(t, k, ScanRequest{Paths: []string{root}})
	for i, name := range []string{"alpha/more.log", "beta/a/b.log", "epsilon/app.log"} {
		put(t, filepath.Join(root, name), []byte(healthy(20*i+1)))
		f, _ := scanOf(t, k, ScanRequest{Paths: []string{root}})
		if !slices.Equal(foundIn(f), foundIn(before)) || f.Status != result.Complete {
			t.Errorf("with %s: found %q, want %q; %s", name, foundIn(f), foundIn(before), f.Status)
		}
	}
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = z.Write([]byte(healthy(300)))
	_ = z.Close()
	problems := 0
	for name, content := range map[string]string{
		"alpha/cut.log.gz": gz.String()[:gz.Len()/2], "beta/program": "\x7fELF\x00\x00", "gamma/noise": "\x00\x01\x02\x03", "delta/cut.evtx": "ElfFile\x00\x00\x00",
	} {
		put(t, filepath.Join(root, name), []byte(content))
		f, _ := scanOf(t, k, ScanRequest{Paths: []string{root}})
		if f.Status != result.Partial || len(f.Problems) <= problems || !slices.Equal(foundIn(f), foundIn(before)) {
			t.Errorf("with %s: %s with %d problems, found %q", name, f.Status, len(f.Problems), foundIn(f))
		}
		problems = len(f.Problems)
	}
}

// TestOddPaths: each path that gives nothing is named, and none twice.
func TestOddPaths(t *testing.T) {
	k := scanKnowledge(t)
	root := logTree(t, map[string]string{"logs/a.log": diskLog()})
	for _, name := range []string{"empty1", "empty2"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	in := func(names ...string) (paths []string) {
		for _, n := range names {
			paths = append(paths, filepath.Join(root, n))
		}
		return paths
	}
	if err := os.Symlink("a.log", filepath.Join(root, "logs", "link")); err != nil {
		t.Skip(err)
	}
	_ = os.Symlink("self", filepath.Join(root, "self"))
	for _, x := range []struct {
		paths  []string
		want   []string
		files  int
		status string
	}{
		{in("logs", "logs"), nil, 1, result.Complete},
		{in("logs", "logs/a.log"), nil, 1, result.Complete},
		{in("logs/a.log", "logs"), nil, 1, result.Complete},
		{in("logs/link"), nil, 1, result.Complete},
		{in("empty1", "empty2"), []string{"folder.empty", "folder.empty"}, 0, result.Failed},
		{in("logs", "empty1"), []string{"folder.empty"}, 1, result.Partial},
		{in("logs", "absent"), []string{"file.not-found"}, 1, result.Partial},
		{in("logs", "self"), []string{"file.unreadable"}, 1, result.Partial},
	} {
		f, _ := scanOf(t, k, ScanRequest{Paths: x.paths})
		var got []string
		for _, p := range f.Problems {
			got = append(got, p.Reason)
		}
		if !slices.Equal(got, x.want) || f.Totals.Files != x.files || f.Status != x.status {
			t.Errorf("%v: problems %v, %d files, %s; want %v, %d, %s", x.paths, got, f.Totals.Files, f.Status, x.want, x.files, x.status)
		}
	}
}

// TestInterruptedScanSaysSo also when nothing was read.
func TestInterruptedScanSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f, err := scanKnowledge(t).Scan(ctx, &ScanRequest{Paths: []string{usualTree(t)}})
	if !errors.Is(err, context.Canceled) || f == nil || f.Status == result.Complete || !strings.Contains(textOf(t, f), `"interrupted"`) {
		t.Errorf("%v, error %v", f, err)
	}
}
