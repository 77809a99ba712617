package facts

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// CaseVersion is the version of the saved form of a case.
const CaseVersion = 1

// Case is the working memory of one problem.
type Case struct {
	Version  int        `json:"kbtriage_case"`
	Facts    []Fact     `json:"facts"`
	Coverage []Coverage `json:"coverage,omitempty"`
	Sources  []Source   `json:"sources,omitempty"`
	Problems []Problem  `json:"problems,omitempty"`
}

// Coverage says that something was looked at in full, so that a fact that is
// not there counts as missing. What was not covered stays unknown.
type Coverage struct {
	Kind Kind   `json:"kind"`          // the kind of facts it supplies
	Log  string `json:"log,omitempty"` // for events: the channel, empty for all
	Host string `json:"host.name,omitempty"`
	Path string `json:"log.file.path,omitempty"`
	From Time   `json:"event.start,omitzero"`
	To   Time   `json:"event.end,omitzero"`
}

// Source is one input that was read, and as what.
type Source struct {
	Path    string `json:"path"`
	Format  string `json:"format"` // "code", "event", "text", "text file", "case", "folder", "unread"
	Bytes   int64  `json:"bytes"`
	Records int    `json:"records"`
	Skipped int    `json:"skipped"`
}

// Problem is something that was not read, decoded, evaluated or reachable. It
// is data: the rest goes on, and the result says that it is partial.
type Problem struct {
	Source string `json:"source"`         // file, rule, server
	At     string `json:"at,omitempty"`   // "record 345", "line 12"
	Stage  string `json:"stage"`          // "open", "decode", "evaluate", "probe"
	Reason string `json:"reason"`         // stable id: "file.not-regular", "text.line-too-long"
	Text   string `json:"text"`           // what happened and what to do
	Read   int64  `json:"read,omitempty"` // records read from Source
	Lost   int64  `json:"lost,omitempty"` // records lost, where known
}

// Sort brings the case into its canonical order, which does not depend on the
// order in which the facts were learned. Equal facts from the same place are
// kept once.
func (c *Case) Sort() {
	ptrs := make([]*Fact, len(c.Facts))
	for i := range c.Facts {
		ptrs[i] = &c.Facts[i]
	}
	keys := map[*Fact]string{} // of those that are at one place; making all of them takes most of the time of a large case
	key := func(f *Fact) string {
		k, made := keys[f]
		if !made {
			k = canonical(*f)
			keys[f] = k
		}
		return k
	}
	place := func(a, b *Fact) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Origin.Path, b.Origin.Path),
			cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.Origin.Record, b.Origin.Record))
	}
	slices.SortFunc(ptrs, func(a, b *Fact) int {
		if order := place(a, b); order != 0 {
			return order
		}
		return cmp.Compare(key(a), key(b))
	})
	sorted := make([]Fact, 0, len(ptrs))
	for i, p := range ptrs {
		if i > 0 && place(ptrs[i-1], p) == 0 && key(ptrs[i-1]) == key(p) {
			continue
		}
		sorted = append(sorted, *p)
	}
	c.Facts = sorted
	c.Coverage = sortedSet(c.Coverage)
	c.Sources = sortedSet(c.Sources)
	c.Problems = sortedSet(c.Problems)
}

// sortedSet leaves what it is given as it was: the cases of a host share its
// coverage, and are sorted at the same time.
func sortedSet[T any](in []T) []T {
	in = slices.Clone(in)
	slices.SortFunc(in, func(a, b T) int { return cmp.Compare(canonical(a), canonical(b)) })
	return slices.CompactFunc(in, func(a, b T) bool { return canonical(a) == canonical(b) })
}

// canonical is the JSON form, which is unique for each value of our types.
func canonical(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("facts: a vocabulary type does not marshal: " + err.Error())
	}
	return string(b)
}

// ID is a short hash over the facts in canonical order: equal facts, equal ID.
func (c *Case) ID() string {
	h := sha256.New()
	for _, f := range c.Facts {
		h.Write([]byte(canonical(f)))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Host is the host the facts are about: the only one that is named, or empty.
func (c *Case) Host() string {
	host := ""
	for _, f := range c.Facts {
		switch {
		case f.Origin.Host == "" || f.Origin.Host == host:
		case host == "":
			host = f.Origin.Host
		default:
			return ""
		}
	}
	return host
}

// Span is the first and the last time of the facts that have one with a zone.
func (c *Case) Span() (from, to Time) {
	for _, f := range c.Facts {
		t := f.Origin.Time
		if t.IsZero() || !t.Zoned {
			continue
		}
		if from.IsZero() || t.Time.Before(from.Time) {
			from = t
		}
		if to.IsZero() || t.Time.After(to.Time) {
			to = t
		}
	}
	return from, to
}

// Input returns the value of a named input, such as "exchange.name".
func (c *Case) Input(name string) (string, bool) {
	for _, f := range c.Facts {
		if f.Kind == KindInput && f.Input.Name == name {
			return f.Input.Value, true
		}
	}
	return "", false
}

// Marshal writes the saved form: sorted, indented, with a line end.
func (c *Case) Marshal() ([]byte, error) {
	c.Version = CaseVersion
	c.Sort()
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("case: %w", err)
	}
	return append(b, '\n'), nil
}

// IsCase reports whether data starts like a saved case.
func IsCase(data []byte) bool {
	head := data[:min(len(data), 256)]
	head = bytes.TrimLeft(head, " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"kbtriage_case"`))
}

// UnmarshalCase reads the saved form. Unknown keys, another version, facts of
// unknown kind and anything behind the case are errors, all of them at once.
func UnmarshalCase(data []byte) (*Case, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var c Case
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("case: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("case: there is more behind the end of the case; expected one JSON object")
	}
	if c.Version != CaseVersion {
		return nil, fmt.Errorf("case: version %d; this program reads version %d", c.Version, CaseVersion)
	}
	var errs []error
	for i, f := range c.Facts {
		if err := f.Check(); err != nil {
			errs = append(errs, fmt.Errorf("case: facts[%d]: %w", i, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.Sort()
	return &c, nil
}
