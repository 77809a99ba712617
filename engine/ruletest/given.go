package ruletest

import (
	"fmt"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// build makes the case of a test.
func build(g *tests.Given, settings Settings) (*facts.Case, error) {
	c := &facts.Case{}
	for i, in := range g.Inputs {
		c.Facts = append(c.Facts, intake.Text(fmt.Sprintf("argument %d", i+1), in)...)
	}
	c.Facts = append(c.Facts, intake.Text("text", g.Text)...)
	if !g.Time.IsZero() {
		for i := range c.Facts {
			if c.Facts[i].Origin.Time.IsZero() {
				c.Facts[i].Origin.Time = facts.Time{Time: g.Time, Zoned: true}
			}
		}
	}
	for _, f := range g.Facts {
		if f.Origin.Path == "" {
			f.Origin.Path = "facts"
		}
		c.Facts = append(c.Facts, f)
	}
	set, err := settings(g.Set)
	if err != nil {
		return nil, err
	}
	c.Facts = append(c.Facts, set...)
	if len(g.Resolvers) > 0 {
		r := &facts.Resolvers{Source: "test", Search: g.Search}
		for _, list := range []struct {
			from []string
			to   *[]string
		}{{g.Resolvers, &r.Servers}, {g.Local, &r.Local}} {
			for _, s := range list.from {
				address, err := facts.ServerAddress(s)
				if err != nil {
					return nil, err
				}
				*list.to = append(*list.to, address)
			}
		}
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindResolvers, Origin: facts.Origin{Path: "test"}, Resolvers: r})
	}
	for i := range g.DNS {
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindDNSAnswer, Origin: facts.Origin{Path: "dns " + g.DNS[i].Server}, DNSAnswer: &g.DNS[i]})
	}
	for _, log := range g.Covered {
		c.Coverage = append(c.Coverage, facts.Coverage{Kind: facts.KindEvent, Log: log})
	}
	derive.Findings(c)
	return c, nil
}
