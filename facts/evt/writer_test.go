package evt

import (
	"encoding/binary"
	"unicode/utf16"
)

// entry is an event as the tests write it.
type entry struct {
	time     uint32
	event    uint32
	kind     uint16
	category uint16
	source   string
	host     string
	sid      []byte
	strings  []string
	data     []byte
}

// encode makes a record as the log service lays it out.
func (e entry) encode(number uint32) []byte {
	b := make([]byte, fixedSize)
	le := binary.LittleEndian
	b = append(appendText(appendText(b, e.source), e.host), make([]byte, 2)...)
	b = b[:len(b)-2]
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	sidAt := len(b)
	b = append(b, e.sid...)
	stringsAt := len(b)
	for _, s := range e.strings {
		b = appendText(b, s)
	}
	dataAt := len(b)
	b = append(b, e.data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	b = append(b, 0, 0, 0, 0)
	n := uint32(len(b))
	le.PutUint32(b[0:], n)
	copy(b[4:], signature)
	le.PutUint32(b[8:], number)
	le.PutUint32(b[12:], e.time)
	le.PutUint32(b[16:], e.time+1)
	le.PutUint32(b[20:], e.event)
	le.PutUint16(b[24:], e.kind)
	le.PutUint16(b[26:], uint16(len(e.strings)))
	le.PutUint16(b[28:], e.category)
	le.PutUint32(b[36:], uint32(stringsAt))
	le.PutUint32(b[40:], uint32(len(e.sid)))
	le.PutUint32(b[44:], uint32(sidAt))
	le.PutUint32(b[48:], uint32(len(e.data)))
	le.PutUint32(b[52:], uint32(dataAt))
	le.PutUint32(b[n-4:], n)
	return b
}

func appendText(b []byte, s string) []byte {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return append(b, 0, 0)
}

// logFile writes a log of a fixed size as the log service does: the oldest
// records give way to new ones.
type logFile struct {
	data    []byte
	live    []span // records that are in the file, oldest first
	end     int    // where the next record goes
	next    uint32
	wrapped bool
}

type span struct {
	at, size int
	number   uint32
}

func newLogFile(size int) *logFile {
	f := &logFile{data: make([]byte, size), end: headerSize, next: 1}
	f.finish(false)
	return f
}

func (f *logFile) put(e entry) {
	b := e.encode(f.next)
	if rest := len(f.data) - f.end; rest < fixedSize {
		f.evict(rest)
		for ; f.end+4 <= len(f.data); f.end += 4 {
			binary.LittleEndian.PutUint32(f.data[f.end:], 0x27)
		}
		f.end = headerSize
		f.wrapped = true
	}
	f.evict(len(b) + markSize)
	f.live = append(f.live, span{at: f.end, size: len(b), number: f.next})
	f.next++
	end := f.write(f.end, b)
	f.wrapped = f.wrapped || end < f.end
	f.end = end
}

// evict takes out the oldest records until n bytes are free.
func (f *logFile) evict(n int) {
	ring := len(f.data) - headerSize
	for len(f.live) > 0 {
		free := (f.live[0].at - f.end + ring) % ring
		if free >= n {
			return
		}
		f.live = f.live[1:]
	}
}

// write writes b at a place, and behind the header what has no room.
func (f *logFile) write(at int, b []byte) (end int) {
	n := copy(f.data[at:], b)
	if at+n < len(f.data) {
		return at + n
	}
	return headerSize + copy(f.data[headerSize:], b[n:])
}

// finish writes the mark of the end and the header. A dirty header is that of
// an empty log.
func (f *logFile) finish(dirty bool) []byte {
	le := binary.LittleEndian
	start, oldest := f.end, uint32(0)
	if len(f.live) > 0 {
		start, oldest = f.live[0].at, f.live[0].number
	}
	mark := append([]byte(markBegin), make([]byte, 20)...)
	le.PutUint32(mark[20:], uint32(start))
	le.PutUint32(mark[24:], uint32(f.end))
	le.PutUint32(mark[28:], f.next)
	le.PutUint32(mark[32:], oldest)
	le.PutUint32(mark[36:], markSize)
	f.write(f.end, mark)

	h := f.data[:headerSize]
	le.PutUint32(h[0:], headerSize)
	copy(h[4:], signature)
	le.PutUint32(h[8:], 1)
	le.PutUint32(h[12:], 1)
	flags := uint32(0)
	if f.wrapped {
		flags |= flagWrapped
	}
	le.PutUint32(h[16:], uint32(start))
	le.PutUint32(h[20:], uint32(f.end))
	le.PutUint32(h[24:], f.next)
	le.PutUint32(h[28:], oldest)
	le.PutUint32(h[32:], uint32(len(f.data)))
	if dirty {
		flags |= 1
		le.PutUint32(h[16:], headerSize)
		le.PutUint32(h[20:], headerSize)
		le.PutUint32(h[24:], 1)
		le.PutUint32(h[28:], 0)
	}
	le.PutUint32(h[36:], flags)
	le.PutUint32(h[44:], headerSize)
	return f.data
}
