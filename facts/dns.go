package facts

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Outcome is what became of one DNS question. The outcomes never merge: only
// Answered, NoData and NXDomain say something about the record asked for.
type Outcome string

// The outcomes of a DNS question.
const (
	Answered    Outcome = "answered"    // NOERROR with records of the type, CNAMEs followed
	NoData      Outcome = "nodata"      // NOERROR without records of the type
	NXDomain    Outcome = "nxdomain"    // the name does not exist
	ServFail    Outcome = "servfail"    // the server could not answer
	Refused     Outcome = "refused"     // the server would not answer
	NotAuth     Outcome = "notauth"     // not authoritative: for an update, or for where an alias leads
	NotImp      Outcome = "notimp"      // the server does not implement the request
	FormErr     Outcome = "formerr"     // the server did not understand the request, even without EDNS
	OtherRCode  Outcome = "rcode"       // any other response code, see RCode
	Lame        Outcome = "lame"        // a referral or an empty answer without authority and without recursion
	Timeout     Outcome = "timeout"     // no acceptable answer in time
	Unreachable Outcome = "unreachable" // the network or host said no (ICMP, connection refused)
	Truncated   Outcome = "truncated"   // cut short over UDP, and TCP did not work
	Mismatch    Outcome = "mismatch"    // only answers to other questions arrived
	Malformed   Outcome = "malformed"   // only packets arrived that do not parse or contradict themselves
)

func (o Outcome) valid() bool {
	switch o {
	case Answered, NoData, NXDomain, ServFail, Refused, NotAuth, NotImp, FormErr, OtherRCode, Lame, Timeout, Unreachable, Truncated, Mismatch, Malformed:
		return true
	}
	return false
}

// Says reports whether the outcome tells if the record exists.
func (o Outcome) Says() bool { return o == Answered || o == NoData || o == NXDomain }

// Record is one resource record in presentation form.
type Record struct {
	Name string `json:"name"` // lower case, with trailing dot
	Type string `json:"type"`
	TTL  uint32 `json:"ttl"` // 0 where the answer is not authoritative: there it only counts down
	Data string `json:"data"`
}

// ExtendedError is an EDE option (RFC 8914).
type ExtendedError struct {
	Code uint16 `json:"code"`
	Text string `json:"text,omitempty"`
}

// The purposes of a DNS question: why it was asked.
const (
	PurposeRecord     = "record"     // the address of an endpoint, as a client asks for it
	PurposeZone       = "zone"       // SOA of the name: who has authority
	PurposeWildcard   = "wildcard"   // a name that cannot exist
	PurposeValidation = "validation" // a question that got SERVFAIL, with checking disabled
	PurposeTCP        = "tcp"        // a question answered over UDP, over TCP
	PurposeReverse    = "reverse"    // PTR of the expected address
	PurposeSuffix     = "suffix"     // a short name under a domain that the search list did not lead to
	PurposeUpdate     = "update"     // RFC 2136 message with nothing in it
	PurposeSerial     = "serial"     // SOA of the zone before and after the update message
)

// DNSAnswer is what one server said to one question.
type DNSAnswer struct {
	Subject   string          `json:"subject,omitempty"` // the input it is about ("exchange"), or empty
	Purpose   string          `json:"purpose,omitempty"` // why it was asked: one of the Purpose constants
	Server    string          `json:"server.address"`    // address:port
	Name      string          `json:"dns.question.name"` // fully qualified, lower case, trailing dot
	Type      string          `json:"dns.question.type"` //
	Asked     string          `json:"asked,omitempty"`   // the name as given, when a search list was applied
	Outcome   Outcome         `json:"outcome"`           //
	RCode     string          `json:"dns.response_code,omitempty"`
	Flags     []string        `json:"dns.header_flags,omitempty"` // AA TC RD RA AD CD, in that order
	Answers   []Record        `json:"dns.answers,omitempty"`      // records of the answer section, sorted
	Chain     []string        `json:"chain,omitempty"`            // names that CNAMEs led through, in order
	Addresses []string        `json:"dns.resolved_ip,omitempty"`  // addresses at the end of the chain, sorted
	Authority []Record        `json:"authority,omitempty"`        // records of the authority section, sorted
	Zone      string          `json:"zone,omitempty"`             // owner of the SOA in answer or authority
	Serial    uint32          `json:"serial,omitempty"`           // SOA serial
	Extended  []ExtendedError `json:"extended_errors,omitempty"`
	Transport string          `json:"network.transport,omitempty"` // "udp" or "tcp" that gave the outcome
	EDNS      bool            `json:"edns,omitempty"`              // the server took EDNS
	Attempts  int             `json:"attempts,omitempty"`          // questions sent
	Why       string          `json:"error.message,omitempty"`     // what went wrong, in words
	RTT       time.Duration   `json:"-"`                           // never saved: results must not depend on it
}

// Has reports whether flag is set in the answer.
func (a *DNSAnswer) Has(flag string) bool {
	for _, f := range a.Flags {
		if f == flag {
			return true
		}
	}
	return false
}

// String is "192.0.2.1:53 says nxdomain for exchvs1.corp.example. A".
func (a *DNSAnswer) String() string {
	what := string(a.Outcome)
	if len(a.Addresses) > 0 {
		what = strings.Join(a.Addresses, ", ")
	}
	return fmt.Sprintf("%s says %s for %s %s", a.Server, what, a.Name, a.Type)
}

// Resolvers is the list of DNS servers a host uses, in its order.
type Resolvers struct {
	Servers []string `json:"servers"`          // address:port, in the order of use
	Search  []string `json:"search,omitempty"` // domains, lower case, without trailing dot
	Ndots   int      `json:"ndots,omitempty"`
	Local   []string `json:"local,omitempty"`  // those that were said to be the local DNS
	Source  string   `json:"source,omitempty"` // "--resolver", "/etc/resolv.conf"
}

// String is "resolvers 192.0.2.1:53, 192.0.2.2:53".
func (r *Resolvers) String() string { return "resolvers " + strings.Join(r.Servers, ", ") }

// ServerAddress brings "192.0.2.1", "192.0.2.1:5301", "::1" or "[::1]:53" to
// the form address:port, with 53 where no port is given.
func ServerAddress(s string) (string, error) {
	if ap, err := netip.ParseAddrPort(s); err == nil && ap.Port() != 0 {
		return ap.String(), nil
	}
	bare := s
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && strings.Contains(s, ":") {
		bare = s[1 : len(s)-1]
	}
	a, err := netip.ParseAddr(bare)
	if err != nil {
		return "", fmt.Errorf("%q is not an IP address with an optional port, such as 192.0.2.1 or 192.0.2.1:53", s)
	}
	return netip.AddrPortFrom(a, 53).String(), nil
}
