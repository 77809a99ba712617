package errcode

import "errors"

// Match is a code in a text, with its byte offsets there.
type Match struct {
	Code
	Start, End int
}

// Context is what is known of the system that reported a code. It orders the
// readings; it never removes one.
type Context struct {
	Product string   // "Exchange Server", "IIS", ...
	OS      string   // "Windows 2000", "Linux", ...
	Texts   []string // texts that came with the code
}

// Reading is one meaning of a code.
type Reading struct {
	Family       Family   `json:"family"`
	Name         string   `json:"name,omitempty"`          // symbol: ERROR_IO_PENDING
	Severity     int      `json:"severity"`                // 0 success, 1 informational, 2 warning, 3 error
	SeverityName string   `json:"severity_name"`           //
	Facility     int      `json:"facility"`                // number; 0 where the family has no facilities
	FacilityName string   `json:"facility_name,omitempty"` //
	Customer     bool     `json:"customer,omitempty"`      // the customer bit is set: not a code of Microsoft
	Code         uint32   `json:"code"`                    // number within family and facility
	Text         string   `json:"text,omitempty"`          // message text as the system prints it
	Nested       *Reading `json:"nested,omitempty"`        // reading of the code inside
	Why          string   `json:"why"`                     // one sentence: why this reading stands where it stands
}

// Agreement says whether a message text and a code belong together.
type Agreement string

// The agreements.
const (
	Confirms    Agreement = "confirms"
	Contradicts Agreement = "contradicts"
	NoOpinion   Agreement = "no_opinion"
)

// Parse reads s, which is exactly one code in any notation.
func Parse(s string) (Code, error) { return Code{}, errors.New("not yet") }

// Find returns all codes in running text, in order of their position.
func Find(text string) []Match { return nil }

// Readings lists every reading of c, likeliest first. The order depends on
// nothing but its arguments.
func Readings(c Code, ctx Context) []Reading { return nil }

// CheckMessage compares a code with the text that came with it. A text that is
// the message of c, or of a code nested in it, confirms; a text that is exactly
// the message of another code, and of no reading of c, contradicts, and the
// Reading names that code.
func CheckMessage(c Code, text string) (Agreement, Reading) { return NoOpinion, Reading{} }
