package dnslab

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// Record types and classes that the lab knows.
const (
	TypeA     = 1
	TypeNS    = 2
	TypeCNAME = 5
	TypeSOA   = 6
	TypePTR   = 12
	TypeTXT   = 16
	TypeAAAA  = 28
	TypeOPT   = 41

	ClassIN = 1
	ClassCH = 3
)

// Flags of the header.
const (
	QR = 1 << 15
	AA = 1 << 10
	TC = 1 << 9
	RD = 1 << 8
	RA = 1 << 7
)

// Message is a DNS message to be written, with lies where wanted.
type Message struct {
	ID        uint16
	Flags     uint16     // with the response code
	Question  []byte     // the encoded question section, or nil
	Answer    [][]byte   // encoded records
	Authority [][]byte   //
	Extra     [][]byte   //
	Counts    *[4]uint16 // in place of the true counts
	Tail      []byte     // behind the last record
}

// Bytes is the message on the wire.
func (m Message) Bytes() []byte {
	counts := [4]uint16{0, uint16(len(m.Answer)), uint16(len(m.Authority)), uint16(len(m.Extra))}
	if m.Question != nil {
		counts[0] = 1
	}
	if m.Counts != nil {
		counts = *m.Counts
	}
	b := binary.BigEndian.AppendUint16(nil, m.ID)
	b = binary.BigEndian.AppendUint16(b, m.Flags)
	for _, c := range counts {
		b = binary.BigEndian.AppendUint16(b, c)
	}
	b = append(b, m.Question...)
	for _, section := range [][][]byte{m.Answer, m.Authority, m.Extra} {
		for _, rr := range section {
			b = append(b, rr...)
		}
	}
	return append(b, m.Tail...)
}

// Query is a question that a server got.
type Query struct {
	ID       uint16
	Flags    uint16
	Name     string // lower case, with trailing dot
	Type     uint16
	EDNS     bool
	TCP      bool
	Raw      []byte
	Question []byte // the encoded question section
}

// Opcode is 0 for a query and 5 for an update.
func (q Query) Opcode() int { return int(q.Flags >> 11 & 0xf) }

// parseQuery reads a query; what is not one is reported as false.
func parseQuery(b []byte, tcp bool) (Query, bool) {
	if len(b) < 17 || binary.BigEndian.Uint16(b[4:]) != 1 {
		return Query{}, false
	}
	q := Query{ID: binary.BigEndian.Uint16(b), Flags: binary.BigEndian.Uint16(b[2:]), TCP: tcp, Raw: b}
	q.EDNS = binary.BigEndian.Uint16(b[10:]) > 0
	off := 12
	for off < len(b) && b[off] != 0 {
		n := int(b[off])
		if off+1+n > len(b) {
			return Query{}, false
		}
		q.Name += strings.ToLower(string(b[off+1:off+1+n])) + "."
		off += n + 1
	}
	if off+5 > len(b) {
		return Query{}, false
	}
	if q.Name == "" {
		q.Name = "."
	}
	q.Type = binary.BigEndian.Uint16(b[off+1:])
	q.Question = b[12 : off+5]
	return q, true
}

// NewQuery is a question without EDNS, with recursion desired.
func NewQuery(id uint16, name string, qtype uint16) []byte {
	return Message{ID: id, Flags: RD, Question: question(name, qtype)}.Bytes()
}

func question(name string, qtype uint16) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(encodeName(name), qtype), ClassIN)
}

func encodeName(name string) []byte {
	var b []byte
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		if label != "" {
			b = append(append(b, byte(len(label))), label...)
		}
	}
	return append(b, 0)
}

// RR is a record on the wire, with a TTL of 300 s.
func RR(name string, rtype, class uint16, data []byte) []byte {
	return rrRaw(encodeName(name), rtype, class, data)
}

func rrRaw(owner []byte, rtype, class uint16, data []byte) []byte {
	b := append([]byte(nil), owner...)
	b = binary.BigEndian.AppendUint16(b, rtype)
	b = binary.BigEndian.AppendUint16(b, class)
	b = binary.BigEndian.AppendUint32(b, 300)
	b = binary.BigEndian.AppendUint16(b, uint16(len(data)))
	return append(b, data...)
}

// A is an address record, of type AAAA for an IPv6 address.
func A(name, address string) []byte {
	ip := netip.MustParseAddr(address)
	if ip.Is6() {
		return RR(name, TypeAAAA, ClassIN, ip.AsSlice())
	}
	return RR(name, TypeA, ClassIN, ip.AsSlice())
}

// CNAME is an alias record.
func CNAME(name, target string) []byte { return RR(name, TypeCNAME, ClassIN, encodeName(target)) }

// PTR is a reverse record.
func PTR(name, target string) []byte { return RR(name, TypePTR, ClassIN, encodeName(target)) }

// SOA is the start of a zone.
func SOA(zone string, serial uint32) []byte {
	data := append(encodeName("ns."+zone), encodeName("hostmaster."+zone)...)
	for _, n := range []uint32{serial, 3600, 600, 86400, 60} {
		data = binary.BigEndian.AppendUint32(data, n)
	}
	return RR(zone, TypeSOA, ClassIN, data)
}

// NS names a server of a zone.
func NS(zone, server string) []byte { return RR(zone, TypeNS, ClassIN, encodeName(server)) }
