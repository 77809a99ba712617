package redact

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// addresses map real addresses one to one to tokens that are addresses. What is
// in one network stays in one network, so that reverse zones still fit.
type addresses struct {
	nets4  map[[3]byte]*network[uint8]
	nets6  map[[8]byte]*network[[8]byte]
	hosts4 map[uint32]*[256]bool // by number of the network: host numbers that are taken
	taken6 map[uint16]map[uint64]bool
	last4  uint32
	last6  uint16
	macs   map[[6]byte]uint32
	macOf  map[uint32]bool
	mac    uint32
}

// network is one real network: its number among the tokens, and its hosts.
type network[H comparable] struct {
	number uint32
	hosts  map[H]uint64
	last   uint64
}

func newAddresses() addresses {
	return addresses{
		nets4: make(map[[3]byte]*network[uint8]), nets6: make(map[[8]byte]*network[[8]byte]),
		hosts4: make(map[uint32]*[256]bool), taken6: make(map[uint16]map[uint64]bool),
		macs: make(map[[6]byte]uint32), macOf: make(map[uint32]bool),
	}
}

// The networks of tokens: the 512 of 198.18.0.0/15, then those of 240.0.0.0/4
// without 255.x, which look like masks.
const (
	benchNets = 512
	allNets   = benchNets + 15<<16
)

func prefix4(number uint32) [3]byte {
	if number < benchNets {
		return [3]byte{198, 18 + byte(number>>8), byte(number)}
	}
	number -= benchNets
	return [3]byte{240 + byte(number>>16), byte(number >> 8), byte(number)}
}

// number4 is the inverse of prefix4, for addresses that are tokens.
func number4(b [4]byte) uint32 {
	if b[0] == 198 {
		return uint32(b[1]-18)<<8 | uint32(b[2])
	}
	return benchNets + uint32(b[0]-240)<<16 | uint32(b[1])<<8 | uint32(b[2])
}

// bench6 starts the addresses that tokens have.
var bench6 = [6]byte{0x20, 0x01, 0x0d, 0xb8, 0x05, 0xec}

// stays reports whether an address names no host: or it is a token already.
func stays(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() {
		return true
	}
	if a.Is4() {
		b := a.As4()
		return b[0] == 0 || b[0] == 255 || b[1] == 0 && b[2] == 0 && b[3] == 0
	}
	return false
}

func isToken4(b [4]byte) bool { return b[0] == 198 && b[1]&^1 == 18 || b[0] >= 240 && b[0] < 255 }

func isToken6(b [16]byte) bool { return [6]byte(b[:6]) == bench6 }

// address is the token of an address, which is an address of the same family.
// Out of tokens (a million networks) it is none, and not ok.
func (t *addresses) address(a netip.Addr) (token netip.Addr, fresh, ok bool) {
	zone := a.Zone()
	a = a.WithZone("")
	if a.Is4() || a.Is4In6() {
		b := a.Unmap().As4()
		if isToken4(b) {
			t.meet4(b)
			return a, false, true
		}
		n, host, fresh, ok := t.token4(b)
		p := prefix4(n)
		token = netip.AddrFrom4([4]byte{p[0], p[1], p[2], host})
		if a.Is4In6() {
			token = netip.AddrFrom16(token.As16())
		}
		return token, fresh, ok
	}
	b := a.As16()
	if isToken6(b) {
		t.meet6(b)
		return a.WithZone(zone), false, true
	}
	token, fresh, ok = t.token6(b)
	return token.WithZone(zone), fresh, ok
}

