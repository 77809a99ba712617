package rules

import (
	"fmt"
	"strings"
)

// Piece is a part of a template: plain text, or a placeholder with its words.
type Piece struct {
	Text  string
	Words []string // {{ dns_records no_record }} is [dns_records no_record]
}

// Fill is a placeholder that computes text from findings.
type Fill struct {
	Name string
	Args []string // what its arguments are: "probe", "form"
	Doc  string
}

// Fills lists the placeholders that compute text, in the order of the reference.
func Fills() []Fill {
	return []Fill{
		{"dns_records", []string{"probe"}, "the host records that the probe's names need and the local DNS does not hold, one a line"},
		{"nsupdate", []string{"probe"}, "the same records as a script for nsupdate"},
		{"resolver_order", []string{"form"}, "the resolver list with the local DNS first; form is list, windows or resolv.conf"},
	}
}

// ParseTemplate splits a text of a rule into its pieces. `{{ exchange.name }}` stands
// for an input, `{{ product }}`, `{{ version }}` and `{{ os }}` for the environment, and the names of
// Fills for text that is computed.
func ParseTemplate(s string) ([]Piece, error) {
	var pieces []Piece
	for {
		before, rest, found := strings.Cut(s, "{{")
		if before != "" {
			pieces = append(pieces, Piece{Text: before})
		}
		if !found {
			return pieces, nil
		}
		inner, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return nil, fmt.Errorf("{{ without }}")
		}
		words := strings.Fields(inner)
		if len(words) == 0 {
			return nil, fmt.Errorf("an empty placeholder {{ }}")
		}
		pieces = append(pieces, Piece{Words: words})
		s = after
	}
}
