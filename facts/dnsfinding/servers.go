package dnsfinding

import (
	"fmt"
	"slices"

	"github.com/kbtriage/kbtriage/facts"
)

// serverState is dns.unreachable, dns.servfail, dns.refused and dns.lame of a
// server: what became of the questions for the endpoints.
func (v *view) serverState(s string) {
	by := map[facts.Outcome][]*lookup{}
	names := map[facts.Outcome][]string{}
	total := 0
	for i := range v.endpoints {
		e := &v.endpoints[i]
		l := e.at(v, s)
		if !l.asked || CheckName(e.name) != nil {
			continue
		}
		total++
		o := l.outcome
		if v.underFullName(e, s) != nil {
			o = facts.Answered
		}
		by[o] = append(by[o], l)
		names[o] = append(names[o], plain(l.name))
	}
	if total == 0 {
		return
	}
	reacted := len(v.replies(s)) > 0
	unclear := facts.Outcome("")
	for _, o := range []facts.Outcome{facts.Timeout, facts.Unreachable, facts.Truncated, facts.Mismatch, facts.Malformed} {
		if len(by[o]) > 0 && unclear == "" {
			unclear = o
		}
	}

	f := facts.Finding{ID: facts.FindingUnreachable, Subject: s, Server: s}
	gone := append(slices.Clone(by[facts.Timeout]), by[facts.Unreachable]...)
	goneNames := append(slices.Clone(names[facts.Timeout]), names[facts.Unreachable]...)
	switch {
	case len(by[facts.Unreachable]) == total:
		f.State, f.Got = facts.True, outcomeWord(facts.Unreachable)
		f.Text = s + " cannot be reached (" + by[facts.Unreachable][0].why + "): no DNS service runs there, or there is no way to it."
	case len(gone) == total && !reacted:
		f.State, f.Got = facts.True, outcomeWord(facts.Timeout)
		f.Text = s + " does not answer: it is down, or a firewall drops the questions."
	case len(gone) > 0:
		f.State, f.Got = facts.True, outcomeWord(gone[0].outcome)
		f.Text = fmt.Sprintf("%s does not answer for %s, although it answers other questions: a server it asks itself may be down.", s, some(goneNames))
	case reacted:
		f.State = facts.False
		f.Text = s + " answers."
	default:
		f.State, f.Got = facts.Unknown, outcomeWord(unclear)
		f.Text = "No answer of " + s + " can be believed: " + because(unclear, by[unclear][0].why) + "."
		f.Advice = advice(unclear, s)
	}
	fine := proofOf(by[facts.Answered], by[facts.NoData], by[facts.NXDomain])
	if len(fine) == 0 {
		fine = v.replies(s)
	}
	if f.State == facts.False {
		v.emit(f, fine...)
	} else {
		v.emit(f, proofOf(gone, by[unclear])...)
	}

	for _, kind := range []struct {
		id      facts.FindingID
		outcome facts.Outcome
		is, not string
	}{
		{facts.FindingServFail, facts.ServFail, "answers SERVFAIL", "does not answer SERVFAIL"},
		{facts.FindingRefused, facts.Refused, "refuses to answer", "does not refuse to answer"},
		{facts.FindingLame, facts.Lame, "neither has authority nor recurses", "has authority or recurses"},
	} {
		f := facts.Finding{ID: kind.id, Subject: s, Server: s}
		hits := by[kind.outcome]
		switch {
		case len(hits) > 0:
			f.State, f.Got = facts.True, outcomeWord(kind.outcome)+extended(hits)
			f.Text = s + " " + kind.is + " for " + some(names[kind.outcome]) + extended(hits) + "."
		case unclear != "":
			f.State = facts.Unknown
			f.Text = "Not every question to " + s + " was answered: " + because(unclear, by[unclear][0].why) + "."
			f.Advice = advice(unclear, s)
		default:
			f.State = facts.False
			f.Text = s + " " + kind.not + "."
			v.emit(f, fine...)
			continue
		}
		v.emit(f, proofOf(hits, by[unclear])...)
	}
}

