package tests

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// Parse reads one test file strictly. The file is nil when there are messages.
func Parse(path string, data []byte) (*File, []source.Message) {
	f := &File{Path: path}
	msgs := rules.Strict(path, data, func(r *rules.Reader, root *yaml.Node) {
		r.Mapping(root, "a test file",
			rules.Key{Name: "rule", Required: true, Read: r.Text(&f.Rule)},
			rules.Key{Name: "tests", Required: true, Read: func(n *yaml.Node) {
				number := -1
				r.List(n, func(n *yaml.Node) {
					number++
					f.Tests = append(f.Tests, parseTest(r, n, number)...)
				})
			}})
	})
	if len(msgs) > 0 {
		return nil, msgs
	}
	return f, nil
}

// parseTest reads a test; with `each` it is a test for each of its inputs, which is
// given before the others.
func parseTest(r *rules.Reader, n *yaml.Node, number int) []Test {
	t := Test{Position: r.At(n), Number: number}
	var each []string
	r.Mapping(n, "a test",
		rules.Key{Name: "name", Required: true, Read: r.Text(&t.Name)},
		rules.Key{Name: "near_miss", Read: r.Flag(&t.NearMiss)},
		rules.Key{Name: "each", Read: r.Texts(&each)},
		rules.Key{Name: "given", Read: func(n *yaml.Node) { t.Given = parseGiven(r, n) }},
		rules.Key{Name: "expect", Required: true, Read: func(n *yaml.Node) { t.Expect = parseExpect(r, n) }})
	if n.Kind == yaml.MappingNode && len(each) == 0 && reflect.ValueOf(t.Given).IsZero() {
		r.Say(n, "rule.missing-key", `a test needs the key "given" or "each"`)
	}
	if len(each) == 0 {
		return []Test{t}
	}
	list := make([]Test, len(each))
	for i, input := range each {
		list[i] = t
		list[i].Name = t.Name + ": " + facts.Excerpt(input)
		list[i].Given.Inputs = append([]string{input}, t.Given.Inputs...)
	}
	return list
}

func parseGiven(r *rules.Reader, n *yaml.Node) Given {
	var g Given
	r.Mapping(n, "given",
		rules.Key{Name: "inputs", Read: r.Texts(&g.Inputs)},
		rules.Key{Name: "text", Read: r.Text(&g.Text)},
		rules.Key{Name: "set", Read: func(n *yaml.Node) {
			r.Pairs(n, func(k, v *yaml.Node) { g.Set = append(g.Set, k.Value+"="+v.Value) })
		}},
		rules.Key{Name: "resolvers", Read: r.Texts(&g.Resolvers)},
		rules.Key{Name: "local", Read: r.Texts(&g.Local)},
		rules.Key{Name: "search", Read: r.Texts(&g.Search)},
		rules.Key{Name: "dns", Read: func(n *yaml.Node) {
			r.List(n, func(n *yaml.Node) { g.DNS = append(g.DNS, parseAnswer(r, n)) })
		}},
		rules.Key{Name: "covered", Read: r.Texts(&g.Covered)},
		rules.Key{Name: "facts", Read: func(n *yaml.Node) {
			r.List(n, func(n *yaml.Node) { g.Facts = append(g.Facts, parseFact(r, n)...) })
		}},
		rules.Key{Name: "time", Read: func(n *yaml.Node) {
			t, err := time.Parse(time.RFC3339, n.Value)
			if err != nil {
				r.Say(n, "test.time", "expected a time with its zone, such as 2026-03-02T08:15:00Z")
			}
			g.Time = t
		}})
	return g
}

// parseFact reads a fact in the form of a saved case.
func parseFact(r *rules.Reader, n *yaml.Node) []facts.Fact {
	var value any
	err := n.Decode(&value)
	var data []byte
	if err == nil {
		data, err = json.Marshal(map[string]any{"kbtriage_case": facts.CaseVersion, "facts": []any{value}})
	}
	var c *facts.Case
	if err == nil {
		c, err = facts.UnmarshalCase(data)
	}
	if err != nil {
		r.Say(n, "test.fact", "expected a fact in the form of a saved case: "+err.Error())
		return nil
	}
	return c.Facts
}

