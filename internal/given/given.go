// Package given turns what a person says of a case as KEY=VALUE into facts: the
// environment, the account, inputs and answers of rules. It knows which keys there
// are, how such facts stand beside those of the inputs, and does no I/O.
package given

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Keys lists what --set takes: the fields of the environment, the account, and
// the inputs and questions of the rules.
func Keys(set *rules.Set) []string {
	keys := []string{"product", "version", "os", "role", "cluster", "account.name", "account.groups", "dns.update"}
	seen := map[string]bool{}
	add := func(k string) {
		if k != "" && !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	for _, r := range set.Rules {
		for _, in := range r.Inputs {
			for _, a := range in.Ask {
				add(a.Key)
			}
		}
		question := func(_ string, leaf *cond.Condition) {
			key, _ := leaf.DefaultQuestion()
			add(key)
		}
		for i := range r.Symptoms {
			r.Symptoms[i].Condition.Leaves(question)
		}
		for i := range r.Tuned {
			if except := r.Tuned[i].Except; except != nil {
				except.Leaves(question)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// Error is all that is wrong with the pairs, a line each.
type Error struct{ Lines []string }

// Error joins the lines.
func (e *Error) Error() string { return strings.Join(e.Lines, "\n") }

// Facts turns KEY=VALUE pairs into facts. The set is looked at only for a key that
// is not one of the fixed ones. All mistakes are reported at once, as an *Error.
func Facts(pairs []string, set func() *rules.Set, origin string) ([]facts.Fact, error) {
	var list []facts.Fact
	var wrong []string
	var known []string
	account := facts.Account{}
	hasGroups := false
	given := map[string]string{}
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		key = strings.TrimSpace(key)
		value = strings.TrimSpace(value)
		if !ok || key == "" {
			wrong = append(wrong, fmt.Sprintf("%q is not KEY=VALUE", pair))
			continue
		}
		if old, twice := given[key]; twice && old != value && key != "role" {
			wrong = append(wrong, fmt.Sprintf("%s is given twice, as %q and %q", key, old, value))
			continue
		}
		given[key] = value
		f := facts.Fact{Origin: facts.Origin{Path: origin}}
		switch key {
		case "product", "version", "os", "role":
			f.Kind, f.Environment = facts.KindEnvironment, &facts.Environment{Field: key, Value: value}
			if key == "version" {
				if _, err := cond.ParseVersion(value); err != nil {
					wrong = append(wrong, err.Error())
				}
			}
			if value == "" {
				wrong = append(wrong, key+" has no value")
			}
		case "cluster":
			holds, ok := boolean(value)
			if !ok {
				wrong = append(wrong, fmt.Sprintf("cluster=%s: expected true or false", value))
			}
			f.Kind, f.Environment = facts.KindEnvironment, &facts.Environment{Field: facts.FieldRole, Value: "cluster node", Not: !holds}
		case "account.name":
			account.Name = value
			continue
		case "account.groups":
			hasGroups = true
			if value == "" {
				wrong = append(wrong, "account.groups has no value; for an account that is in no group say account.groups=none")
			}
			for g := range strings.SplitSeq(value, ",") {
				if g = strings.TrimSpace(g); g != "" && value != "none" {
					account.Groups = append(account.Groups, g)
				}
			}
			continue
		case "dns.update":
			accepted, ok := boolean(value)
			if !ok {
				wrong = append(wrong, fmt.Sprintf("dns.update=%s: expected true or false", value))
			}
			x := &facts.Finding{ID: facts.FindingUpdate, Subject: "zone", State: facts.False, Text: "the zone does not accept dynamic updates, as given"}
			if accepted {
				x.State, x.Text = facts.True, "the zone accepts dynamic updates, as given"
			}
			f.Kind, f.Finding = facts.KindFinding, x
		default:
			if known == nil {
				known = Keys(set())
			}
			if !slices.Contains(known, key) {
				text := fmt.Sprintf("--set has no key %q", key)
				if hint := source.DidYouMean(key, known); hint != "" {
					text += "; " + hint
				}
				wrong = append(wrong, text)
				continue
			}
			if isInput(set(), key) {
				var err error
				switch {
				case strings.HasSuffix(key, ".address"):
					err = checkAddress(value)
				case IsName(key):
					err = dnsfinding.CheckName(value)
				}
				if err != nil {
					wrong = append(wrong, fmt.Sprintf("%s: %v", key, err))
				}
				f.Kind, f.Input = facts.KindInput, &facts.Input{Name: key, Value: value}
				break
			}
			state, ok := State(value)
			if !ok {
				wrong = append(wrong, fmt.Sprintf("%s=%s: expected yes, no or unknown", key, value))
			}
			f.Kind, f.Answer = facts.KindAnswer, &facts.Answer{Question: key, State: state}
		}
		list = append(list, f)
	}
	if holds, ok := boolean(given["cluster"]); ok && !holds && facts.FoldName(given["role"]) == "clusternode" {
		wrong = append(wrong, "role and cluster contradict each other")
	}
	if account.Name != "" && !hasGroups {
		wrong = append(wrong, "account.name needs account.groups as well: the groups are what rules look at")
	}
	if hasGroups {
		list = append(list, facts.Fact{Kind: facts.KindAccount, Origin: facts.Origin{Path: origin}, Account: &account})
	}
	if len(wrong) > 0 {
		return nil, &Error{wrong}
	}
	return list, nil
}

// IsName reports whether the key is the name of an endpoint.
func IsName(key string) bool { return strings.HasSuffix(key, ".name") }

func isInput(set *rules.Set, key string) bool {
	for _, r := range set.Rules {
		for _, in := range r.Inputs {
			for _, a := range in.Ask {
				if a.Key == key {
					return true
				}
			}
		}
	}
	return false
}

func boolean(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true", "yes", "1":
		return true, true
	case "false", "no", "0":
		return false, true
	}
	return false, false
}

// State reads an answer: yes, no or unknown, in the words that people use.
func State(s string) (facts.State, bool) {
	switch strings.ToLower(s) {
	case "yes", "y", "true":
		return facts.True, true
	case "no", "n", "false":
		return facts.False, true
	case "unknown", "?", "don't know":
		return facts.Unknown, true
	}
	return facts.Unknown, false
}

func checkAddress(s string) error {
	if _, err := netip.ParseAddr(s); err != nil {
		return errors.New("expected an IP address such as 192.0.2.21, not " + fmt.Sprintf("%q", s))
	}
	return nil
}
