package evt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// seen is a record as text, so that two readers can be compared.
type seen struct {
	number uint64
	line   string
}

// oracle reads a log that is sound, slowly: it lays the ring out as one piece,
// from the record that the mark names as the oldest, and steps from record to
// record.
func oracle(data []byte) ([]seen, error) {
	le := binary.LittleEndian
	var mark []byte
	twice := append(bytes.Clone(data), data[min(len(data), headerSize):]...)
	for at := headerSize; at < len(data) && mark == nil; at++ {
		b := twice[at:]
		if len(b) >= markSize && string(b[:20]) == markBegin && int(le.Uint32(b[24:])) == at {
			mark = b
		}
	}
	if mark == nil {
		return nil, errors.New("no mark")
	}
	start, end := int(le.Uint32(mark[20:])), int(le.Uint32(mark[24:]))
	if start < headerSize || start > len(data) {
		return nil, errors.New("no start")
	}
	line := append([]byte{}, data[start:]...)
	seam := len(line)
	stop := end - start
	if start > end {
		line = append(line, data[headerSize:end]...)
		stop = len(line)
	}
	var all []seen
	for p := 0; p < stop; {
		if p < seam && seam-p < fixedSize && start > end && le.Uint32(line[p:]) == 0x27 {
			p = seam
			continue
		}
		n := int(le.Uint32(line[p:]))
		if n < minRecord || p+n > stop || string(line[p+4:p+8]) != "LfLe" {
			return all, fmt.Errorf("no record at %d", p)
		}
		if b := line[p : p+n]; le.Uint32(b[48:]) != 0 && int64(le.Uint32(b[52:]))+int64(le.Uint32(b[48:])) > int64(n) {
			return all, fmt.Errorf("no data at %d", p)
		}
		all = append(all, plain(line[p:p+n]))
		p += n
	}
	return all, nil
}

func plain(b []byte) seen {
	le := binary.LittleEndian
	text := func(at int) (string, int) {
		var u []uint16
		for ; at+2 <= len(b); at += 2 {
			c := le.Uint16(b[at:])
			if c == 0 {
				return string(utf16.Decode(u)), at + 2
			}
			u = append(u, c)
		}
		return string(utf16.Decode(u)), at
	}
	source, at := text(fixedSize)
	host, _ := text(at)
	var lines []string
	at = int(le.Uint32(b[36:]))
	for range le.Uint16(b[26:]) {
		var s string
		s, at = text(at)
		s = strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n")
		if s != "" {
			lines = append(lines, s)
		}
	}
	dataAt, dataLen := le.Uint32(b[52:]), le.Uint32(b[48:])
	var data []byte
	if dataLen != 0 { // without data its place says nothing
		data = b[dataAt : dataAt+dataLen]
	}
	codes := "data:"
	for i := 0; len(data)%4 == 0 && len(data) <= 256 && i < len(data); i += 4 {
		v := le.Uint32(data[i:])
		top := v >> 24
		if v != 0 && (len(data) == 4 || (top == 0x80 || top == 0xc0) && v&0xffff != 0 || int32(v) < -1 && int32(v) >= -4096) && strings.Count(codes, "0x") < 8 {
			codes += fmt.Sprintf(" 0x%08x", v)
		}
	}
	if codes != "data:" {
		lines = append(lines, codes)
	}
	kinds := map[uint16]string{0: "success", 1: "error", 2: "warning", 4: "information", 8: "audit success", 16: "audit failure"}
	kind, ok := kinds[le.Uint16(b[24:])]
	if !ok {
		kind = fmt.Sprintf("type %d", le.Uint16(b[24:]))
	}
	r := record.Record{
		Number: uint64(le.Uint32(b[8:])), Event: true, ID: le.Uint32(b[20:]) % 65536, Source: []byte(source), Host: []byte(host),
		Level: []byte(kind), Message: []byte(strings.Join(lines, "\n")),
	}
	if c := le.Uint16(b[28:]); c != 0 {
		r.Category = fmt.Append(nil, c)
	}
	if t := le.Uint32(b[12:]); t != 0 {
		r.Time = facts.Time{Time: time.Unix(int64(t), 0).UTC(), Zoned: true}
	}
	return show(&r)
}

// show is all of a record as text.
func show(r *record.Record) seen {
	return seen{r.Number, fmt.Sprintf("%d %s %v %d host=%q source=%q log=%q category=%q level=%q %q",
		r.Number, r.Time, r.Event, r.ID, r.Host, r.Source, r.Log, r.Category, r.Level, r.Text())}
}

// gather keeps what a reader gives.
type gather struct {
	all    []seen
	faults []facts.Problem
	stop   int // records after which it gives errStop, 0 for never
}

var errStop = errors.New("enough")

func (g *gather) Record(r *record.Record) error {
	g.all = append(g.all, show(r))
	if g.stop > 0 && len(g.all) == g.stop {
		return errStop
	}
	return nil
}

func (g *gather) Damage(p facts.Problem) { g.faults = append(g.faults, p) }
