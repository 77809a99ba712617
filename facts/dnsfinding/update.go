package dnsfinding

import (
	"github.com/kbtriage/kbtriage/facts"
)

// UpdateZones are the zones that the endpoints lie in as far as server tells:
// what it says, with authority or without, else what any server says, else
// the domain of each full name.
func UpdateZones(c *facts.Case, server string) []string {
	v := newView(c)
	var out []string
	for i := range v.endpoints {
		e := &v.endpoints[i]
		if zone := v.updateZone(e, server); zone != "" {
			out = appendNew(out, zone)
		}
	}
	return out
}

func (v *view) updateZone(e *endpoint, server string) string {
	longest := ""
	for _, from := range [][]string{{server}, v.servers} {
		for _, s := range from {
			for _, a := range v.bySubject[e.subject] {
				if a.Server == s && a.Purpose == facts.PurposeZone && a.Outcome.Says() && Below(a.Name, a.Zone) && labels(a.Zone) > labels(longest) {
					longest = a.Zone
				}
			}
		}
		if labels(longest) > 0 && labels(longest) >= min(2, labels(e.name)-1) {
			return longest
		}
		longest = ""
	}
	if CheckName(e.name) != nil {
		return ""
	}
	if p := Parent(e.names[0]); p != "." {
		return p
	}
	return ""
}

// updates is dns.update, for each server and zone that was asked.
func (v *view) updates(server string) {
	for _, a := range v.find("", server, facts.PurposeUpdate) {
		f := facts.Finding{ID: facts.FindingUpdate, Subject: server, Server: server, Got: a.RCode}
		zone := plain(a.Name)
		switch a.Outcome {
		case facts.Answered:
			f.State, f.Text = facts.True, server+" accepts dynamic updates of the zone "+zone+" from here."
		case facts.Refused:
			f.State, f.Text = facts.False, server+" refuses dynamic updates of the zone "+zone+" from here."
		case facts.NotAuth:
			f.State, f.Text = facts.False, server+" has no authority for the zone "+zone+" and takes no dynamic updates of it."
		case facts.NotImp:
			f.State, f.Text = facts.False, server+" does not implement dynamic updates."
		default:
			f.State, f.Got = facts.Unknown, outcomeWord(a.Outcome)
			f.Text = "Whether " + server + " accepts dynamic updates of the zone " + zone + " is not known: " + because(a.Outcome, a.Why) + "."
			f.Advice = advice(a.Outcome, server)
		}
		serials := v.find("", server, facts.PurposeSerial)
		proof := []answer{a}
		seen := map[uint32]bool{}
		failed := false
		for _, s := range serials {
			if s.Name != a.Name {
				continue
			}
			proof = append(proof, s)
			if s.Outcome == facts.Answered {
				seen[s.Serial] = true
			} else {
				failed = true
			}
		}
		switch {
		case len(seen) == 1 && !failed:
			f.Text += " The serial of the zone is the same before and after the question."
		case len(seen) > 1:
			f.Text += " The serial of the zone changed meanwhile, although the question changes nothing: someone else updates it."
		default:
			f.Text += " The serial of the zone could not be read."
		}
		v.emit(f, proof...)
	}
}
