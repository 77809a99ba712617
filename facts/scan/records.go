package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// sink counts the records of one log that a rule may want.
type sink struct {
	job     *job
	path    string
	looked  *intake.Looked
	records int64
	hits    int64
	damaged bool

	whats  []uint32
	each   bool
	rare   bool
	parts  record.Parts
	onHit  func(record.Hit)
	names  map[string]string // hosts as they are compared
	record *record.Record    // that is being counted
	facts  func() []facts.Fact
}

func (j *job) sink(path string) *sink {
	k := &sink{job: j, path: path, looked: intake.NewLooked(path), names: map[string]string{}}
	k.onHit = func(h record.Hit) {
		k.whats = append(k.whats, h.What)
		k.each = k.each || h.Want == record.Each
		k.parts.Add(h)
		k.rare = k.rare || h.Rare
	}
	k.facts = func() []facts.Fact {
		list := intake.RecordFacts("", k.record)
		for i := range list { // the place is the occurrence's
			list[i].Origin.Line = max(list[i].Origin.Line-k.record.Line, 0)
		}
		return list
	}
	return k
}

// Record implements record.Sink.
func (k *sink) Record(r *record.Record) error {
	k.records++
	if k.records%256 == 0 {
		if err := k.job.ctx.Err(); err != nil {
			return err
		}
	}
	k.looked.Add(r)
	k.whats, k.each, k.rare, k.parts = k.whats[:0], false, false, record.Parts{}
	scanner := k.job.scanners.telling
	if k.records <= beginning && k.job.part.Item.From == 0 {
		scanner = k.job.scanners.all
	}
	if r.Event {
		scanner.Event(r, k.onHit)
	} else {
		scanner.Scan(r.Text(), k.onHit)
	}
	if !k.parts.Matter() {
		return nil
	}
	if len(k.whats) > 1 {
		slices.Sort(k.whats)
		k.whats = slices.Compact(k.whats)
	}
	k.hits++
	k.record = r
	key := tally.Key{Host: k.host(r.Host), Path: k.path, Clock: tally.ClockOf(r.Time), Things: tally.DigestOf(k.whats, k.each, k.rare)}
	o := tally.Occurrence{Time: r.Time, Line: r.Line, Record: r.Number}
	if o.Line == 0 && o.Record == 0 { // the log counts nothing, and the order is all that tells its records apart
		o.Offset = k.records
	}
	k.job.part.Tally.Add(key, k.whats, k.each, o, k.facts)
	return nil
}

// host is the name as hosts are compared.
func (k *sink) host(name []byte) string {
	if folded, known := k.names[string(name)]; known {
		return folded
	}
	folded := strings.ToLower(string(name))
	if len(k.names) < 10_000 {
		k.names[string(name)] = folded
	}
	return folded
}

// Damage implements record.Sink.
func (k *sink) Damage(p facts.Problem) {
	k.damaged = true
	p.Source, p.Stage = k.path, cmp.Or(p.Stage, "decode")
	k.job.part.problem(p)
}

// end notes what was read.
func (k *sink) end(format, system string, bytes int64, err error) {
	if err != nil && k.job.ctx.Err() == nil {
		k.damaged = true
		k.job.part.problem(facts.Problem{
			Source: k.path, At: fmt.Sprintf("record %d", k.records), Stage: "read", Reason: "file.read-failed", Read: k.records,
			Text: fmt.Sprintf("reading failed behind record %d: %v; how much is missing is not known. What was read is used", k.records, plain(err)),
		})
	}
	p := k.job.part
	p.Sources = append(p.Sources, facts.Source{Path: k.path, Format: format, Bytes: bytes, Records: int(k.records)})
	if system != "" {
		p.Systems = append(p.Systems, System{k.path, system})
	}
	if !k.damaged && err == nil {
		p.Looked = append(p.Looked, k.looked)
	}
	k.job.count(k.records, k.hits)
}
