package result

import "github.com/kbtriage/kbtriage/facts"

// Fleet is the result of a scan: the cases in which a cause was found, host by
// host, and what they have in common.
type Fleet struct {
	Version  int             `json:"version"`
	Status   string          `json:"status"`
	Problems []facts.Problem `json:"problems"`
	Rules    Rules           `json:"rules"`
	Totals   Totals          `json:"totals"`
	Causes   []Cause         `json:"causes"`     // one line a cause, the one with the most hosts first
	Hosts    []Host          `json:"hosts"`      // every host that the inputs are about
	Timeline []Moment        `json:"timeline"`   // when each case began
	Common   []Common        `json:"too_common"` // rules whose symptoms were seen, and are too common in an input of this size
	Cases    []Differential  `json:"cases"`      // by host, then time
	Inputs   []facts.Source  `json:"inputs"`
	TunedOut []TunedOut      `json:"tuned_out,omitempty"` // rules that overlays of the site kept out

	Quiet []Differential `json:"-"` // of each host without a case, one that lists nothing
}

// Totals counts what was looked at.
type Totals struct {
	Files    int   `json:"files"`    // members of archives included
	Unread   int   `json:"unread"`   // files that gave nothing
	Bytes    int64 `json:"bytes"`    // unpacked
	Records  int64 `json:"records"`  // lines of text, records of logs
	Hits     int64 `json:"hits"`     // records that hold something that a rule names
	Hosts    int   `json:"hosts"`    // of which a file was read
	Sessions int   `json:"sessions"` // of a host, with a hit
	Cases    int   `json:"cases"`    // sessions in which a cause was found
}

// Cause is one rule over all hosts on which it leads.
type Cause struct {
	Rule        string     `json:"rule"`
	Refs        []string   `json:"refs"`
	Title       string     `json:"title"`
	Cause       string     `json:"cause"`
	Steps       []string   `json:"steps"`       // of the case with the highest probability
	Verdict     Verdict    `json:"verdict"`     // the strongest
	Probability float64    `json:"probability"` // the highest
	Hosts       []string   `json:"hosts"`       // "" is the host that is not known
	Cases       int        `json:"cases"`
	Records     int64      `json:"records"` // that hold something the rule names
	From        facts.Time `json:"from,omitzero"`
	To          facts.Time `json:"to,omitzero"`
}

// Host is one host of a scan.
type Host struct {
	Host     string           `json:"host"`      // "" where it is not known
	Known    string           `json:"known"`     // "record", "path" or "unknown": where its name is from
	Files    int              `json:"files"`     //
	Sessions int              `json:"sessions"`  // with a hit
	Cases    int              `json:"cases"`     // in which a cause was found
	Logs     []facts.Coverage `json:"logs"`      // the event logs that were read whole, and from when to when
	Gaps     int              `json:"gaps"`      // in the numbers of their records
	NotRead  []string         `json:"not_read"`  // files of the host that gave nothing
	NotThere []string         `json:"not_there"` // event logs that rules of its cases look into and that are not among the inputs
}

// Moment is the begin of a case, for the timeline.
type Moment struct {
	Time   facts.Time `json:"time"`
	Host   string     `json:"host"`
	Rule   string     `json:"rule"`
	Title  string     `json:"title"`
	Case   string     `json:"case"` // id of the case
	Text   string     `json:"text"` // of the first record of its evidence
	Path   string     `json:"path"`
	Line   int        `json:"line,omitempty"`
	Record uint64     `json:"record,omitempty"`
}

// Common is a rule of which a symptom was seen that an input of this size shows
// by chance. It is no diagnosis, and it is not silent.
type Common struct {
	Rule    string   `json:"rule"`
	Title   string   `json:"title"`
	Records int64    `json:"records"` // that hold something the rule names
	Hosts   []string `json:"hosts"`
	First   Fact     `json:"first"` // one of them
}

// TunedOut is a rule that an overlay of the site kept out of sessions in which it was seen.
type TunedOut struct {
	Rule   string `json:"rule"`
	Title  string `json:"title"`
	Reason string `json:"reason"` // what the overlay says
	Cases  int    `json:"cases"`  // sessions in which it was kept out
}
