package dnsprobe

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// Limits on what one reply may hold.
const (
	maxMessage = 65535
	maxRecords = 2000
	maxChain   = 8
)

// verdict is what a packet is to the question it may belong to.
type verdict int

const (
	good          verdict = iota // a reply to the question that holds together
	cut                          // a reply to the question, truncated
	foreign                      // not a reply to the question: id, QR, opcode or question differ
	garbage                      // does not parse
	contradiction                // a reply to the question that contradicts itself
)

// close says how much a packet that is no reply looks like one.
func (v verdict) close() int {
	switch v {
	case foreign:
		return 1
	case contradiction:
		return 2
	}
	return 0
}

// question is what is asked, comparable.
type question struct {
	name   string // fully qualified, lower case
	qtype  uint16
	update bool // an RFC 2136 message for the zone name
	cd     bool // with checking disabled
	tcp    bool // over TCP from the start
}

func (q question) opcode() int {
	if q.update {
		return dns.OpcodeUpdate
	}
	return dns.OpcodeQuery
}

// message is a reply that can be believed, with what it says.
type message struct {
	dns.Msg
	content content
}

// examine says whether packet is a reply to q under id that can be believed.
// The library is lenient where belief would be wrong (counts that lie, its own
// packet echoed, records of other names), so everything is checked here. Msg is
// set for good only; why is set for all others.
func examine(packet []byte, q question, id uint16, tcp bool) (msg *message, v verdict, why string) {
	if len(packet) < 12 {
		return nil, garbage, fmt.Sprintf("a packet of %d bytes, shorter than a DNS header", len(packet))
	}
	if len(packet) > maxMessage {
		return nil, garbage, "a packet of more than 64 KiB"
	}
	flags := binary.BigEndian.Uint16(packet[2:])
	qd := binary.BigEndian.Uint16(packet[4:])
	rcode := int(flags & 0xf)
	switch {
	case binary.BigEndian.Uint16(packet) != id:
		return nil, foreign, "a reply with another id"
	case flags&0x8000 == 0:
		return nil, foreign, "a query in place of a reply (QR is 0)"
	case int(flags>>11&0xf) != q.opcode():
		return nil, foreign, "a reply with another opcode"
	case qd > 1:
		return nil, foreign, fmt.Sprintf("a reply with %d questions", qd)
	case qd == 0 && !q.update && (rcode == dns.RcodeSuccess || rcode == dns.RcodeNameError):
		return nil, foreign, "a reply without the question"
	}
	end := 12
	if qd == 1 {
		name, off, err := dns.UnpackDomainName(packet, 12)
		if err != nil || off+4 > len(packet) {
			return nil, garbage, "a reply whose question does not parse"
		}
		qtype, class := binary.BigEndian.Uint16(packet[off:]), binary.BigEndian.Uint16(packet[off+2:])
		if !strings.EqualFold(name, q.name) || qtype != q.qtype || class != dns.ClassINET {
			return nil, foreign, "a reply to another question"
		}
		end = off + 4
	}
	if flags&0x0200 != 0 {
		if !tcp {
			return nil, cut, "cut short over UDP"
		}
		return nil, cut, "cut short even over TCP"
	}
	if why := walk(packet, end); why != "" {
		return nil, garbage, why
	}
	msg = new(message)
	if err := msg.Unpack(packet); err != nil {
		return nil, garbage, "a reply that does not parse: " + clean(err.Error())
	}
	for i, section := range [][]dns.RR{msg.Answer, msg.Ns, msg.Extra} {
		if len(section) != int(binary.BigEndian.Uint16(packet[6+2*i:])) {
			return nil, garbage, "a reply whose header counts other records than it holds"
		}
	}
	why = checkRecords(&msg.Msg, q)
	if why == "" && !q.update {
		msg.content, why = read(&msg.Msg, q)
	}
	if why != "" {
		return nil, contradiction, why
	}
	return msg, good, ""
}

// walk checks that the records the header counts fill the packet exactly. It
// follows no compression pointers and allocates nothing.
func walk(packet []byte, off int) string {
	records := 0
	for i := 6; i < 12; i += 2 {
		records += int(binary.BigEndian.Uint16(packet[i:]))
	}
	if records > maxRecords {
		return fmt.Sprintf("a reply with %d records; the limit is %d", records, maxRecords)
	}
	const short = "a reply that ends before the records its header counts"
	for range records {
	name:
		for {
			if off >= len(packet) {
				return short
			}
			switch b := packet[off]; {
			case b == 0:
				off++
				break name
			case b&0xc0 == 0xc0:
				off += 2
				break name
			case b&0xc0 != 0:
				return "a reply with a label of unknown kind"
			default:
				off += int(b) + 1
			}
		}
		if off+10 > len(packet) {
			return short
		}
		off += 10 + int(binary.BigEndian.Uint16(packet[off+8:]))
	}
	switch {
	case off > len(packet):
		return short
	case off < len(packet):
		return fmt.Sprintf("a reply with %d bytes behind the records its header counts", len(packet)-off)
	}
	return ""
}

// checkRecords checks classes and places of records in a reply.
func checkRecords(msg *dns.Msg, q question) string {
	for _, section := range [][]dns.RR{msg.Answer, msg.Ns} {
		for _, rr := range section {
			switch h := rr.Header(); {
			case h.Rrtype == dns.TypeOPT || h.Rrtype == dns.TypeTSIG:
				return "an " + dns.TypeToString[h.Rrtype] + " record among the answers"
			case h.Rdlength == 0 && !q.update:
				return "a record without content"
			case h.Class != dns.ClassINET && !q.update:
				return "a record of another class than was asked for"
			}
		}
	}
	opts := 0
	for _, rr := range msg.Extra {
		if rr.Header().Rrtype == dns.TypeOPT {
			opts++
		}
	}
	if opts > 1 {
		return "more than one OPT record"
	}
	return ""
}

// clean makes text from the network fit for one line: printable characters
// only, at most 200.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}
