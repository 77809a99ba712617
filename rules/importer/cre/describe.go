package cre

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// describe reads what the problem is, why it happens and what to do.
func (x *rule) describe(n *yaml.Node) {
	r := &x.made
	var notes []string
	for _, p := range x.pairs(n, "cre") {
		key, value := p.key.Value, p.value
		list := value.Kind == yaml.SequenceNode
		if wantsList := key == "tags" || key == "references" || key == "applications"; wantsList != list || value.Kind == yaml.MappingNode {
			x.refuse(value, "cre.form", fmt.Sprintf("%s has a value of the wrong form", key), "")
			continue
		}
		text := strings.TrimSpace(value.Value)
		switch key {
		case "id":
			if slug := rulefile.Slug(text); slug != "" {
				r.ID = "cre/" + slug
			}
			notes = append(notes, "id: "+text)
		case "title":
			r.Title = strings.Join(strings.Fields(text), " ")
		case "description":
			r.Symptoms = text
		case "cause":
			r.Cause = text
		case "mitigation":
			r.Steps = steps(text)
		case "tags":
			r.Words = append(r.Words, texts(value)...)
		case "category":
			r.Words = append(r.Words, text)
		case "references":
			for _, ref := range texts(value) {
				if u, err := url.Parse(ref); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && rulefile.Plain(ref) == ref {
					r.Refs = append(r.Refs, ref)
				} else {
					notes = append(notes, "reference: "+ref)
				}
			}
		case "applications":
			x.applications(value)
		case "impact", "severity", "author", "impactScore", "mitigationScore":
			notes = append(notes, key+": "+text)
		case "reports":
		default:
			r.Flags = append(r.Flags, fmt.Sprintf("the key %q of cre is not known and is left out", key))
		}
	}
	if n.Kind == yaml.MappingNode && (r.ID == "" || r.Title == "") {
		x.refuse(n, "cre.form", "cre needs an id and a title", "")
	}
	r.Notes = strings.Join(notes, "\n\n")
}

func texts(n *yaml.Node) (list []string) {
	for _, c := range n.Content {
		if s := strings.TrimSpace(c.Value); c.Kind == yaml.ScalarNode && s != "" {
			list = append(list, s)
		}
	}
	return list
}

// applications are the products in which the problem is known. A version in a form
// that ranges of ours do not have is left out, and said.
func (x *rule) applications(n *yaml.Node) {
	for _, app := range n.Content {
		name, version := "", ""
		for _, p := range x.pairs(app, "an application") {
			switch p.key.Value {
			case "name":
				name = strings.TrimSpace(p.value.Value)
			case "version":
				version = strings.TrimSpace(p.value.Value)
			}
		}
		if name == "" {
			x.made.Flags = append(x.made.Flags, "an application without a name is left out")
			continue
		}
		r, ok := versions(version)
		if !ok {
			x.made.Flags = append(x.made.Flags, fmt.Sprintf("the version %q of an application is in no form that is known; the product stands without it", version))
		}
		x.made.Products = append(x.made.Products, rulefile.Product{Name: name, Versions: r})
	}
}

var (
	wildVersion  = regexp.MustCompile(`^v?(\d+(?:\.\d+)*)\.[x*]$`)
	exactVersion = regexp.MustCompile(`^=?\s*v?(\d+(?:\.\d+)+)$`)
	boundVersion = regexp.MustCompile(`^(?:(?:>=|<=|>|<)\s*v?\d+(?:\.\d+)*(?:\s*,\s*|\s+|$))+$`)
)

// versions is a version of an application as a range of ours, "" for any: 3.9.x is
// every 3.9, 1.2.3 that one alone, and bounds are bounds.
func versions(s string) (r string, ok bool) {
	switch m := wildVersion.FindStringSubmatch(s); {
	case s == "" || s == "*" || s == "x":
		return "", true
	case m != nil:
		parts := strings.Split(m[1], ".")
		last, err := strconv.ParseUint(parts[len(parts)-1], 10, 31)
		if err != nil {
			return "", false
		}
		parts[len(parts)-1] = strconv.FormatUint(last+1, 10)
		r = ">=" + m[1] + " <" + strings.Join(parts, ".")
	case exactVersion.MatchString(s):
		r = "=" + exactVersion.FindStringSubmatch(s)[1]
	case boundVersion.MatchString(s):
		r = strings.ReplaceAll(s, "v", "")
		for _, op := range []string{">=", "<=", ">", "<"} {
			r = strings.ReplaceAll(r, op+" ", op)
		}
	default:
		return "", false
	}
	if _, err := cond.ParseRange(r); err != nil {
		return "", false
	}
	return r, true
}

var item = regexp.MustCompile(`^\s*(?:[-*•]|\d{1,3}[.)])\s+(\S.*)$`)

// steps divides a mitigation: each item of a list and each paragraph is one. What
// is indented below an item belongs to it, and so does a listing between fences.
func steps(text string) (list []string) {
	var current []string
	indent, fenced := 0, false
	flush := func() {
		if s := strings.TrimSpace(strings.Join(current, "\n")); s != "" {
			list = append(list, s)
		}
		current = nil
	}
	blank := false
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		depth := len(line) - len(strings.TrimLeft(line, " "))
		m := item.FindStringSubmatch(line)
		switch {
		case fenced || strings.TrimSpace(line) == "":
			current = append(current, line)
		case m != nil && (len(current) == 0 || depth <= indent):
			flush()
			indent = depth
			current = append(current, m[1])
		case blank && depth <= indent:
			flush()
			indent = depth
			current = append(current, line)
		default:
			current = append(current, line)
		}
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		blank = strings.TrimSpace(line) == ""
	}
	flush()
	return list
}
