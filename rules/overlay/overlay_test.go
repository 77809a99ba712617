package overlay

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

func rule(t testing.TB, id string) *rules.Rule {
	t.Helper()
	r, msgs := rules.Parse(id+".yaml", []byte(`schema: 1
id: `+id+`
title: `+id+`
status: stable
symptoms:
  code: {code: "0xC0DE0002", suggests: 4, expected: 3}
  event: {event: 4058, suggests: 4, expected: 3}
cause: The clock is behind.
resolution: {steps: [Set the clock.]}
`))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	return r
}

func overlays(t testing.TB, texts ...string) (list []*Overlay) {
	t.Helper()
	for _, text := range texts {
		o, msgs := Parse("site.yaml", []byte("overlay: 1\nentries:\n"+text))
		if len(msgs) > 0 {
			t.Fatal(msgs)
		}
		list = append(list, o)
	}
	return list
}

func shown(msgs []source.Message) (list []string) {
	for _, m := range msgs {
		list = append(list, m.String())
	}
	return list
}

// What entries do, and that the rules they were made from stay as they were.
func TestApply(t *testing.T) {
	set := &rules.Set{Rules: []*rules.Rule{rule(t, "mail/early"), rule(t, "mail/late")}}
	before, err := json.Marshal(set.Rules)
	if err != nil {
		t.Fatal(err)
	}
	old := slices.Clone(set.Rules)
	expired, msgs := Apply(set, overlays(t, `
  - {rule: mail/late, symptom: code, suggests: 1, reason: too loud, expires: 2027-03-01}
  - {rule: mail/late, symptom: code, expected: 5, reason: always here, expires: 2027-03-01}
`, `
  - {rule: mail/late, except: {event: 4067}, reason: the backup does that, expires: 2027-03-02}
  - {rule: mail/early, off: true, reason: not ours, expires: 2027-03-02}
`), "2027-02-28")
	if len(expired) > 0 || len(msgs) > 0 {
		t.Fatal(expired, msgs)
	}
	var got []string
	for _, r := range set.Rules {
		for i := range r.Tuned {
			got = append(got, r.ID+" "+r.Tuned[i].String())
		}
	}
	want := []string{
		"mail/early switched off by the overlay site.yaml:5 until 2027-03-02: not ours",
		"mail/late code: suggests is 1 and was 4, by the overlay site.yaml:4 until 2027-03-01: too loud",
		"mail/late code: expected is 5 and was 3, by the overlay site.yaml:5 until 2027-03-01: always here",
		"mail/late exception by the overlay site.yaml:4 until 2027-03-02: the backup does that",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := set.Rules[1].Symptoms[0]; s.Suggests != 1 || s.Expected != 5 {
		t.Errorf("%+v", s)
	}
	if s := set.Rules[1].Symptoms[1]; s.Suggests != 4 || s.Expected != 3 {
		t.Errorf("another symptom: %+v", s)
	}
	if after, err := json.Marshal(old); err != nil || string(after) != string(before) {
		t.Errorf("the rules themselves changed (%v):\n%s\n%s", err, before, after)
	}
}

// An entry acts before the day that it names, and not from that day on.
func TestExpires(t *testing.T) {
	for today, acts := range map[string]bool{"2026-12-31": true, "2027-02-28": true, "2027-03-01": false, "2027-03-02": false, "2031-01-01": false} {
		set := &rules.Set{Rules: []*rules.Rule{rule(t, "mail/late")}}
		expired, msgs := Apply(set, overlays(t, `
  - {rule: mail/late, off: true, reason: x, expires: 2027-03-01}
`), today)
		if len(msgs) > 0 || (len(set.Rules[0].Tuned) == 1) != acts || (len(expired) == 0) != acts {
			t.Errorf("%s: %v %v %v", today, set.Rules[0].Tuned, shown(expired), shown(msgs))
		}
		if !acts && expired[0].String() != "site.yaml:4:12: the entry for mail/late ended on 2027-03-01 and does not act any more [overlay.expired]" {
			t.Error(expired[0])
		}
	}
	// What has ended may name a rule that is gone; what acts may not.
	set := &rules.Set{Rules: []*rules.Rule{rule(t, "mail/late")}}
	if _, msgs := Apply(set, overlays(t, "\n  - {rule: mail/gone, off: true, reason: x, expires: 2027-03-01}\n"), "2028-01-01"); len(msgs) > 0 {
		t.Error(msgs)
	}
}

// What an overlay names has to be there, and one thing is changed once; all
// messages come at once and nothing is changed.
func TestApplyRefuses(t *testing.T) {
	set := &rules.Set{Rules: []*rules.Rule{rule(t, "mail/early"), rule(t, "mail/late")}}
	_, msgs := Apply(set, overlays(t, `
  - {rule: mail/lat, off: true, reason: x, expires: 2027-03-01}
  - {rule: mail/late, symptom: cod, suggests: 1, reason: x, expires: 2027-03-01}
  - {rule: mail/late, symptom: code, suggests: 1, reason: x, expires: 2027-03-01}
  - {rule: mail/early, off: true, reason: x, expires: 2027-03-01}
`, `
  - {rule: mail/late, symptom: code, suggests: 2, expected: 2, reason: x, expires: 2027-03-01}
  - {rule: mail/early, off: true, reason: x, expires: 2027-03-01}
`), "2026-01-01")
	want := []string{
		`site.yaml:4:12: there is no rule "mail/lat"; did you mean "mail/late"? [overlay.rule]`,
		`site.yaml:4:12: mail/late changes what the entry at site.yaml:6 changes already [overlay.twice]`,
		`site.yaml:5:12: mail/early changes what the entry at site.yaml:7 changes already [overlay.twice]`,
		`site.yaml:5:32: mail/late has no symptom "cod"; did you mean "code"? [overlay.symptom]`,
	}
	if diff := cmp.Diff(want, shown(msgs)); diff != "" {
		t.Error(diff)
	}
	for _, r := range set.Rules {
		if len(r.Tuned) > 0 || r.Symptoms[0].Suggests != 4 {
			t.Errorf("%s was changed", r.ID)
		}
	}
}

// Files with a mistake, and the message that they must give.
func TestWrongFiles(t *testing.T) {
	const good = "overlay: 1\nentries:\n  - {rule: a/b, off: true, reason: x, expires: 2027-03-01}\n"
	for _, x := range []struct{ old, with, want string }{
		{"overlay: 1", "overlay: 2", `1:10: expected a whole number from 1 to 1, not "2" [rule.type]`},
		{"entries:", "entrys:", `2:1: an overlay has no key "entrys"; did you mean "entries"? [rule.unknown-key]`},
		{"off: true", "of: true", `3:17: an entry has no key "of"; did you mean "off"? [rule.unknown-key]`},
		{"off: true", "off: false", `3:22: off: false says nothing; leave the entry out [overlay.entry]`},
		{"off: true, ", "", `3:5: an entry is one change: off: true, except with a condition, or symptom with suggests or expected [overlay.entry]`},
		{"off: true", "off: true, except: {event: 1}", `3:5: an entry is one change: off: true, except with a condition, or symptom with suggests or expected [overlay.entry]`},
		{"off: true", "symptom: s", `3:5: symptom needs the class that it shall have: suggests, expected, or both [overlay.entry]`},
		{"off: true", "off: true, suggests: 3", `3:5: suggests and expected need the symptom that they are of [overlay.entry]`},
		{"off: true", "symptom: s, suggests: 6", `3:39: expected a whole number from 1 to 5, not "6" [rule.type]`},
		{", reason: x", "", `3:5: an entry needs the key "reason" [rule.missing-key]`},
		{", expires: 2027-03-01", "", `3:5: an entry needs the key "expires" [rule.missing-key]`},
		{"2027-03-01", "2027-02-30", `3:48: "2027-02-30" is no day; expected year, month and day, such as 2027-03-01 [overlay.expires]`},
		{"2027-03-01", "never", `3:48: "never" is no day; expected year, month and day, such as 2027-03-01 [overlay.expires]`},
		{"off: true", "except: {evnt: 1}", `3:26: a symptom has no key "evnt"; did you mean "event"? [rule.unknown-key]`},
		{"off: true", "except: {when: len(evnts) > 0}", `unknown name evnts`},
		{"off: true", "except: {probe: {dns: {names: all}}, when: len(dns.missing) > 0}", `an exception asks no server`},
		{"  - {", "  - &a {", `anchors and aliases are not allowed`},
		{"overlay: 1", "overlay: 1\n---\noverlay: 1", `a second document`},
	} {
		text := strings.Replace(good, x.old, x.with, 1)
		o, msgs := Parse("o.yaml", []byte(text))
		if o != nil || !slices.ContainsFunc(shown(msgs), func(m string) bool { return strings.Contains(m, x.want) }) {
			t.Errorf("%s\n%v\nwant %s", text, shown(msgs), x.want)
		}
	}
}

// FuzzParse: any bytes give an overlay or messages; what it does to a rule survives JSON.
func FuzzParse(f *testing.F) {
	f.Add([]byte("overlay: 1\nentries:\n  - {rule: mail/late, off: true, reason: x, expires: 2027-03-01}\n"))
	f.Add([]byte("overlay: 1\nentries:\n  - rule: mail/late\n    except: {any: {a: {event: 1}, b: {when: 'len(events) > 2'}}}\n    reason: x\n    expires: 2027-03-01\n"))
	f.Add([]byte("overlay: 1\nentries: [{rule: mail/late, symptom: code, suggests: 1, reason: x, expires: 9999-12-31}]"))
	base := rule(f, "mail/late")
	f.Fuzz(func(t *testing.T, data []byte) {
		o, msgs := Parse("o.yaml", data)
		if (o == nil) != (len(msgs) > 0) {
			t.Fatalf("%v with %v", o, msgs)
		}
		if o == nil {
			return
		}
		set := &rules.Set{Rules: []*rules.Rule{base}}
		if _, msgs := Apply(set, []*Overlay{o}, "2026-01-01"); len(msgs) > 0 {
			return
		}
		form, err := json.Marshal(set.Rules[0])
		if err != nil {
			t.Fatal(err)
		}
		var again rules.Rule
		if err := json.Unmarshal(form, &again); err != nil {
			t.Fatalf("%v\n%s", err, form)
		}
		if more, err := json.Marshal(&again); err != nil || string(more) != string(form) {
			t.Fatalf("%v\n%s\n%s", err, form, more)
		}
	})
}
