package dnsfinding_test

import (
	"fmt"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
)

// BenchmarkDerive derives from the answers of two servers about 1,000 names.
func BenchmarkDerive(b *testing.B) {
	c := &facts.Case{Facts: []facts.Fact{{Kind: facts.KindResolvers, Resolvers: &facts.Resolvers{Servers: []string{a1, a2}}}}}
	for i := range 1000 {
		subject, name := fmt.Sprintf("host%04d", i), fmt.Sprintf("host%04d.corp.example", i)
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: subject + ".name", Value: name}})
		for _, server := range []string{a1, a2} {
			for _, f := range []facts.Fact{
				said(server, facts.PurposeRecord, "A", facts.Answered, "AA", "", "192.0.2.21"),
				said(server, facts.PurposeRecord, "AAAA", facts.NoData, "AA", "corp.example."),
				soa(server, facts.NoData, "AA", "corp.example."),
			} {
				f.DNSAnswer.Subject, f.DNSAnswer.Name = subject, name+"."
				c.Facts = append(c.Facts, f)
			}
		}
	}
	for b.Loop() {
		dnsfinding.Derive(c)
	}
}
