package main

import "errors"

// Types of values in binary XML.
const (
	typeString   = 0x01
	typeByte     = 0x04
	typeUint16   = 0x06
	typeUint64   = 0x0a
	typeFiletime = 0x11
	typeHex64    = 0x15
)

// numberIndex is the place of the EventRecordID among the values of a record.
// The templates of all providers begin with the same values.
const numberIndex = 10

var errValues = errors.New("the values of a record are not where they should be")

// patchValues gives the values of a record another number and moves its times
// by shift. The record begins at offset at of its chunk. A record that was
// written without a template (of a forwarded event) holds its number as text,
// which stays: the header of the record alone counts there.
func patchValues(record []byte, at int, number, shift uint64) error {
	// Binary XML: a fragment header (0f 01 01 00), then an instance of a
	// template: 0c, a byte, the short name of the template, where it is
	// defined. The first use in a chunk holds the definition itself.
	p := recordHeaderSize
	if len(record) < p+18 || record[p] != 0x0f {
		return errValues
	}
	if record[p+4] != 0x0c {
		return nil
	}
	defined := int(le.Uint32(record[p+10:]))
	p += 14
	if defined == at+p {
		if len(record) < p+28 {
			return errValues
		}
		size := int(le.Uint32(record[p+20:]))
		if size > len(record)-p-28 {
			return errValues
		}
		p += 24 + size
	}
	count := int(le.Uint32(record[p:]))
	p += 4
	if count <= numberIndex || count > (len(record)-p)/4 {
		return errValues
	}
	value := p + 4*count
	for i := range count {
		size, kind := int(le.Uint16(record[p+4*i:])), record[p+4*i+2]
		if size > len(record)-value {
			return errValues
		}
		switch {
		case i == numberIndex:
			if kind != typeUint64 || size != 8 {
				return errValues
			}
			le.PutUint64(record[value:], number)
		case kind == typeFiletime && size == 8:
			le.PutUint64(record[value:], le.Uint64(record[value:])+shift)
		}
		value += size
	}
	return nil
}
