package evt

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const (
	headerSize = 0x30
	fixedSize  = 0x38 // of a record, before its names
	minRecord  = fixedSize + 4
	markSize   = 0x28

	// maxRecord bounds a record. The systems that write them allow 64 KiB.
	maxRecord = 1 << 20

	flagWrapped = 2

	signature = "LfLe" // behind the length of a record

	// markBegin is what the mark behind the newest record begins with: its size and four numbers.
	markBegin = "\x28\x00\x00\x00\x11\x11\x11\x11\x22\x22\x22\x22\x33\x33\x33\x33\x44\x44\x44\x44"
)

// header is what is read of ELF_LOGFILE_HEADER.
type header struct {
	oldestAt int // offset of the oldest record
	endAt    int // offset of the mark behind the newest record
	flags    uint32
}

func parseHeader(data []byte) header {
	return header{oldestAt: place(data, 16), endAt: place(data, 20), flags: u32(data, 36)}
}

// endMark is what is read of ELF_EOF_RECORD.
type endMark struct {
	at       int    // where it stands
	oldestAt int    // offset of the oldest record
	endAt    int    // its own offset, as it says
	next     uint32 // number that the next record will get
	oldest   uint32 // number of the oldest record
}

// markAt reads the mark at an offset. One at the end of the file goes on behind
// the header.
func markAt(data []byte, at int) (endMark, bool) {
	if at < headerSize || at >= len(data) {
		return endMark{}, false
	}
	var b [markSize]byte
	n := copy(b[:], data[at:])
	copy(b[n:], data[headerSize:])
	if !bytes.HasPrefix(b[:], []byte(markBegin)) {
		return endMark{}, false
	}
	return endMark{at: at, oldestAt: place(b[:], 20), endAt: place(b[:], 24), next: u32(b[:], 28), oldest: u32(b[:], 32)}, true
}

// findMark finds the mark behind the newest record: where the header says, else
// the one that knows where it stands, else the newest.
func findMark(data []byte, head header) (endMark, bool) {
	if m, ok := markAt(data, head.endAt); ok && m.endAt == m.at {
		return m, true
	}
	var best endMark
	found := false
	try := func(at int) {
		m, ok := markAt(data, at)
		if !ok {
			return
		}
		right, bestRight := m.endAt == m.at, best.endAt == best.at
		if !found || right && !bestRight || right == bestRight && m.next > best.next {
			best, found = m, true
		}
	}
	for at := headerSize; ; at++ {
		next := bytes.Index(data[at:], []byte(markBegin))
		if next < 0 {
			break
		}
		at += next
		try(at)
	}
	for at := max(headerSize, len(data)-len(markBegin)+1); at < len(data); at++ {
		try(at)
	}
	return best, found
}

// startsRecord reports whether a record may begin at an offset.
func startsRecord(data []byte, at int) bool {
	return at >= headerSize && at+8 <= len(data) && string(data[at+4:at+8]) == signature
}

// place reads an offset; one that no file has becomes 0, which is never right.
func place(b []byte, at int) int {
	v := u32(b, at)
	if v > 1<<31-1 {
		return 0
	}
	return int(v)
}

func offset(at int) string { return fmt.Sprintf("offset 0x%x", at) }

func u16(b []byte, at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
