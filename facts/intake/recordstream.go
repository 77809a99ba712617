package intake

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// records reads a log that has a reader of its own. Records that a rule may
// want are kept as codes and events of a text are; the others, errors first
// among them, as plain lines are.
func (s *session) records(st *Stream) {
	t := &taken{src: facts.Source{Path: st.Path, Format: st.Format}, seen: map[signal]*occurrences{}}
	s.taken = append(s.taken, t)
	s.read++
	sink := &recordSink{s: s, t: t, path: st.Path, looked: NewLooked(st.Path)}
	if s.Filter != nil {
		if f := s.Filter(); f != nil {
			sink.scanner = f.Scanner()
		}
	}
	err := st.Records(s.ctx, sink)
	if err != nil {
		if s.ctx.Err() != nil {
			err = errors.New("it was interrupted")
		}
		s.problem(recordsFailed(st.Path, t.src.Records, err))
	}
	t.src.Bytes, t.seen = st.Bytes(), nil
	if t.src.Records == 0 && (sink.damaged || err != nil) { // nothing of it was read
		t.src.Skipped++
		s.read--
	}
	s.system(st)
	if err == nil && !sink.damaged {
		s.looked = append(s.looked, sink.looked)
	}
}

// system notes which system writes logs of the form.
func (s *session) system(st *Stream) {
	if st.System != "" && s.systems[st.System] == "" {
		if s.systems == nil {
			s.systems = map[string]string{}
		}
		s.systems[st.System] = st.Path
	}
}

func recordsFailed(path string, records int, err error) facts.Problem {
	return facts.Problem{
		Source: path, At: fmt.Sprintf("record %d", records), Stage: "read", Reason: "file.read-failed", Read: int64(records),
		Text: fmt.Sprintf("reading failed behind record %d: %s; how much is missing is not known. What was read is used", records, cause(err)),
	}
}

// recordSink makes facts of the records of one log.
type recordSink struct {
	s       *session
	t       *taken
	path    string
	scanner record.Scanner
	looked  *Looked
	damaged bool
}

// Record implements record.Sink.
func (k *recordSink) Record(r *record.Record) error {
	k.t.src.Records++
	if k.t.src.Records%256 == 0 {
		if err := k.s.ctx.Err(); err != nil {
			return err
		}
	}
	k.looked.Add(r)
	switch {
	case k.scanner == nil || k.wanted(r):
		if !k.repeated(r) {
			k.s.keep(k.t, RecordFacts(k.path, r))
		}
	case severe(r.Level):
		if k.t.plain >= k.s.plain.cut { // it would be passed over
			k.t.plain++
			k.t.lines++
			break
		}
		k.s.keepPlain(k.t, RecordFacts(k.path, r))
	}
	return nil
}

// wanted reports whether a rule may want the record.
func (k *recordSink) wanted(r *record.Record) bool {
	var parts record.Parts
	hit := func(h record.Hit) { parts.Add(h) }
	if r.Event {
		k.scanner.Event(r, hit)
	} else {
		k.scanner.Scan(r.Text(), hit)
	}
	return parts.Matter()
}

// repeated counts a record of an event that was met so often that its facts
// would be passed over, and need not be made.
func (k *recordSink) repeated(r *record.Record) bool {
	if !r.Event {
		return false
	}
	o := k.t.seen[signal{facts.KindEvent, string(r.Source), r.ID}]
	if o == nil || k.s.Limits.Facts+o.n+1 <= k.s.signals.cut {
		return false
	}
	o.n++
	k.t.repeats++
	return true
}

// severe reports whether a level is that of an error.
func severe(level []byte) bool {
	switch strings.ToLower(string(level)) {
	case "error", "critical", "fatal", "emergency", "alert", "audit failure":
		return true
	}
	return false
}

// Damage implements record.Sink.
func (k *recordSink) Damage(p facts.Problem) {
	k.damaged = true
	p.Source, p.Stage = k.path, cmp.Or(p.Stage, "decode")
	k.s.problem(p)
}

// keepPlain keeps the facts of a record that no rule wants, as long as there is
// room for plain lines.
func (s *session) keepPlain(t *taken, record []facts.Fact) {
	t.plain++
	for _, f := range record {
		s.plain.add(ranked{f, t.plain, 1, t})
	}
}
