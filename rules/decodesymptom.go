package rules

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/cond"
)

func (d *decoder) symptoms(n *yaml.Node, rule string, proof bool) []Symptom {
	var list []Symptom
	what := "symptoms"
	if proof {
		what = "proof"
	}
	d.named(n, what, func(key, value *yaml.Node) {
		s := Symptom{Name: key.Value, Proof: proof, Position: d.at(key)}
		d.declare(key)
		own := []field{
			{"suggests", true, d.number(&s.Suggests, 1, 5)},
			{"expected", true, d.number(&s.Expected, 1, 5)},
		}
		if proof {
			own = append(own, field{"presents", false, d.flag(&s.Presents)})
		}
		s.Condition = d.condition(value, rule+"."+key.Value, own...)
		list = append(list, s)
	})
	return list
}

// declare takes note of the name of a symptom or of a member of a group: steps
// and verify refer to both.
func (d *decoder) declare(key *yaml.Node) {
	if d.names[key.Value] {
		d.say(key, "rule.repeated-key", "", "%q is the name of another symptom, proof or member of a group; names must differ", key.Value)
	}
	if d.names == nil {
		d.names = map[string]bool{}
	}
	d.names[key.Value] = true
}

// condition reads the test of a symptom, or of a member of a group. extra are
// the keys that only the symptom itself has. name is the default key of its question.
func (d *decoder) condition(n *yaml.Node, name string, extra ...field) cond.Condition {
	var c cond.Condition
	var question, key string
	seenIf := "yes"
	forms, groups, expression := 0, 0, false
	form := func(f func(*yaml.Node)) func(*yaml.Node) {
		return func(n *yaml.Node) { forms++; f(n) }
	}
	group := func(into *[]cond.Member) func(*yaml.Node) {
		return func(n *yaml.Node) {
			groups++
			d.named(n, "a group", func(key, value *yaml.Node) {
				d.declare(key)
				*into = append(*into, cond.Member{Name: key.Value, Condition: d.condition(value, name+"."+key.Value)})
			})
			if len(*into) == 0 {
				d.say(n, "rule.empty", "", "a group without members")
			}
		}
	}
	fields := append(extra,
		field{"code", false, form(func(n *yaml.Node) { d.list(n, func(n *yaml.Node) { d.code(n, &c.Codes) }) })},
		field{"event", false, form(func(n *yaml.Node) { c.Event = d.event(n) })},
		field{"text", false, form(func(n *yaml.Node) { d.list(n, func(n *yaml.Node) { d.template(n, &c.Texts) }) })},
		field{"environment", false, form(func(n *yaml.Node) {
			c.Environment = &cond.Environment{}
			if d.mapping(n, "an environment", d.environmentFields(c.Environment)...) && len(n.Content) == 0 {
				d.say(n, "rule.empty", "", "an environment needs one of product, version, os, role")
			}
		})},
		field{"correlate", false, form(func(n *yaml.Node) { c.Correlate = d.correlate(n) })},
		field{"probe", false, form(func(n *yaml.Node) { c.Probe = d.probe(n) })},
		field{"when", false, form(func(n *yaml.Node) { c.When, expression = d.when(n), true })},
		field{"ask", false, form(d.text(&question))},
		field{"key", false, d.text(&key)},
		field{"seen", false, oneOf(d, &seenIf, "answer", "yes", "no")},
		field{"any", false, group(&c.Any)},
		field{"all", false, group(&c.All)},
	)
	d.mapping(n, "a symptom", fields...)
	switch {
	case forms+groups == 0:
		d.say(n, "rule.symptom", "", "a symptom needs a test: one of code, event, text, environment, correlate, probe, when, ask, any, all")
	case groups > 1 || groups == 1 && forms > 0:
		d.say(n, "rule.symptom", "", "any and all stand alone; put the other tests inside as members")
	case c.Probe != nil && !expression:
		d.say(n, "rule.symptom", "", `a probe needs a when that says what shows the symptom, such as "when: len(dns.missing) > 0"`)
	}
	if question != "" {
		if key == "" {
			key = name
		}
		c.Ask = &cond.Ask{Text: question, Key: key, SeenIf: seenIf == "yes"}
	} else if key != "" || seenIf == "no" {
		d.say(n, "rule.symptom", "", "key and seen belong to ask")
	}
	return c
}

func (d *decoder) code(n *yaml.Node, into *[]cond.Code) {
	c, err := errcode.Parse(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		d.say(n, "rule.code", "", "%q is no error code: %v", n.Value, err)
		return
	}
	*into = append(*into, cond.Code{Code: c})
}

func (d *decoder) template(n *yaml.Node, into *[]cond.Text) {
	t, err := cond.ParseTemplate(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		d.say(n, "rule.text", "", "%v", err)
		return
	}
	*into = append(*into, cond.Text{Template: t})
}

