package dnslab

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// Good is the address that well-mannered servers give for every A question,
// and Bad the one that ill-mannered ones try to foist on the client.
const (
	Good = "192.0.2.21"
	Bad  = "198.51.100.66"
)

// Polite answers every A question with address, everything else with NODATA,
// names that begin with kbtriage-no-such-host with NXDOMAIN, with authority for
// corp.example.
func Polite(address string) Manner {
	return func(q Query) [][]byte { return [][]byte{polite(q, address).Bytes()} }
}

func polite(q Query, address string) Message {
	m := Message{ID: q.ID, Flags: QR | AA | q.Flags&RD, Question: q.Question}
	switch {
	case !strings.HasSuffix(q.Name, "corp.example."):
		m.Flags = QR | q.Flags&RD | 5 // REFUSED
	case q.Opcode() == 5:
		m.Flags = QR | 5<<11
	case strings.HasPrefix(q.Name, "kbtriage-no-such-host."):
		m.Flags |= 3
		m.Authority = [][]byte{SOA("corp.example.", 1)}
	case q.Type == TypeA:
		m.Answer = [][]byte{A(q.Name, address)}
	case q.Type == TypeSOA && q.Name == "corp.example.":
		m.Answer = [][]byte{SOA("corp.example.", 1)}
	default:
		m.Authority = [][]byte{SOA("corp.example.", 1)}
	}
	return m
}

// change answers politely, with the bad address, after a change to the message.
func change(f func(q Query, m *Message)) Manner {
	return func(q Query) [][]byte {
		m := polite(q, Bad)
		f(q, &m)
		return [][]byte{m.Bytes()}
	}
}

// rcode answers everything with a response code.
func rcode(code uint16) Manner {
	return func(q Query) [][]byte {
		return [][]byte{Message{ID: q.ID, Flags: QR | q.Flags&(0xf<<11|RD) | code, Question: q.Question}.Bytes()}
	}
}

// onlyA leaves answers to other questions as they are.
func onlyA(f func(q Query, m *Message)) Manner {
	return change(func(q Query, m *Message) {
		if q.Type == TypeA && q.Opcode() == 0 && len(m.Answer) > 0 {
			f(q, m)
		}
	})
}

