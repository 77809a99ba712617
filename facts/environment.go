package facts

import (
	"sort"
	"strings"
)

// The fields of an Environment fact.
const (
	FieldProduct = "product" // "Exchange Server"
	FieldVersion = "version" // "5.5 SP3": version and service pack of the product
	FieldOS      = "os"      // "Windows 2000"
	FieldRole    = "role"    // "cluster node"
)

// Environment is one statement about the host or its product.
type Environment struct {
	Field string `json:"field"`         // one of the Field constants
	Value string `json:"value"`         //
	Not   bool   `json:"not,omitempty"` // the statement does not hold: the host is no cluster node
}

// String is "version=5.5 SP3" or "role is not cluster node".
func (e *Environment) String() string {
	if e.Not {
		return e.Field + " is not " + e.Value
	}
	return e.Field + "=" + e.Value
}

func (e *Environment) valid() bool {
	switch e.Field {
	case FieldProduct, FieldVersion, FieldOS, FieldRole:
		return e.Value != ""
	}
	return false
}

// Input is a named value that probes and texts need, such as "exchange.name".
type Input struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Answer is what a person said to a question, yes, no or don't know. Question
// is the key of the symptom asked about: for a symptom that readers could
// supply too it is "event:4058" or "code:0xc00203e5", so that rules that share
// it ask once.
type Answer struct {
	Question string `json:"question"`
	State    State  `json:"state"` // True, False or Unknown
}

// Account is a service account and the local groups it is a member of.
type Account struct {
	Name   string   `json:"user.name,omitempty"`
	Groups []string `json:"user.group.name"` // the complete list
}

// String names the account and its groups.
func (a *Account) String() string {
	name := a.Name
	if name == "" {
		name = "service account"
	}
	if len(a.Groups) == 0 {
		return name + " is in no group"
	}
	groups := append([]string(nil), a.Groups...)
	sort.Strings(groups)
	return name + " is in " + strings.Join(groups, ", ")
}

// State is the truth of a statement. The zero value is not valid: a failure to
// look must be written down as Unknown.
type State string

// The three truth values.
const (
	True    State = "true"
	False   State = "false"
	Unknown State = "unknown"
)

func (s State) valid() bool { return s == True || s == False || s == Unknown }
