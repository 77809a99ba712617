package cre

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// caseless is said of every rule: its authors compare case and white space.
const caseless = "texts are compared without regard to case and to the amount of white space"

// detect reads what to look for.
func (x *rule) detect(n *yaml.Node) {
	found := false
	for _, p := range x.pairs(n, "rule") {
		switch p.key.Value {
		case "set":
			found = true
			x.set(p.value)
		case "sequence":
			found = true
			x.refuse(p.key, "cre.sequence", "a sequence cannot be expressed: correlations know event records, not texts of logs", "write a rule by hand for the text that tells most")
		default:
			x.refuse(p.key, "cre.key", fmt.Sprintf("rule has no key %q", p.key.Value), source.DidYouMean(p.key.Value, []string{"set", "sequence"}))
		}
	}
	if n.Kind == yaml.MappingNode && !found {
		x.refuse(n, "cre.form", "the rule has neither set nor sequence", "")
	}
}

// set reads a set. With one entry its window says nothing.
func (x *rule) set(n *yaml.Node) {
	var match *yaml.Node
	sourced := false
	for _, p := range x.pairs(n, "a set") {
		switch p.key.Value {
		case "event":
			sourced = true
			x.event(p.value)
		case "match":
			match = p.value
		case "window":
		case "negate":
			x.refuse(p.key, "cre.negate", "negate cannot be expressed: texts of logs have no order in time that conditions know", "")
		case "correlations":
			x.refuse(p.key, "cre.correlations", "correlations cannot be expressed: texts have no fields that could be the same", "")
		default:
			x.refuse(p.key, "cre.key", fmt.Sprintf("a set has no key %q", p.key.Value),
				source.DidYouMean(p.key.Value, []string{"event", "match", "window", "negate", "correlations"}))
		}
	}
	switch {
	case n.Kind != yaml.MappingNode:
	case match == nil || match.Kind != yaml.SequenceNode || len(match.Content) == 0:
		x.refuse(n, "cre.form", "the set has no list match", "")
	case len(match.Content) > 1:
		x.refuse(match, "cre.match", fmt.Sprintf("a set of %d entries within a window cannot be expressed: texts of logs have no order in time that conditions know", len(match.Content)), "write a rule by hand for the text that tells most")
	default:
		if !sourced {
			x.refuse(n, "cre.source", "the set names no source of its records", "")
		}
		x.term(match.Content[0])
	}
}

// event reads where the records are from. Texts do not say that: every one counts,
// and the rule says so.
func (x *rule) event(n *yaml.Node) {
	for _, p := range x.pairs(n, "an event") {
		switch p.key.Value {
		case "source":
			name, isLog := strings.CutPrefix(p.value.Value, "cre.log.")
			if !isLog || name == "" {
				x.refuse(p.value, "cre.source", fmt.Sprintf("the source %q is no log; expected cre.log. and a name", p.value.Value), "")
				continue
			}
			x.made.Flags = append(x.made.Flags, fmt.Sprintf("texts do not say that they are from the log of %s: every text counts", name), caseless)
		case "origin":
			x.refuse(p.key, "cre.key", "origin ties the record to others, which conditions cannot", "")
		default:
			x.refuse(p.key, "cre.key", fmt.Sprintf("an event has no key %q", p.key.Value), source.DidYouMean(p.key.Value, []string{"source", "origin"}))
		}
	}
}

// term reads the one entry of a set.
func (x *rule) term(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		if x.terms[n.Value] {
			x.refuse(n, "cre.terms", fmt.Sprintf("%q names an entry under terms", n.Value), "write it out in place")
			return
		}
		x.value(n)
		return
	}
	looked := false
	for _, p := range x.pairs(n, "an entry") {
		no := func(check, why, hint string) {
			looked = true
			x.refuse(p.key, check, fmt.Sprintf("%s cannot be expressed: %s", p.key.Value, why), hint)
		}
		switch p.key.Value {
		case "value":
			looked = true
			x.value(p.value)
		case "regex":
			looked = true
			x.regex(p.value)
		case "count":
			if c, err := strconv.Atoi(p.value.Value); err != nil || c > 1 {
				no("cre.count", "a text that comes again is the same observation to us", "")
			}
		case "jq":
			no("cre.jq", "texts have no fields", "look for what the text holds with value or regex")
		case "field":
			no("cre.field", "texts have no fields", "")
		case "extract":
			no("cre.extract", "texts have no fields", "")
		case "promql":
			no("cre.promql", "metrics are no facts", "")
		case "script":
			no("cre.script", "rules run no code", "")
		case "set", "sequence":
			no("cre.nested", "conditions do not join texts in time", "")
		default:
			looked = true
			x.refuse(p.key, "cre.key", fmt.Sprintf("an entry has no key %q", p.key.Value),
				source.DidYouMean(p.key.Value, []string{"value", "regex", "count", "jq", "field", "extract", "promql", "script", "set", "sequence"}))
		}
	}
	if n.Kind == yaml.MappingNode && !looked {
		x.refuse(n, "cre.form", "the entry has neither value nor regex", "")
	}
}

