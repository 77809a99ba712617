package archive

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// The records of a zip file (APPNOTE.TXT 6.3.10, section 4.3).
const (
	zipLocal      = "PK\x03\x04"
	zipCentral    = "PK\x01\x02"
	zipEnd        = "PK\x05\x06"
	zip64End      = "PK\x06\x06"
	zip64Locator  = "PK\x06\x07"
	zipDescriptor = "PK\x07\x08"

	zipLocalLen   = 30
	zipCentralLen = 46
	zipEndLen     = 22
	zip64EndLen   = 56
	zip64LocLen   = 20

	zipDirectoryMax = 32 << 20 // bytes of the names that are held
)

// zipDirectory is where the list of the members is, as an end record says.
type zipDirectory struct {
	at, size int64 // of the central directory
	entries  uint64
	wide     bool  // a zip64 record: entries is exact
	base     int64 // what was put in front of the archive
	trailing int64 // bytes behind the record and its comment
}

// zipEntry is one member as the central directory has it.
type zipEntry struct {
	name         string
	flags        uint16
	method       uint16
	date, time   uint16
	crc          uint32
	packed, size int64
	offset       int64 // of the local header
	limit        int64 // where the next thing begins
	overlaps     bool
	mode         uint32 // of Unix, 0 if there is none
	extra        []byte
}

var (
	errNoDirectory = errors.New("no directory")
	errZipNames    = errors.New("there are more names than are held")
)

// findDirectories returns the directories that the file may have, the most
// credible kind only. More than one means that programs will differ in what
// they see in the file: a comment can hold an end record too.
func findDirectories(r io.ReaderAt, size int64) ([]zipDirectory, error) {
	n := min(size, zipEndLen+math.MaxUint16)
	tail := make([]byte, n)
	if _, err := readFull(r, tail, size-n); err != nil {
		return nil, err
	}
	ranks := [3][]zipDirectory{}
	for i := len(tail); i >= 0; {
		i = bytes.LastIndex(tail[:i], []byte(zipEnd))
		if i < 0 {
			break
		}
		if len(tail)-i < zipEndLen {
			continue
		}
		d, ok, err := readEnd(r, tail[i:], size-n+int64(i))
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		rank := 0
		switch {
		case d.base != 0:
			rank = 2
		case d.trailing != 0:
			rank = 1
		}
		ranks[rank] = append(ranks[rank], d)
	}
	for _, found := range ranks {
		if len(found) == 0 {
			continue
		}
		slices.SortStableFunc(found, func(a, b zipDirectory) int { return cmp.Compare(b.entries, a.entries) })
		return slices.CompactFunc(found, func(a, b zipDirectory) bool { return a.at == b.at && a.size == b.size }), nil
	}
	return nil, errNoDirectory
}

// readEnd reads the end record at place, which starts b. It reports whether a
// directory ends where the record begins.
func readEnd(r io.ReaderAt, b []byte, place int64) (d zipDirectory, ok bool, err error) {
	le := binary.LittleEndian
	comment := int64(le.Uint16(b[20:]))
	d.trailing = int64(len(b)) - zipEndLen - comment
	if d.trailing < 0 {
		return d, false, nil
	}
	d.entries, d.size, d.at = uint64(le.Uint16(b[10:])), int64(le.Uint32(b[12:])), int64(le.Uint32(b[16:]))
	end := place
	if d.entries == math.MaxUint16 || d.size == math.MaxUint32 || d.at == math.MaxUint32 {
		begin, found, err := readEnd64(r, place, &d)
		if err != nil {
			return d, false, err
		}
		if found {
			end = begin
		}
	}
	if d.size < 0 || d.at < 0 || d.size > end || d.at > end-d.size {
		return d, false, nil
	}
	d.base = end - d.size - d.at
	if d.size == 0 {
		return d, d.entries == 0 && d.base == 0, nil
	}
	var sig [4]byte
	if _, err := readFull(r, sig[:], d.base+d.at); err != nil {
		return d, false, err
	}
	return d, string(sig[:]) == zipCentral, nil
}

// readEnd64 reads the zip64 records in front of the end record at place.
func readEnd64(r io.ReaderAt, place int64, d *zipDirectory) (begin int64, found bool, err error) {
	le := binary.LittleEndian
	if place < zip64LocLen+zip64EndLen {
		return 0, false, nil
	}
	var loc [zip64LocLen]byte
	if _, err := readFull(r, loc[:], place-zip64LocLen); err != nil {
		return 0, false, err
	}
	if string(loc[:4]) != zip64Locator {
		return 0, false, nil
	}
	for _, begin := range []int64{int64(le.Uint64(loc[8:])), place - zip64LocLen - zip64EndLen} {
		if begin < 0 || begin > place-zip64LocLen-zip64EndLen {
			continue
		}
		var b [zip64EndLen]byte
		if _, err := readFull(r, b[:], begin); err != nil {
			return 0, false, err
		}
		if string(b[:4]) == zip64End {
			d.entries, d.size, d.at, d.wide = le.Uint64(b[32:]), int64(le.Uint64(b[40:])), int64(le.Uint64(b[48:])), true
			return begin, true, nil
		}
	}
	return 0, false, nil
}

