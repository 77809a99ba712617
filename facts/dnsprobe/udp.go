package dnsprobe

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// waiter is an open question.
type waiter struct {
	q    question
	done chan delivery // one for each id at most, so that the reader never waits
	fail chan error    // socket errors, the first is enough

	// Written by the reader under server.mu.
	ids     [2*maxTries + 1]sent
	used    int
	worst   verdict // the closest thing to a reply that came: good for none
	why     string
	reacted bool
}

// sent is one packet that went out.
type sent struct {
	id   uint16
	edns bool
}

// delivery is a packet that the reader took for a reply.
type delivery struct {
	msg  *message // nil: truncated
	edns bool     // the question went out with EDNS
}

// overUDP sends q until an acceptable reply comes: twice at most, the second
// time without EDNS, since some middleboxes drop what they do not know.
func (s *server) overUDP(ctx context.Context, deadline time.Time, q question) reply {
	conn, err := s.socket(ctx)
	if err != nil {
		return reply{outcome: facts.Unreachable, why: "no socket: " + reason(err), transport: "udp"}
	}
	w := &waiter{q: q, done: make(chan delivery, 2*maxTries+1), fail: make(chan error, 1)}
	defer s.forget(w)
	edns := !q.update && s.takesEDNS()
	var failed error
	for tries := 0; tries < maxTries && w.used < len(w.ids) && ctx.Err() == nil; {
		patience := min(s.attempt, time.Until(deadline))
		if patience <= 0 {
			break
		}
		d, err := s.once(ctx, conn, w, edns, patience)
		switch {
		case err != nil || d == nil:
			failed = err
			tries++
			edns = false
		case d.msg == nil:
			r := s.overTCP(ctx, deadline, q, edns)
			if !r.accepted() {
				if r.outcome == facts.Timeout || r.outcome == facts.Unreachable {
					r.transport = "udp" // nothing came over TCP
				}
				r.outcome = facts.Truncated
				r.why = "cut short over UDP; over TCP: " + r.why
			}
			r.reacted = true
			return r
		case d.edns && wantsOldDNS(d.msg.Rcode):
			edns = false
		default:
			return reply{msg: d.msg, transport: "udp", plain: !d.edns}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := reply{outcome: facts.Timeout, why: "no answer", transport: "udp", reacted: w.reacted}
	switch {
	case failed != nil && w.worst == good:
		r.outcome, r.why = facts.Unreachable, reason(failed)
	case w.worst == foreign:
		r.outcome, r.why = facts.Mismatch, "only "+w.why+" came"
	case w.worst != good:
		r.outcome, r.why = facts.Malformed, "only "+w.why+" came"
	}
	return r
}

func (w *waiter) hadEDNS(id uint16) bool {
	for _, p := range w.ids[:w.used] {
		if p.id == id {
			return p.edns
		}
	}
	return false
}

// once sends q under a new id and waits for one attempt. Nothing at all is
// nil, nil.
func (s *server) once(ctx context.Context, conn net.Conn, w *waiter, edns bool, patience time.Duration) (*delivery, error) {
	select { // an error from before
	case <-w.fail:
	default:
	}
	packet, err := pack(w.q, s.register(w, edns), edns)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(packet); err != nil {
		// The kernel reports the ICMP answer to an earlier packet here and
		// does not send this one.
		if _, err = conn.Write(packet); err != nil {
			return nil, err
		}
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case d := <-w.done:
		return &d, nil
	case err := <-w.fail:
		return nil, err
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil, nil
}

// socket is the UDP socket of the server, opened on first use together with
// its reader.
func (s *server) socket(ctx context.Context) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dialed {
		return s.conn, s.dialErr
	}
	s.dialed = true
	ctx, cancel := context.WithTimeout(ctx, s.attempt)
	defer cancel()
	s.conn, s.dialErr = s.dial(ctx, "udp", s.addr)
	if s.dialErr != nil {
		s.conn = nil
		return nil, s.dialErr
	}
	if b, ok := s.conn.(interface{ SetReadBuffer(int) error }); ok {
		_ = b.SetReadBuffer(1 << 20) // the default works too, with more retries
	}
	s.readers.Add(1)
	go s.receive(s.conn)
	return s.conn, nil
}

// receive hands packets to the questions they answer until the socket closes.
func (s *server) receive(conn net.Conn) {
	defer s.readers.Done()
	buf := make([]byte, maxMessage)
	for errs := 0; errs < 1000; {
		n, err := conn.Read(buf)
		if err == nil {
			errs = 0
			s.deliver(buf[:n])
			continue
		}
		errs++
		s.failAll(err)
		if errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
			return
		}
	}
	s.close()
}

// deliver gives a packet to its question, or notes what came in place of a reply.
func (s *server) deliver(packet []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(packet) >= 2 {
		id := binary.BigEndian.Uint16(packet)
		if w := s.open[id]; w != nil {
			msg, v, why := examine(packet, w.q, id, false)
			switch v {
			case good, cut:
				delete(s.open, id)
				w.reacted = true
				w.done <- delivery{msg: msg, edns: w.hadEDNS(id)}
			default:
				w.note(v, why)
			}
			return
		}
		if s.spent[id>>6]&(1<<(id&63)) != 0 {
			return // a late or a second reply to a question that is closed
		}
	}
	s.stray(packet)
}

// stray notes a packet under an id that nobody asked with: with the question
// that it repeats, else with all.
func (s *server) stray(packet []byte) {
	v, why := foreign, "a reply with another id"
	if len(packet) < 12 {
		_, v, why = examine(packet, question{}, 0, false)
	}
	var id uint16
	if len(packet) >= 2 {
		id = binary.BigEndian.Uint16(packet)
	}
	var all []*waiter
	for _, w := range s.open {
		if _, own, _ := examine(packet, w.q, id, false); own == good || own == cut || own == contradiction {
			w.note(v, why)
			return
		}
		all = append(all, w)
	}
	for _, w := range all {
		w.note(v, why)
	}
}

// note remembers what came in place of a reply: of several things the one that
// is closest to a reply, so that the order of arrival does not matter.
func (w *waiter) note(v verdict, why string) {
	if v == contradiction {
		w.reacted = true
	}
	if w.worst == good || v.close() > w.worst.close() || v == w.worst && why < w.why {
		w.worst, w.why = v, why
	}
}

// register opens w under an unpredictable id that this socket has not used
// yet, as long as there are any.
func (s *server) register(w *waiter, edns bool) uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for try := 0; ; try++ {
		id := randomID()
		used := s.spent[id>>6]&(1<<(id&63)) != 0
		if s.open[id] != nil || used && try < 64 {
			continue
		}
		s.spent[id>>6] |= 1 << (id & 63)
		s.open[id] = w
		w.ids[w.used] = sent{id, edns}
		w.used++
		return id
	}
}

func (s *server) forget(w *waiter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range w.ids[:w.used] {
		if s.open[p.id] == w {
			delete(s.open, p.id)
		}
	}
}

func (s *server) failAll(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.open {
		select {
		case w.fail <- err:
		default:
		}
	}
}

func (s *server) takesEDNS() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.noEDNS
}

// randomID is not predictable for who sees earlier ones.
func randomID() uint16 {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint16(b[:])
}
