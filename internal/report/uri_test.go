package report

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestFileURI(t *testing.T) {
	for path, want := range map[string]string{
		"logs/node 2.txt":            "logs/node%202.txt",
		"/srv/logs/a#1?.log":         "file:///srv/logs/a%231%3F.log",
		`C:\Logs\app one.evtx`:       "file:///C:/Logs/app%20one.evtx",
		`\\files\share\x.log`:        "file://files/share/x.log",
		`logs\node2.txt`:             "logs/node2.txt",
		"dir/with\\mark":             "dir/with%5Cmark",
		"app:one.log":                "app%3Aone.log",
		"dir/app:one.log":            "dir/app:one.log",
		"größe.log":                  "gr%C3%B6%C3%9Fe.log",
		"\x1b[31m<script>\u202e.log": "%1B%5B31m%3Cscript%3E%E2%80%AE.log",
	} {
		if got := fileURI(path); got != want {
			t.Errorf("%q: %q, expected %q", path, got, want)
		}
	}
}

func TestMembers(t *testing.T) {
	for path, want := range map[string][]string{
		"a.log":                      {"a.log"},
		"bundle.zip!logs/app.evtx":   {"bundle.zip", "logs/app.evtx"},
		"a.tar.gz!b.ZIP!c/d.log":     {"a.tar.gz", "b.ZIP", "c/d.log"},
		"wow!.log":                   {"wow!.log"},
		"dir/wow!/bundle.7z!x!y.log": {"dir/wow!/bundle.7z", "x!y.log"},
		"bundle.zip!":                {"bundle.zip!"},
		"":                           {""},
	} {
		if got := members(path); !slices.Equal(got, want) {
			t.Errorf("%q: %q, expected %q", path, got, want)
		}
	}
}

func TestArtifacts(t *testing.T) {
	a := artifacts{index: map[string]int{}}
	for _, path := range []string{"", "stdin", "argument 1", "--set", "dns 192.0.2.1:53", "answer"} {
		if a.locate(path) != nil {
			t.Errorf("%q is a file", path)
		}
	}
	first, second, again := a.locate("b.zip!x.log"), a.locate("b.zip!y.log"), a.locate("b.zip!x.log")
	if len(a.list) != 3 || *first.Index != 1 || *second.Index != 2 || *again.Index != 1 || *a.list[2].ParentIndex != 0 || second.URI != "/y.log" {
		t.Errorf("%d artifacts: %v %v %v", len(a.list), first, second, again)
	}
}

// A reference reads back as the path that it was made from, and never names a
// scheme other than file.
func FuzzFileURI(f *testing.F) {
	for _, s := range append(hostile, "logs/a b", "/x", "a:b/c", "%41", "//x/y") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		uri := fileURI(path)
		if !reference.MatchString(uri) {
			t.Fatalf("%q: %q", path, uri)
		}
		if strings.Contains(path, `\`) || strings.HasPrefix(path, "//") {
			return // of Windows
		}
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		if len(path) > 2 && path[1] == ':' && path[2] == '/' && letter(path[0]) {
			path = "/" + path
		}
		if u.Path != path || u.Scheme != "" && u.Scheme != "file" || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q: %q reads as %q", path, uri, u.Path)
		}
	})
}
