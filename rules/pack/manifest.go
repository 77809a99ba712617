package pack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
	"golang.org/x/mod/semver"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// format is the version of the form of packs.
const format = 1

// maxManifest bounds a manifest, in bytes.
const maxManifest = 256 << 10

// Manifest says what a pack is.
type Manifest struct {
	Name        string   // mail/relay: lower case letters, digits, -, ., _ and /
	Version     string   // semantic version, without a v
	License     string   // as SPDX writes it, such as Apache-2.0
	Needs       string   // least version of kbtriage that can load it
	Description string   // one line, or ""
	Overrides   []string // ids of rules of others whose place its own take
	Content     string   // hash over the files, see Pack.Content; "" where a folder does not say it
}

// ParseManifest reads a manifest strictly.
func ParseManifest(file string, data []byte) (Manifest, []source.Message) {
	var m Manifest
	at := func(line int, check, hint, text string) []source.Message {
		return []source.Message{{Position: source.Position{File: file, Line: line, Column: min(line, 1)}, Check: check, Text: text, Hint: hint}}
	}
	if len(data) > maxManifest {
		return m, at(0, "pack.manifest", "", fmt.Sprintf("the manifest has %d bytes; at most %d are read", len(data), maxManifest))
	}
	if line := carriageReturn(data); line > 0 {
		return m, at(line, "pack.line-end", "save the file with LF line ends", "the line holds a carriage return; in a pack lines end with LF alone")
	}
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		return m, at(1, "pack.manifest", "save the file without it", "the manifest begins with a byte order mark")
	}
	msgs := rules.Strict(file, data, func(r *rules.Reader, root *yaml.Node) {
		var version int
		overrides := map[string]bool{}
		text := func(into *string, check func(string) string) func(*yaml.Node) {
			return func(n *yaml.Node) {
				r.Text(into)(n)
				if *into == "" {
					return
				}
				if wrong := check(*into); wrong != "" {
					r.Say(n, "pack.manifest", wrong)
				}
			}
		}
		r.Mapping(root, "a manifest",
			rules.Key{Name: "pack", Required: true, Read: r.Number(&version, format, format)},
			rules.Key{Name: "name", Required: true, Read: text(&m.Name, checkPackName)},
			rules.Key{Name: "version", Required: true, Read: text(&m.Version, checkVersion)},
			rules.Key{Name: "license", Required: true, Read: text(&m.License, checkLicense)},
			rules.Key{Name: "kbtriage", Required: true, Read: text(&m.Needs, checkVersion)},
			rules.Key{Name: "description", Read: text(&m.Description, checkLine)},
			rules.Key{Name: "overrides", Read: func(n *yaml.Node) {
				r.List(n, func(n *yaml.Node) {
					var id string
					r.Text(&id)(n)
					if id == "" {
						return
					}
					if overrides[id] || !rules.IsID(id) {
						r.Say(n, "pack.manifest", fmt.Sprintf("%q is no rule id, or is named twice; overrides lists ids of rules", id))
						return
					}
					overrides[id] = true
					m.Overrides = append(m.Overrides, id)
				})
			}},
			rules.Key{Name: "content", Read: text(&m.Content, func(s string) string {
				if !IsHash(s) {
					return fmt.Sprintf("%q is no hash; expected sha256: and 64 digits in lower case", s)
				}
				return ""
			})},
		)
	})
	return m, msgs
}

// encode writes the manifest in its one form: each key that has a value on a line,
// in a fixed order, values as JSON.
func (m *Manifest) encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "pack: %d\n", format)
	line := func(key string, value any) {
		b.WriteString(key + ": ")
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(value); err != nil {
			panic("pack: " + err.Error()) // texts only
		}
	}
	for _, x := range []struct{ key, value string }{
		{"name", m.Name}, {"version", m.Version}, {"license", m.License}, {"kbtriage", m.Needs}, {"description", m.Description},
	} {
		if x.value != "" {
			line(x.key, x.value)
		}
	}
	if len(m.Overrides) > 0 {
		line("overrides", m.Overrides)
	}
	line("content", m.Content)
	return b.Bytes()
}

// Met reports whether a version of kbtriage is enough for the pack.
func (m *Manifest) Met(have string) bool { return semver.Compare("v"+m.Needs, "v"+have) <= 0 }

func checkPackName(s string) string {
	for part := range strings.SplitSeq(s, "/") {
		if part == "" || part[0] == '.' || part[0] == '-' || strings.Trim(part, letters) != "" || len(s) > maxName {
			return fmt.Sprintf("%q is no name of a pack; expected lower case letters, digits, -, . and _, in parts divided by /", s)
		}
	}
	return ""
}

// checkVersion takes a semantic version that is written in full: semver by itself
// takes 1.2 too.
func checkVersion(s string) string {
	core, _, _ := strings.Cut(s, "+")
	if !semver.IsValid("v"+s) || semver.Canonical("v"+s) != "v"+core || len(s) > maxName {
		return fmt.Sprintf("%q is no semantic version; expected three numbers such as 1.2.0 (semver.org)", s)
	}
	return ""
}

func checkLicense(s string) string {
	if strings.Trim(strings.ToLower(s), letters+" ()+:") != "" || len(s) > 200 {
		return fmt.Sprintf("%q is no licence as SPDX writes it, such as Apache-2.0 or LicenseRef-Site", s)
	}
	return ""
}

func checkLine(s string) string {
	if len(s) > 500 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "expected one line of at most 500 bytes without control characters"
	}
	return ""
}

// IsHash reports whether a text is a hash as manifests have it: sha256: and 64 digits.
func IsHash(s string) bool {
	hexes, ok := strings.CutPrefix(s, "sha256:")
	return ok && len(hexes) == 64 && strings.Trim(hexes, "0123456789abcdef") == ""
}
