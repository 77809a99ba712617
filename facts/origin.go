package facts

import (
	"encoding/json"
	"fmt"
	"time"
)

// Origin says where a fact was learned.
type Origin struct {
	Path   string `json:"log.file.path,omitempty"` // file, "bundle.zip!app.evtx", "argument 1", "stdin", "--set", "dns 192.0.2.1:53", "answer"
	Line   int    `json:"line,omitempty"`          // first line, from 1
	Record uint64 `json:"record,omitempty"`        // record number within Path
	Time   Time   `json:"@timestamp,omitzero"`     // when it happened, not when it was read
	Host   string `json:"host.name,omitempty"`     // the host it is about
}

// String is "file.txt:12" or "app.evtx record 345".
func (o Origin) String() string {
	switch {
	case o.Line > 0:
		return fmt.Sprintf("%s:%d", o.Path, o.Line)
	case o.Record > 0:
		return fmt.Sprintf("%s record %d", o.Path, o.Record)
	}
	return o.Path
}

// Time is a point in time that knows whether its zone was given. A time
// without a zone is ordered only against times from the same source.
type Time struct {
	Time  time.Time // in its own offset where that is known, else as if UTC
	Zoned bool
}

const localLayout = "2006-01-02T15:04:05.999999999"

// IsZero reports whether no time is known.
func (t Time) IsZero() bool { return t.Time.IsZero() }

// String is RFC 3339 with the offset that was given, or without any offset.
func (t Time) String() string {
	switch {
	case t.IsZero():
		return ""
	case t.Zoned:
		return t.Time.Format(time.RFC3339Nano)
	}
	return t.Time.Format(localLayout)
}

// MarshalJSON writes the form of String.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// UnmarshalJSON reads both forms of String.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		*t = Time{}
		return nil
	}
	if v, err := time.Parse(time.RFC3339Nano, s); err == nil {
		*t = Time{Time: v, Zoned: true}
		return nil
	}
	v, err := time.Parse(localLayout, s)
	if err != nil {
		return fmt.Errorf("time %q is neither RFC 3339 nor YYYY-MM-DDThh:mm:ss", s)
	}
	*t = Time{Time: v}
	return nil
}

// Comparable reports whether the order of two facts in time is known: both
// carry a time, and both have a zone or they come from the same source.
func Comparable(a, b Origin) bool {
	if a.Time.IsZero() || b.Time.IsZero() {
		return false
	}
	return a.Time.Zoned && b.Time.Zoned || a.Time.Zoned == b.Time.Zoned && a.Path == b.Path
}
