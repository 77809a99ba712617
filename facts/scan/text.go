package scan

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/facts/tally"
)

// sizes are those of the window that moves over a text, in bytes.
type sizes struct {
	stretch int64 // into which pieces large files are divided
	block   int   // read at a time
	region  int   // what is looked at around a hit has at most so many
	seam    int   // scanned twice; what is longer is no hit
}

// usual sizes do not depend on the number of workers, so that the result does
// not either.
func usual() sizes { return sizes{stretch: 16 << 20, block: 1 << 20, region: 8 << 10, seam: 4 << 10} }

// back is how much is kept before what is looked at, for the begin of a region.
func (s sizes) back() int64 { return 2*int64(s.region) + 2*int64(s.seam) }

// ahead is how much is known behind the begin of a region before it is counted.
func (s sizes) ahead() int64 { return 4*int64(s.region) + int64(s.seam) }

// text moves over a text, finds the hits and counts the records around them.
type text struct {
	sizes
	part     *Part
	path     string
	scanners scanners
	src      io.Reader

	from, to int64 // regions that begin in this stretch are counted
	buf      []byte
	base     int64 // offset of buf in the file
	scanned  int64 // hits that end here or before are known
	waiting  []record.Hit
	starts   []int64 // offset of waiting hits in the file
	eof      bool

	lines   int64 // line ends in the stretch before counted
	counted int64
	rest    int64 // 1 where a line without an end is the last of the file

	whats []uint32
	hosts map[string]string
}

// run reads to the end of the stretch. The source begins at base.
func (t *text) run(ctx context.Context) error {
	t.scanned, t.counted = t.from, t.from
	for !t.eof {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := t.fill()
		t.scan() // also what was read before an error
		t.settle(t.eof)
		if err != nil {
			t.count(min(t.to, t.end()))
			return err
		}
		t.slide()
	}
	end := min(t.to, t.end())
	t.count(end)
	if end > max(t.base, t.from) && end < t.to && t.buf[end-t.base-1] != '\n' {
		t.rest = 1
	}
	return nil
}

// end is the offset behind what was read.
func (t *text) end() int64 { return t.base + int64(len(t.buf)) }

// fill reads the next block, as far as the stretch and what has to be known
// behind it go.
func (t *text) fill() error {
	at := t.end()
	want := int(min(int64(t.block), t.to+t.ahead()-at))
	err := t.read(want)
	t.eof = err != nil || want < t.block
	t.part.advance(at, t.end()-at, t.from, t.to)
	if err == io.EOF {
		return nil
	}
	return err
}

// read reads so many bytes. Unlike io.ReadFull it tells an early end from a
// source that itself ends unexpectedly.
func (t *text) read(want int) error {
	n := len(t.buf)
	t.buf = slices.Grow(t.buf, t.block)
	for want > 0 {
		got, err := t.src.Read(t.buf[n : n+want])
		n, want = n+got, want-got
		t.buf = t.buf[:n]
		if err != nil {
			return err
		}
	}
	return nil
}

// scan finds the hits in what was read.
func (t *text) scan() {
	limit := t.end()
	if !t.eof {
		limit -= int64(t.seam)
	}
	if limit <= t.scanned {
		return
	}
	begin := max(t.base, t.scanned-2*int64(t.seam))
	first := t.scanned == t.from
	scanner := t.scanners.telling
	if first && t.from == 0 {
		scanner = t.scanners.all
	}
	scanner.Scan(t.buf[begin-t.base:], func(h record.Hit) {
		to := begin + int64(h.End)
		if to <= t.scanned && !first || to > limit || h.End-h.Start > t.seam {
			return
		}
		h.End -= h.Start
		t.starts = append(t.starts, begin+int64(h.Start))
		t.waiting = append(t.waiting, h)
	})
	t.scanned = limit
}

// found is a hit with the region around it, in offsets of the file.
type found struct {
	start, end int64
	stamped    bool
	hit        record.Hit
}

