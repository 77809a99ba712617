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

// The sizes of the window that moves over a text.
const (
	block = 1 << 20       // read at a time
	back  = 2 * maxRegion // kept before what is looked at, for the begin of a region
	ahead = 4 * maxRegion // known behind a hit before its region is made
	seam  = 4 << 10       // scanned twice: no hit is longer
)

// text moves over a text, finds the hits and counts the records around them.
type text struct {
	part    *Part
	path    string
	scanner record.Scanner
	src     io.Reader

	from, to int64 // regions that begin in this stretch are counted
	buf      []byte
	base     int64 // offset of buf in the file
	scanned  int64 // hits that end here or before are known
	waiting  []record.Hit
	starts   []int64 // offset of waiting hits in the file
	eof      bool

	lines   int64 // line ends in the stretch before counted
	counted int64

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
		if err != nil {
			t.settle(true)
			return err
		}
		t.scan()
		t.settle(t.eof)
		t.slide()
	}
	t.count(min(t.to, t.base+int64(len(t.buf))))
	return nil
}

// fill reads the next block.
func (t *text) fill() error {
	n := len(t.buf)
	t.buf = slices.Grow(t.buf, block)[:n+block]
	want := block
	if last := t.to + ahead; t.base+int64(n)+int64(want) > last {
		want = int(max(last-t.base-int64(n), 0))
	}
	got, err := io.ReadFull(t.src, t.buf[n:n+want])
	t.buf = t.buf[:n+got]
	t.part.advance(t.base+int64(n), int64(got), t.from, t.to)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF || want < block:
		t.eof = true
		return nil
	}
	return err
}

// scan finds the hits in what was read.
func (t *text) scan() {
	end := t.base + int64(len(t.buf))
	limit := end
	if !t.eof {
		limit -= seam
	}
	if limit <= t.scanned {
		return
	}
	begin := max(t.base, t.scanned-2*seam)
	shift := begin - t.base
	t.scanner.Scan(t.buf[shift:], func(h record.Hit) {
		to := begin + int64(h.End)
		if to <= t.scanned && t.scanned > t.from || to > limit {
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
	end := t.base + int64(len(t.buf))
	var ready []found
	kept := 0
	for i, h := range t.waiting {
		at := t.starts[i]
		if all || at <= end-ahead/2 {
			rel := int(at - t.base)
			from, to, stamped := region(t.buf, t.base, rel, rel+h.End)
			if f := (found{t.base + int64(from), t.base + int64(to), stamped, h}); all || f.start <= end-ahead {
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
		r, each := ready[i], false
		t.whats = t.whats[:0]
		for ; i < len(ready) && ready[i].start == r.start; i++ {
			t.whats = append(t.whats, ready[i].hit.What)
			each = each || ready[i].hit.Want == record.Each
			r.end = max(r.end, ready[i].end)
		}
		if r.start >= t.from && r.start < t.to {
			slices.Sort(t.whats)
			t.whats = slices.Compact(t.whats)
			t.add(r.start, t.buf[r.start-t.base:r.end-t.base], r.stamped, each)
		}
	}
}

// add counts the record at the offset.
func (t *text) add(offset int64, content []byte, stamped, each bool) {
	t.count(offset)
	o := tally.Occurrence{Offset: offset, Line: int(t.lines) + 1}
	host := ""
	var made []facts.Fact
	if stamped {
		at, name, _ := intake.Stamp(lineAt(content, 0))
		o.Time, host = at, name
	}
	if o.Time.IsZero() || host == "" && !stamped {
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
	k := tally.Key{Host: t.host(host), Path: t.path, Clock: tally.ClockOf(o.Time), Things: tally.DigestOf(t.whats, each)}
	t.part.Tally.Add(k, t.whats, each, o, func() []facts.Fact {
		if made == nil {
			made = t.facts(content)
		}
		return made
	})
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
	need -= back + 2*seam
	if need <= t.base {
		return
	}
	t.count(min(need, t.to))
	n := copy(t.buf, t.buf[need-t.base:])
	t.buf, t.base = t.buf[:n], need
}
