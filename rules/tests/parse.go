package tests

import (
	"strconv"
	"strings"

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
				r.List(n, func(n *yaml.Node) { f.Tests = append(f.Tests, parseTest(r, n)) })
			}})
	})
	if len(msgs) > 0 {
		return nil, msgs
	}
	return f, nil
}

func parseTest(r *rules.Reader, n *yaml.Node) Test {
	t := Test{Position: r.At(n)}
	r.Mapping(n, "a test",
		rules.Key{Name: "name", Required: true, Read: r.Text(&t.Name)},
		rules.Key{Name: "near_miss", Read: r.Flag(&t.NearMiss)},
		rules.Key{Name: "given", Required: true, Read: func(n *yaml.Node) { t.Given = parseGiven(r, n) }},
		rules.Key{Name: "expect", Required: true, Read: func(n *yaml.Node) { t.Expect = parseExpect(r, n) }})
	return t
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
		rules.Key{Name: "covered", Read: r.Texts(&g.Covered)})
	return g
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
		rules.Key{Name: "absent", Read: r.Texts(&e.Absent)},
		rules.Key{Name: "excluded", Read: r.Text(&e.Excluded)},
		rules.Key{Name: "derived", Read: r.Texts(&e.Derived)},
		rules.Key{Name: "findings", Read: r.Texts(&e.Findings)},
		rules.Key{Name: "next", Read: r.Text(&e.Next)},
		rules.Key{Name: "also", Read: r.Text(&e.Also)},
		rules.Key{Name: "unexplained", Read: r.Texts(&e.Unexplained)})
	return e
}
