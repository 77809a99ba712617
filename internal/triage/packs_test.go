package triage

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/rules/pack"
)

// shipped is a folder with a signed pack, x.kbpack, and the key that signed it, site.pub.
func shipped(t testing.TB) (dir string, data, signature []byte) {
	t.Helper()
	dir = t.TempDir()
	write := func(name string, text []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secret, public, err := NewKeys("")
	if err != nil {
		t.Fatal(err)
	}
	write("site.key", secret)
	write("site.pub", public)
	write("x/pack.yaml", []byte("pack: 1\nname: x\nversion: 1.0.0\nlicense: MIT\nkbtriage: 0.1.0\n"))
	write("x/a.yaml", []byte(liveRule("live/a", 0xC0DE0001, 1)))
	data, _, err = BuildPack(filepath.Join(dir, "x"), BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	write("x.kbpack", data)
	s, err := Sign(filepath.Join(dir, "x.kbpack"), filepath.Join(dir, "site.key"), "")
	if err != nil {
		t.Fatal(err)
	}
	write("x.kbpack.minisig", s.Signature)
	return dir, data, s.Signature
}

// refusals are the checks that stand against what the options name.
func refusals(t testing.TB, o BaseOptions) []string {
	t.Helper()
	_, err := Load(o)
	var rules *RuleError
	if err != nil && !errors.As(err, &rules) {
		t.Fatalf("not about rules: %v", err)
	}
	if err == nil {
		return nil
	}
	return checksOf(rules.Messages)
}

// TestEachByteOfAPack: with one byte changed, of the pack or of its signature, it is
// not loaded. A changed pack is refused for its signature and for nothing that is
// in it: nobody has looked.
func TestEachByteOfAPack(t *testing.T) {
	dir, data, signature := shipped(t)
	file := filepath.Join(dir, "x.kbpack")
	o := BaseOptions{Paths: []string{file}, NoEmbedded: true, Trust: []string{filepath.Join(dir, "site.pub")}}
	if got := refusals(t, o); got != nil {
		t.Fatal(got)
	}
	set := func(name string, to []byte) {
		if err := os.WriteFile(name, to, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range data {
		changed := slices.Clone(data)
		changed[i] ^= 1 << (i % 8)
		set(file, changed)
		if got := refusals(t, o); !slices.Equal(got, []string{"pack.tampered"}) {
			t.Fatalf("byte %d: %v", i, got)
		}
	}
	set(file, data)
	for i := range signature {
		changed := slices.Clone(signature)
		changed[i] ^= 1 << (i % 8)
		set(file+".minisig", changed)
		got := refusals(t, o)
		if len(got) != 1 || !slices.Contains([]string{"pack.signature-form", "pack.tampered", "pack.unknown-key"}, got[0]) {
			t.Fatalf("byte %d of the signature: %v", i, got)
		}
	}
	set(file+".minisig", nil)
	if got := refusals(t, o); !slices.Equal(got, []string{"pack.signature-form"}) {
		t.Errorf("an empty signature: %v", got)
	}
	if err := os.Remove(file + ".minisig"); err != nil {
		t.Fatal(err)
	}
	if got := refusals(t, o); got != nil {
		t.Errorf("no signature, and none is required: %v", got)
	}
	o.RequireSigned = true
	if got := refusals(t, o); !slices.Equal(got, []string{"pack.unsigned"}) {
		t.Errorf("no signature, and one is required: %v", got)
	}
}

// A folder that is signed by its manifest is held to it, file by file.
func TestSignedFolder(t *testing.T) {
	dir, _, _ := shipped(t)
	folder, key := filepath.Join(dir, "x"), filepath.Join(dir, "site.key")
	_, err := Sign(folder, key, "")
	var rules *RuleError
	if !errors.As(err, &rules) || !slices.Equal(checksOf(rules.Messages), []string{"pack.content"}) {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(rules.Messages[0].Text, "add ")
	manifest, err := os.OpenFile(filepath.Join(folder, "pack.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := manifest.WriteString(line + "\n"); err != nil {
		t.Fatal(err)
	}
	manifest.Close()
	s, err := Sign(folder, key, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.File, s.Signature, 0o600); err != nil {
		t.Fatal(err)
	}
	o := BaseOptions{Paths: []string{folder}, NoEmbedded: true, RequireSigned: true, Trust: []string{filepath.Join(dir, "site.pub")}}
	if got := refusals(t, o); got != nil {
		t.Fatal(got)
	}
	for name, check := range map[string]string{"a.yaml": "pack.content", "pack.yaml": "pack.tampered", "pack.yaml.minisig": "pack.signature-form", "more.yaml": "pack.content"} {
		path := filepath.Join(folder, name)
		before, readErr := os.ReadFile(path)
		if err := os.WriteFile(path, append(slices.Clone(before), "# more\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := refusals(t, o); !slices.Equal(got, []string{check}) {
			t.Errorf("%s changed: %v, want %s", name, got, check)
		}
		if readErr != nil {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, before, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What is too large is not read, whatever its size says.
func TestHugePack(t *testing.T) {
	dir, _, _ := shipped(t)
	file := filepath.Join(dir, "x.kbpack")
	if err := os.Truncate(file, 1<<40); err != nil {
		t.Skip("no sparse files here:", err)
	}
	o := BaseOptions{Paths: []string{file}, NoEmbedded: true}
	if got := refusals(t, o); !slices.Equal(got, []string{"pack.size"}) {
		t.Errorf("a terabyte: %v", got)
	}
	if err := os.Truncate(file, pack.MaxFile); err != nil {
		t.Fatal(err)
	}
	if got := refusals(t, o); !slices.Equal(got, []string{"pack.canonical"}) {
		t.Errorf("a pack, and zeros up to the bound: %v", got)
	}
	if err := os.Truncate(file+".minisig", 1<<20); err != nil {
		t.Fatal(err)
	}
	if got := refusals(t, o); !slices.Equal(got, []string{"pack.size"}) {
		t.Errorf("a huge signature: %v", got)
	}
}
