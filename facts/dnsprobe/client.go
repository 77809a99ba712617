package dnsprobe

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/miekg/dns"

	"github.com/kbtriage/kbtriage/facts"
)

// Limits on how questions are sent.
const (
	inFlight  = 100  // questions open at once, over all servers
	ednsSize  = 1232 // EDNS buffer size
	maxTries  = 2    // times a question is sent when nothing acceptable comes back
	giveUp    = 8    // questions of one type without an acceptable reply, in a row, after which a server is asked no more
	maxForged = 64   // foreign messages read from one TCP connection
)

// reply is what became of one question.
type reply struct {
	outcome   facts.Outcome
	why       string
	msg       *message // nil when no reply could be believed
	update    bool
	reacted   bool // a packet for this very question came, believable or not
	plain     bool // it answers a question without EDNS
	transport string
	rtt       time.Duration
}

func (r reply) accepted() bool { return r.msg != nil }

// client holds what all servers share.
type client struct {
	dial    Dialer
	slots   chan struct{}
	timeout time.Duration
	attempt time.Duration
	readers sync.WaitGroup
}

// server asks one DNS server over one UDP socket, and TCP where it must.
type server struct {
	*client
	addr string

	mu      sync.Mutex
	conn    net.Conn
	dialed  bool
	dialErr error
	open    map[uint16]*waiter // questions by the ids they were sent under
	spent   [1 << 10]uint64    // ids used so far: what comes late under one of them means nothing
	noEDNS  bool               // the server does not take EDNS
	down    *reply             // set: the server is not asked any more
	silent  map[uint16]int     // questions in a row without an acceptable reply, by type

	memoMu sync.Mutex
	memo   map[question]*memo
}

// memo makes that a question is sent once however many ask it.
type memo struct {
	once  sync.Once
	reply reply
}

func newServer(c *client, addr string) *server {
	return &server{client: c, addr: addr, open: map[uint16]*waiter{}, silent: map[uint16]int{}, memo: map[question]*memo{}}
}

// ask returns what became of q. Equal questions are sent once.
func (s *server) ask(ctx context.Context, q question) reply {
	s.memoMu.Lock()
	m := s.memo[q]
	if m == nil {
		m = new(memo)
		s.memo[q] = m
	}
	s.memoMu.Unlock()
	m.once.Do(func() { m.reply = s.askNow(ctx, q) })
	return m.reply
}

// askNow sends q, whatever was asked before.
func (s *server) askNow(ctx context.Context, q question) reply {
	if r, skip := s.skipped(q); skip {
		return r
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return interrupted()
	}
	if r, skip := s.skipped(q); skip { // things may have changed while waiting
		return r
	}
	start := time.Now()
	deadline := start.Add(s.timeout)
	var r reply
	if q.tcp {
		r = s.overTCP(ctx, deadline, q, false)
	} else {
		r = s.overUDP(ctx, deadline, q)
	}
	r.update = q.update
	r.rtt = time.Since(start)
	if r.accepted() {
		r.outcome = outcomeOf(r.msg.Rcode)
		if !q.update {
			r.outcome, r.why = r.msg.content.outcome, r.msg.content.why
		}
	} else if ctx.Err() != nil {
		r = interrupted()
	}
	if !q.tcp {
		s.count(q, r)
	}
	return r
}

func interrupted() reply {
	return reply{outcome: facts.Timeout, why: "interrupted before an answer came"}
}

// skipped is the answer to a question that is not sent, because the server
// answers none of its kind.
func (s *server) skipped(q question) (reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.down != nil:
		return *s.down, true
	case s.silent[q.qtype] >= giveUp:
		return reply{outcome: facts.Timeout, why: "not asked: the server gave no acceptable answer to the questions of this type before it"}, true
	}
	return reply{}, false
}

func (s *server) count(q question, r reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.accepted() {
		s.silent[q.qtype] = 0
	} else {
		s.silent[q.qtype]++
	}
}

// pack is q as it goes over the wire.
func pack(q question, id uint16, edns bool) ([]byte, error) {
	m := new(dns.Msg)
	m.Id = id
	m.Opcode = q.opcode()
	m.Question = []dns.Question{{Name: q.name, Qtype: q.qtype, Qclass: dns.ClassINET}}
	if !q.update {
		m.RecursionDesired = true
		m.CheckingDisabled = q.cd
		if edns {
			m.SetEdns0(ednsSize, false)
		}
	}
	return m.Pack()
}

// wantsOldDNS reports whether a reply to a question with EDNS says that the
// server knows DNS only without it.
func wantsOldDNS(rcode int) bool {
	return rcode == dns.RcodeFormatError || rcode == dns.RcodeNotImplemented || rcode == dns.RcodeBadVers
}

// reason is the cause of a network error without the ports and the wrapping,
// which differ from run to run.
func reason(err error) string {
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		return clean(errno.Error())
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return clean(err.Error())
		}
		err = inner
	}
}

// close ends the socket; its reader ends by that.
func (s *server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialed = true
	if s.dialErr == nil {
		s.dialErr = net.ErrClosed
	}
	if s.conn != nil {
		_ = s.conn.Close() // nothing was written that could be lost
	}
}
