package pack

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A manifest in its one form is read as what was written.
func TestManifestThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z0-9][a-z0-9.-]{0,8}(/[a-z0-9_]{1,8})?`)
		m := Manifest{
			Name: name.Draw(t, "name"), Version: rapid.StringMatching(`(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]?)\.(0|[1-9][0-9]?)(-[a-z]{1,4}\.[1-9])?(\+[a-z0-9]{1,5})?`).Draw(t, "version"),
			License: rapid.SampledFrom([]string{"Apache-2.0", "MIT OR (GPL-2.0-only WITH X)", "LicenseRef-Site"}).Draw(t, "license"),
			Needs:   "0.1.0", Description: rapid.StringMatching(`[ -~äöé–“”<>&]{0,60}`).Draw(t, "description"), Content: "sha256:" + strings.Repeat("ab", 32),
			Overrides: rapid.SliceOfDistinct(rapid.StringMatching(`[a-z]{1,5}/[a-z0-9]{1,5}`), func(s string) string { return s }).Draw(t, "overrides"),
		}
		if len(m.Overrides) == 0 {
			m.Overrides = nil
		}
		got, msgs := ParseManifest("pack.yaml", m.encode())
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Each line is wrong in one way, and the message stands at it.
func TestWrongManifests(t *testing.T) {
	right := strings.Split(strings.TrimSuffix(sampleManifest, "\n"), "\n")
	for _, x := range []struct {
		line  int // that is replaced, from 1
		with  string
		check string
	}{
		{2, "pack: 2", "rule.type"},
		{3, "name: Mail/Relay", "pack.manifest"},
		{3, "name: ../mail", "pack.manifest"},
		{3, "nam: mail/relay", "rule.unknown-key"},
		{4, "version: 1.2", "pack.manifest"},
		{4, "version: v1.2.0", "pack.manifest"},
		{4, "version: 1.02.0", "pack.manifest"},
		{4, "version: [1]", "rule.type"},
		{5, "license: |-\n  MIT\n  and more", "pack.manifest"},
		{6, "kbtriage: newest", "pack.manifest"},
		{7, `description: "one\ntwo"`, "pack.manifest"},
		{7, `description: "to the \u202e left"`, "pack.manifest"},
		{8, "overrides: [mail]", "pack.manifest"},
		{8, "overrides: [mail/late, mail/late]", "pack.manifest"},
		{8, "content: sha256:12", "pack.manifest"},
		{8, "content: *x", "yaml.syntax"},
	} {
		lines := slices.Clone(right)
		lines[x.line-1] = x.with
		_, msgs := ParseManifest("pack.yaml", []byte(strings.Join(lines, "\n")+"\n"))
		if !slices.Contains(checks(t, msgs), x.check) || msgs[len(msgs)-1].Line != x.line {
			t.Errorf("%s: %v, want %s in line %d", x.with, msgs, x.check, x.line)
		}
	}
	if _, msgs := ParseManifest("pack.yaml", []byte(strings.Repeat("#", maxManifest+1))); len(msgs) != 1 {
		t.Errorf("too large: %v", msgs)
	}
	for needs, met := range map[string]bool{"0.1.0": true, "0.0.9": true, "0.1.1": false, "1.0.0": false, "0.1.0-rc.1": true, "0.2.0-rc.1": false} {
		if m := (Manifest{Needs: needs}); m.Met("0.1.0") != met {
			t.Errorf("needs %s, have 0.1.0: %v", needs, !met)
		}
	}
}

// FuzzManifest: any bytes give a manifest or messages; one without messages has its
// one form, which is read as the same.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(sampleManifest))
	f.Add([]byte("pack: 1\nname: a\nversion: 1.0.0\nlicense: x\nkbtriage: 1.0.0\n"))
	f.Add([]byte("pack: 1\rname: a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, msgs := ParseManifest("pack.yaml", data)
		if len(checks(t, msgs)) > 0 {
			return
		}
		if m.Content == "" {
			m.Content = "sha256:" + strings.Repeat("0", 64)
		}
		again, msgs := ParseManifest("pack.yaml", m.encode())
		if len(msgs) > 0 {
			t.Fatalf("%v\n%s", msgs, m.encode())
		}
		if diff := cmp.Diff(m, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