// settle counts the regions of which all hits are known: of a region that begins
// more than ahead before the end of the window, what lies behind it is known too.
func (t *text) settle(all bool) {
	if len(t.waiting) == 0 {
		return
	}
	certain := t.end() - t.ahead()
	var ready []found
	kept := 0
	for i, h := range t.waiting {
		at := t.starts[i]
		if all || at <= certain+2*int64(t.region) {
			rel := int(at - t.base)
			from, to, stamped := region(t.buf, t.base, rel, rel+h.End, t.region)
			if f := (found{t.base + int64(from), t.base + int64(to), stamped, h}); all || f.start <= certain {
				ready = append(ready, f)
				continue
			}
		}
		t.waiting[kept], t.starts[kept] = h, at
		kept++
	}
	t.waiting, t.starts = t.waiting[:kept], t.starts[:kept]
	slices.SortStableFunc(ready, func(a, b found) int { return cmp.Compare(a.start, b.start) })
	for i := 0; i < len(ready); {
		r, each, rare, parts := ready[i], false, false, record.Parts{}
		t.whats = t.whats[:0]
		for ; i < len(ready) && ready[i].start == r.start; i++ {
			t.whats = append(t.whats, ready[i].hit.What)
			each = each || ready[i].hit.Want == record.Each
			rare = rare || ready[i].hit.Rare
			parts.Add(ready[i].hit)
			r.end = max(r.end, ready[i].end)
		}
		if parts.Matter() && r.start >= t.from && r.start < t.to {
			slices.Sort(t.whats)
			t.whats = slices.Compact(t.whats)
			t.add(r.start, t.buf[r.start-t.base:r.end-t.base], r.stamped, each, rare)
		}
	}
}

// add counts the record at the offset.
func (t *text) add(offset int64, content []byte, stamped, each, rare bool) {
	t.count(offset)
	o := tally.Occurrence{Offset: offset, Line: int(t.lines) + 1}
	host := ""
	var made []facts.Fact
	if stamped {
		at, name, _ := intake.Stamp(lineAt(content, 0, t.region))
		o.Time, host = at, name
	}
	if (o.Time.IsZero() || host == "" && !stamped) && mentionsEvent(content) {
		made = t.facts(content)
		for i := range made {
			if o.Time.IsZero() {
				o.Time = made[i].Origin.Time
			}
			if host == "" {
				host = made[i].Origin.Host
			}
		}
	}
	k := tally.Key{Host: t.host(host), Path: t.path, Clock: tally.ClockOf(o.Time), Things: tally.DigestOf(t.whats, each, rare)}
	t.part.Tally.Add(k, t.whats, each, o, func() []facts.Fact {
		if made == nil {
			made = t.facts(content)
		}
		return made
	})
}

// mentionsEvent reports whether an event may be in the text, whose fields tell
// time and host.
func mentionsEvent(text []byte) bool {
	for {
		i := bytes.IndexAny(text, "vV")
		if i < 0 || i+4 > len(text) {
			return false
		}
		if i > 0 && bytes.EqualFold(text[i-1:i+4], []byte("event")) {
			return true
		}
		text = text[i+1:]
	}
}

// facts parses a region. The lines of the facts count from 0.
func (t *text) facts(content []byte) []facts.Fact {
	list := intake.Text("", string(content))
	for i := range list {
		list[i].Origin.Line--
	}
	return list
}

// host is the name as hosts are compared.
func (t *text) host(name string) string {
	if name == "" {
		return ""
	}
	if folded, known := t.hosts[name]; known {
		return folded
	}
	folded := strings.ToLower(name)
	if len(t.hosts) < 10_000 {
		t.hosts[name] = folded
	}
	return folded
}

// count counts the lines before the offset.
func (t *text) count(to int64) {
	if to <= t.counted {
		return
	}
	t.lines += int64(bytes.Count(t.buf[max(t.counted-t.base, 0):to-t.base], []byte{'\n'}))
	t.counted = to
}

// slide forgets what lies before everything that can still be needed.
func (t *text) slide() {
	need := t.scanned
	for _, at := range t.starts {
		need = min(need, at)
	}
	need -= t.back()
	if need <= t.base {
		return
	}
	t.count(min(need, t.to))
	n := copy(t.buf, t.buf[need-t.base:])
	t.buf, t.base = t.buf[:n], need
}
