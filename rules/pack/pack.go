// Package pack is rule files that are shipped together: a manifest, the files, and a
// hash over them. A pack is a folder, one file, or a local OCI image layout; the
// three hold the same pack. The file has exactly one form: what is read is written
// once more and must be the same bytes, so that whoever checks a pack and whoever
// loads it cannot see two different things.
//
// The package opens nothing: it is handed bytes and file systems. Who may be
// trusted is the matter of package trust.
package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// The bounds of a pack.
const (
	MaxFile   = 128 << 20 // bytes of a pack file
	maxMember = 4 << 20   // bytes of one file in it, as of a rule file
	maxFiles  = 20_000
	maxName   = 100 // bytes of a name, so that it fits a tar header whole
)

// Pack is a manifest and its files, whose content has been checked.
type Pack struct {
	Manifest Manifest
	Files    []File // sorted by name, without the manifest
}

// File is one file of a pack. Name is its path, with slashes, below the root.
type File struct {
	Name string
	Data []byte
}

// newPack checks manifest and files together. file names the pack in messages,
// within is put before the names of its files.
func newPack(file, within string, m Manifest, files []File) (*Pack, []source.Message) {
	var msgs []source.Message
	say := func(name, check, hint, format string, args ...any) {
		msgs = append(msgs, source.Message{Position: source.Position{File: name}, Check: check, Text: fmt.Sprintf(format, args...), Hint: hint})
	}
	slices.SortStableFunc(files, byName)
	count := 0
	for i, f := range files {
		if i > 0 && files[i-1].Name == f.Name {
			say(within+f.Name, "pack.name", "", "the pack holds this file twice")
		}
		if line := carriageReturn(f.Data); line > 0 {
			say(within+f.Name, "pack.line-end", "save the file with LF line ends", "line %d holds a carriage return; in a pack lines end with LF alone", line)
		}
		if rules.IsRuleFile(f.Name) {
			count++
		}
	}
	if count == 0 && len(msgs) == 0 {
		say(file, "pack.empty", "", "the pack holds no rule file")
	}
	p := &Pack{Manifest: m, Files: files}
	if have := p.Content(); len(msgs) == 0 && m.Content != "" && m.Content != have {
		say(within+rules.ManifestFile, "pack.content", "", "the manifest says that the files have the hash %s, and they have %s: a file was changed, added or taken away", m.Content, have)
	}
	if len(msgs) > 0 {
		return nil, source.Sort(msgs)
	}
	return p, nil
}

func byName(a, b File) int { return strings.Compare(a.Name, b.Name) }

// carriageReturn is the number of the first line with one, or 0.
func carriageReturn(data []byte) int {
	i := bytes.IndexByte(data, '\r')
	if i < 0 {
		return 0
	}
	return 1 + bytes.Count(data[:i], []byte("\n"))
}

// Content is the hash over all files but the manifest: the SHA-256 of the lines
// that sha256sum prints for them, in the order of their names.
func (p *Pack) Content() string {
	all := sha256.New()
	for _, f := range p.Files {
		fmt.Fprintf(all, "%x  %s\n", sha256.Sum256(f.Data), f.Name)
	}
	return "sha256:" + hex.EncodeToString(all.Sum(nil))
}

// Title is name and version, as a person writes them: mail/relay 1.2.0.
func (p *Pack) Title() string { return p.Manifest.Name + " " + p.Manifest.Version }

// Rules reads the rules. within is put before the names of files in messages; the
// File of a rule is the pack's name and version and its path there, whatever the
// layout, so that a pack gives the same base in each.
func (p *Pack) Rules(within string) (*rules.Set, []source.Message) {
	data := map[string][]byte{}
	var names []string
	for _, f := range p.Files {
		if rules.IsRuleFile(f.Name) {
			names = append(names, f.Name)
			data[f.Name] = f.Data
		}
	}
	set, msgs := rules.LoadFiles(names, func(name string) ([]byte, error) { return data[name], nil }, within)
	for _, r := range set.Rules {
		r.File = p.Manifest.Name + "@" + p.Manifest.Version + "/" + strings.TrimPrefix(r.File, within)
	}
	return set, msgs
}

// checkName says what is wrong with the name of a file in a pack, or "".
func checkName(name string) string {
	switch {
	case len(name) > maxName:
		return fmt.Sprintf("the name has %d bytes; at most %d are allowed in a pack", len(name), maxName)
	case name == rules.ManifestFile:
		return "there is one manifest, and it comes first"
	case name == "" || path.Clean(name) != name || name[0] == '/' || strings.HasPrefix(name, "../") || name == "..":
		return "the name leads out of the pack, or is not in its shortest form"
	}
	for part := range strings.SplitSeq(name, "/") {
		if part[0] == '.' || strings.Trim(part, letters+"ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return "names in a pack are letters, digits, -, . and _, and do not begin with a dot"
		}
	}
	switch base := path.Base(name); {
	case slices.Contains([]string{".yaml", ".yml", ".md", ".txt"}, path.Ext(base)), base == "LICENSE", base == "NOTICE":
		return ""
	}
	return "a pack holds rules and their tests (.yaml), text (.md, .txt), LICENSE and NOTICE, and nothing else"
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789-._"
