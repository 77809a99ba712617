// Package facts is the closed vocabulary of what kbtriage can know: one typed
// observation is a Fact, the facts of one problem are a Case, and Coverage says
// what was looked at, so that absence can count.
//
// The package does no I/O and imports nothing of this module. Field names in
// JSON follow the Elastic Common Schema (ECS) where it has a name; schema.go
// lists every kind and field.
package facts

import "fmt"

// Kind names which of the pointers of a Fact is set.
type Kind string

// The kinds of facts. The list is closed: a reader or probe that learns
// something else has to extend it here and in schema.go.
const (
	KindCode        Kind = "code"        // an error code in any notation
	KindEvent       Kind = "event"       // an event log record
	KindText        Kind = "text"        // a message, a paragraph of a ticket, a log line
	KindEnvironment Kind = "environment" // product, version, operating system, role
	KindInput       Kind = "input"       // a named value that probes and texts need
	KindAnswer      Kind = "answer"      // what a person said to a question
	KindAccount     Kind = "account"     // a service account and its groups
	KindDNSAnswer   Kind = "dns_answer"  // what one DNS server said to one question
	KindResolvers   Kind = "resolvers"   // the resolver list of the host, in order
	KindFinding     Kind = "finding"     // a statement derived from observations
	KindLogGap      Kind = "log_gap"     // a stretch of a log that is not there
)

// Fact is one typed observation with its origin. Exactly one of the pointers
// is set, the one that Kind names; Check reports a fact for which that does
// not hold.
type Fact struct {
	Kind   Kind   `json:"kind"`
	Origin Origin `json:"origin,omitzero"`

	Repeated *Repeated `json:"repeated,omitempty"` // the fact stands for all of these

	Code        *Code        `json:"code,omitempty"`
	Event       *Event       `json:"event,omitempty"`
	Text        *Text        `json:"text,omitempty"`
	Environment *Environment `json:"environment,omitempty"`
	Input       *Input       `json:"input,omitempty"`
	Answer      *Answer      `json:"answer,omitempty"`
	Account     *Account     `json:"account,omitempty"`
	DNSAnswer   *DNSAnswer   `json:"dns_answer,omitempty"`
	Resolvers   *Resolvers   `json:"resolvers,omitempty"`
	Finding     *Finding     `json:"finding,omitempty"`
	LogGap      *LogGap      `json:"log_gap,omitempty"`
}

// Repeated says how often an observation was met whose first record a fact is.
type Repeated struct {
	Count int64 `json:"count"`
	First Time  `json:"event.start,omitzero"`
	Last  Time  `json:"event.end,omitzero"`
}

// Code is an error code. Two codes are the same when Family and Value are
// equal; Literal only remembers how it was written.
type Code struct {
	Value   uint32   `json:"value"`                   // the code as an unsigned 32-bit number
	Literal string   `json:"error.code"`              // as it was written
	Family  string   `json:"family,omitempty"`        // set when the notation names it: "bugcheck", "http", "smtp", "smtp-enhanced", ...
	Nested  []Code   `json:"nested,omitempty"`        // codes inside this one: 0xc00203e5 carries Win32 997
	Message string   `json:"error.message,omitempty"` // message text that came with it, if any
	Params  []uint64 `json:"parameters,omitempty"`    // parameters of a STOP code
}

// Event is an event log record. Only ID is always there: an empty Source means
// that the report did not name one, not that there was none.
type Event struct {
	ID       uint32 `json:"event.code"`
	Source   string `json:"event.provider,omitempty"`
	Log      string `json:"winlog.channel,omitempty"`
	Category string `json:"winlog.task,omitempty"` // in its correct spelling
	Level    string `json:"log.level,omitempty"`
	Message  string `json:"message,omitempty"`
}

// Text is a piece of text that belongs together: a message, a paragraph, one
// log record. Wrapped lines are kept as they came; Fold removes the wrapping.
type Text struct {
	Value string `json:"message"`
}

// LogGap says that a log holds no records for a stretch in which it should.
type LogGap struct {
	Log    string `json:"winlog.channel,omitempty"`
	From   Time   `json:"event.start,omitzero"`
	To     Time   `json:"event.end,omitzero"`
	Reason string `json:"event.reason,omitempty"`
}

// Check reports a fact whose Kind and content do not agree, or whose State is
// none of the three.
func (f Fact) Check() error {
	set := 0
	for _, has := range f.contents() {
		if has {
			set++
		}
	}
	has, known := f.contents()[f.Kind]
	switch {
	case !known:
		return fmt.Errorf("fact of unknown kind %q", f.Kind)
	case !has || set != 1:
		return fmt.Errorf("fact of kind %q must hold %q and nothing else", f.Kind, f.Kind)
	case f.DNSAnswer != nil && !f.DNSAnswer.Outcome.valid():
		return fmt.Errorf("DNS answer about %s: outcome %q is none of those in docs/facts.md", f.DNSAnswer.Name, f.DNSAnswer.Outcome)
	case f.DNSAnswer != nil && (f.DNSAnswer.Name == "" || f.DNSAnswer.Type == "" || f.DNSAnswer.Server == ""):
		return fmt.Errorf("DNS answer without server, name or type")
	case f.Environment != nil && !f.Environment.valid():
		return fmt.Errorf("environment: field %q is none of product, version, os, role, or has no value", f.Environment.Field)
	case f.Answer != nil && !f.Answer.State.valid():
		return fmt.Errorf("answer to %q: state %q is none of true, false, unknown", f.Answer.Question, f.Answer.State)
	case f.Finding != nil && !f.Finding.State.valid():
		return fmt.Errorf("finding %s: state %q is none of true, false, unknown", f.Finding.ID, f.Finding.State)
	}
	return nil
}

func (f Fact) contents() map[Kind]bool {
	return map[Kind]bool{
		KindCode: f.Code != nil, KindEvent: f.Event != nil, KindText: f.Text != nil,
		KindEnvironment: f.Environment != nil, KindInput: f.Input != nil, KindAnswer: f.Answer != nil,
		KindAccount: f.Account != nil, KindDNSAnswer: f.DNSAnswer != nil, KindResolvers: f.Resolvers != nil,
		KindFinding: f.Finding != nil, KindLogGap: f.LogGap != nil,
	}
}

// String is the one-line form that evidence and the list of unexplained facts show.
func (f Fact) String() string {
	switch f.Kind {
	case KindCode:
		return f.Code.Literal
	case KindEvent:
		return f.Event.String()
	case KindText:
		return Excerpt(f.Text.Value)
	case KindEnvironment:
		return f.Environment.String()
	case KindInput:
		return f.Input.Name + "=" + f.Input.Value
	case KindAnswer:
		return fmt.Sprintf("%s: %s", f.Answer.Question, f.Answer.State)
	case KindAccount:
		return f.Account.String()
	case KindDNSAnswer:
		return f.DNSAnswer.String()
	case KindResolvers:
		return f.Resolvers.String()
	case KindFinding:
		return f.Finding.Text
	case KindLogGap:
		return fmt.Sprintf("log %s has a gap: %s", f.LogGap.Log, f.LogGap.Reason)
	}
	return string(f.Kind)
}

// String is "event 4058 (MSExchangeIMC)", without the parenthesis where no source is known.
func (e *Event) String() string {
	if e.Source == "" {
		return fmt.Sprintf("event %d", e.ID)
	}
	return fmt.Sprintf("event %d (%s)", e.ID, e.Source)
}