// value looks for a text anywhere within others.
func (x *rule) value(n *yaml.Node) {
	s := n.Value
	switch {
	case n.Kind != yaml.ScalarNode || strings.TrimSpace(s) == "":
		x.refuse(n, "cre.form", "expected a text", "")
		return
	case !steady(s) || strings.TrimSpace(s) != s:
		x.refuse(n, "cre.value", "the text has white space other than one blank between words, typographic signs, or characters that are not for display; texts are compared without them", "")
		return
	}
	x.look(n, "any(texts, # contains "+quoted(lower(s))+")")
}

// look adds a condition that the index can find.
func (x *rule) look(n *yaml.Node, expression string) {
	w, err := cond.NewWhen(expression)
	if err != nil {
		x.refuse(n, "cre.limits", "as an expression it is refused: "+err.Error(), "")
		return
	}
	c := cond.Condition{When: w}
	var needs cond.Needs
	c.Needs(&needs)
	if _, found := c.Anchors(); !found || needs.Unbounded {
		x.refuse(n, "cre.anchor", "it holds no whole word between two others by which it could be looked up", "the rule would be evaluated for every case; add more of the text")
		return
	}
	x.made.Conditions = append(x.made.Conditions, rulefile.Condition{Key: "when", Value: rulefile.Quote(expression)})
}

// mostAlternatives bounds those of an expression.
const mostAlternatives = 64

// regex looks for a regular expression, each of its alternatives by the longest
// text that it cannot do without.
func (x *rule) regex(n *yaml.Node) {
	re, err := syntax.Parse(n.Value, syntax.Perl)
	switch {
	case n.Kind != yaml.ScalarNode || n.Value == "":
		x.refuse(n, "cre.form", "expected a regular expression", "")
		return
	case err != nil:
		x.refuse(n, "cre.regex", "the expression cannot be used: "+err.Error(), "")
		return
	}
	if why := unfit(re); why != "" {
		x.refuse(n, "cre.regex", "the expression would find something else in texts as they are compared: "+why, "")
		return
	}
	list := []*syntax.Regexp{re}
	for list[0].Op == syntax.OpCapture {
		list[0] = list[0].Sub[0]
	}
	if list[0].Op == syntax.OpAlternate {
		list = list[0].Sub
	}
	if len(list) > mostAlternatives {
		x.refuse(n, "cre.limits", fmt.Sprintf("the expression has more than %d alternatives", mostAlternatives), "")
		return
	}
	for _, alternative := range list {
		before := len(x.msgs)
		if x.look(n, "any(texts, # contains "+quoted(needed(alternative))+" and # matches "+quoted("(?i)"+alternative.String())+")"); len(x.msgs) > before {
			return
		}
	}
}

// needed is the longest text that every match holds, in lower case.
func needed(re *syntax.Regexp) (longest string) {
	switch re.Op {
	case syntax.OpLiteral:
		return lower(string(re.Rune))
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if s := needed(sub); len(s) > len(longest) {
				longest = s
			}
		}
	}
	return longest
}

// unfit says why an expression means something else on a folded text, or "".
func unfit(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText:
		return "a text may be more, or less, than a line, so that ^ and $ stand elsewhere"
	case syntax.OpLiteral:
		if !steady(string(re.Rune)) {
			return "white space is one blank, and typographic signs are plain"
		}
	case syntax.OpCharClass:
		if !in(re, ' ') && (in(re, '\t') || in(re, '\n')) {
			return "there is no other white space than blanks"
		}
	case syntax.OpRepeat:
		if sub := re.Sub[0]; re.Min > 1 && (sub.Op == syntax.OpLiteral && string(sub.Rune) == " " || sub.Op == syntax.OpCharClass && in(sub, ' ') && !in(sub, 'a')) {
			return "white space is one blank"
		}
	}
	for _, sub := range re.Sub {
		if why := unfit(sub); why != "" {
			return why
		}
	}
	return ""
}

// in reports whether the class has the character.
func in(class *syntax.Regexp, r rune) bool {
	for i := 0; i+1 < len(class.Rune); i += 2 {
		if class.Rune[i] <= r && r <= class.Rune[i+1] {
			return true
		}
	}
	return false
}

// steady reports whether folding makes a text lower case and changes nothing else
// of it.
func steady(s string) bool {
	return facts.Fold("x"+s+"x") == "x"+lower(s)+"x" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || r == unicode.ReplacementChar }) < 0
}

func lower(s string) string { return strings.Map(unicode.ToLower, s) }

// quoted is a text of an expression.
func quoted(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }
