package cond

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
)

// FieldState is what is known of one field of the environment.
type FieldState struct {
	Field  string // a facts.Field constant
	State  State
	Fact   int    // the fact that decided, or -1
	Reason string // for Missing: why it does not hold
}

// Check compares the environment that a rule asks for with what is known,
// field by field, in the order product, version, os, role. Versions are compared
// only when the product is not known to be another one.
func (e *Environment) Check(v *View) []FieldState {
	var states []FieldState
	product := FieldState{Field: facts.FieldProduct, Fact: -1}
	if e.Product != "" {
		product.State, product.Fact, product.Reason = nameState(v, facts.FieldProduct, e.Product)
		states = append(states, product)
	}
	if e.Version != nil {
		s := FieldState{Field: facts.FieldVersion, Fact: -1}
		if product.State != Missing {
			s = versionState(v, e.Version.Range)
		}
		states = append(states, s)
	}
	if e.OS != "" {
		s := FieldState{Field: facts.FieldOS}
		s.State, s.Fact, s.Reason = nameState(v, facts.FieldOS, e.OS)
		states = append(states, s)
	}
	if e.Role != "" {
		states = append(states, roleState(v, e.Role))
	}
	return states
}

// caseVersion is the version of the case, and the state of a field that rests on
// it; ok is false when no version is known.
func caseVersion(v *View) (s FieldState, version Version, ok bool) {
	s = FieldState{Field: facts.FieldVersion}
	var value string
	if s.Fact, value = v.environment(facts.FieldVersion); s.Fact < 0 {
		return s, version, false
	}
	version, err := ParseVersion(value)
	return s, version, err == nil
}

func versionState(v *View, r Range) FieldState {
	s, version, ok := caseVersion(v)
	if !ok {
		return s
	}
	s.State = r.Holds(version)
	s.Reason = fmt.Sprintf("for version %s; this is %s", r, version)
	return s
}

// NotFixed compares the version of the case with the one in which the rule's
// cause was corrected: Seen means that it is still there, Missing that it is
// corrected.
func NotFixed(v *View, in Version) FieldState {
	s, version, ok := caseVersion(v)
	if !ok {
		return s
	}
	if s.State = version.Before(in); s.State == Missing {
		short, this := in.String(), version.String()
		if in.SP >= 0 && slices.Equal(in.Parts, version.Parts) {
			short, this = in.ServicePack(), version.ServicePack()
		}
		s.Reason = fmt.Sprintf("fixed in %s; this is %s", short, this)
	}
	return s
}

func roleState(v *View, role string) FieldState {
	s := FieldState{Field: facts.FieldRole, Fact: -1}
	for _, i := range v.ofKind(facts.KindEnvironment) {
		env := v.Fact(i).Environment
		if env.Field != facts.FieldRole || !sameName(env.Value, role) {
			continue
		}
		s.Fact, s.State = i, Seen
		if env.Not {
			s.State, s.Reason = Missing, "for a "+role+"; this host is none"
			return s
		}
	}
	return s
}

// nameState compares names of products or systems by their words: "Exchange
// Server" is in "Microsoft Exchange Server 5.5"; "Windows" leaves open whether it is
// "Windows 2000".
func nameState(v *View, field, want string) (State, int, string) {
	fact, have := v.environment(field)
	if fact < 0 {
		return Unknown, -1, ""
	}
	w, h := nameWords(want), nameWords(have)
	switch {
	case subset(w, h):
		return Seen, fact, ""
	case subset(h, w):
		return Unknown, fact, ""
	}
	return Missing, fact, fmt.Sprintf("for %s; this is %s", want, have)
}

func nameWords(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.'
	})
	var out []string
	for _, w := range words {
		switch w {
		case "microsoft", "ms", "edition", "the":
		case "win":
			out = append(out, "windows")
		case "w2k", "win2k", "win2000", "windows2000":
			out = append(out, "windows", "2000")
		case "winnt", "windowsnt", "nt4", "nt4.0":
			out = append(out, "windows", "nt")
			if strings.Contains(w, "4") {
				out = append(out, "4.0")
			}
		default:
			out = append(out, w)
		}
	}
	if slices.Contains(out, "nt") && slices.Contains(out, "5.0") { // what Windows 2000 calls itself
		return []string{"windows", "2000"}
	}
	if slices.Contains(out, "nt") && !slices.Contains(out, "windows") {
		out = append(out, "windows")
	}
	return out
}

func subset(a, b []string) bool {
	for _, w := range a {
		if !slices.Contains(b, w) {
			return false
		}
	}
	return true
}
