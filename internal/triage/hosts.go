package triage

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/scan"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// hosts knows which host a record or a file is about: the one that the record
// names, else the one whose folder or bundle the file lies in, else none.
type hosts struct {
	full    map[string]string // short name -> the only full name that begins with it
	folders map[string]string // folder or bundle of a host -> name
	roots   []string          // under which every folder or bundle is that of a host
	alone   map[string]string // folder or bundle -> the only host that its records name
	bundles map[string]string // label of a bundle -> the host that it is of
	tokens  map[string]bool   // labels of the bundles whose names are tokens
}

// newHosts learns the names from the records and the folders from the paths.
func newHosts(paths []string, bundled []scan.Host, t *tally.Tally, looked map[string]*intake.Looked) *hosts {
	h := &hosts{full: map[string]string{}, folders: map[string]string{}, alone: map[string]string{}, bundles: map[string]string{}, tokens: map[string]bool{}}
	for _, p := range paths {
		h.learnFolders(p, len(paths) > 1)
	}
	named := func(host, path string) {
		if host == "" || h.tokens[h.folder(path)] {
			return
		}
		host = strings.ToLower(host)
		if short, _, isFull := strings.Cut(host, "."); isFull && strings.Trim(host, "0123456789.") != "" {
			if other, known := h.full[short]; known && other != host {
				h.full[short] = ""
			} else {
				h.full[short] = host
			}
		}
		if folder := h.folder(path); folder != "" {
			if other, known := h.alone[folder]; known && !h.same(other, host) {
				h.alone[folder] = ""
			} else if !known || len(host) > len(other) {
				h.alone[folder] = host
			}
		}
	}
	for _, b := range bundled {
		h.bundles[b.Label] = strings.ToLower(b.Name)
		if h.tokens[b.Label] = b.Redacted; !b.Redacted {
			named(b.Name, "")
		}
	}
	for _, obs := range t.Observations() {
		named(obs.Host, obs.Path)
	}
	for _, l := range looked {
		for _, g := range l.Logs {
			named(g.Host, l.Path)
		}
	}
	return h
}

func (h *hosts) same(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

// learnFolders looks whether the path holds a folder or bundle a host: folders
// and archives lie in it, and hardly anything else (a list of checksums, a note);
// or, among several paths, is one itself.
func (h *hosts) learnFolders(path string, several bool) {
	path = filepath.Clean(path)
	entries, err := os.ReadDir(path)
	if err != nil { // a file
		if several && isBundle(path) {
			h.folders[path] = bundleName(path)
		}
		return
	}
	machines, loose := 0, 0
	for _, e := range entries {
		switch {
		case e.IsDir() || isBundle(e.Name()):
			machines++
		case e.Type().IsRegular():
			loose++
		}
	}
	only := machines > 0 && 2*loose <= machines
	switch {
	case only && !several || only && len(entries) > 1:
		h.roots = append(h.roots, path)
	case several:
		h.folders[path] = strings.ToLower(filepath.Base(path))
	}
}

// isBundle reports whether a file is, by its name, an archive of many files.
func isBundle(name string) bool { return bundleName(name) != strings.ToLower(filepath.Base(name)) }

// bundleName is the name of an archive without its endings.
func bundleName(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for _, ending := range []string{".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2", ".tar", ".zip", ".7z"} {
		if rest, ok := strings.CutSuffix(name, ending); ok && rest != "" {
			return rest
		}
	}
	return name
}

// folder is the folder or bundle of a host that the path lies in, or "".
func (h *hosts) folder(path string) string {
	if label, _, ok := strings.Cut(path, ": "); ok {
		if _, bundled := h.bundles[label]; bundled {
			return label
		}
	}
	found := "" // the innermost one, where folders that were named lie in one another
	for _, root := range h.roots {
		rest, ok := strings.CutPrefix(path, root+string(filepath.Separator))
		if root == "." {
			rest, ok = path, true
		}
		if !ok {
			continue
		}
		folder := ""
		if end := strings.IndexAny(rest, string(filepath.Separator)+"!"); end >= 0 {
			folder = path[:len(path)-len(rest)+end]
		} else if isBundle(rest) {
			folder = path
		}
		if len(folder) > len(found) {
			found = folder
		}
	}
	for folder := range h.folders {
		in := path == folder || strings.HasPrefix(path, folder+string(filepath.Separator)) || strings.HasPrefix(path, folder+"!")
		if in && len(folder) > len(found) {
			found = folder
		}
	}
	return found
}

// key is what stands for the host of a record in the file: its name, or its file
// where no host is known, since two files without a host need not be of one.
func (h *hosts) key(named, path string) (key, known string) {
	name, known := h.of(named, path)
	if known == unknown {
		return unknownMark + path, known
	}
	return name, known
}

// unknownMark begins the keys of files whose host is not known.
const unknownMark = "\x00"

// nameOf is the name of a host by its key, "" where it is not known.
func nameOf(key string) string {
	if strings.HasPrefix(key, unknownMark) {
		return ""
	}
	return key
}

// The ways in which the name of a host may be known.
const (
	fromRecord = "record"
	fromPath   = "path"
	unknown    = "unknown"
)

// of is the host of a record in the file, and how it is known.
func (h *hosts) of(named, path string) (host, known string) {
	if label := h.folder(path); h.tokens[label] {
		return h.bundles[label], fromRecord
	}
	if named != "" {
		named = strings.ToLower(named)
		if full := h.full[named]; full != "" {
			return full, fromRecord
		}
		return named, fromRecord
	}
	folder := h.folder(path)
	if folder == "" {
		return "", unknown
	}
	if host := h.bundles[folder]; host != "" { // the host said so when it was collected
		return host, fromRecord
	}
	if host := h.alone[folder]; host != "" {
		if full := h.full[host]; full != "" {
			host = full
		}
		return host, fromPath
	}
	name := bundleName(folder)
	if full := h.full[name]; full != "" {
		name = full
	}
	return name, fromPath
}
