package hostprobe

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kbtriage/kbtriage/facts"
)

var update = flag.Bool("update", false, "write the expected facts anew")

// now is the time at which the recordings were made.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var certificateMark = regexp.MustCompile(`\{\{certificate (.+) (\S+) (\S+)\}\}`)

// recording reads a tree of files. Certificates are made as they are described,
// with a key that is always the same; other marks stand for what a text file should
// not hold.
func recording(t testing.TB, file string) fstest.MapFS {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tree := fstest.MapFS{}
	for _, f := range archive.Files {
		text := strings.NewReplacer("{{escape}}", "\x1b", "{{nul}}", "\x00", "{{long}}", strings.Repeat("9", 70_000),
			"%% No entries %%", "-- No entries --").Replace(string(f.Data))
		text = certificateMark.ReplaceAllStringFunc(text, func(mark string) string {
			m := certificateMark.FindStringSubmatch(mark)
			return string(makeCertificate(t, m[1], m[2], m[3]))
		})
		tree[f.Name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

func makeCertificate(t testing.TB, name, from, to string) []byte {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	begin, err := time.Parse(time.DateOnly, from)
	if err != nil {
		t.Fatal(err)
	}
	end, err := time.Parse(time.DateOnly, to)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: begin, NotAfter: end}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func probeTree(t testing.TB, tree fs.FS, o Options) *Result {
	t.Helper()
	sys, err := Recorded(tree)
	if err != nil {
		t.Fatal(err)
	}
	o.Now = now
	return Probe(context.Background(), sys, o)
}

// shown is the form of a result in the files of expected facts.
func shown(t testing.TB, r *Result) []byte {
	t.Helper()
	data, err := r.Case.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	type stream struct {
		Path, Format, Begin string
		Bytes               int
	}
	streams := []stream{}
	for _, s := range r.Streams {
		streams = append(streams, stream{s.Path, s.Format, string(s.Data[:min(len(s.Data), 60)]), len(s.Data)})
	}
	rest, err := json.MarshalIndent(map[string]any{"products": r.Products, "streams": streams, "logs": r.Logs}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(append(data, rest...), '\n')
}

func machines(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	return files
}

func TestMachines(t *testing.T) {
	for _, file := range machines(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			tree := recording(t, file)
			got := shown(t, probeTree(t, tree, Options{}))
			golden := strings.TrimSuffix(file, ".txtar") + ".json"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if again := shown(t, probeTree(t, tree, Options{})); !bytes.Equal(got, again) {
				t.Error("the same recording gave something else the second time")
			}
		})
	}
}

// checkResult is what holds for every machine.
func checkResult(t testing.TB, r *Result) {
	t.Helper()
	lists := 0
	for _, f := range r.Case.Facts {
		if err := f.Check(); err != nil {
			t.Error(err)
		}
		if !strings.HasPrefix(f.Origin.Path, "host: ") {
			t.Errorf("fact %v is from %q", f, f.Origin.Path)
		}
		if f.Kind == facts.KindResolvers {
			lists++
		}
		if f.Kind == facts.KindText && strings.ContainsFunc(f.Text.Value, unicode.IsControl) {
			t.Errorf("control characters in %q", f.Text.Value)
		}
	}
	if lists > 1 {
		t.Errorf("%d lists of resolvers", lists)
	}
	for _, p := range r.Case.Problems {
		if p.Reason == "" || p.Text == "" || !strings.HasPrefix(p.Source, "host: ") {
			t.Errorf("problem without reason, text or place: %+v", p)
		}
		if strings.ContainsFunc(p.Source+p.Text, unicode.IsControl) {
			t.Errorf("control characters in %q: %q", p.Source, p.Text)
		}
	}
	if _, err := r.Case.Marshal(); err != nil {
		t.Error(err)
	}
}

// TestAnyFileMissing takes one file at a time from each machine, empties it, cuts
// it, or fills it with noise: the rest must still be told.
func TestAnyFileMissing(t *testing.T) {
	for _, file := range machines(t) {
		whole := recording(t, file)
		for name, f := range whole {
			if name == "os" {
				continue
			}
			for _, data := range [][]byte{nil, {}, f.Data[:len(f.Data)/2], bytes.Repeat([]byte("\x00\xff\x1b[31m: =,\n"), 50)} {
				tree := maps.Clone(whole)
				delete(tree, name)
				if data != nil {
					tree[name] = &fstest.MapFile{Data: data}
				}
				r := probeTree(t, tree, Options{})
				checkResult(t, r)
				if len(r.Case.Facts) == 0 {
					t.Errorf("%s without %s: no facts", file, name)
				}
				if t.Failed() {
					t.Fatalf("%s with another %s", file, name)
				}
			}
		}
	}
}

// failing is a machine on which the call with one number fails.
type failing struct {
	System
	at, calls int
}

func (f *failing) fails() error {
	if f.calls++; f.calls == f.at {
		return &fs.PathError{Op: "read", Path: "\x1b[31m", Err: os.ErrDeadlineExceeded}
	}
	return nil
}

func (f *failing) Read(path string, limit int64) (Content, error) {
	if err := f.fails(); err != nil {
		return Content{}, err
	}
	return f.System.Read(path, limit)
}

func (f *failing) List(path string) ([]Entry, error) {
	if err := f.fails(); err != nil {
		return nil, err
	}
	return f.System.List(path)
}

func (f *failing) Open(path string) (io.ReadSeekCloser, int64, error) {
	if err := f.fails(); err != nil {
		return nil, 0, err
	}
	return f.System.Open(path)
}

func (f *failing) Run(ctx context.Context, limit int64, name string, args ...string) (Output, error) {
	if err := f.fails(); err != nil {
		return Output{}, err
	}
	return f.System.Run(ctx, limit, name, args...)
}

func (f *failing) Windows() Windows {
	if f.System.Windows() == nil {
		return nil
	}
	return &failingWindows{f.System.Windows(), f}
}

type failingWindows struct {
	Windows
	f *failing
}

func (w *failingWindows) Registry(path string) (Key, error) {
	if err := w.f.fails(); err != nil {
		return Key{}, err
	}
	return w.Windows.Registry(path)
}

func (w *failingWindows) Services() ([]Service, error) {
	if err := w.f.fails(); err != nil {
		return nil, err
	}
	return w.Windows.Services()
}

func (w *failingWindows) Adapters() ([]Adapter, error) {
	if err := w.f.fails(); err != nil {
		return nil, err
	}
	return w.Windows.Adapters()
}

func (w *failingWindows) Drives() ([]string, error) {
	if err := w.f.fails(); err != nil {
		return nil, err
	}
	return w.Windows.Drives()
}

func (w *failingWindows) Memory() (Memory, error) {
	if err := w.f.fails(); err != nil {
		return Memory{}, err
	}
	return w.Windows.Memory()
}

func (w *failingWindows) Certificates() ([][]byte, error) {
	if err := w.f.fails(); err != nil {
		return nil, err
	}
	return w.Windows.Certificates()
}

// TestEveryCallFails lets one call after the other fail. Nothing that was not
// looked at may be stated: a fact that the whole machine does not give must not
// come up.
func TestEveryCallFails(t *testing.T) {
	for _, file := range machines(t) {
		tree := recording(t, file)
		calls, whole := 0, map[string]bool{}
		for at := 0; at <= calls; at++ {
			sys, err := Recorded(tree)
			if err != nil {
				t.Fatal(err)
			}
			f := &failing{System: sys, at: at}
			r := Probe(context.Background(), f, Options{Now: now})
			checkResult(t, r)
			if at == 0 {
				calls, whole = f.calls, roles(r)
			}
			for role, not := range roles(r) {
				if was, known := whole[role]; not && (!known || !was) {
					t.Errorf("%s: call %d fails, and the host is said to be no %s", file, at, role)
				}
			}
		}
	}
}

// roles are those that are stated, with true for those that do not hold.
func roles(r *Result) map[string]bool {
	list := map[string]bool{}
	for _, f := range r.Case.Facts {
		if f.Kind == facts.KindEnvironment && f.Environment.Field == facts.FieldRole {
			list[f.Environment.Value] = f.Environment.Not
		}
	}
	return list
}

func TestStopped(t *testing.T) {
	sys, err := Recorded(recording(t, "testdata/debian-broken.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := Probe(ctx, sys, Options{Now: now})
	if len(r.Case.Facts) != 0 || len(r.Case.Problems) != len(linuxSteps()) {
		t.Errorf("%d facts, %d problems; expected one problem for each of %d parts", len(r.Case.Facts), len(r.Case.Problems), len(linuxSteps()))
	}
	checkResult(t, r)
}

func TestThresholds(t *testing.T) {
	tree := recording(t, "testdata/debian-healthy.txtar")
	r := probeTree(t, tree, Options{DiskPercent: 50, DiskFree: 1 << 40, InodePercent: 1, MemoryPercent: 99, CertDays: 60, ClockOffset: 1e-9})
	var got []string
	for _, f := range r.Case.Facts {
		if f.Kind == facts.KindText {
			got = append(got, f.Text.Value)
		}
	}
	want := []string{
		"memory is low (72 % available, 2845 MiB of 3919 MiB)",
		"certificate /etc/letsencrypt/live/www.corp.example/fullchain.pem (CN=www.corp.example) expires in 37 days (2026-12-30)",
		"clock is 0 s off its time source",
		"file system / has 8 % of its inodes in use (1200000 free)",
		"file system / is 52 % full (9663676416 bytes free)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
