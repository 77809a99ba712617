package record

// Filter says what of raw input may matter to a rule, so that input is matched
// first and parsed only where something may matter. A compiled base implements
// it; readers and intake know no more of rules than this.
//
// It errs on one side only, apart from rare spellings that the base states: what
// it does not want cannot change a diagnosis.
type Filter interface {
	// Scanner returns a scanner for one goroutine, of everything that a rule names.
	Scanner() Scanner
	// Telling returns one that leaves out what tells nothing in a large input,
	// because records show it by chance: a small number behind "error", one common
	// word. Looking for that takes several times as long as for all the rest.
	Telling() Scanner
}

// Want says how much of something matters.
type Want int

// The degrees.
const (
	Once Want = iota // that it is there, and when it was first
	Each             // each occurrence, because a rule counts or orders them
)

// Scanner finds, in one pass over raw text, the places where a literal, a code
// or an event number stands that some rule names.
type Scanner interface {
	// Event calls hit for everything that an event record may be to a rule. It asks
	// for the record's text only where a rule may want that.
	Event(r *Record, hit func(Hit))
	// Scan calls hit for each place, ascending by Start only within one What.
	// What identifies the thing that was found; the same thing has the same
	// number wherever it is found, for one and the same base.
	Scan(text []byte, hit func(Hit))
}

// Hit is something that a rule names, and where it stands.
type Hit struct {
	What       uint32 // which of the things that the rules of the base name
	Want       Want
	Part       Part
	Rare       bool // it is in few records whatever is wrong: where there is no room for all, it stays
	Start, End int  // offsets in the text
}

// Part says whether a hit matters by itself.
type Part int

// The parts.
const (
	Whole   Part = iota // it matters by itself
	OfText              // a text that matters in an event
	OfEvent             // an event that matters with a text
)

// Parts are the hits of one record, as a set.
type Parts [3]bool

// Add adds a hit.
func (p *Parts) Add(h Hit) { p[h.Part] = true }

// Matter reports whether a rule may want the record: something in it matters by
// itself, or it holds both parts of what does.
func (p *Parts) Matter() bool { return p[Whole] || p[OfText] && p[OfEvent] }
