package facts

// FindingID names what a finding states. True always means that the problem is there, except for
// FindingUpdate, where it means that the zone accepts dynamic updates.
type FindingID string

// The findings. docs/findings.md explains each with its proof.
const (
	FindingMissingA      FindingID = "dns.missing_a"      // the local DNS holds no address record for the name
	FindingWrongAddress  FindingID = "dns.wrong_address"  // a server gives an address other than, or beside, the expected one
	FindingSameAddress   FindingID = "dns.same_address"   // two endpoints that must differ have the same address
	FindingResolverOrder FindingID = "dns.resolver_order" // an earlier server denies what the local one answers
	FindingSearchSuffix  FindingID = "dns.search_suffix"  // the short name fails through the search list, the full name works
	FindingInconsistent  FindingID = "dns.inconsistent"   // servers that should agree do not
	FindingUnreachable   FindingID = "dns.unreachable"    // a server does not answer
	FindingServFail      FindingID = "dns.servfail"       // a server answers SERVFAIL
	FindingRefused       FindingID = "dns.refused"        // a server refuses to answer
	FindingHijack        FindingID = "dns.hijack"         // a server gives addresses for names that cannot exist
	FindingUpdate        FindingID = "dns.update"         // the zone accepts dynamic updates from here
	FindingMissingPTR    FindingID = "dns.missing_ptr"    // the address has no reverse record
	FindingLame          FindingID = "dns.lame"           // a server asked for the zone is not authoritative and does not recurse
	FindingDNSSEC        FindingID = "dns.dnssec"         // SERVFAIL that goes away when checking is disabled
	FindingTCP           FindingID = "dns.tcp"            // the server answers over UDP and not over TCP
	FindingCodeText      FindingID = "code.text"          // a message text belongs to another code than the one beside it
)

// Finding is a statement derived from observations, with its proof.
type Finding struct {
	ID       FindingID `json:"id"`
	Subject  string    `json:"subject"`         // an input name, or a server
	Server   string    `json:"server"`          // address:port
	Local    bool      `json:"local,omitempty"` // Server is the local DNS
	State    State     `json:"state"`
	Expected string    `json:"expected"`
	Got      string    `json:"got"`
	Text     string    `json:"text"`             // one sentence for a person
	Advice   string    `json:"advice,omitempty"` // what to do when State is Unknown
	Proof    []Proof   `json:"facts"`
}

// Proof is one observation that a finding rests on, in words and with its origin.
type Proof struct {
	Kind Kind   `json:"kind"`
	Text string `json:"text"`
	Path string `json:"path,omitempty"`
	Line int    `json:"line,omitempty"`
}