func (t *addresses) token4(b [4]byte) (number uint32, host uint8, fresh, ok bool) {
	net := t.nets4[[3]byte(b[:3])]
	if net == nil {
		for t.hosts4[t.last4] != nil {
			t.last4++
		}
		if t.last4 >= allNets {
			return 0, 0, false, false
		}
		net = &network[uint8]{number: t.last4, hosts: make(map[uint8]uint64)}
		t.nets4[[3]byte(b[:3])] = net
		t.hosts4[t.last4] = new([256]bool)
	}
	if h, known := net.hosts[b[3]]; known {
		return net.number, uint8(h), false, true
	}
	taken := t.hosts4[net.number]
	for range 256 {
		net.last++
		if h := uint8(net.last); !taken[h] && h != 0 {
			break
		}
	}
	h := uint8(net.last) // after 255 others only 0 is left
	taken[h] = true
	net.hosts[b[3]] = uint64(h)
	return net.number, h, true, true
}

// meet4 marks a token that stands in a text already.
func (t *addresses) meet4(b [4]byte) {
	n := number4(b)
	if t.hosts4[n] == nil {
		t.hosts4[n] = new([256]bool)
	}
	t.hosts4[n][b[3]] = true
}

func (t *addresses) token6(b [16]byte) (token netip.Addr, fresh, ok bool) {
	net := t.nets6[[8]byte(b[:8])]
	if net == nil {
		for t.taken6[t.last6] != nil {
			if t.last6++; t.last6 == 0 {
				return netip.Addr{}, false, false
			}
		}
		net = &network[[8]byte]{number: uint32(t.last6), hosts: make(map[[8]byte]uint64)}
		t.nets6[[8]byte(b[:8])] = net
		t.taken6[t.last6] = make(map[uint64]bool)
	}
	h, known := net.hosts[[8]byte(b[8:])]
	if !known {
		for net.last == 0 || t.taken6[uint16(net.number)][net.last] {
			net.last++
		}
		h = net.last
		t.taken6[uint16(net.number)][h] = true
		net.hosts[[8]byte(b[8:])] = h
	}
	var out [16]byte
	copy(out[:], bench6[:])
	binary.BigEndian.PutUint16(out[6:], uint16(net.number))
	binary.BigEndian.PutUint64(out[8:], h)
	return netip.AddrFrom16(out), !known, true
}

func (t *addresses) meet6(b [16]byte) {
	n := binary.BigEndian.Uint16(b[6:])
	if t.taken6[n] == nil {
		t.taken6[n] = make(map[uint64]bool)
	}
	t.taken6[n][binary.BigEndian.Uint64(b[8:])] = true
}

// ip is the token of an address that was found, or not ok where it stays.
func (r *Redactor) ip(a netip.Addr) (token string, ok bool) {
	if r.off[KindIP] || stays(a) || r.kept(a.String()) {
		return "", false
	}
	t, fresh, room := r.addrs.address(a)
	switch {
	case !room:
		return r.secret(KindIP, a.String()), true
	case t == a:
		return "", false
	}
	r.count(KindIP, fresh)
	return t.String(), true
}

// macToken is the token of a MAC address, as six bytes.
func (r *Redactor) macToken(b [6]byte) [6]byte {
	t := &r.addrs
	n, known := t.macs[b]
	if !known {
		for t.mac == 0 || t.macOf[t.mac] {
			t.mac++
		}
		n = t.mac & 0xffffff
		t.macs[b] = n
		t.macOf[n] = true
	}
	r.count(KindMAC, !known)
	return [6]byte{0x02, 0, 0x5e, byte(n >> 16), byte(n >> 8), byte(n)}
}

// endpoint is the token of "192.0.2.1", "192.0.2.1:53", "[::1]:53" or a network
// such as 192.0.2.0/24; not ok where it is none of them.
func (r *Redactor) endpoint(s string) (token string, ok bool) {
	one := func(a netip.Addr) string {
		if t, changed := r.ip(a); changed {
			return t
		}
		return a.String()
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return one(a), true
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		t := one(ap.Addr())
		if strings.Contains(t, ":") && !strings.HasPrefix(t, bracket) {
			t = "[" + t + "]"
		}
		return t + ":" + strconv.Itoa(int(ap.Port())), true
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return fmt.Sprintf("%s/%d", one(p.Addr()), p.Bits()), true
	}
	return "", false
}
