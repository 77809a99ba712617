package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
)

// broken is a file system in which one file cannot be opened and one folder not be read.
type broken struct{ fstest.MapFS }

func (b broken) Open(name string) (fs.File, error) {
	if name == "b/locked.yaml" || name == "c" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("permission denied")}
	}
	return b.MapFS.Open(name)
}

func (b broken) ReadFile(name string) ([]byte, error) { // hides that of MapFS
	f, err := b.Open(name)
	if err != nil {
		return nil, err
	}
	f.Close()
	return b.MapFS.ReadFile(name)
}

func (b broken) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "c" {
		_, err := b.Open(name)
		return nil, err
	}
	return b.MapFS.ReadDir(name)
}

// TestLoadUnreadable: what cannot be read is named, and the rest goes on.
func TestLoadUnreadable(t *testing.T) {
	file := func(id string) *fstest.MapFile { return &fstest.MapFile{Data: fmt.Appendf(nil, small, id, id)} }
	set, msgs := Load(broken{fstest.MapFS{
		"a.yaml": file("test/a"), "b/locked.yaml": file("test/b"), "c/hidden.yaml": file("test/c"), "d.yaml": file("test/d"),
	}}, "kb/")
	if len(set.Rules) != 2 || set.Rules[0].ID != "test/a" || set.Rules[1].ID != "test/d" {
		t.Errorf("%d rules", len(set.Rules))
	}
	if len(msgs) != 2 || msgs[0].String() != "kb/b/locked.yaml: open b/locked.yaml: permission denied [file.read]" || msgs[1].File != "kb/c" || msgs[1].Check != "file.read" {
		t.Errorf("%v", msgs)
	}
	if set, msgs := Load(broken{}, "kb/"); len(set.Rules) != 0 || len(msgs) != 0 {
		t.Errorf("an empty file system: %v %v", set.Rules, msgs)
	}
}

func TestKeep(t *testing.T) {
	set := &Set{Rules: []*Rule{{ID: "a/a", Status: Draft}, {ID: "b/b", Status: Stable}, {ID: "c/c", Status: Draft}}}
	set.Keep(func(r *Rule) bool { return r.Status == Stable })
	if len(set.Rules) != 1 || set.Rules[0].ID != "b/b" {
		t.Errorf("%v", set.Rules)
	}
}
