package sigma

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// The bounds of a condition.
const (
	mostWords   = 1000
	mostNesting = 50
)

// meaning is the alternatives of the detection: those of its conditions, each
// with the log source.
func (x *rule) meaning() (list []term) {
	d := x.detection
	used := map[string]bool{}
	for _, n := range d.conditions {
		if n.Kind != yaml.ScalarNode || isNull(n) {
			x.refuse(n, "sigma.condition", "a condition must be a text", "")
			continue
		}
		if strings.Contains(n.Value, "|") {
			x.refuse(n, "sigma.aggregation", "a condition with | is an aggregation of Sigma 1", "write a correlation rule")
			continue
		}
		p := parser{x: x, n: n, used: used, words: wordsOf(n.Value)}
		if len(p.words) > mostWords {
			x.refuse(n, "sigma.condition", fmt.Sprintf("the condition has more than %d words", mostWords), "")
			continue
		}
		f, ok := p.or(0)
		if ok && p.at < len(p.words) {
			p.wrong(fmt.Sprintf("%q has no place here", p.words[p.at]), "join search identifiers with and, or")
			ok = false
		}
		if !ok || len(x.msgs) > 0 {
			continue
		}
		found, ok := f.terms(false)
		if list = append(list, found...); !ok || len(list) > mostTerms {
			x.refuse(n, "sigma.limits", fmt.Sprintf("the condition comes to more than %d alternatives", mostTerms), "divide the rule")
			return nil
		}
	}
	for _, s := range d.searches {
		if !used[s.name] && len(x.msgs) == 0 {
			x.flags = append(x.flags, fmt.Sprintf("no condition uses the search identifier %q", s.name))
		}
	}
	for i := range list {
		list[i] = append(term(x.logsource.tests()), list[i]...)
	}
	return list
}

// wordsOf divides a condition into words and brackets.
func wordsOf(s string) []string {
	return strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(s))
}

// parser reads a condition: or binds least, then and, then not, then "1 of" and
// "all of", then brackets.
type parser struct {
	x     *rule
	n     *yaml.Node
	words []string
	at    int
	used  map[string]bool
}

func (p *parser) wrong(text, hint string) { p.x.refuse(p.n, "sigma.condition", text, hint) }

func (p *parser) next(word string) bool {
	if p.at < len(p.words) && p.words[p.at] == word {
		p.at++
		return true
	}
	return false
}

func (p *parser) or(depth int) (formula, bool)  { return p.chain("or", or, p.and, depth) }
func (p *parser) and(depth int) (formula, bool) { return p.chain("and", and, p.not, depth) }

// chain reads operands with one operator between them.
func (p *parser) chain(word string, o op, operand func(int) (formula, bool), depth int) (formula, bool) {
	f := formula{op: o}
	for {
		part, ok := operand(depth)
		if !ok {
			return f, false
		}
		if f.parts = append(f.parts, part); !p.next(word) {
			return f, true
		}
	}
}

func (p *parser) not(depth int) (formula, bool) {
	negated := false
	for p.next("not") {
		negated = !negated
	}
	f, ok := p.primary(depth)
	if negated {
		f = formula{op: not, parts: []formula{f}}
	}
	return f, ok
}

func (p *parser) primary(depth int) (formula, bool) {
	if p.at >= len(p.words) {
		p.wrong("the condition ends where a search identifier is expected", "")
		return formula{}, false
	}
	word := p.words[p.at]
	p.at++
	switch {
	case word == "(" && depth == mostNesting:
		p.wrong(fmt.Sprintf("the condition nests deeper than %d brackets", mostNesting), "")
		return formula{}, false
	case word == "(":
		f, ok := p.or(depth + 1)
		if ok && !p.next(")") {
			p.wrong("a bracket is not closed", "")
			return f, false
		}
		return f, ok
	case word == ")" || word == "and" || word == "or" || word == "of":
		p.wrong(fmt.Sprintf("%q stands where a search identifier is expected", word), "")
		return formula{}, false
	case p.next("of"):
		return p.of(word)
	}
	for _, s := range p.x.detection.searches {
		if s.name == word {
			p.used[word] = true
			return s.formula, true
		}
	}
	hint := source.DidYouMean(word, p.names())
	if l := strings.ToLower(word); l != word && slices.Contains([]string{"and", "or", "not"}, l) {
		hint = "and, or, not are written in lower case"
	}
	p.wrong(fmt.Sprintf("there is no search identifier %q", word), hint)
	return formula{}, false
}

// of reads what follows "1 of" or "all of": a pattern with *, or them, which is
// all search identifiers but those that begin with _.
func (p *parser) of(quantity string) (formula, bool) {
	f := formula{op: or}
	switch quantity {
	case "1":
	case "all":
		f.op = and
	default:
		p.wrong(fmt.Sprintf("%q of several cannot be asked for; expected 1 of or all of", quantity), "")
		return f, false
	}
	if p.at >= len(p.words) {
		p.wrong("expected a pattern of search identifiers, or them, behind of", "")
		return f, false
	}
	pattern := p.words[p.at]
	p.at++
	for _, s := range p.x.detection.searches {
		if pattern == "them" && !strings.HasPrefix(s.name, "_") || pattern != "them" && fits(pattern, s.name) {
			p.used[s.name] = true
			f.parts = append(f.parts, s.formula)
		}
	}
	if len(f.parts) == 0 {
		p.wrong(fmt.Sprintf("no search identifier fits %q", pattern), source.DidYouMean(strings.Trim(pattern, "*"), p.names()))
		return f, false
	}
	return f, true
}

func (p *parser) names() (list []string) {
	for _, s := range p.x.detection.searches {
		list = append(list, s.name)
	}
	return list
}

// fits reports whether a name has the form of a pattern, in which * stands for
// any text.
func fits(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	last := len(parts) - 1
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	for _, part := range parts[1:last] {
		at := strings.Index(name, part)
		if at < 0 {
			return false
		}
		name = name[at+len(part):]
	}
	return strings.HasSuffix(name, parts[last])
}
