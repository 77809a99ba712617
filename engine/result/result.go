// Package result is the differential as data: what `-o json` prints and what
// every other form of output is a view of. The JSON is versioned: fields are
// added, never changed or removed.
package result

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// Version is the version of the JSON form.
const Version = 1

// The values of Differential.Status.
const (
	Complete = "complete" // every input was read to its end, every rule evaluated
	Partial  = "partial"  // something was not: see Problems
	Failed   = "failed"   // nothing could be read
)

// Differential is the ranked list of diagnoses of one case.
type Differential struct {
	Version         int             `json:"version"`
	Status          string          `json:"status"`
	Problems        []facts.Problem `json:"problems"`
	Rules           Rules           `json:"rules"`
	Case            Case            `json:"case"`
	Codes           []Code          `json:"codes"` // what the codes of the case mean, likeliest reading each
	Diagnoses       []Diagnosis     `json:"diagnoses"`
	NotShown        int             `json:"not_shown,omitempty"` // diagnoses beyond the number that was asked for
	None            float64         `json:"none"`                // probability of a cause that no rule knows
	Also            []Diagnosis     `json:"also"`                // what best explains the facts that the first diagnosis leaves
	Excluded        []Exclusion     `json:"excluded"`
	Findings        []facts.Finding `json:"findings"`
	Next            []Check         `json:"next"`
	Unexplained     []Unexplained   `json:"unexplained"`
	MoreUnexplained int             `json:"more_unexplained,omitempty"` // that are not listed
	Inputs          []facts.Source  `json:"inputs"`
}

// Rules says what the differential was computed from.
type Rules struct {
	Loaded       int      `json:"loaded"`
	Evaluated    int      `json:"evaluated"`
	NotEvaluated []string `json:"not_evaluated"`
	Base         string   `json:"base"` // "sha256:..." of the compiled rules and weights
}

// Case is the problem in numbers.
type Case struct {
	ID      string     `json:"id"`
	Host    string     `json:"host"`
	From    facts.Time `json:"from"`
	To      facts.Time `json:"to"`
	Facts   int        `json:"facts"`
	Records int64      `json:"records,omitempty"` // of a scan: that the facts stand for
	Looked  int64      `json:"looked,omitempty"`  // of a scan: records of the host that were looked at
}

