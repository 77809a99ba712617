package sigma

import (
	"encoding/base64"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf16"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Feature is one thing that a Sigma rule may ask for, and whether it becomes a
// condition of ours.
type Feature struct {
	Kind      string // "modifier" or "correlation"
	Name      string
	Supported bool
	Text      string // where it is supported, or why not
}

// Features lists the modifiers and the types of correlation of the specification,
// in its order. The reader works with this table, and docs/commands.md has it.
func Features() []Feature {
	return []Feature{
		{"modifier", "all", true, "all values must be there"},
		{"modifier", "startswith", true, "in Provider_Name, Channel, Message"},
		{"modifier", "endswith", true, "in Provider_Name, Channel, Message"},
		{"modifier", "contains", true, "in Provider_Name, Channel, Message and keywords"},
		{"modifier", "exists", false, "a record that does not name a field may have had it"},
		{"modifier", "cased", false, "texts are compared in lower case"},
		{"modifier", "neq", true, "in fields; a record that does not name the field does not count"},
		{"modifier", "windash", true, "in fields and keywords"},
		{"modifier", "re", true, "in Provider_Name and Channel; texts are folded, so that an expression would find something else in them"},
		{"modifier", "i", true, "behind re"},
		{"modifier", "m", true, "behind re"},
		{"modifier", "s", true, "behind re"},
		{"modifier", "base64", true, "in fields and keywords"},
		{"modifier", "base64offset", true, "in fields and keywords"},
		{"modifier", "utf16le", true, "before base64 and base64offset only: a text has no NUL"},
		{"modifier", "utf16be", true, "before base64 and base64offset only: a text has no NUL"},
		{"modifier", "utf16", true, "before base64 and base64offset only: a text has no NUL"},
		{"modifier", "wide", true, "as utf16le"},
		{"modifier", "lt", true, "in EventID"},
		{"modifier", "lte", true, "in EventID"},
		{"modifier", "gt", true, "in EventID"},
		{"modifier", "gte", true, "in EventID"},
		{"modifier", "minute", false, "conditions do not read the time of a record"},
		{"modifier", "hour", false, "conditions do not read the time of a record"},
		{"modifier", "day", false, "conditions do not read the time of a record"},
		{"modifier", "week", false, "conditions do not read the time of a record"},
		{"modifier", "month", false, "conditions do not read the time of a record"},
		{"modifier", "year", false, "conditions do not read the time of a record"},
		{"modifier", "cidr", false, "facts of an event have no field with an address"},
		{"modifier", "expand", false, "a placeholder gets its meaning from the place where the rule is used"},
		{"modifier", "fieldref", false, "conditions compare fields with values, not with each other"},
		{"correlation", "event_count", true, "with gt or gte"},
		{"correlation", "value_count", false, "conditions do not count the values of a field"},
		{"correlation", "temporal", true, "of rules about event ids of one source and log each"},
		{"correlation", "temporal_ordered", true, "of rules about event ids of one source and log each"},
		{"correlation", "value_sum", false, "conditions do not add up the values of a field"},
		{"correlation", "value_avg", false, "conditions do not add up the values of a field"},
		{"correlation", "value_percentile", false, "conditions do not sort the values of a field"},
		{"correlation", "value_median", false, "conditions do not sort the values of a field"},
	}
}

// feature finds a modifier or a type of correlation, or else a hint.
func feature(kind, name string) (f Feature, hint string, found bool) {
	var names []string
	for _, f := range Features() {
		if f.Kind != kind {
			continue
		}
		if f.Name == name {
			return f, "", true
		}
		names = append(names, f.Name)
	}
	return Feature{}, source.DidYouMean(name, names), false
}

// modifiers is what the modifiers of a key ask for.
type modifiers struct {
	all, neq   bool
	compare    string   // "<", "<=", ">", ">="
	regex      bool     // values are regular expressions
	flags      string   // of these
	transforms []string // of the text of a value, in order
}

// modifiers reads the modifiers of a key for a field, which is "" where it is not
// known: then they are looked at for themselves.
func (x *rule) modifiers(key *yaml.Node, name string, f field, list []string) (m modifiers, ok bool) {
	before := len(x.msgs)
	no := func(mod, why, hint string) {
		x.refuse(key, "sigma.modifier", fmt.Sprintf("the modifier %s of %s: %s", mod, orKeyword(name), why), hint)
	}
	for i, mod := range list {
		feat, hint, found := feature("modifier", mod)
		switch {
		case !found:
			no(fmt.Sprintf("%q", mod), "Sigma has none of this name", hint)
			continue
		case !feat.Supported:
			no(mod, "it cannot be expressed: "+feat.Text, "")
			continue
		case f == "":
			continue
		}
		number := f == fieldID
		switch mod {
		case "all":
			m.all = true
			if number {
				no(mod, "an event has one id, which cannot be all of them", "")
			}
		case "neq":
			m.neq = true
			if name == "" {
				no(mod, "a keyword has no field that could differ", "use not in the condition")
			}
		case "lt", "lte", "gt", "gte":
			m.compare = map[string]string{"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}[mod]
			if !number {
				no(mod, "its values are no numbers", "")
			}
		case "re":
			m.regex = true
			switch {
			case number:
				no(mod, "an event id is a number and no text", "list the ids")
			case f == fieldMessage:
				no(mod, "texts are folded (lower case, one blank for any white space), so that an expression would find something else in them", "say with contains and wildcards what must be there")
			}
		case "i", "m", "s":
			m.flags += mod
			if !slices.Contains(list[:i], "re") {
				no(mod, "it stands behind re only", "")
			}
		default: // of texts
			m.transforms = append(m.transforms, mod)
			switch {
			case number:
				no(mod, "an event id is a number and no text", "")
			case name == "" && (mod == "startswith" || mod == "endswith"):
				no(mod, "a keyword may stand anywhere in the record", "")
			}
			if isWide(mod) && (i+1 == len(list) || list[i+1] != "base64" && list[i+1] != "base64offset") {
				no(mod, "it is supported before base64 and base64offset only: a text has no NUL", "")
			}
		}
	}
	if len(x.msgs) == before && (m.regex && len(m.transforms) > 0 || m.compare != "" && m.neq) {
		no(strings.Join(list, "|"), "they do not go together", "")
	}
	return m, len(x.msgs) == before
}

func isWide(mod string) bool {
	return mod == "wide" || mod == "utf16" || mod == "utf16le" || mod == "utf16be"
}

// refusal is why a value cannot be looked for.
type refusal struct{ check, text, hint string }

// patterns turns a value into what a field is compared with; any of them.
func (m *modifiers) patterns(value string, folded, keyword bool) ([]pattern, *refusal) {
	if m.regex {
		expr := value
		if m.flags != "" {
			expr = "(?" + m.flags + ")" + value
		}
		if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
			return nil, &refusal{"sigma.regex", "the expression cannot be used: " + err.Error(), ""}
		}
		if !isGraphic(value) {
			return nil, unprintable()
		}
		return []pattern{{regex: expr}}, nil
	}
	list := []pattern{parse(value)}
	for _, mod := range m.transforms {
		var next []pattern
		for _, p := range list {
			text, plain := p.literal()
			if (isWide(mod) || strings.HasPrefix(mod, "base64")) && !plain && p.raw == nil {
				return nil, &refusal{"sigma.value", fmt.Sprintf("a value with wildcards has no %s form", mod), `write \* and \? for the characters themselves`}
			}
			bytes := p.raw
			if bytes == nil {
				bytes = []byte(text)
			}
			switch mod {
			case "contains":
				next = append(next, p.open(true, true))
			case "startswith":
				next = append(next, p.open(false, true))
			case "endswith":
				next = append(next, p.open(true, false))
			case "windash":
				next = append(next, p.dashes())
			case "base64":
				next = append(next, literal(base64.StdEncoding.EncodeToString(bytes)))
			case "base64offset":
				for shift := range 3 {
					next = append(next, literal(shifted(bytes, shift)))
				}
			default:
				p.raw = wide(text, mod)
				next = append(next, p)
			}
		}
		list = next
	}
	for i := range list {
		if keyword {
			list[i] = list[i].open(true, true)
		}
		if wrong := list[i].check(folded); wrong != nil {
			return nil, wrong
		}
	}
	return list, nil
}

// wide is a text in UTF-16; utf16 alone begins with a byte order mark.
func wide(s, form string) (b []byte) {
	units := utf16.Encode([]rune(s))
	if form == "utf16" {
		units = append([]uint16{0xfeff}, units...)
	}
	for _, u := range units {
		if form == "utf16be" {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return b
}

// shifted is the part of the Base64 form of a text with so many bytes before it
// that does not depend on these, nor on what follows.
func shifted(b []byte, shift int) string {
	s := base64.StdEncoding.EncodeToString(append(make([]byte, shift), b...))
	from := []int{0, 2, 3}[shift]
	to := len(s) - []int{0, 3, 2}[(len(b)+shift)%3]
	if to < from {
		return ""
	}
	return s[from:to]
}
