package triage

import (
	"fmt"

	"github.com/kbtriage/kbtriage/internal/overlap"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// mostNeighbours is how many neighbours of a rule are told.
const mostNeighbours = 10

// Author is what the author of a rule wants to know of it.
type Author struct {
	Anchors    []AnchorsOf         `json:"anchors"` // by which the index finds it
	Cost       int                 `json:"cost"`    // steps that its expressions may take, all together
	CostLimit  int                 `json:"cost_limit"`
	Neighbours []overlap.Neighbour `json:"neighbours"`           // rules that share symptoms, the nearest first
	More       int                 `json:"neighbours_not_shown"` // more of them
}

// AnchorsOf is by what the index finds a rule through one presenting symptom.
type AnchorsOf struct {
	Symptom string         `json:"symptom"`
	None    bool           `json:"none,omitempty"` // by nothing: the rule is looked at in every case
	Anchors []AnchorInCase `json:"anchors"`
}

// AnchorInCase is one anchor, and whether something in the case has it.
type AnchorInCase struct {
	Text string `json:"text"`
	Met  bool   `json:"met"`
}

// Part is a member of a group, or an operand of an expression.
type Part struct {
	Part  string `json:"part"`
	State string `json:"state"` // seen, missing or unknown
	Why   string `json:"why"`
}

// Author tells of a rule; v is the case that it is held against, or nil.
func (k *Knowledge) Author(r *rules.Rule, v *cond.View) *Author {
	x := &Author{Anchors: []AnchorsOf{}, CostLimit: cond.CostLimit()}
	for i := range r.Symptoms {
		r.Symptoms[i].Condition.Leaves(func(_ string, leaf *cond.Condition) {
			if leaf.When != nil {
				x.Cost += leaf.When.Cost()
			}
		})
	}
	for _, s := range r.Presenting() {
		list, ok := s.Condition.Anchors()
		of := AnchorsOf{Symptom: s.Name, None: !ok, Anchors: []AnchorInCase{}}
		for _, a := range list {
			of.Anchors = append(of.Anchors, AnchorInCase{a.String(), v != nil && a.Met(v)})
		}
		x.Anchors = append(x.Anchors, of)
	}
	x.Neighbours = overlap.Neighbours(k.Set(), r.ID)
	if n := len(x.Neighbours); n > mostNeighbours {
		x.Neighbours, x.More = x.Neighbours[:mostNeighbours], n-mostNeighbours
	}
	return x
}

// partsOf is the state of each part of a symptom that has several.
func partsOf(s *rules.Symptom, v *cond.View) []Part {
	var list []Part
	add := func(name string, c *cond.Condition) {
		r := c.Eval(v)
		list = append(list, Part{name, r.State.String(), r.Why})
	}
	s.Condition.Leaves(func(member string, leaf *cond.Condition) {
		if member != "" {
			add(member, leaf)
		}
		if leaf.When == nil {
			return
		}
		for _, p := range leaf.When.Parts() {
			if w, err := cond.NewWhen(p.Part); err == nil { // one within a loop reads its record, and is nothing by itself
				add(fmt.Sprintf("when %s", p.Part), &cond.Condition{Probe: leaf.Probe, When: w})
			}
		}
	})
	return list
}