func (d *decoder) event(n *yaml.Node) *cond.Event {
	var e cond.Event
	if n.Kind == yaml.ScalarNode { // event: 4058
		d.eventID(n, &e)
		return &e
	}
	d.mapping(n, "an event",
		field{"id", false, func(n *yaml.Node) { d.list(n, func(n *yaml.Node) { d.eventID(n, &e) }) }},
		field{"source", false, d.text(&e.Source)},
		field{"log", false, d.text(&e.Log)},
		field{"category", false, d.text(&e.Category)})
	if len(e.IDs) == 0 && e.Source == "" {
		d.say(n, "rule.event", "", "an event needs an id or a source")
	}
	return &e
}

func (d *decoder) eventID(n *yaml.Node, e *cond.Event) {
	id, err := strconv.ParseUint(n.Value, 10, 32)
	if n.Kind != yaml.ScalarNode || err != nil {
		d.say(n, "rule.event", "", "%q is no event id; expected a whole number", n.Value)
		return
	}
	e.IDs = append(e.IDs, uint32(id))
}

func (d *decoder) correlate(n *yaml.Node) *cond.Correlate {
	c := &cond.Correlate{}
	d.mapping(n, "a correlation",
		field{"events", true, func(n *yaml.Node) {
			d.list(n, func(n *yaml.Node) { c.Events = append(c.Events, *d.event(n)) })
		}},
		field{"ordered", false, d.flag(&c.Ordered)},
		field{"at_least", false, d.number(&c.AtLeast, 1, 1_000_000)},
		field{"within", false, func(n *yaml.Node) {
			w, err := time.ParseDuration(n.Value)
			if err != nil || w <= 0 {
				d.say(n, "rule.duration", "", "%q is no duration; expected a form like 90s, 5m or 2h", n.Value)
			}
			c.Within = w
		}},
		field{"without", false, func(n *yaml.Node) { c.Without = d.event(n) }},
		field{"any_host", false, d.flag(&c.AnyHost)})
	if len(c.Events) == 0 {
		c.Events = []cond.Event{{}}
	}
	return c
}

// probe reads `{dns: {names: [...], type: A, server: local}}`, `{resolvers: {...}}` or `{update: {...}}`.
func (d *decoder) probe(n *yaml.Node) *cond.Probe {
	p := &cond.Probe{}
	if d.probed == nil {
		d.probed = map[*cond.Probe][]*yaml.Node{}
	}
	kinds := 0
	read := func(kind cond.ProbeKind) func(*yaml.Node) {
		return func(n *yaml.Node) {
			kinds++
			p.Kind = kind
			fields := []field{{"names", true, func(n *yaml.Node) {
				if n.Kind == yaml.ScalarNode && n.Value == "all" {
					return
				}
				d.list(n, func(n *yaml.Node) {
					p.Names = append(p.Names, n.Value)
					d.probed[p] = append(d.probed[p], n)
				})
			}}}
			if kind == cond.ProbeDNS {
				p.Type = "A"
				server := "any"
				fields = append(fields,
					field{"type", false, oneOf(d, &p.Type, "record type that can be probed", "A", "PTR")},
					field{"server", false, func(n *yaml.Node) {
						oneOf(d, &server, "server", "local", "any")(n)
						p.Local = server == "local"
					}})
			}
			d.mapping(n, "a probe", fields...)
		}
	}
	d.mapping(n, "a probe",
		field{"dns", false, read(cond.ProbeDNS)},
		field{"resolvers", false, read(cond.ProbeResolvers)},
		field{"update", false, read(cond.ProbeUpdate)})
	if kinds != 1 {
		d.say(n, "rule.probe", "", "a probe is exactly one of dns, resolvers, update")
	}
	return p
}

// when compiles the expression; its mistakes are placed in the file where the
// YAML keeps the text as it is, else at the value.
func (d *decoder) when(n *yaml.Node) *cond.When {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
		d.say(n, "rule.type", "", "expected an expression")
		return nil
	}
	w, err := cond.NewWhen(n.Value)
	if err == nil {
		return w
	}
	p := d.at(n)
	var ee *cond.ExprError
	if errors.As(err, &ee) && ee.Line == 1 {
		if column, ok := d.verbatim(n); ok {
			p.Column = column + ee.Column
		}
	}
	hint := cond.Suggest(err)
	if hint == "" && strings.Contains(err.Error(), "EOF") && n.Style == 0 {
		hint = `in YAML " #" begins a comment: put the expression into quotes`
	}
	d.msgs = append(d.msgs, source.Message{Position: p, Check: "rule.when", Text: "the expression is wrong: " + err.Error(), Hint: hint})
	return nil
}

// verbatim is the column at which the value of a scalar begins, where the file
// holds it on one line and without escapes.
func (d *decoder) verbatim(n *yaml.Node) (column int, ok bool) {
	lines := strings.Split(string(d.data), "\n")
	if n.Line < 1 || n.Line > len(lines) {
		return 0, false
	}
	column = n.Column
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		column++
	}
	line := []rune(lines[n.Line-1])
	return column, column <= len(line) && strings.HasPrefix(string(line[column-1:]), n.Value)
}
