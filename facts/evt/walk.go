package evt

import (
	"context"
	"fmt"

	"github.com/kbtriage/kbtriage/facts/record"
)

// walker goes from record to record.
type walker struct {
	to   record.Sink
	data []byte
	ring ring

	next    uint32 // number that the next record should have
	stop    uint32 // number behind the newest record
	counted bool   // next is known
	skipped bool   // what stood before the next record was named as lost
	read    int64  // records given to the sink

	rec    record.Record
	fields fields
	decode func(*record.Record)
	names  []byte
	text   []byte
}

func newWalker(to record.Sink) *walker {
	w := &walker{to: to}
	w.decode = w.message
	return w
}

// walk gives the records of the ring to the sink.
func (w *walker) walk(ctx context.Context) error {
	for p := 0; p < w.ring.len(); {
		if w.read&1023 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		n := w.ring.whole(p)
		if n == 0 && w.ring.padded(p) {
			p = len(w.ring.a)
			continue
		}
		if n == 0 {
			if n = w.ring.mended(p); n > 0 {
				w.damage(offset(w.ring.offset(p)), "evt.frame", 0, "a record's length or signature is damaged; it was read by what agrees of the length at its beginning, the length at its end and the record behind it: distrust it")
			}
		}
		if n > 0 {
			if err := w.record(p, n); err != nil {
				return err
			}
			p += n
			continue
		}
		to, err := w.resume(ctx, p)
		if err != nil {
			return err
		}
		w.lost(p, to)
		p = to
	}
	if w.stop != 0 && w.counted && !w.skipped && w.next != w.stop {
		w.gap(w.ring.len(), w.stop)
	}
	return nil
}

// resume gives the position of the next record behind p, or the end.
func (w *walker) resume(ctx context.Context, p int) (int, error) {
	for tries := 0; ; tries++ {
		if tries&4095 == 4095 {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
		}
		at := w.ring.find(p + 5)
		if at < 0 {
			return w.ring.len(), nil
		}
		p = at - 4
		if w.ring.whole(p) > 0 || w.ring.mended(p) > 0 {
			return p, nil
		}
	}
}

// lost names a stretch in which no record could be read. How many were lost is
// said when the numbers around it agree with its size.
func (w *walker) lost(from, to int) {
	after := w.stop
	if to < w.ring.len() {
		after, _ = w.ring.number(to + 8)
	}
	var lost int64
	if gap := int64(after) - int64(w.next); w.counted && gap > 0 && gap <= int64((to-from)/minRecord)+1 {
		lost = gap
	}
	w.skipped = true
	at := w.ring.offset(from)
	where := offset(at)
	if lost > 0 {
		where = fmt.Sprintf("record %d, %s", w.next, where)
	}
	w.damage(where, "evt.record", lost, fmt.Sprintf(`%d bytes hold no record; expected a length, "LfLe", and the same length at the end: copy the file anew, or save the log anew on its host`, to-from))
}

// number names records that are missing without a trace: the log counts its
// records one by one.
func (w *walker) number(p int, n uint32) {
	if w.counted && n != w.next && !w.skipped {
		w.gap(p, n)
	}
	w.next, w.counted, w.skipped = n+1, true, false
}

func (w *walker) gap(p int, n uint32) {
	text := fmt.Sprintf("record %d follows where record %d was expected: ", n, w.next)
	if n < w.next {
		w.damage(offset(w.ring.offset(p)), "evt.number", 0, text+"a number is damaged, or the file holds older records too")
		return
	}
	w.damage(offset(w.ring.offset(p)), "evt.gap", int64(n-w.next), text+"those between are not in the file, or a number is damaged")
}

// record gives the record of n bytes at p to the sink.
func (w *walker) record(p, n int) error {
	f, fault := parseFields(w.ring.view(p, n))
	w.fields = f
	w.number(p, f.number)
	w.read++
	w.rec = w.fill(f)
	if err := w.to.Record(&w.rec); err != nil {
		return err
	}
	if fault != "" {
		w.damage(fmt.Sprintf("record %d, %s", f.number, offset(w.ring.offset(p))), "evt.field", 0, fault+"; the rest of the record was read")
	}
	return nil
}