// readDirectory reads up to most entries of d. Count is the number of entries
// that are no folder, all of them. The error says what is wrong behind the last
// entry; those before it are good.
func readDirectory(r io.ReaderAt, d zipDirectory, most int64) (entries []zipEntry, count int, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(r, d.base+d.at, d.size), bufferSize)
	var read uint64
	room := zipDirectoryMax
	for {
		e, err := readEntry(in, d.base)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return entries, count, fmt.Errorf("entry %d of the directory: %w", read+1, err)
		}
		read++
		if len(e.name) > 0 && e.name[len(e.name)-1] == '/' && e.size == 0 {
			continue
		}
		count++
		if room -= len(e.name) + cap(e.extra); int64(len(entries)) < most && room > 0 {
			entries = append(entries, e)
		}
	}
	if room <= 0 {
		return entries, count, fmt.Errorf("%w: %s in all, and %s are left out", errZipNames, bytesText(zipDirectoryMax), plural(count-len(entries), "member"))
	}
	if want := d.entries; read != want && (d.wide || uint16(read) != uint16(want)) {
		return entries, count, fmt.Errorf("the directory holds %d entries, and its end says %d", read, want)
	}
	return entries, count, nil
}

func readEntry(in io.Reader, base int64) (e zipEntry, err error) {
	le := binary.LittleEndian
	var b [zipCentralLen]byte
	if _, err := io.ReadFull(in, b[:]); err != nil {
		return e, err
	}
	if string(b[:4]) != zipCentral {
		return e, errors.New("it does not start as an entry")
	}
	text := make([]byte, int(le.Uint16(b[28:]))+int(le.Uint16(b[30:]))+int(le.Uint16(b[32:])))
	if _, err := io.ReadFull(in, text); err != nil {
		return e, truncated(err)
	}
	nameLen := int(le.Uint16(b[28:]))
	e = zipEntry{
		name: string(text[:nameLen]), flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]),
		time: le.Uint16(b[12:]), date: le.Uint16(b[14:]), crc: le.Uint32(b[16:]),
		packed: int64(le.Uint32(b[20:])), size: int64(le.Uint32(b[24:])), offset: int64(le.Uint32(b[42:])),
		extra: bytes.Clone(text[nameLen : nameLen+int(le.Uint16(b[30:]))]),
	}
	if b[5] == 3 || b[5] == 19 { // made on Unix or macOS
		e.mode = le.Uint32(b[38:]) >> 16
	}
	wide := zipExtra(e.extra, 1)
	for _, field := range []*int64{&e.size, &e.packed, &e.offset} {
		if *field != math.MaxUint32 {
			continue
		}
		if len(wide) < 8 {
			if field == &e.offset || len(wide) > 0 {
				return e, errors.New("its zip64 fields are missing")
			}
			continue
		}
		*field, wide = int64(le.Uint64(wide)), wide[8:]
	}
	if e.size < 0 || e.packed < 0 || e.offset < 0 || e.offset > math.MaxInt64-base {
		return e, errors.New("its sizes are impossible")
	}
	e.offset += base
	return e, nil
}

// zipExtra returns the extra field with the id.
func zipExtra(extra []byte, id uint16) []byte {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		n := int(le.Uint16(extra[2:]))
		if n > len(extra)-4 {
			return nil
		}
		if le.Uint16(extra) == id {
			return extra[4 : 4+n]
		}
		extra = extra[4+n:]
	}
	return nil
}

// markOverlaps finds entries that share bytes with one that lies before them, or
// with the directory. Bombs are made so: many members of the same bytes. Each
// other entry gets the place where the next begins.
func markOverlaps(entries []zipEntry, directory int64) {
	order := make([]*zipEntry, len(entries))
	for i := range entries {
		order[i] = &entries[i]
	}
	slices.SortStableFunc(order, func(a, b *zipEntry) int { return cmp.Compare(a.offset, b.offset) })
	var last *zipEntry
	end := int64(0)
	for _, e := range order {
		least := int64(zipLocalLen + len(e.name))
		if e.offset < end || e.offset > directory-least || e.packed > directory-least-e.offset {
			e.overlaps = true
			continue
		}
		end = e.offset + least + e.packed
		if last != nil {
			last.limit = e.offset
		}
		last, e.limit = e, directory
	}
}

// readFull fills b from r at place. A short read is unexpected.
func readFull(r io.ReaderAt, b []byte, place int64) (int, error) {
	n, err := r.ReadAt(b, place)
	if n == len(b) {
		return n, nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return n, truncated(err)
}