// Code is a code of the case with its likeliest reading.
type Code struct {
	Literal string `json:"code"`
	Value   uint32 `json:"value"`
	Family  string `json:"family"`
	Name    string `json:"name,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Verdict sums a diagnosis up in a word.
type Verdict string

// The verdicts, in the order in which they are tried.
const (
	RuledOut  Verdict = "ruled_out" // its proof was looked for and is missing
	Confirmed Verdict = "confirmed" // a proof is seen and p >= 0.9
	Likely    Verdict = "likely"    // p >= 0.5
	Possible  Verdict = "possible"  // p >= 0.01
	Unlikely  Verdict = "unlikely"  // less; listed because a symptom is seen
)

// Diagnosis is a rule's cause with its probability and evidence in a case.
type Diagnosis struct {
	Rank        int        `json:"rank"`
	Rule        string     `json:"rule"`
	Refs        []string   `json:"refs"`
	Title       string     `json:"title"`
	Status      string     `json:"status"`
	Verdict     Verdict    `json:"verdict"`
	Probability float64    `json:"probability"`
	PriorBits   float64    `json:"prior_bits"`
	Bits        float64    `json:"bits"` // sum over Evidence; log2(Probability/None) = PriorBits + Bits
	Cause       string     `json:"cause"`
	Evidence    []Evidence `json:"evidence"`
	Records     int64      `json:"records,omitempty"` // of a scan: of the case that hold something the rule names
	Special     bool       `json:"-"`                 // it explains some observation best, and shows a symptom that an input of this size is not expected to hold by chance
	Resolution  Resolution `json:"resolution"`
	Tuned       []string   `json:"tuned,omitempty"` // what overlays of the site changed of the rule
}

// Evidence is the state of one symptom in the case, with its weight.
type Evidence struct {
	Symptom  string  `json:"symptom"`
	Proof    bool    `json:"proof,omitempty"`
	State    string  `json:"state"` // seen, missing or unknown
	Bits     float64 `json:"bits"`
	Decisive bool    `json:"decisive"` // without its facts another diagnosis, or none, would be first
	Why      string  `json:"why"`
	Facts    []Fact  `json:"facts"`
}

// Fact is an observation that a line of evidence cites.
type Fact struct {
	Kind   facts.Kind `json:"kind"`
	Text   string     `json:"text"`
	Path   string     `json:"path,omitempty"`
	Line   int        `json:"line,omitempty"`
	Record uint64     `json:"record,omitempty"`
	Time   facts.Time `json:"time,omitzero"`
	Host   string     `json:"host,omitempty"`
	Count  int64      `json:"count,omitempty"` // records that are the same to every rule, of which this is the first
	Last   facts.Time `json:"last,omitzero"`   // when the last of them was
}

// Resolution is what to do, with the facts of the case filled in.
type Resolution struct {
	Kind    string   `json:"kind"`
	Steps   []string `json:"steps"` // a line that was computed from the case follows "DerivedMark"
	Ways    []Way    `json:"ways,omitempty"`
	Derived []string `json:"derived"` // the computed lines alone
	Blanks  []Blank  `json:"blanks"`  // values that the steps need and nobody gave
	Verify  []string `json:"verify"`
}

// Way is one of several ways, or that for one system: the steps from First to Last,
// counted from 1. Its name stands before the text of its first step, too.
type Way struct {
	Name  string `json:"name"`
	First int    `json:"first"`
	Last  int    `json:"last"`
}

// Step is the number of a step among those of its way, the way if the step begins
// one, and its text without the name of that.
func (r *Resolution) Step(i int) (number int, begins, text string) {
	number, text = i+1, r.Steps[i]
	for _, w := range r.Ways {
		switch {
		case i+1 == w.First:
			return 1, w.Name, strings.TrimPrefix(text, w.Name+": ")
		case i+1 > w.First && i+1 <= w.Last:
			return i + 2 - w.First, "", text
		}
	}
	return number, "", text
}

// The lines that precede computed lines within a step.
const (
	DerivedMark = "(derived from this case:)"      // nothing is left to fill in
	BlankMark   = "(fill in what is in brackets:)" // something is not known
)

// Blank is a value that is not known, with the question for it.
type Blank struct {
	Input string `json:"input"`
	Ask   string `json:"ask"`
}

// Exclusion is a rule that had evidence but cannot hold here.
type Exclusion struct {
	Rule   string   `json:"rule"`
	Refs   []string `json:"refs"`
	Title  string   `json:"title"`
	Reason string   `json:"reason"`
	Facts  []Fact   `json:"facts,omitempty"`
}

// The kinds of checks.
const (
	Probe    = "probe"    // the program can run it, when it may use the network
	Question = "question" // a person has to look
)

// Check is a way to learn more, with what each answer would change.
type Check struct {
	Check    string   `json:"check"` // key of the answer: --set KEY=yes
	Kind     string   `json:"kind"`
	Text     string   `json:"text"` // the question, or what the probe looks at
	GainBits float64  `json:"gain_bits"`
	Cost     float64  `json:"cost"`
	Command  string   `json:"command"`
	Rules    []string `json:"rules"`           // the diagnoses that it concerns
	Needs    []Blank  `json:"needs,omitempty"` // inputs that a probe needs first
	IfYes    []string `json:"if_yes"`
	IfNo     []string `json:"if_no"`
}

// Unexplained is a fact that no diagnosis accounts for.
type Unexplained struct {
	Kind facts.Kind `json:"kind"`
	Text string     `json:"text"`
	Path string     `json:"path,omitempty"`
	Line int        `json:"line,omitempty"`
}
