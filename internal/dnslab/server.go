package dnslab

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Manner is how a Server treats a query: the packets it sends back, in order.
// Over TCP a nil packet closes the connection, and a packet of which Half is
// asked is cut in the middle.
type Manner func(q Query) [][]byte

// Server is a DNS server on 127.0.0.1 that does what its Manner says.
type Server struct {
	Addr string // address:port, UDP and TCP

	mu      sync.Mutex
	queries []Query
	wg      sync.WaitGroup
}

// Half marks, in front of a packet sent over TCP, that only the half of it is
// sent before the connection is closed.
const Half = "\x00half"

// Serve starts a server that is stopped when the test ends.
func Serve(t testing.TB, manner Manner) *Server {
	t.Helper()
	var udp net.PacketConn
	var tcp net.Listener
	for range 100 { // the port must be free for both
		var err error
		if tcp, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			t.Fatalf("dnslab: %v", err)
		}
		if udp, err = net.ListenPacket("udp4", tcp.Addr().String()); err == nil {
			break
		}
		_ = tcp.Close() // taken by someone else for UDP
	}
	if udp == nil {
		t.Fatal("dnslab: no port of 127.0.0.1 is free for UDP and TCP")
	}
	s := &Server{Addr: tcp.Addr().String()}
	s.wg.Add(2)
	go s.serveUDP(udp, manner)
	go s.serveTCP(tcp, manner)
	t.Cleanup(func() {
		_ = udp.Close() // ends serveUDP
		_ = tcp.Close() // ends serveTCP
		s.wg.Wait()
	})
	return s
}

// Queries are the queries that came so far.
func (s *Server) Queries() []Query {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Query(nil), s.queries...)
}

func (s *Server) note(q Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, q)
}

func (s *Server) serveUDP(conn net.PacketConn, manner Manner) {
	defer s.wg.Done()
	buf := make([]byte, 65535)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		q, ok := parseQuery(append([]byte(nil), buf[:n]...), false)
		if !ok {
			continue
		}
		s.note(q)
		for _, packet := range manner(q) {
			if _, err := conn.WriteTo(packet, from); err != nil {
				break // the client is gone
			}
		}
	}
}

func (s *Server) serveTCP(l net.Listener, manner Manner) {
	defer s.wg.Done()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.wg.Go(func() { s.converse(conn, manner) })
	}
}

// converse treats the queries of one connection, at most for ten seconds.
func (s *Server) converse(conn net.Conn, manner Manner) {
	defer func() { _ = conn.Close() }() // the client reads what it can
	if conn.SetDeadline(time.Now().Add(10*time.Second)) != nil {
		return
	}
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		q, ok := parseQuery(body, true)
		if !ok {
			return
		}
		s.note(q)
		for _, packet := range manner(q) {
			half := false
			if packet == nil {
				return
			}
			if len(packet) > len(Half) && string(packet[:len(Half)]) == Half {
				packet, half = packet[len(Half):], true
			}
			frame := append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...)
			if half {
				frame = frame[:len(frame)/2]
			}
			if _, err := conn.Write(frame); err != nil || half {
				return
			}
		}
	}
}
