package sigma

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// head is what a rule says of itself.
type head struct {
	title, id, name, status, level string
	refs                           []string
	description                    string
	harmless                       []string // known false positives
	tags                           []string
	notes                          []string // "author: ...", in the order of the file
	flags                          []string
	slug                           string
}

// readHead reads a key that says nothing of what is detected. A key that the
// specification does not know is flagged: Sigma allows any.
func (x *rule) readHead(key, value *yaml.Node) {
	text := func(into *string) {
		if value.Kind != yaml.ScalarNode {
			x.refuse(value, "sigma.form", fmt.Sprintf("%s must be a text", key.Value), "")
			return
		}
		if !isNull(value) {
			*into = strings.TrimSpace(value.Value)
		}
	}
	texts := func() (list []string) {
		for _, n := range elements(value) {
			if n.Kind == yaml.ScalarNode && !isNull(n) && strings.TrimSpace(n.Value) != "" {
				list = append(list, strings.TrimSpace(n.Value))
			}
		}
		return list
	}
	switch key.Value {
	case "title":
		text(&x.title)
	case "id":
		text(&x.id)
	case "name":
		text(&x.name)
	case "description":
		text(&x.description)
	case "level":
		text(&x.level)
	case "status":
		text(&x.status)
		switch x.status {
		case "unsupported":
			x.refuse(value, "sigma.status", "its authors say that the rule cannot be used as it is (status: unsupported)", "")
		case "deprecated":
			x.flags = append(x.flags, "its authors say that another rule has taken its place (status: deprecated)")
		}
	case "taxonomy":
		if value.Value != "sigma" {
			x.refuse(value, "sigma.taxonomy", fmt.Sprintf("the names of its fields are those of the taxonomy %q; only that of Sigma is known", value.Value), "")
		}
	case "scope":
		x.refuse(key, "sigma.scope", "scope limits the rule to some machines, which a condition cannot ask for", "write the rule by hand, with applies_to")
	case "references":
		for _, ref := range texts() {
			if u, err := url.Parse(ref); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && rulefile.Plain(ref) == ref {
				x.refs = append(x.refs, ref)
				continue
			}
			x.notes = append(x.notes, "reference: "+ref)
		}
	case "falsepositives":
		x.harmless = texts()
	case "tags":
		x.tags = texts()
	case "author", "date", "modified", "license":
		for _, s := range texts() {
			x.notes = append(x.notes, key.Value+": "+s)
		}
	case "related", "fields":
	default:
		x.flags = append(x.flags, fmt.Sprintf("the key %q says nothing to Sigma and is left out", key.Value))
	}
}

// checkHead gives the rule its name: of its title, or else of its name, its id or
// the file.
func (x *rule) checkHead(file string) {
	if x.title == "" && x.filter == nil && (x.detection != nil || x.correlation != nil) {
		x.title = x.name
	}
	base := strings.TrimSuffix(path.Base(strings.ReplaceAll(file, `\`, "/")), path.Ext(file))
	for _, s := range []string{x.title, x.name, x.id, base, "rule"} {
		if x.slug = rulefile.Slug(s); x.slug != "" {
			break
		}
	}
	if x.title == "" && len(x.msgs) == 0 {
		x.refuse(x.node, "sigma.title", "a Sigma rule needs a title", "")
	}
}

// rule is the rule of ours but for its conditions.
func (h *head) rule() *rulefile.Rule {
	notes := []string{}
	if h.description != "" {
		notes = append(notes, h.description)
	}
	if len(h.harmless) > 0 {
		notes = append(notes, "Known to be harmless:\n- "+strings.Join(h.harmless, "\n- "))
	}
	if h.level != "" {
		h.notes = append(h.notes, "level: "+h.level)
	}
	if h.id != "" {
		h.notes = append(h.notes, "id: "+h.id)
	}
	if len(h.notes) > 0 {
		notes = append(notes, "Sigma rule. "+strings.Join(h.notes, "; ")+".")
	}
	return &rulefile.Rule{
		ID: "sigma/" + h.slug, Title: strings.Join(strings.Fields(h.title), " "), Refs: h.refs,
		Symptom: "detection", Suggests: suggests(h.level), Expected: 4,
		Notes: strings.Join(notes, "\n\n"), Words: h.tags, Flags: h.flags,
	}
}

// suggests is how strongly a detection of the level points at what its title says.
func suggests(level string) int {
	switch level {
	case "informational":
		return 1
	case "low":
		return 2
	case "high", "critical":
		return 4
	}
	return 3
}
