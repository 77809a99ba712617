package result

import "github.com/kbtriage/kbtriage/facts"

// Ticket is the likeliest causes of a ticket, or what was wrong with its line.
type Ticket struct {
	ID       string          `json:"id,omitzero"`
	Ranked   []RankedRule    `json:"ranked,omitzero"`
	None     *float64        `json:"none,omitzero"`      // probability of a cause that no rule knows
	Problems []facts.Problem `json:"problems,omitempty"` // what of it was not read or evaluated
	Base     string          `json:"base,omitzero"`      // with --reload: hash of the base that it was ranked by
	Line     int             `json:"line,omitzero"`      // of a line that is no ticket
	Problem  *facts.Problem  `json:"problem,omitzero"`
}

// RankedRule is a rule with its probability.
type RankedRule struct {
	Rule        string   `json:"rule"`
	Refs        []string `json:"refs"`
	Title       string   `json:"title"`
	Probability float64  `json:"probability"`
}
