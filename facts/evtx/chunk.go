package evtx

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// Chunk hands over the records of one chunk; n is its number in the file, from
// 0, for messages. A chunk that is cut short is read as far as it goes. What
// cannot be read goes to the taker as damage, and everything else is read all
// the same: records whose size and signature are right, also from a chunk whose
// checksum is wrong. A chunk that is all zero was never used and is no damage.
// Damage names a record by the number in its header; in exported logs, which are
// counted anew, that is not the number of the event.
// What is wrong within the values of a record shows when its text or its fields
// are asked for, and is handed over behind the record. The error is that of the
// taker.
func (d *Decoder) Chunk(chunk []byte, n int, to record.Sink) error {
	chunk = chunk[:min(len(chunk), ChunkSize)]
	if !bytes.HasPrefix(chunk, chunkMagic) && zero(chunk) {
		return nil
	}
	d.open(chunk, n, to)
	w := walk{Decoder: d, head: headOf(chunk)}
	defer d.release()
	w.announce()
	err := w.records()
	if err == nil {
		w.conclude()
	}
	d.flush()
	return err
}

// release lets go of what belongs to others.
func (d *Decoder) release() { d.chunk, d.compiler.chunk, d.to, d.yield = nil, nil, nil, nil }

// walk is a walk over the records of a chunk.
type walk struct {
	*Decoder
	head chunkHead
	seen int64  // records handed over
	lost int64  // records named as lost
	last uint64 // number of the last record that was seen
	any  bool   // there was one
}

// announce says what is wrong with the chunk as a whole.
func (w *walk) announce() {
	switch h := &w.head; {
	case len(w.chunk) < ChunkSize:
		w.damage(truncated, 0, fmt.Sprintf("the chunk has %d of its %d bytes; the records in them were read; copy the file again if there is more of it", len(w.chunk), ChunkSize))
	case !bytes.HasPrefix(w.chunk, chunkMagic):
		w.damage(badChunk, 0, "the signature ElfChnk is missing where a chunk should begin; what looks like a record in it was read")
	case !h.sound:
		w.damage(badChunk, 0, "the checksum of the chunk's header is wrong; its records were read by their own sizes")
	case h.free == 0:
		w.damage(badChunk, 0, "the chunk's header gives no place for its records; they were read by their own sizes")
	case !h.sumRight:
		w.damage(badSum, 0, "the checksum of the chunk's records is wrong: any of them may be damaged, and those that could be decoded were read; compare with another copy of the log")
	}
}

// records goes from record to record.
func (w *walk) records() error {
	end := len(w.chunk)
	certain := w.head.free > 0 && (w.head.sound || w.head.sumRight)
	if certain {
		end = w.head.free
	}
	pos := chunkHeader
	for pos < end {
		size := w.sizeAt(pos, end)
		if size == 0 {
			if zero(w.chunk[pos:end]) {
				break // archived logs end like this
			}
			next, err := w.damaged(pos, end, certain)
			if err != nil {
				return err
			}
			pos = next
			continue
		}
		if !certain && w.any && w.idAt(pos) <= w.last {
			return nil // what the chunk held before it was used again
		}
		if err := w.take(pos, size); err != nil {
			return err
		}
		pos += size
	}
	// A log that was not closed may hold records that its header does not know.
	for certain && w.any && pos < len(w.chunk) {
		size := w.sizeAt(pos, len(w.chunk))
		if size == 0 || w.idAt(pos) != w.last+1 {
			break
		}
		if err := w.take(pos, size); err != nil {
			return err
		}
		pos += size
	}
	return nil
}

// sizeAt is the size of the record at pos, 0 if there is none that is sound and
// ends before end: the size stands at both ends of it.
func (w *walk) sizeAt(pos, end int) int {
	if pos+smallest > end || !bytes.HasPrefix(w.chunk[pos:], recordMagic) {
		return 0
	}
	return w.sizesAt(pos, end)
}

// sizesAt is sizeAt without the signature.
func (w *walk) sizesAt(pos, end int) int {
	if pos+smallest > end {
		return 0
	}
	size := binary.LittleEndian.Uint32(w.chunk[pos+4:])
	if size < smallest || int64(size) > int64(end-pos) || binary.LittleEndian.Uint32(w.chunk[pos+int(size)-4:]) != size {
		return 0
	}
	return int(size)
}

func (w *walk) idAt(pos int) uint64 { return binary.LittleEndian.Uint64(w.chunk[pos+8:]) }

