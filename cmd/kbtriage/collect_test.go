package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts/hostprobe"
)

// onMachine runs the program on a recorded machine.
func onMachine(t *testing.T, tree fstest.MapFS, args ...string) session {
	t.Helper()
	var s session
	var out, errs bytes.Buffer
	w := &world{
		in: strings.NewReader(""), out: &out, err: &errs, getenv: func(string) string { return "" }, now: recordedAt,
		host: func() hostprobe.System {
			sys, err := hostprobe.Recorded(tree)
			if err != nil {
				t.Fatal(err)
			}
			return sys
		},
	}
	s.code = run(t.Context(), w, args)
	s.out, s.err = out.String(), errs.String()
	return s
}

func machineTree(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	tree, err := recordedTree(filepath.Join(recordings(t), name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestBundleIsTheHost holds the diagnosis of every recorded machine against that
// of its bundle, elsewhere and under another name: the same bytes, and the same
// code. Twice, with and without redaction.
func TestBundleIsTheHost(t *testing.T) {
	for _, name := range machineNames(t) {
		tree := machineTree(t, name)
		for _, flags := range [][]string{nil, {"--redact"}, {"--no-logs"}, {"--set", "version=5.5 SP3", "--set", "exchange.name=exchvs1.corp.example"}} {
			t.Run(name+" "+strings.Join(flags, " "), func(t *testing.T) {
				folder := t.TempDir()
				bundle := filepath.Join(folder, "first name.tar.zst")
				for _, form := range []string{"json", "text", "markdown"} {
					live := onMachine(t, tree, append([]string{"diagnose", "--host", "-o", form}, flags...)...)
					collected := onMachine(t, tree, append([]string{"collect", "--out", bundle, "--force"}, flags...)...)
					if collected.code != 0 && collected.code != 3 {
						t.Fatalf("exit %d: %s", collected.code, collected.err)
					}
					other := filepath.Join(folder, "other.tar.zst")
					if err := os.Rename(bundle, other); err != nil {
						t.Fatal(err)
					}
					here := program(t, "diagnose", other, "-o", form)
					if diff := cmp.Diff(live.out, here.out); diff != "" {
						t.Errorf("%s (-host +bundle)\n%s", form, diff)
					}
					if live.code != here.code {
						t.Errorf("%s: exit %d at the host, %d from the bundle", form, live.code, here.code)
					}
					if again := onMachine(t, tree, append([]string{"diagnose", "--host", "-o", form}, flags...)...); again.out != live.out {
						t.Error("the same recording gave something else the second time")
					}
				}
			})
		}
	}
}

// TestScanOfBundles holds that a bundle is one host, whatever its file is called,
// and with any number of workers.
func TestScanOfBundles(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for i, name := range []string{"debian-broken", "windows-server"} {
		for _, to := range []string{filepath.Join(a, name), filepath.Join(b, string(rune('z'-i)))} {
			if s := onMachine(t, machineTree(t, name), "collect", "--out", to+".tar.zst"); s.code != 0 && s.code != 3 {
				t.Fatalf("exit %d: %s", s.code, s.err)
			}
		}
	}
	one := program(t, "scan", a, "-o", "json", "--workers", "1")
	two := program(t, "scan", b, "-o", "json", "--workers", "4")
	if diff := cmp.Diff(one.out, two.out); diff != "" {
		t.Errorf("(-one name +another)\n%s", diff)
	}
	var f result.Fleet
	if err := json.Unmarshal([]byte(one.out), &f); err != nil {
		t.Fatal(err, one.err)
	}
	var hosts []string
	for _, h := range f.Hosts {
		hosts = append(hosts, h.Host+" "+h.Known)
	}
	if diff := cmp.Diff([]string{"sql01 record", "web1.corp.example record"}, hosts); diff != "" {
		t.Errorf("hosts (-want +got)\n%s", diff)
	}
}

// member is a file in a tar archive.
type member struct {
	name string
	data []byte
}

// unpacked are the members of a bundle.
func unpacked(t *testing.T, path string) (members []member) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return members
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, member{h.Name, data})
	}
}

