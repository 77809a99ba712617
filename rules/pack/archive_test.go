package pack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The same pack gives the same bytes, whatever the order of its files, and these give the pack.
func TestOneEncoding(t *testing.T) {
	want := sample(t)
	data := encoded(t, want)
	rapid.Check(t, func(t *rapid.T) {
		files := rapid.Permutation(want.Files).Draw(t, "files")
		again, msgs := newPack("mail", "mail/", want.Manifest, slices.Clone(files))
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		var b bytes.Buffer
		if err := again.Encode(&b); err != nil || !bytes.Equal(b.Bytes(), data) {
			t.Fatalf("another order gives other bytes (%v)", err)
		}
	})
	got, msgs := Decode("mail.kbpack", data)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	if diff := cmp.Diff(want.Files, got.Files); diff != "" {
		t.Error(diff)
	}
	if got.Manifest.Content != want.Content() || got.Manifest.Description != want.Manifest.Description {
		t.Errorf("%+v", got.Manifest)
	}
	if !bytes.Equal(encoded(t, got), data) {
		t.Error("what was read is written as something else")
	}
}

// The three layouts give the same rules, with the same file names.
func TestLayoutsAreOnePack(t *testing.T) {
	p := sample(t)
	data := encoded(t, p)
	fromFile, msgs := Decode("mail.kbpack", data)
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	layout := fstest.MapFS{}
	for _, f := range Layout(data, []byte("signature"), "1.2.0") {
		layout[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	blob, signature, msgs := ReadLayout(layout, "mail.oci")
	if len(msgs) > 0 || string(signature) != "signature" || !bytes.Equal(blob, data) {
		t.Fatal(msgs, signature)
	}
	for name, x := range map[string]*Pack{"mail/": p, "mail.kbpack!": fromFile} {
		set, msgs := x.Rules(name)
		if len(msgs) > 0 || len(set.Rules) != 1 || set.Rules[0].File != "mail/relay@1.2.0/rules/late.yaml" {
			t.Errorf("%s: %v %v", name, set.Rules, msgs)
		}
	}
}

// Cut short anywhere, or with anything behind it, a pack file is refused.
func TestCutAndGrown(t *testing.T) {
	data := encoded(t, sample(t))
	for n := range data {
		if _, msgs := Decode("x.kbpack", data[:n]); len(checks(t, msgs)) == 0 {
			t.Fatalf("the first %d bytes of %d are taken", n, len(data))
		}
	}
	for _, more := range []string{"\x00", "x", "\n", strings.Repeat("\x00", 512), strings.Repeat("\x00", 1024), string(data)} {
		if _, msgs := Decode("x.kbpack", append(slices.Clone(data), more...)); !slices.Contains(checks(t, msgs), "pack.canonical") {
			t.Errorf("%d bytes behind the end: %v", len(more), msgs)
		}
	}
}

// With a byte changed, a pack file is refused or is, whole, what is read: nothing of
// the file is read over. That a manifest says another licence only its signature tells.
func TestChangedByte(t *testing.T) {
	data := encoded(t, sample(t))
	manifest := 512 + firstSize(data)
	for i := range data {
		for _, bit := range []byte{1, 0x20, 0x80} {
			changed := slices.Clone(data)
			changed[i] ^= bit
			p, msgs := Decode("x.kbpack", changed)
			if len(checks(t, msgs)) > 0 {
				continue
			}
			if i < 512 || i >= manifest {
				t.Fatalf("byte %d, which is not of the manifest, may be anything", i)
			}
			if !bytes.Equal(encoded(t, p), changed) {
				t.Fatalf("byte %d is read over", i)
			}
		}
	}
}

// firstSize is the size of the first member, as its header says.
func firstSize(data []byte) int {
	size := 0
	for _, b := range bytes.TrimRight(data[124:136], "\x00 ") {
		size = size*8 + int(b-'0')
	}
	return size
}

// member is one of an archive that somebody else made.
type member struct {
	header tar.Header
	data   string
}

func archiveOf(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := m.header
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(m.data))
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if h.ModTime.IsZero() {
			h.ModTime = time.Unix(0, 0)
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(m.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is not in the one form is refused, and the message says which rule it breaks.
func TestRefusedArchives(t *testing.T) {
	p := sample(t)
	m := p.Manifest
	m.Content = p.Content()
	manifest := member{tar.Header{Name: "pack.yaml"}, string(m.encode())}
	var files []member
	for _, f := range p.Files {
		files = append(files, member{tar.Header{Name: f.Name}, string(f.Data)})
	}
	all := append([]member{manifest}, files...)
	if _, msgs := Decode("x.kbpack", archiveOf(t, all...)); len(msgs) > 0 {
		t.Fatal("the frame of this test makes no pack:", msgs)
	}
	with := func(change func([]member) []member) []byte {
		return archiveOf(t, change(slices.Clone(all))...)
	}
	retold := func(text string) []byte {
		return with(func(x []member) []member { x[0].data = text; return x })
	}
	rule := func(name, text string) []byte { // with the hash that fits
		q := &Pack{Manifest: p.Manifest, Files: []File{{name, []byte(text)}}}
		m := q.Manifest
		m.Content = q.Content()
		return archiveOf(t, member{tar.Header{Name: "pack.yaml"}, string(m.encode())}, member{tar.Header{Name: name}, text})
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(archiveOf(t, all...))
	_ = z.Close()
	var huge bytes.Buffer
	if err := tar.NewWriter(&huge).WriteHeader(&tar.Header{Name: "pack.yaml", Typeflag: tar.TypeReg, Mode: 0o644, Size: 4 << 30, ModTime: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}

	for _, x := range []struct {
		name, check string
		data        []byte
	}{
		{"nothing", "pack.archive", nil},
		{"text", "pack.archive", []byte("pack: 1\n")},
		{"gzip", "pack.archive", zipped.Bytes()},
		{"an empty archive", "pack.archive", archiveOf(t)},
		{"no manifest", "pack.archive", archiveOf(t, files...)},
		{"the manifest behind a file", "pack.archive", archiveOf(t, files[0], manifest)},
		{"two manifests", "pack.name", archiveOf(t, append(slices.Clone(all), manifest)...)},
		{"another order", "pack.canonical", with(func(x []member) []member { x[1], x[2] = x[2], x[1]; return x })},
		{"a file twice", "pack.name", with(func(x []member) []member { return append(x, x[len(x)-1]) })},
		{"a file more", "pack.content", with(func(x []member) []member { return append(x, member{tar.Header{Name: "z.yaml"}, sampleRule}) })},
		{"a file less", "pack.content", with(func(x []member) []member { return slices.Delete(x, 1, 2) })},
		{"another mode", "pack.canonical", with(func(x []member) []member { x[1].header.Mode = 0o755; return x })},
		{"another time", "pack.canonical", with(func(x []member) []member { x[1].header.ModTime = time.Unix(9, 0); return x })},
		{"an owner", "pack.canonical", with(func(x []member) []member { x[1].header.Uname = "joe"; return x })},
		{"PAX headers", "pack.canonical", with(func(x []member) []member {
			x[1].header.PAXRecords, x[1].header.Format = map[string]string{"comment": "x"}, tar.FormatPAX
			return x
		})},
		{"a GNU header", "pack.canonical", with(func(x []member) []member { x[1].header.Format = tar.FormatGNU; return x })},
		{"a link", "pack.canonical", with(func(x []member) []member {
			return append(x, member{header: tar.Header{Name: "z.yaml", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}})
		})},
		{"a folder", "pack.canonical", with(func(x []member) []member {
			return append(x, member{header: tar.Header{Name: "z/", Typeflag: tar.TypeDir}})
		})},
		{"a size that is not there", "pack.size", huge.Bytes()},
		{"above the root", "pack.name", rule("../late.yaml", sampleRule)},
		{"from the root", "pack.name", rule("/late.yaml", sampleRule)},
		{"not the shortest name", "pack.name", rule("a/./late.yaml", sampleRule)},
		{"a hidden file", "pack.name", rule(".late.yaml", sampleRule)},
		{"a line end in a name", "pack.name", rule("late\n.yaml", sampleRule)},
		{"another kind of file", "pack.name", rule("late.sh", sampleRule)},
		{"no rule", "pack.empty", rule("README.md", "Rules.\n")},
		{"a rule with CR", "pack.line-end", rule("late.yaml", strings.ReplaceAll(sampleRule, "\n", "\r\n"))},
		{"one CR in a comment", "pack.line-end", rule("late.yaml", sampleRule+"# all is well\rstatus: retired\n")},
		{"a manifest with CR", "pack.line-end", retold(strings.ReplaceAll(manifest.data, "\n", "\r\n"))},
		{"a manifest with a comment", "pack.canonical", retold(manifest.data + "# more\n")},
		{"a manifest with a mark", "pack.manifest", retold("\ufeff" + manifest.data)},
		{"a manifest in another order", "pack.canonical", retold("name: \"mail/relay\"\n" + strings.Replace(manifest.data, "name: \"mail/relay\"\n", "", 1))},
		{"a manifest without quotes", "pack.canonical", retold(strings.Replace(manifest.data, `"Apache-2.0"`, "Apache-2.0", 1))},
		{"a manifest without hash", "pack.content", retold(manifest.data[:strings.Index(manifest.data, "content:")])},
		{"a manifest with another hash", "pack.content", retold(strings.Replace(manifest.data, m.Content, "sha256:"+strings.Repeat("0", 64), 1))},
		{"a key that is not known", "rule.unknown-key", retold(manifest.data + "signed: true\n")},
		{"a key twice", "rule.repeated-key", retold(manifest.data + "name: \"mail/relay\"\n")},
		{"two documents", "yaml.documents", retold(manifest.data + "---\npack: 1\n")},
	} {
		t.Run(x.name, func(t *testing.T) {
			p, msgs := Decode("x.kbpack", x.data)
			if p != nil || !slices.Contains(checks(t, msgs), x.check) {
				t.Errorf("%v, want %s", msgs, x.check)
			}
		})
	}
}

// FuzzDecode: what is taken is written as the very same bytes, and its rules can be read.
func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, sample(f)))
	f.Add([]byte{})
	f.Add(make([]byte, 1024))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, msgs := Decode("x.kbpack", data)
		if (p == nil) != (len(checks(t, msgs)) > 0) {
			t.Fatalf("%v with %v", p, msgs)
		}
		if p == nil {
			return
		}
		if !bytes.Equal(encoded(t, p), data) {
			t.Fatal("taken, and written as something else")
		}
		p.Rules("x!")
	})
}