// Manners are bad manners by name. None of them may lead a client to believe
// Bad, or that a name or record does not exist.
func Manners() map[string]Manner {
	m := map[string]Manner{
		"wrong id":     change(func(q Query, m *Message) { m.ID ^= 0x5555 }),
		"QR 0":         change(func(q Query, m *Message) { m.Flags &^= QR }),
		"echo":         func(q Query) [][]byte { return [][]byte{q.Raw} },
		"wrong opcode": change(func(q Query, m *Message) { m.Flags ^= 2 << 11 }),
		"no question":  change(func(q Query, m *Message) { m.Question = nil }),
		"other name":   change(func(q Query, m *Message) { m.Question = question("other.example.", q.Type) }),
		"other type":   change(func(q Query, m *Message) { m.Question = question(q.Name, TypeTXT) }),
		"two questions": change(func(q Query, m *Message) {
			m.Question = append(bytes.Clone(q.Question), q.Question...)
			m.Counts = &[4]uint16{2, uint16(len(m.Answer)), uint16(len(m.Authority)), 0}
		}),
		"other class": change(func(q Query, m *Message) {
			m.Question = bytes.Clone(q.Question)
			m.Question[len(m.Question)-1] = ClassCH
		}),
		"record of other type":  onlyA(func(q Query, m *Message) { m.Answer = [][]byte{A(q.Name, "2001:db8::66")} }),
		"wrong owner":           onlyA(func(q Query, m *Message) { m.Answer = [][]byte{A("www.other.example.", Bad)} }),
		"record of other class": onlyA(func(q Query, m *Message) { m.Answer = [][]byte{RR(q.Name, TypeA, ClassCH, []byte{198, 51, 100, 66})} }),
		"counts too high":       change(func(q Query, m *Message) { m.Counts = &[4]uint16{1, 9, 0, 0} }),
		"counts too low": change(func(q Query, m *Message) {
			m.Answer = [][]byte{A(q.Name, Bad)}
			m.Counts = &[4]uint16{1, 0, 0, 0}
		}),
		"bytes behind the end": change(func(q Query, m *Message) { m.Tail = []byte("more") }),
		"alias beside address": onlyA(func(q Query, m *Message) {
			m.Answer = [][]byte{A(q.Name, Bad), CNAME(q.Name, "x.corp.example."), A("x.corp.example.", Bad)}
		}),
		"two aliases": onlyA(func(q Query, m *Message) {
			m.Answer = [][]byte{CNAME(q.Name, "y.corp.example."), CNAME(q.Name, "x.corp.example."), CNAME("x.corp.example.", "y.corp.example."), A("y.corp.example.", Bad)}
		}),
		"broken chain": onlyA(func(q Query, m *Message) {
			m.Answer = [][]byte{CNAME(q.Name, "x.corp.example."), A("y.corp.example.", Bad)}
		}),
		"alias loop": onlyA(func(q Query, m *Message) {
			m.Answer = [][]byte{CNAME(q.Name, "x.corp.example."), CNAME("x.corp.example.", q.Name)}
		}),
		"long chain": onlyA(func(q Query, m *Message) {
			m.Answer = nil
			at := q.Name
			for i := range 12 {
				next := string(rune('a'+i)) + ".corp.example."
				m.Answer = append(m.Answer, CNAME(at, next))
				at = next
			}
			m.Answer = append(m.Answer, A(at, Bad))
		}),
		"address with NXDOMAIN": onlyA(func(q Query, m *Message) { m.Flags |= 3 }),
		"address of 3 bytes":    onlyA(func(q Query, m *Message) { m.Answer = [][]byte{RR(q.Name, TypeA, ClassIN, []byte{198, 51, 100})} }),
		"empty address":         onlyA(func(q Query, m *Message) { m.Answer = [][]byte{RR(q.Name, TypeA, ClassIN, nil)} }),
		"foreign zone denies": change(func(q Query, m *Message) {
			m.Flags, m.Answer, m.Authority = QR|AA|3, nil, [][]byte{SOA("other.test.", 1)}
		}),
		"denies without authority": change(func(q Query, m *Message) {
			m.Flags, m.Answer, m.Authority = QR|q.Flags&RD|3, nil, nil
		}),
		"empty SOA denies": change(func(q Query, m *Message) {
			m.Flags, m.Answer, m.Authority = QR|q.Flags&RD|3, nil, [][]byte{RR("corp.example.", TypeSOA, ClassIN, nil)}
		}),
		"compression loop": change(func(q Query, m *Message) {
			here := uint16(12 + len(m.Question))
			m.Answer = [][]byte{rrRaw(binary.BigEndian.AppendUint16(nil, 0xc000|here), TypeA, ClassIN, []byte{198, 51, 100, 66})}
			m.Authority = nil
		}),
		"compression forward": change(func(q Query, m *Message) {
			m.Answer = [][]byte{rrRaw([]byte{0xff, 0xff}, TypeA, ClassIN, []byte{198, 51, 100, 66})}
			m.Authority = nil
		}),
		"question compression loop": change(func(q Query, m *Message) {
			m.Question, m.Answer, m.Authority = append([]byte{0xc0, 12}, q.Question[len(q.Question)-4:]...), nil, nil
		}),
		"2,500 records": onlyA(func(q Query, m *Message) {
			m.Answer = nil
			for range 2500 {
				m.Answer = append(m.Answer, rrRaw([]byte{0xc0, 12}, TypeA, ClassIN, []byte{198, 51, 100, 66}))
			}
		}),
		"oversized":    change(func(q Query, m *Message) { m.Tail = bytes.Repeat([]byte("x"), 60000) }),
		"empty packet": func(q Query) [][]byte { return [][]byte{{}} },
		"five bytes":   func(q Query) [][]byte { return [][]byte{q.Raw[:5]} },
		"header only": func(q Query) [][]byte {
			return [][]byte{Message{ID: q.ID, Flags: QR | AA | q.Flags&RD}.Bytes()}
		},
		"header only NXDOMAIN": func(q Query) [][]byte {
			return [][]byte{Message{ID: q.ID, Flags: QR | AA | q.Flags&RD | 3}.Bytes()}
		},
		"garbage": func(q Query) [][]byte {
			return [][]byte{append(bytes.Clone(q.Raw[:2]), bytes.Repeat([]byte{0xff}, 60)...)}
		},
		"garbage, then good": func(q Query) [][]byte {
			wrong := polite(q, Bad)
			wrong.ID ^= 1
			return [][]byte{{}, {1, 2, 3}, wrong.Bytes(), append(bytes.Clone(q.Raw[:2]), bytes.Repeat([]byte{0xff}, 60)...), q.Raw, polite(q, Good).Bytes()}
		},
		"good, then another": func(q Query) [][]byte { return [][]byte{polite(q, Good).Bytes(), polite(q, Bad).Bytes()} },
		"truncated, TCP closed": func(q Query) [][]byte {
			if q.TCP {
				return [][]byte{nil}
			}
			m := polite(q, Bad)
			m.Flags |= TC
			return [][]byte{m.Bytes()}
		},
		"truncated over TCP": change(func(q Query, m *Message) { m.Flags |= TC }),
		"half a packet over TCP": func(q Query) [][]byte {
			m := polite(q, Bad)
			if q.TCP {
				return [][]byte{append([]byte(Half), m.Bytes()...)}
			}
			m.Flags |= TC
			return [][]byte{m.Bytes()}
		},
		"wrong id over TCP": func(q Query) [][]byte {
			m := polite(q, Bad)
			if q.TCP {
				m.ID++
			} else {
				m.Flags |= TC
			}
			return [][]byte{m.Bytes()}
		},
		"truncated, TCP good": func(q Query) [][]byte {
			if q.TCP {
				return [][]byte{polite(q, Good).Bytes()}
			}
			m := polite(q, Bad)
			m.Flags |= TC
			return [][]byte{m.Bytes()}
		},
		"old server": func(q Query) [][]byte {
			m := polite(q, Good)
			switch {
			case q.Opcode() == 5:
				m = Message{ID: q.ID, Flags: QR | 5<<11 | 4, Question: q.Question}
			case q.EDNS:
				m = Message{ID: q.ID, Flags: QR | 1} // FORMERR, header only
			}
			return [][]byte{m.Bytes()}
		},
		"drops EDNS": func(q Query) [][]byte {
			if q.EDNS {
				return nil
			}
			return [][]byte{polite(q, Good).Bytes()}
		},
		"silent":   func(q Query) [][]byte { return nil },
		"SERVFAIL": rcode(2),
		"REFUSED":  rcode(5),
		"FORMERR":  rcode(1),
		"NOTIMP":   rcode(4),
		"YXDOMAIN": rcode(6),
		"refers": change(func(q Query, m *Message) {
			m.Flags, m.Answer, m.Authority = QR|q.Flags&RD, nil, [][]byte{NS("example.", "ns.example.")}
		}),
		"empty answer": change(func(q Query, m *Message) {
			m.Flags, m.Answer, m.Authority = QR|q.Flags&RD, nil, nil
		}),
	}
	return m
}

// Wildcard gives address for every name of every zone, as some providers do.
func Wildcard(address string) Manner {
	return func(q Query) [][]byte {
		m := Message{ID: q.ID, Flags: QR | RA | q.Flags&RD, Question: q.Question}
		if q.Type == TypeA {
			m.Answer = [][]byte{A(q.Name, address)}
		}
		return [][]byte{m.Bytes()}
	}
}

// Denies recurses and knows no name at all.
func Denies() Manner {
	return func(q Query) [][]byte {
		return [][]byte{Message{ID: q.ID, Flags: QR | RA | q.Flags&RD | 3, Question: q.Question, Authority: [][]byte{SOA(".", 1)}}.Bytes()}
	}
}
