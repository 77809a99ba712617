package report

import (
	"fmt"
	"strings"
)

// artifacts numbers the files that results point to. A member of an archive is
// an artifact inside that of the archive.
type artifacts struct {
	list  []sarifArtifact
	index map[string]int
}

// locate returns the place of path, or nil where it is no file.
func (a *artifacts) locate(path string) *sarifArtifactLocation {
	if !isFile(path) {
		return nil
	}
	names := members(path)
	var parent *int
	at := ""
	var n int
	for i, name := range names {
		uri := "/" + encodePath(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/"))
		if i == 0 {
			uri = fileURI(name)
		}
		at += "!" + name
		known, ok := a.index[at]
		if !ok {
			known = len(a.list)
			a.index[at] = known
			a.list = append(a.list, sarifArtifact{Location: sarifArtifactLocation{URI: uri}, ParentIndex: parent})
		}
		n = known
		parent = &known
	}
	return &sarifArtifactLocation{URI: a.list[n].Location.URI, Index: &n}
}

// isFile tells files from the other places that facts are learned from: see
// facts.Origin.
func isFile(path string) bool {
	switch path {
	case "", "stdin", "answer", "--set", "--resolver":
		return false
	}
	return !strings.HasPrefix(path, "argument ") && !strings.HasPrefix(path, "dns ")
}

// members splits "bundle.zip!logs/app.evtx" into the file and the members inside
// it. A mark behind a name that is not that of an archive belongs to the name.
func members(path string) []string {
	var names []string
	start := 0
	for i := 0; i < len(path); i++ {
		if path[i] == '!' && i+1 < len(path) && archiveName(path[start:i]) {
			names = append(names, path[start:i])
			start = i + 1
		}
	}
	return append(names, path[start:])
}

func archiveName(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{".zip", ".7z", ".tar", ".gz", ".tgz", ".zst", ".tzst", ".xz", ".txz", ".bz2", ".tbz2", ".tbz"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// fileURI is the reference (RFC 3986) to a file: relative for a relative path,
// else of the scheme file (RFC 8089), also for drives and shares of Windows.
func fileURI(path string) string {
	windows := len(path) > 2 && path[1] == ':' && letter(path[0]) && (path[2] == '\\' || path[2] == '/')
	if windows || strings.HasPrefix(path, `\\`) || !strings.Contains(path, "/") {
		path = strings.ReplaceAll(path, "\\", "/")
	}
	switch {
	case windows:
		return "file:///" + path[:2] + encodePath(path[2:])
	case strings.HasPrefix(path, "//"):
		return "file:" + encodePath(path)
	case strings.HasPrefix(path, "/"):
		return "file://" + encodePath(path)
	}
	uri := encodePath(path)
	if first, _, _ := strings.Cut(uri, "/"); strings.Contains(first, ":") { // it would read as a scheme
		uri = strings.Replace(uri, ":", "%3A", strings.Count(first, ":"))
	}
	return uri
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// encodePath escapes what may not stand in the path of a URI.
func encodePath(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		if letter(c) || c >= '0' && c <= '9' || strings.IndexByte("-._~/!$&'()*+,;=:@", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
