package triage

import (
	"os"
	"path/filepath"
	"testing"
)

// TestStampsFollowALink: a folder that is named by a link is followed, what it holds and
// where it leads.
func TestStampsFollowALink(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("v1/a.yaml", "one")
	write("v2/a.yaml", "one")
	link := filepath.Join(dir, "current")
	if err := os.Symlink("v1", link); err != nil {
		t.Skip(err)
	}
	first := takeStamps([]string{link}, nil)
	if again := takeStamps([]string{link}, first); !first.same(again) {
		t.Fatal("nothing has changed, and the stamps are others")
	}
	write("v1/a.yaml", "another")
	changed := takeStamps([]string{link}, first)
	if first.same(changed) {
		t.Error("a file below the link has changed, and the stamps are the same")
	}
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("v2", link); err != nil {
		t.Fatal(err)
	}
	if elsewhere := takeStamps([]string{link}, changed); changed.same(elsewhere) {
		t.Error("the link leads elsewhere, and the stamps are the same")
	}
}
