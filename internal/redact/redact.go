// Package redact replaces secrets and personal data in text by tokens that stay
// the same within one case, and leaves error codes, event ids, times, versions,
// GUIDs and file hashes alone. It is pure: it reads nothing but what it is given.
//
// Tokens are valid of their kind where the program parses them again, so that a
// redacted case still loads and its facts still join:
//
//	IPv4 address    198.18.0.1         benchmark range (RFC 2544), then 240.0.0.0/4;
//	                                   addresses of one /24 stay in one /24
//	IPv6 address    2001:db8:5ec:0::1  documentation range; a /64 stays a /64
//	MAC address     02:00:5e:00:00:01  in the notation that was met
//	DNS name        host1.domain1.invalid  label by label: a zone stays the suffix
//	                                   of its names, a short name the first label
//	e-mail address  user1@redacted.invalid
//	account         user-1, domain1\user-1
//	SID             S-1-5-21-0-0-1-1001; RIDs below 1000 stay
//	anything else   [redacted:password-1]
//
// What is in these ranges and forms already is taken for a token and stays: that
// makes redaction idempotent. Loopback, unspecified, multicast and mask-like
// addresses, networks such as 10.0.0.0, well-known SIDs and well-known accounts
// (root, SYSTEM, Administrator, ...) stay, for they name nobody.
//
// Host and domain names are replaced only where they were learned: a word is not
// known to be a name by its looks.
package redact

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Options say what to hide beyond the built-in kinds, and what not to hide.
type Options struct {
	Patterns []Pattern // looked for before the built-in kinds
	Hide     []string  // words to hide wherever they stand, in any letter case
	Keep     []string  // values never to hide, in any letter case
	Off      []string  // kinds that are not looked for: see Kinds
}

// Pattern is a kind of secret that only the user knows, such as staff numbers.
type Pattern struct {
	Name   string // kind in tokens and counts: lower case letters, digits and dashes
	Regexp string // RE2; its first group is the secret, or all of it where it has none
}

// Count says how often values of one kind were replaced.
type Count struct {
	Kind   string `json:"kind"`
	Values int    `json:"values"` // different values
	Places int    `json:"places"` // replacements
}

// Redactor keeps the tokens of one case: the same value gives the same token
// everywhere in it. It must not be used by several goroutines at once.
type Redactor struct {
	patterns []pattern
	keep     map[string]bool
	off      map[string]bool
	issued   issued
	addrs    addresses
	labels   labels
	learned  learned
	groups   map[string]bool // names of groups, which rules look at
	gate     gate
	counts   map[string]*Count
}

type pattern struct {
	name string
	re   *regexp.Regexp
}

var kindName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// New makes a Redactor without tokens. All mistakes in the options are reported
// at once.
func New(o Options) (*Redactor, error) {
	r := &Redactor{
		keep:    make(map[string]bool),
		off:     make(map[string]bool),
		issued:  newIssued(),
		addrs:   newAddresses(),
		labels:  newLabels(),
		groups:  make(map[string]bool),
		learned: learned{},
		gate:    builtinGate(),
		counts:  make(map[string]*Count),
	}
	var errs []error
	for _, p := range o.Patterns {
		re, err := regexp.Compile(p.Regexp)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("pattern %s: %w", p.Name, err))
		case !kindName.MatchString(p.Name):
			errs = append(errs, fmt.Errorf("pattern name %q: expected lower case letters, digits and dashes, such as staff-number", p.Name))
		case re.MatchString(""):
			errs = append(errs, fmt.Errorf("pattern %s matches the empty text", p.Name))
		default:
			r.patterns = append(r.patterns, pattern{p.Name, re})
		}
	}
	for _, k := range o.Off {
		if !slices.Contains(Kinds(), k) {
			errs = append(errs, fmt.Errorf("kind %q to switch off is none of %s", k, strings.Join(Kinds(), ", ")))
		}
		r.off[k] = true
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("redaction: %w", err)
	}
	for _, k := range o.Keep {
		r.keep[strings.ToLower(k)] = true
	}
	for _, w := range o.Hide {
		r.Learn(KindWord, w)
	}
	return r, nil
}

// most is how often a text is looked at: what a token uncovers (the next value
// of a list, say) is found the second time, and the last time changes nothing.
const most = 4

// Text is s with its secrets and personal data replaced. It is idempotent:
// redacting the result again changes nothing.
func (r *Redactor) Text(s string) string {
	if len(s) < 2 {
		return s
	}
	for range most {
		next := r.scan(r.ownPatterns(s))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// Counts lists what was replaced, by kind.
func (r *Redactor) Counts() []Count {
	list := make([]Count, 0, len(r.counts))
	for _, c := range r.counts {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Compare(a.Kind, b.Kind) })
	return list
}

func (r *Redactor) count(kind string, fresh bool) {
	c := r.counts[kind]
	if c == nil {
		c = &Count{Kind: kind}
		r.counts[kind] = c
	}
	c.Places++
	if fresh {
		c.Values++
	}
}

// kept reports whether the user wants to see the value.
func (r *Redactor) kept(value string) bool { return len(r.keep) > 0 && r.keep[strings.ToLower(value)] }

// ownPatterns replaces what the patterns of the options find. A secret that is
// a token stays.
func (r *Redactor) ownPatterns(s string) string {
	for _, p := range r.patterns {
		var out strings.Builder
		last := 0
		for _, m := range p.re.FindAllStringSubmatchIndex(s, -1) {
			from, to := m[0], m[1]
			if len(m) > 2 && m[2] >= 0 {
				from, to = m[2], m[3]
			}
			if from < last || from == to || insideToken(s, from, to) || r.kept(s[from:to]) {
				continue
			}
			out.WriteString(s[last:from])
			out.WriteString(r.secret(p.name, s[from:to]))
			last = to
		}
		if last > 0 {
			out.WriteString(s[last:])
			s = out.String()
		}
	}
	return s
}
