package scan

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Host is what the bundle of a host says of it: everything in the bundle is
// about this host.
type Host struct {
	Label string       `json:"label"` // with which the paths of the bundle begin
	Name  string       `json:"name"`  // "" where the bundle does not know
	Given []facts.Fact `json:"given"` // its environment, and other facts that hold for all of its logs

	Redacted bool `json:"redacted,omitempty"` // the names in it are tokens, which mean nothing outside of it
}

// host reads the facts of a bundle. What the host reports of its state counts as
// a record of the time of the collection.
func (j *job) host(s *intake.Stream) error {
	c, _, err := readCase(s)
	if err != nil {
		j.part.problem(facts.Problem{
			Source: s.Path, Stage: "decode", Reason: "case.invalid",
			Text: "the facts about the host cannot be read: " + strings.ReplaceAll(err.Error(), "\n", "; ") + "; collect again",
		})
		return j.ctx.Err()
	}
	b := s.Bundle
	h := Host{Label: b.Label(), Name: b.Name(), Redacted: b.Redacted}
	for _, x := range c.Sources {
		x.Path = b.Place(x.Path)
		j.part.Sources = append(j.part.Sources, x)
	}
	for _, p := range c.Problems {
		p.Source = b.Place(p.Source)
		j.part.problem(p)
	}
	for _, f := range c.Facts {
		f.Origin.Path = b.Place(f.Origin.Path)
		if f.Kind != facts.KindText {
			h.Given = append(h.Given, f)
			continue
		}
		path, kept := f.Origin.Path, f
		kept.Origin.Path = ""
		k := j.sink(path)
		k.facts = func() []facts.Fact { return []facts.Fact{kept} }
		if err := k.Record(&record.Record{Time: b.Collected, Host: []byte(b.Name()), Message: []byte(f.Text.Value)}); err != nil {
			return err
		}
	}
	j.part.Hosts = append(j.part.Hosts, h)
	return j.ctx.Err()
}