// replies are the answers of a server that are replies, whatever they say.
func (v *view) replies(s string) []answer {
	var out []answer
	for _, a := range v.byServer[s] {
		if !silent(a.Outcome) {
			out = append(out, a)
		}
	}
	return out
}

// extended is what the server says of the cause (RFC 8914), or empty.
func extended(hits []*lookup) string {
	for _, l := range hits {
		for _, a := range l.proof {
			if len(a.Extended) == 0 {
				continue
			}
			if e := a.Extended[0]; e.Text != "" {
				return fmt.Sprintf(" (extended error %d: %s)", e.Code, e.Text)
			}
			return fmt.Sprintf(" (extended error %d)", a.Extended[0].Code)
		}
	}
	return ""
}

func proofOf(lists ...[]*lookup) []answer {
	var out []answer
	for _, list := range lists {
		for _, l := range list {
			out = append(out, l.proof...)
		}
	}
	return out
}

// checking is dns.dnssec: SERVFAIL that goes away when checking is disabled.
func (v *view) checking(s string) {
	f := facts.Finding{ID: facts.FindingDNSSEC, Subject: s, Server: s}
	unclear := facts.Outcome("")
	failed, proof := false, []answer(nil)
	for _, a := range v.byServer[s] {
		switch {
		case a.Purpose == facts.PurposeValidation && a.Outcome.Says():
			for _, r := range v.byName[[2]string{s, a.Name}] {
				if r.Purpose == facts.PurposeRecord && r.Type == a.Type && r.Outcome == facts.ServFail {
					f.State, f.Got = facts.True, "SERVFAIL"
					f.Text = s + " answers SERVFAIL for " + plain(a.Name) + ", and answers when it need not check signatures: the DNSSEC signatures of the zone, or the server's clock or trust anchor, are not in order."
					v.emit(f, r, a)
					return
				}
			}
		case a.Purpose == facts.PurposeValidation:
			failed, proof = true, append(proof, a)
			if silent(a.Outcome) {
				unclear = a.Outcome
			}
		case a.Purpose == facts.PurposeRecord && a.Type == "A" && silent(a.Outcome) && unclear == "" && CheckName(a.Name) == nil:
			unclear, proof = a.Outcome, append(proof, a)
		}
	}
	switch {
	case unclear != "":
		f.State, f.Text, f.Advice = facts.Unknown, "Not every question to "+s+" was answered: "+because(unclear, "")+".", advice(unclear, s)
	case failed:
		f.State, f.Text = facts.False, s+" answers SERVFAIL also when it need not check signatures, so that DNSSEC is not the cause."
	default:
		f.State, f.Text, proof = facts.False, s+" does not answer SERVFAIL.", v.find("", s, facts.PurposeRecord)
	}
	v.emit(f, proof...)
}

// tcp is dns.tcp: the server answers over UDP and not over TCP.
func (v *view) tcp(s string) {
	var over answer
	for _, a := range v.byServer[s] {
		if a.Outcome == facts.Truncated && a.Transport == "udp" {
			over = a // had to be asked over TCP, and was not answered there
			break
		}
		if a.Purpose == facts.PurposeTCP {
			over = a
		}
	}
	if over == nil {
		return
	}
	f := facts.Finding{ID: facts.FindingTCP, Subject: s, Server: s, Got: outcomeWord(outcome(over))}
	switch o := outcome(over); {
	case over.Purpose != facts.PurposeTCP, o == facts.Timeout, o == facts.Unreachable:
		f.State = facts.True
		f.Text = s + " answers over UDP and not over TCP (" + over.Why + "): answers that do not fit into a UDP packet are lost."
	case !silent(o):
		f.State, f.Text = facts.False, s+" answers over TCP, too."
	default:
		f.State, f.Text, f.Advice = facts.Unknown, "Whether "+s+" works over TCP is not known: "+because(o, over.Why)+".", advice(o, s)
	}
	v.emit(f, over)
}
