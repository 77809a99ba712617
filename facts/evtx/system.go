package evtx

import (
	"strconv"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// role is a system field that a record has a place for.
type role int

const (
	roleProvider role = iota
	roleProviderGUID
	roleEventSource
	roleID
	roleLevel
	roleTask
	roleKeywords
	roleTime
	roleNumber
	roleChannel
	roleComputer
	roleCount
)

var rolePaths = [roleCount]string{
	roleProvider:     "System.Provider.Name",
	roleProviderGUID: "System.Provider.Guid",
	roleEventSource:  "System.Provider.EventSourceName",
	roleID:           "System.EventID",
	roleLevel:        "System.Level",
	roleTask:         "System.Task",
	roleKeywords:     "System.Keywords",
	roleTime:         "System.TimeCreated.SystemTime",
	roleNumber:       "System.EventRecordID",
	roleChannel:      "System.Channel",
	roleComputer:     "System.Computer",
}

// assign gives a leaf, counted from 1, the role that its path has.
func (p *program) assign(path []byte, leaf int) {
	for r, known := range rolePaths {
		if p.roles[r] == 0 && string(path) == known {
			p.roles[r] = uint16(leaf)
		}
	}
}

// Keywords of the operating system, in the upper half of their 64 bits.
const (
	auditFailure = 0x0010000000000000
	auditSuccess = 0x0020000000000000
)

// system fills the record from an instance that holds the part System.
//
// Source is the name of the provider, which is what the viewer of Windows shows
// as the source of an event: for old programs that is the name that they
// registered, and for those with a manifest the name in it, even where
// EventSourceName keeps an older one beside it. What is missing is taken from
// EventSourceName, then from the GUID.
func (d *Decoder) system(in instance, r *record.Record) {
	if id, ok := d.number(in, roleID); ok {
		r.Event, r.ID = true, uint32(id&0xffff)
	}
	if n, ok := d.number(in, roleNumber); ok {
		r.Number = n
	}
	if t, ok := d.time(in); ok {
		r.Time = facts.Time{Time: t, Zoned: true}
	}
	for _, source := range [...]role{roleProvider, roleEventSource, roleProviderGUID} {
		if r.Source = d.text(in, source); len(r.Source) > 0 {
			break
		}
	}
	r.Log, r.Host = d.text(in, roleChannel), d.text(in, roleComputer)
	if task, ok := d.number(in, roleTask); !ok || task != 0 {
		r.Category = d.text(in, roleTask)
	}
	level, known := d.number(in, roleLevel)
	keywords, _ := d.number(in, roleKeywords)
	switch {
	case !known:
		r.Level = d.text(in, roleLevel)
	case (level == 0 || level == 4) && keywords&auditFailure != 0:
		r.Level = d.words[6]
	case (level == 0 || level == 4) && keywords&auditSuccess != 0:
		r.Level = d.words[7]
	case level <= 5:
		r.Level = d.words[level]
	default:
		from := len(d.sys)
		d.sys = strconv.AppendUint(d.sys, level, 10)
		r.Level = d.sys[from:len(d.sys):len(d.sys)]
	}
}

// levelWords are the levels by number, then those of audits. 0 is what is
// logged whatever the level; the viewer calls it information.
var levelWords = [...]string{"information", "critical", "error", "warning", "information", "verbose", "audit failure", "audit success"}

// time is when the event was created: a FILETIME, or text where the event was
// written out.
func (d *Decoder) time(in instance) (time.Time, bool) {
	if t, ok := d.number(in, roleTime); ok {
		return fileTime(t), t <= lastFileTime
	}
	var t time.Time
	err := t.UnmarshalText(d.text(in, roleTime))
	return t.UTC(), err == nil
}

// number is a system field as a number.
func (d *Decoder) number(in instance, r role) (uint64, bool) {
	at := in.prog.roles[r]
	if at == 0 {
		return 0, false
	}
	l := &in.prog.leaves[at-1]
	if l.sub >= 0 {
		if int(l.sub) >= in.n {
			return 0, false
		}
		v := d.values[in.base+int(l.sub)]
		return number(v.kind, d.chunk[v.off:v.off+uint32(v.size)])
	}
	return digits(d.text(in, r))
}

// text is a system field as text, in the memory of the decoder for them.
func (d *Decoder) text(in instance, r role) []byte {
	at := in.prog.roles[r]
	if at == 0 {
		return nil
	}
	p := in.prog
	l := &p.leaves[at-1]
	from := len(d.sys)
	for _, part := range p.parts[l.parts.from:l.parts.to] {
		switch {
		case part.sub < 0 && l.parts.to == l.parts.from+1:
			return p.text[part.text.from:part.text.to:part.text.to]
		case part.sub < 0:
			d.sys = append(d.sys, p.bytes(part.text)...)
		case int(part.sub) < in.n:
			v := d.values[in.base+int(part.sub)]
			d.sys = appendValue(d.sys, v.kind, d.chunk[v.off:v.off+uint32(v.size)], maxBinary)
		}
		if len(d.sys)-from > ChunkSize*3 {
			break // a template that repeats itself
		}
	}
	return d.sys[from:len(d.sys):len(d.sys)]
}
