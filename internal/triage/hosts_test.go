package triage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/scan"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// TestHosts: the host is the one that the record names, else that of the folder
// or bundle, else not known; a short name is a full one only where that is clear.
func TestHosts(t *testing.T) {
	root := logTree(t, map[string]string{
		"fleet/alpha/a.log": "", "fleet/beta/sub/b.log": "", "fleet/gamma.zip": "", "mixed/x.log": "", "mixed/delta/y.log": "", "one/a.log": "",
	})
	for _, x := range []struct {
		name    string
		paths   []string
		records []string // "host path"
		ask     string   // "host path"
		want    string
	}{
		{"named by the record", []string{"fleet"}, nil, "Web1 fleet/alpha/a.log", "web1 record"},
		{"by its folder", []string{"fleet"}, nil, " fleet/alpha/a.log", "alpha path"},
		{"by the outer folder", []string{"fleet"}, nil, " fleet/beta/sub/b.log", "beta path"},
		{"by its bundle", []string{"fleet"}, nil, " fleet/gamma.zip!logs/a.log", "gamma path"},
		{"not by a folder among files", []string{"mixed"}, nil, " mixed/delta/y.log", " unknown"},
		{"not by the only folder", []string{"one"}, nil, " one/a.log", " unknown"},
		{"by one of the folders that were named", []string{"one", "mixed"}, nil, " one/a.log", "one path"},
		{"by the inner one of them", []string{"fleet", "fleet/beta/sub"}, nil, " fleet/beta/sub/b.log", "sub path"},
		{"by the inner one of them, in any order", []string{"mixed/delta", "mixed"}, nil, " mixed/delta/y.log", "delta path"},
		{"short for full", []string{"fleet"}, []string{"web1.corp.example fleet/alpha/a.log"}, "WEB1 fleet/beta/b.log", "web1.corp.example record"},
		{"short for two full ones", []string{"fleet"}, []string{"web1.a.example fleet/alpha/a.log", "web1.b.example fleet/beta/b.log"}, "web1 fleet/alpha/a.log", "web1 record"},
		{"addresses are no full names", []string{"fleet"}, []string{"10.0.0.1 fleet/alpha/a.log"}, "10 fleet/beta/b.log", "10 record"},
		{"the folder's name, in full", []string{"fleet"}, []string{"alpha.corp.example fleet/beta/b.log", "x fleet/beta/b.log"}, " fleet/alpha/a.log", "alpha.corp.example path"},
		{"the only host in its folder", []string{"fleet"}, []string{"db7 fleet/alpha/b.log", "db7.corp fleet/alpha/b.log"}, " fleet/alpha/a.log", "db7.corp path"},
		{"one of two in its folder", []string{"fleet"}, []string{"db7 fleet/alpha/b.log", "db8 fleet/alpha/b.log", "db7 fleet/alpha/c.log"}, " fleet/alpha/a.log", "alpha path"},
		{"a file on its own", []string{"one/a.log"}, nil, " one/a.log", " unknown"},
	} {
		t.Run(x.name, func(t *testing.T) {
			at := func(s string) (host, path string) {
				host, path, _ = strings.Cut(s, " ")
				return host, filepath.Join(root, path)
			}
			var paths []string
			for _, p := range x.paths {
				paths = append(paths, filepath.Join(root, p))
			}
			for i := range 6 { // told by the tally or by what was looked at, in any order
				all, looked := tally.New(time.Minute), map[string]*intake.Looked{}
				slices.Reverse(x.records)
				for j, r := range x.records {
					host, path := at(r)
					if (i+j)%3 == 0 {
						all.Add(tally.Key{Host: host, Path: path}, []uint32{1}, false, tally.Occurrence{Line: 1}, noFacts)
						continue
					}
					if looked[path] == nil {
						looked[path] = intake.NewLooked(path)
					}
					looked[path].Logs = append(looked[path].Logs, &intake.LookedLog{Host: host})
				}
				host, known := newHosts(paths, []scan.Host{}, all, looked).of(at(x.ask))
				if got := fmt.Sprintf("%s %s", host, known); got != x.want {
					t.Fatalf("got %q, want %q", got, x.want)
				}
			}
		})
	}
}

// TestHostsHere: paths that are not absolute.
func TestHostsHere(t *testing.T) {
	t.Chdir(logTree(t, map[string]string{"alpha/a.log": "", "beta/b.log": ""}))
	h := newHosts([]string{"."}, nil, tally.New(time.Minute), nil)
	if host, known := h.of("", filepath.Join("alpha", "a.log")); host != "alpha" || known != fromPath {
		t.Errorf("got %q, %s", host, known)
	}
	if _, err := os.Stat("alpha"); err != nil {
		t.Fatal(err)
	}
}

func noFacts() []facts.Fact { return nil }