// parseAnswer reads one DNS answer. Its purpose is "record" and its type A unless
// given; an outcome of answered, nodata or nxdomain with a zone has the flag AA.
func parseAnswer(r *rules.Reader, n *yaml.Node) facts.DNSAnswer {
	a := facts.DNSAnswer{Type: "A", Purpose: "record"}
	var outcome string
	r.Mapping(n, "a DNS answer",
		rules.Key{Name: "server", Required: true, Read: r.Text(&a.Server)},
		rules.Key{Name: "subject", Read: r.Text(&a.Subject)},
		rules.Key{Name: "purpose", Read: r.Text(&a.Purpose)},
		rules.Key{Name: "name", Required: true, Read: r.Text(&a.Name)},
		rules.Key{Name: "asked", Read: r.Text(&a.Asked)},
		rules.Key{Name: "type", Read: r.Text(&a.Type)},
		rules.Key{Name: "outcome", Required: true, Read: r.Text(&outcome)},
		rules.Key{Name: "addresses", Read: r.Texts(&a.Addresses)},
		rules.Key{Name: "zone", Read: r.Text(&a.Zone)},
		rules.Key{Name: "rcode", Read: r.Text(&a.RCode)})
	a.Outcome = facts.Outcome(outcome)
	if address, err := facts.ServerAddress(a.Server); err == nil {
		a.Server = address
	} else {
		r.Say(n, "test.server", err.Error())
	}
	a.Name = strings.ToLower(strings.TrimSuffix(a.Name, ".") + ".")
	if a.Zone != "" {
		a.Zone = strings.ToLower(strings.TrimSuffix(a.Zone, ".") + ".")
		a.Flags = []string{"AA"}
	}
	for _, address := range a.Addresses {
		a.Answers = append(a.Answers, facts.Record{Name: a.Name, Type: a.Type, TTL: 300, Data: address})
	}
	return a
}

func parseExpect(r *rules.Reader, n *yaml.Node) Expect {
	var e Expect
	share := func(into **float64) func(*yaml.Node) {
		return func(n *yaml.Node) {
			v, err := strconv.ParseFloat(n.Value, 64)
			if err != nil || v < 0 || v > 1 {
				r.Say(n, "rule.type", "expected a probability from 0 to 1")
				return
			}
			*into = &v
		}
	}
	r.Mapping(n, "expect",
		rules.Key{Name: "first", Read: r.Text(&e.First)},
		rules.Key{Name: "rank", Read: r.Number(&e.Rank, 1, 1000)},
		rules.Key{Name: "verdict", Read: r.OneOf(&e.Verdict, "verdict", "confirmed", "likely", "possible", "unlikely", "ruled_out")},
		rules.Key{Name: "at_least", Read: share(&e.AtLeast)},
		rules.Key{Name: "at_most", Read: share(&e.AtMost)},
		rules.Key{Name: "symptoms", Read: func(n *yaml.Node) {
			e.Symptoms = map[string]string{}
			r.Pairs(n, func(k, v *yaml.Node) { e.Symptoms[k.Value] = v.Value })
		}},
		rules.Key{Name: "evidence", Read: func(n *yaml.Node) {
			e.Evidence = map[string]string{}
			r.Pairs(n, func(k, v *yaml.Node) { e.Evidence[k.Value] = v.Value })
		}},
		rules.Key{Name: "absent", Read: r.Texts(&e.Absent)},
		rules.Key{Name: "excluded", Read: r.Text(&e.Excluded)},
		rules.Key{Name: "derived", Read: r.Texts(&e.Derived)},
		rules.Key{Name: "findings", Read: r.Texts(&e.Findings)},
		rules.Key{Name: "next", Read: r.Text(&e.Next)},
		rules.Key{Name: "also", Read: r.Text(&e.Also)},
		rules.Key{Name: "unexplained", Read: r.Texts(&e.Unexplained)},
		rules.Key{Name: "text", Read: r.Texts(&e.Text)})
	if rest := e; e.Excluded != "" {
		rest.Excluded, rest.First, rest.Absent, rest.Also, rest.Next, rest.Findings, rest.Unexplained, rest.Text = "", "", nil, "", "", nil, nil, nil
		if !reflect.ValueOf(rest).IsZero() {
			r.Say(n, "test.excluded", "a rule that is excluded is not listed: expect neither its rank nor its verdict, probability, symptoms, evidence or steps")
		}
	}
	return e
}
