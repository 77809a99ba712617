// Package rules is the known errors as data: it loads rule files strictly, with
// all messages at once, each with its place and the nearest valid name.
//
// Load reads a file system into a Set; what a file may hold is in Rule and its
// parts, and in docs/rules.md. The package evaluates nothing.
package rules

import (
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Schema is the version of the rule file format.
const Schema = 1

// Status says how much a rule can be trusted.
type Status string

// The statuses. Drafts are loaded only where they are asked for; retired rules
// never are, but keep their id.
const (
	Draft    Status = "draft"
	Imported Status = "imported"
	Stable   Status = "stable"
	Retired  Status = "retired"
)

// Rule is one known error: symptoms, one cause, its resolution.
type Rule struct {
	ID         string     `json:"id"` // product/name, never reused
	Version    int        `json:"version"`
	Title      string     `json:"title"`
	Status     Status     `json:"status"`
	Refs       []Ref      `json:"refs,omitempty"`
	Setup      bool       `json:"setup,omitempty"`      // it shows while something is set up: of several runs in the logs the last one counts
	AppliesTo  []Applies  `json:"applies_to,omitempty"` // alternatives; none means everywhere
	Inputs     []Input    `json:"inputs,omitempty"`
	Symptoms   []Symptom  `json:"symptoms,omitempty"` // presenting symptoms first, then proofs, in file order
	Cause      string     `json:"cause"`              // "" where an article names none
	Resolution Resolution `json:"resolution"`

	File string `json:"file"` // the file it came from

	Tuned []Tuning `json:"tuned,omitempty"` // what overlays of the site changed of it

	// Article is what of the description is for people, and for the words of
	// their tickets. It is stored apart: a diagnosis does not read it.
	Article *Article `json:"-"`
}

// Article is the running text of a known error.
type Article struct {
	Symptoms string   `json:"symptoms,omitempty"` // what a person sees, whose words are weak evidence
	Notes    string   `json:"notes,omitempty"`    // more that is known
	Related  []string `json:"related,omitempty"`  // articles that it refers to
	Words    []string `json:"words,omitempty"`    // under which it was filed
	Origin   *Origin  `json:"origin,omitempty"`   // of an imported rule
}

// Origin says which article a rule was made from.
type Origin struct {
	File   string   `json:"file"`            // below the folder that was imported
	SHA256 string   `json:"sha256"`          // of the article
	Made   string   `json:"made"`            // of the rule as the importer made it
	Parts  []string `json:"parts"`           // "cause 20-24": lines of the article, in their order
	Flags  []string `json:"flags,omitempty"` // what was odd about it
}

// Ref is where the known error is described.
type Ref struct {
	KB  string `json:"kb,omitempty"`  // article number: Q263029
	RFC int    `json:"rfc,omitempty"` // number of an RFC
	URL string `json:"url,omitempty"`
}

// String is "Q263029", "RFC 2136" or the address.
func (r Ref) String() string {
	switch {
	case r.KB != "":
		return r.KB
	case r.RFC != 0:
		return "RFC " + itoa(r.RFC)
	}
	return r.URL
}

// Applies is one environment in which the rule can hold.
type Applies struct {
	cond.Environment
	FixedIn string `json:"fixed_in,omitempty"` // the version in which the cause was corrected
}

// InputKind says what parts an input has.
type InputKind string

// The kinds of inputs.
const (
	Endpoint InputKind = "endpoint" // a name and an address
	Value    InputKind = "value"    // one value
)

// Input is a named value that probes and texts need.
type Input struct {
	Name string    `json:"name"`
	Kind InputKind `json:"kind"`
	Ask  []Ask     `json:"ask"` // how to ask for each part
}

// Ask is the question for one part of an input. Key is what --set takes:
// "exchange.name", or the name of the input for a Value.
type Ask struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Symptom is what the rule expects to see.
type Symptom struct {
	Name      string         `json:"name"`
	Proof     bool           `json:"proof,omitempty"`    // it shows the cause itself
	Presents  bool           `json:"presents,omitempty"` // a proof that is reason enough to list the rule
	Condition cond.Condition `json:"condition"`
	Suggests  int            `json:"suggests"` // 1 to 5: how strongly it can point at this cause
	Expected  int            `json:"expected"` // 1 to 5: how often the cause shows it

	Position source.Position `json:"-"`
}

// ResolutionKind says what the resolution does about the cause.
type ResolutionKind string

// The kinds of resolutions.
const (
	Fix        ResolutionKind = "fix"
	Workaround ResolutionKind = "workaround"
	ByDesign   ResolutionKind = "by-design"
	NoSolution ResolutionKind = "none"
)

// Resolution is what to do.
type Resolution struct {
	Kind   ResolutionKind `json:"kind"`
	Steps  []Step         `json:"steps,omitempty"`  // those of the ways behind the others
	Verify []string       `json:"verify,omitempty"` // symptoms that must be gone afterwards
}

// Step is one instruction. Text may hold placeholders, see ParseTemplate.
type Step struct {
	Text string `json:"text"`
	If   string `json:"if,omitempty"`  // show the step unless this symptom (or member of one) is missing
	Way  string `json:"way,omitempty"` // the name of the way that it is a part of: one of several, or that for one system
}

// Set is the rules of one or more file systems, sorted by id.
type Set struct {
	Rules []*Rule
}

// Presenting lists the symptoms that can bring the rule up.
func (r *Rule) Presenting() []*Symptom {
	var list []*Symptom
	for i := range r.Symptoms {
		if s := &r.Symptoms[i]; !s.Proof || s.Presents {
			list = append(list, s)
		}
	}
	return list
}

// Find returns the condition with the name: a symptom, or a member within one.
func (r *Rule) Find(name string) (*Symptom, *cond.Condition) {
	for i := range r.Symptoms {
		s := &r.Symptoms[i]
		if s.Name == name {
			return s, &s.Condition
		}
		var found *cond.Condition
		s.Condition.Leaves(func(member string, leaf *cond.Condition) {
			if member == name && found == nil {
				found = leaf
			}
		})
		if found != nil {
			return s, found
		}
	}
	return nil, nil
}
