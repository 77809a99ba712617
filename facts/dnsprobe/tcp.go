package dnsprobe

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// overTCP asks q on a connection of its own, for one attempt.
func (s *server) overTCP(ctx context.Context, deadline time.Time, q question, edns bool) reply {
	if first := time.Now().Add(s.attempt); first.Before(deadline) {
		deadline = first
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	r := reply{transport: "tcp"}
	conn, err := s.dial(ctx, "tcp", s.addr)
	if err != nil {
		r.outcome, r.why = facts.Unreachable, "no connection: "+reason(err)
		if timedOut(err) {
			r.outcome, r.why = facts.Timeout, "no connection in time"
		}
		return r
	}
	defer func() { _ = conn.Close() }() // nothing was written that could be lost
	_ = conn.SetDeadline(deadline)      // a connection without deadlines ends with ctx below
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()

	msg, v, why, err := converse(conn, q, edns)
	if err == nil && v == good && edns && wantsOldDNS(msg.Rcode) {
		msg, v, why, err = converse(conn, q, false)
	}
	switch {
	case err != nil && (timedOut(err) || ctx.Err() != nil) && v == good:
		r.outcome, r.why = facts.Timeout, "no answer over TCP in time"
	case err != nil && v == good && errors.Is(err, io.ErrUnexpectedEOF):
		r.outcome, r.why, r.reacted = facts.Malformed, "the server closed the connection in the middle of a reply", true
	case err != nil && v == good && errors.Is(err, io.EOF):
		r.outcome, r.why = facts.Unreachable, "the server closed the connection without a reply"
	case err != nil && v == good:
		r.outcome, r.why = facts.Unreachable, reason(err)
	case v == good:
		r.msg = msg
	case v == cut:
		r.outcome, r.why, r.reacted = facts.Truncated, why, true
	case v == foreign:
		r.outcome, r.why = facts.Mismatch, "only "+why+" came over TCP"
	default:
		r.outcome, r.why, r.reacted = facts.Malformed, "only "+why+" came over TCP", v == contradiction
	}
	return r
}

// converse sends q and reads until a reply to it comes. On an error v says
// what came before it, good for nothing.
func converse(conn net.Conn, q question, edns bool) (msg *message, v verdict, why string, err error) {
	id := randomID()
	packet, err := pack(q, id, edns)
	if err != nil {
		return nil, good, "", err
	}
	frame := binary.BigEndian.AppendUint16(make([]byte, 0, len(packet)+2), uint16(len(packet)))
	if _, err := conn.Write(append(frame, packet...)); err != nil {
		return nil, good, "", err
	}
	var last verdict
	var lastWhy string
	for range maxForged {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return nil, last, lastWhy, err
		}
		body := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, body); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, last, lastWhy, err
		}
		msg, v, why := examine(body, q, id, true)
		if v == good || v == cut || v == contradiction {
			return msg, v, why, nil
		}
		last, lastWhy = v, why
	}
	return nil, last, fmt.Sprintf("%d messages, the last %s,", maxForged, lastWhy), nil
}

func timedOut(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}