// take hands over the record at pos.
func (w *walk) take(pos, size int) error {
	id := w.idAt(pos)
	w.last, w.any = id, true
	w.highest = max(w.highest, id)
	f, err := w.deliver(id, binary.LittleEndian.Uint64(w.chunk[pos+16:]), pos+recordHeader, pos+size-4)
	switch {
	case err != nil:
		return err
	case f == nil:
		w.seen++
	case w.late != nil: // it was handed over
		w.seen++
		w.damageAt(id, f.reason, 0, "the record was read in part: "+f.text)
	default:
		w.lost++
		w.damageAt(id, f.reason, 1, "the record was not read: "+f.text)
	}
	return nil
}

// damaged deals with bytes at pos that are no sound record, and returns where
// to go on. A record of which one of signature, size and copy of the size is
// wrong is read by the other two.
func (w *walk) damaged(pos, end int, certain bool) (int, error) {
	next := w.nextAfter(pos, end)
	size := 0
	if both := w.sizesAt(pos, end); both != 0 {
		size = both
	} else if gap := next - pos; gap >= smallest && bytes.HasPrefix(w.chunk[pos:], recordMagic) {
		one := binary.LittleEndian.Uint32(w.chunk[pos+4:])
		two := binary.LittleEndian.Uint32(w.chunk[next-4:])
		if int64(one) == int64(gap) || int64(two) == int64(gap) {
			size = gap
		}
	}
	if size != 0 {
		id := w.idAt(pos)
		seen := w.seen
		err := w.take(pos, size)
		if err == nil && w.seen > seen {
			w.damageAt(id, badRecord, 0, "the record's signature or one of its two sizes is wrong; it was read by the others")
		}
		return pos + size, err
	}
	lost := w.between(next, end)
	w.lost += lost
	text := fmt.Sprintf("%d bytes at offset %d of the chunk are no record; reading went on behind them", next-pos, pos)
	if next == end {
		text = fmt.Sprintf("from offset %d of the chunk there is no sound record", pos)
		if !certain && lost == 0 && w.any {
			return next, nil // what a chunk holds behind its records
		}
	}
	w.damage(badRecord, lost, text)
	return next, nil
}

// nextAfter is the offset of the next sound record behind pos, or end.
func (w *walk) nextAfter(pos, end int) int {
	for pos++; pos < end; {
		at := bytes.Index(w.chunk[pos:end], recordMagic)
		if at < 0 {
			break
		}
		pos += at
		if w.sizeAt(pos, end) != 0 {
			return pos
		}
		pos++
	}
	return end
}

// between is how many records are missing before the one at next, as far as the
// numbers around the gap tell.
func (w *walk) between(next, end int) int64 {
	var from, to uint64 // the numbers that should be there
	switch {
	case w.any:
		from = w.last + 1
	case w.head.sound:
		from = w.head.firstID
	default:
		return 0
	}
	switch {
	case next < end:
		to = w.idAt(next)
	case w.head.sound:
		to = w.head.firstID + (w.head.last - w.head.first) + 1
	default:
		return 0
	}
	if to < from || to-from > ChunkSize/smallest {
		return 0
	}
	return int64(to - from)
}

// conclude compares what was found with what the chunk announced.
func (w *walk) conclude() {
	if missing := w.head.announced() - w.seen - w.lost; missing > 0 {
		reason := badChunk
		if len(w.chunk) < ChunkSize {
			reason = truncated
		}
		w.damage(reason, missing, fmt.Sprintf("the chunk's header announces %d records; %d were found", w.head.announced(), w.seen+w.lost))
	}
}

// damage hands over damage to the chunk in hand.
func (d *Decoder) damage(reason string, lost int64, text string) {
	d.report(fmt.Sprintf("chunk %d", d.ordinal), reason, lost, text)
}

// damageAt hands over damage to a record.
func (d *Decoder) damageAt(id uint64, reason string, lost int64, text string) {
	d.report(fmt.Sprintf("chunk %d, record %d", d.ordinal, id), reason, lost, text)
}

// report names the first damages of a chunk and counts the others.
func (d *Decoder) report(at, reason string, lost int64, text string) {
	if d.damages++; d.damages <= maxDamages {
		d.to.Damage(facts.Problem{At: at, Reason: reason, Text: text, Lost: lost})
		return
	}
	d.unnamed += lost
}

// flush hands over the count of the damages that were not named.
func (d *Decoder) flush() {
	if more := d.damages - maxDamages; more > 0 {
		d.damages = 0
		d.to.Damage(facts.Problem{
			At: fmt.Sprintf("chunk %d", d.ordinal), Reason: badRecord, Lost: d.unnamed,
			Text: fmt.Sprintf("%d more places in the chunk are damaged", more),
		})
	}
}

// zero reports whether all bytes are zero.
func zero(b []byte) bool {
	var block [256]byte
	for len(b) >= len(block) {
		if !bytes.Equal(b[:len(block)], block[:]) {
			return false
		}
		b = b[len(block):]
	}
	return bytes.Equal(b, block[:len(b)])
}
