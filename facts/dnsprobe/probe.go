// Package dnsprobe asks DNS servers about the endpoints of a problem and
// returns what each of them said as facts of kind dns_answer. It derives
// nothing: package dnsfinding does that, from the facts alone.
//
// Every socket goes through the Dialer that is handed in, to the addresses and
// ports of the Plan and to no other: never to an SOA MNAME, a name server of a
// referral or the system's resolver.
package dnsprobe

import (
	"context"
	"net"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// Dialer opens one socket; network is "udp" or "tcp", address is an IP address
// with a port. The method DialContext of a net.Dialer is one.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Endpoint is a name that must resolve.
type Endpoint struct {
	Subject string // the input it is about: "exchange"
	Name    string // full or short, as a person wrote it
	Address string // the address it is expected to have, or empty
}

// Plan says what to ask and whom.
type Plan struct {
	Resolvers facts.Resolvers // Servers and Local are asked, in that order
	Endpoints []Endpoint      //
	Update    bool            // send the RFC 2136 capability check, which changes nothing, to the local DNS
	Timeout   time.Duration   // for all attempts of one question; 0 is 5 s
	Attempt   time.Duration   // for one attempt; 0 is 2 s
}

// Run asks every question of the plan and returns one fact of kind dns_answer
// for each, in an order that depends on the plan alone. A question without an
// acceptable answer is a fact too, with the outcome that says why. When ctx
// ends, Run returns at once; the questions that were open have outcome timeout.
func Run(ctx context.Context, dial Dialer, p Plan) []facts.Fact {
	return nil
}