// packed writes members as a bundle.
func packed(t *testing.T, path string, members []member) string {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Size: int64(len(m.data)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close(), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// webMachine is a healthy machine with a web server's log.
func webMachine(t *testing.T) fstest.MapFS {
	t.Helper()
	tree := machineTree(t, "debian-healthy")
	tree["files/var/log/nginx/error.log"] = &fstest.MapFile{Data: []byte("2026/11/22 11:00:00 [crit] 7#7: *1 open() failed (28: No space left on device)\n")}
	return tree
}

func TestDamagedBundles(t *testing.T) {
	folder := t.TempDir()
	bundle := filepath.Join(folder, "good.tar.zst")
	if s := onMachine(t, webMachine(t), "collect", "--out", bundle); s.code != 0 {
		t.Fatalf("exit %d: %s%s", s.code, s.out, s.err)
	}
	members := unpacked(t, bundle)
	log := -1
	for i, m := range members {
		if strings.Contains(m.name, "error.log") {
			log = i
		}
	}
	if members[0].name != "manifest.json" || members[1].name != "case.json" || log < 0 {
		t.Fatalf("members %v", members)
	}
	edit := func(change func([]member) []member) []member {
		var list []member
		for _, m := range members {
			list = append(list, member{m.name, bytes.Clone(m.data)})
		}
		return change(list)
	}
	for _, tt := range []struct {
		name    string
		members []member
		code    int
		reasons []string
		text    string
		used    bool // the text of the log is among the facts
	}{
		{"untouched", members, 0, nil, "", true},
		{"a changed byte", edit(func(l []member) []member { l[log].data[3] ^= 1; return l }), 3, []string{"bundle.damaged"}, "SHA-256", true},
		{"a shorter log", edit(func(l []member) []member { l[log].data = l[log].data[:20]; return l }), 3, []string{"bundle.damaged"}, "it has 20 bytes", false},
		{"a missing log", edit(func(l []member) []member { return append(l[:log], l[log+1:]...) }), 3, []string{"bundle.missing"}, "does not hold it", false},
		{"one more", edit(func(l []member) []member { return append(l, member{"logs/x", []byte("No space left on device\n")}) }), 3, []string{"bundle.not-listed"}, "does not name it", true},
		{"another version", edit(func(l []member) []member {
			l[0].data = bytes.Replace(l[0].data, []byte(`"kbtriage_bundle": 1`), []byte(`"kbtriage_bundle": 7`), 1)
			return l
		}), 5, []string{"bundle.version"}, "version 7", false},
		{"a broken manifest", edit(func(l []member) []member { l[0].data = l[0].data[:60]; return l }), 5, []string{"bundle.invalid"}, "manifest is damaged", false},
		{"a changed case", edit(func(l []member) []member { l[1].data = append(l[1].data, ' '); return l }), 3, []string{"bundle.damaged"}, "", true},
		{"a broken case", edit(func(l []member) []member { l[1].data = l[1].data[:200]; return l }), 3, []string{"bundle.damaged", "case.invalid"}, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := packed(t, filepath.Join(t.TempDir(), "x.tar.zst"), tt.members)
			d, s := differential(t, "diagnose", path)
			if s.code != tt.code {
				t.Errorf("exit %d, want %d", s.code, tt.code)
			}
			var reasons []string
			text := ""
			for _, p := range d.Problems {
				reasons = append(reasons, p.Reason)
				text += p.Text + "\n"
			}
			if diff := cmp.Diff(tt.reasons, reasons); diff != "" || !strings.Contains(text, tt.text) {
				t.Errorf("(-want +got)\n%s%s", diff, text)
			}
			if used := strings.Contains(s.out, "No space left on device"); used != tt.used {
				t.Errorf("the log is used: %v, want %v", used, tt.used)
			}
			if scanned := program(t, "scan", path, "-o", "json"); scanned.code != tt.code {
				t.Errorf("scan: exit %d, want %d\n%s", scanned.code, tt.code, scanned.out)
			}
		})
	}
}

func TestCollectedLogs(t *testing.T) {
	tree := webMachine(t)
	tree["files/var/log/nginx/old.log"] = &fstest.MapFile{Data: append([]byte("\x1f\x8b\x08"), make([]byte, 30)...)}
	tree["files/opt/shop/shop.log"] = &fstest.MapFile{Data: bytes.Repeat([]byte("2026-11-22 10:00:00 a line of the shop\n"), 500_000)}
	path := filepath.Join(t.TempDir(), "x.tar.zst")
	s := onMachine(t, tree, "collect", "--out", path, "--log", "/opt/shop/shop.log", "--log", "/opt/gone.log")
	if s.code != 3 {
		t.Fatalf("exit %d: %s%s", s.code, s.out, s.err)
	}
	for _, want := range []string{
		"/opt/shop/shop.log (16777", "bytes before it were left out",
		"problem       host: /opt/gone.log: there is no such log", "problem       host: /var/log/nginx/old.log: it is a gzip container",
	} {
		if !strings.Contains(s.out, want) {
			t.Errorf("%q is not in\n%s", want, s.out)
		}
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	without := onMachine(t, tree, "collect", "--out", path, "--force", "--no-logs", "-o", "json")
	if without.code != 0 || strings.Contains(without.out, "error.log") {
		t.Errorf("exit %d\n%s", without.code, without.out)
	}
}

func TestCollectNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.tar.zst")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := onMachine(t, webMachine(t), "collect", "--out", path); s.code != 64 || !strings.Contains(s.err, "is there already") {
		t.Errorf("exit %d: %s", s.code, s.err)
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Error("it was overwritten")
	}
	if s := onMachine(t, webMachine(t), "collect", "--out", filepath.Join(path, "y.tar.zst")); s.code != 5 {
		t.Errorf("exit %d: %s", s.code, s.err)
	}
}
