package overlap

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/rules"
)

// TestPlanted plants 500 pairs among 20,000 rules: equal ones in other notations,
// swallowed ones, and such that say another cause. All but a few must be found, and
// hardly anything else.
func TestPlanted(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2026))
	words := strings.Fields("queue spool mail store driver cache index ticket session token letter volume folder record bridge switch cluster sensor ledger window")
	message := func() string {
		var b strings.Builder
		for range 5 {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		return fmt.Sprintf("The %sgave up after %d tries of <service>", b.String(), r.IntN(90)+10)
	}
	symptom := func() string {
		switch r.IntN(3) {
		case 0:
			return fmt.Sprintf("code: 0x%08X", 0x80040000+r.IntN(40_000))
		case 1:
			return fmt.Sprintf("event: {id: %d, source: Source %d}", 1+r.IntN(60_000), r.IntN(400))
		}
		return "text: " + message()
	}
	list := &rules.Set{}
	var texts [][]string
	parse := func(id, cause string, symptoms []string) {
		var b strings.Builder
		fmt.Fprintf(&b, "schema: 1\nid: %s\ntitle: Title of %s\nstatus: draft\nsymptoms:\n", id, id)
		for i, s := range symptoms {
			fmt.Fprintf(&b, "  s%d: {%s, suggests: 3, expected: 3}\n", i, s)
		}
		fmt.Fprintf(&b, "cause: %s\nresolution: {kind: none}\n", cause)
		rule, msgs := rules.Parse(id+".yaml", []byte(b.String()))
		if rule == nil {
			t.Fatal(msgs)
		}
		list.Rules = append(list.Rules, rule)
	}
	const many, pairs = 20_000, 500
	for i := range many - pairs {
		var symptoms []string
		for range 2 + r.IntN(3) {
			symptoms = append(symptoms, symptom())
		}
		texts = append(texts, symptoms)
		parse(fmt.Sprintf("many/r%05d", i), fmt.Sprintf("Cause number %d.", i), symptoms)
	}
	// The same thing, written by somebody else.
	other := func(s string) string {
		if code, ok := strings.CutPrefix(s, "code: "); ok {
			var v uint32
			fmt.Sscanf(code, "0x%X", &v)
			return fmt.Sprintf("code: %d", int32(v))
		}
		if text, ok := strings.CutPrefix(s, "text: "); ok {
			return "text: " + strings.ToUpper(text[:10]) + strings.ReplaceAll(strings.ReplaceAll(text[10:], " ", "  "), "<service>", "<name>") + "."
		}
		return strings.ReplaceAll(s, "Source ", "source-")
	}
	planted := map[string]string{} // the two ids -> kind
	for i := range pairs {
		first := r.IntN(len(texts))
		a, b := fmt.Sprintf("many/r%05d", first), fmt.Sprintf("planted/p%03d", i)
		if _, taken := planted[a]; taken {
			continue
		}
		planted[a] = "taken"
		var symptoms []string
		for _, s := range texts[first] {
			symptoms = append([]string{other(s)}, symptoms...)
		}
		cause := fmt.Sprintf("Cause number %d.", first)
		switch i % 3 {
		case 0:
			planted[a+" "+b] = "equal"
		case 1:
			planted[a+" "+b], cause = "conflicting", "Quite another cause."
		case 2:
			planted[a+" "+b], symptoms = "swallowed", append(symptoms, symptom())
		}
		parse(b, cause, symptoms)
	}
	wanted := 0
	for pair := range planted {
		if strings.Contains(pair, " ") {
			wanted++
		}
	}
	found, wrong := 0, 0
	note := func(a, b, kind string) {
		if planted[a+" "+b] == kind {
			found++
		} else {
			wrong++
			if wrong < 5 {
				t.Logf("not planted: %s and %s are %s", a, b, kind)
			}
		}
	}
	o := Find(list)
	for _, s := range o.Same {
		kind := "equal"
		if s.Conflict {
			kind = "conflicting"
		}
		for i := range s.Rules {
			for k := i + 1; k < len(s.Rules); k++ {
				note(s.Rules[i].ID, s.Rules[k].ID, kind)
			}
		}
	}
	for _, s := range o.Swallowed {
		for _, by := range s.By {
			note(s.ID, by.ID, "swallowed")
		}
	}
	t.Logf("%d of %d planted pairs are found, %d others", found, wanted, wrong)
	if wanted < 480 || 100*found < 95*wanted || 100*wrong > 2*(found+wrong) {
		t.Errorf("%d of %d planted pairs are found, and %d that are none", found, wanted, wrong)
	}
}

// TestNeighbours: what is shared, and what tells either of two rules.
func TestNeighbours(t *testing.T) {
	s := set(t,
		rule{id: "a/one", title: "One", symptoms: []string{"code: 57", "code: 0x80070005"}},
		rule{id: "a/two", title: "Two", symptoms: []string{"code: 0x80070005", "event: {id: 7, source: Disk}"}},
		rule{id: "a/three", title: "Three", symptoms: []string{"event: {id: 9}"}},
	)
	list := Neighbours(s, "a/one")
	if len(list) != 1 || list[0].ID != "a/two" || symptoms(list[0].Shared) != "code 0x80070005" ||
		symptoms(list[0].Own) != "code 57 (0x00000039)" || symptoms(list[0].Others) != "event 7 (Disk)" {
		t.Errorf("%+v", list)
	}
	if list := Neighbours(s, "a/three"); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if list := Neighbours(s, "a/none"); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}
