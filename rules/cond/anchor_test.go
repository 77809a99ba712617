package cond

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
)

// The random conditions and facts share small vocabularies, so that they meet.

var (
	randomCodes     = []string{"5", "997", "0xC00203E5", "0x80070005", "HTTP 503", "503", "STOP 0x0000007B", "NXDOMAIN", "5.7.1", "80040115-0514-000006bb", "0x6bb"}
	randomSources   = []string{"Netlogon", "NET LOGON", "Disk", ""}
	randomTemplates = []string{
		"no such host", "<x> such <y>", "access is denied", "no <x> host", "<x>host<y>", "server<x>down", "overlapped i/o operation is in progress",
		"é host", "<a>such host", "host <a>.",
	}
	randomTexts = []string{
		"No such host", "There is such a host", "Access\nis denied.", "the server is down", "Overlapped I/O operation is in progress.",
		"nosuchhosts", "É host is no such host", "server: down host ",
	}
	randomWhens = []string{
		"len(dns.missing) > 0", "len(dns.missing) == 0", "not dns.order_wrong", "dns.update or len(dns.lame) > 0", `"a" in account.groups`, "account.name != \"x\"",
		"any(events, .id == 1)", "any(events, .id in [1, 2] and .source != \"\")", "any(codes, .value == 997) and len(events) >= 1",
		"count(events, .id == 1) > 1", "product == \"Exchange\"", "not any(events, .id == 1)", `any(texts, # contains "host")`, `"cluster node" in roles`,
		"any(events, .id == 1) or any(codes, .value == 5)", "len(codes) == 0", "any(events, 1 == .id)", "(any(events, .id == 1) ? len(codes) : 1) > 0",
		`any(events, lower(.source) == "netlogon")`, `any(events, .source == "NET LOGON")`, `any(texts, # contains "no such host")`,
	}
	randomFindings = []facts.FindingID{
		facts.FindingMissingA, facts.FindingMissingPTR, facts.FindingResolverOrder, facts.FindingUpdate, facts.FindingLame, facts.FindingWrongAddress,
	}
	randomStates = []facts.State{facts.True, facts.False, facts.Unknown}
)

func randomEvent(t *rapid.T) Event {
	e := Event{Source: rapid.SampledFrom(randomSources).Draw(t, "source")}
	if e.Source == "" || rapid.Bool().Draw(t, "with id") {
		e.IDs = rapid.SliceOfN(rapid.Uint32Range(1, 3), 1, 2).Draw(t, "ids")
	}
	return e
}

func randomLeaf(t *rapid.T) Condition {
	var c Condition
	for forms := rapid.IntRange(1, 1<<8-1).Draw(t, "forms") & rapid.IntRange(1, 1<<8-1).Draw(t, "mask"); ; forms = 1 << rapid.IntRange(0, 7).Draw(t, "form") {
		if forms&1 != 0 {
			c.Codes = codes(rapid.SliceOfN(rapid.SampledFrom(randomCodes), 1, 2).Draw(t, "codes")...)
		}
		if forms&2 != 0 {
			e := randomEvent(t)
			c.Event = &e
		}
		if forms&4 != 0 {
			c.Texts = texts(rapid.SliceOfN(rapid.SampledFrom(randomTemplates), 1, 2).Draw(t, "texts")...)
		}
		if forms&8 != 0 {
			c.Environment = &Environment{OS: rapid.SampledFrom([]string{"Windows", "Linux"}).Draw(t, "os")}
		}
		if forms&16 != 0 {
			c.When = when(rapid.SampledFrom(randomWhens).Draw(t, "when"))
			if rapid.Bool().Draw(t, "probe") {
				c.Probe = &Probe{Kind: ProbeDNS, Type: rapid.SampledFrom([]string{"A", "PTR"}).Draw(t, "type"), Local: rapid.Bool().Draw(t, "local")}
			}
		}
		if forms&32 != 0 {
			c.Correlate = &Correlate{
				Events: []Event{randomEvent(t), randomEvent(t)}, Ordered: rapid.Bool().Draw(t, "ordered"),
				AtLeast: rapid.IntRange(0, 2).Draw(t, "at least"), AnyHost: rapid.Bool().Draw(t, "any host"),
			}
		}
		if forms&64 != 0 {
			c.Ask = &Ask{Text: "?", Key: rapid.SampledFrom([]string{"k1", "k2", "event:1", "code:0x00000005"}).Draw(t, "key"), SeenIf: rapid.Bool().Draw(t, "seen if")}
		}
		if forms != 0 && forms != 128 {
			return c
		}
	}
}

func randomCondition(t *rapid.T, depth int) Condition {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	if depth == 0 || kind > 1 {
		return randomLeaf(t)
	}
	var members []Member
	for i := range rapid.IntRange(1, 3).Draw(t, "members") {
		members = append(members, Member{fmt.Sprintf("m%d", i), randomCondition(t, depth-1)})
	}
	if kind == 0 {
		return Condition{Any: members}
	}
	return Condition{All: members}
}

func randomFact(t *rapid.T) facts.Fact {
	var f facts.Fact
	switch rapid.IntRange(0, 7).Draw(t, "fact") {
	case 0:
		f = code(rapid.SampledFrom(randomCodes).Draw(t, "code"))
		if rapid.Bool().Draw(t, "with message") {
			f.Code.Message = rapid.SampledFrom(randomTexts).Draw(t, "message")
		}
	case 1, 2:
		f = event(rapid.Uint32Range(1, 3).Draw(t, "event"), rapid.SampledFrom(randomSources).Draw(t, "source"))
		if rapid.Bool().Draw(t, "with message") {
			f.Event.Message = rapid.SampledFrom(randomTexts).Draw(t, "message")
		}
	case 3:
		f = text(rapid.SampledFrom(randomTexts).Draw(t, "text"))
	case 4:
		f = rapid.SampledFrom([]facts.Fact{
			env(facts.FieldOS, "Windows 2000"), env(facts.FieldOS, "Linux"), env(facts.FieldRole, "cluster node"), notRole("cluster node"), env(facts.FieldProduct, "Exchange"),
		}).Draw(t, "environment")
	case 5:
		f = answer(rapid.SampledFrom([]string{
			"k1", "k2", "event:1", "event:1:netlogon", "code:0x00000005", "text:no such host", "environment:os Linux",
		}).Draw(t, "question"), rapid.SampledFrom(randomStates).Draw(t, "answer"))
	case 6:
		f = finding(rapid.SampledFrom(randomFindings).Draw(t, "finding"), rapid.SampledFrom([]string{"host", "other"}).Draw(t, "subject"), rapid.SampledFrom(randomStates).Draw(t, "state"))
		f.Finding.Local = rapid.Bool().Draw(t, "local")
	case 7:
		f = account(rapid.SliceOfN(rapid.SampledFrom([]string{"A", "b"}), 0, 2).Draw(t, "groups")...)
	}
	return at(f, rapid.SampledFrom([]string{"- a -", "- b 10:00:00", "h a 10:00:00Z", "h.x b 10:00:05Z", "i a 09:00:00Z", "- b 10:00:03"}).Draw(t, "where"))
}

func randomCase(t *rapid.T) *facts.Case {
	c := &facts.Case{}
	for range rapid.IntRange(0, 8).Draw(t, "facts") {
		c.Facts = append(c.Facts, randomFact(t))
	}
	for _, k := range all {
		if rapid.Bool().Draw(t, "covered "+string(k)) {
			c.Coverage = append(c.Coverage, facts.Coverage{Kind: k})
		}
	}
	c.Sort()
	return c
}

// reached reports whether the index finds the condition by one of the anchors.
func reached(anchors []Anchor, c *facts.Case) bool {
	type key struct {
		kind  facts.Kind
		value uint64
	}
	for _, a := range anchors {
		for i := range c.Facts {
			have := map[key]bool{}
			source := uint64(0)
			FactAnchors(&c.Facts[i], func(k facts.Kind, v uint64) {
				have[key{k, v}] = true
				if k == facts.KindEvent && v>>63 == 1 {
					source = v
				}
			})
			ok := len(a.Words) > 0 || have[key{a.Kind, a.Value}]
			for _, w := range a.Words { // the index may take any of them
				ok = ok && have[key{facts.KindText, WordHash(w)}]
			}
			if ok && (a.Source == 0 || source == 0 || a.Source == source) {
				return true
			}
		}
	}
	return false
}

// TestAnchors is what the index relies on: a condition that is seen in a case has one of
// its anchors among those of the case's facts.
func TestAnchors(t *testing.T) {
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		c := randomCondition(t, 2)
		anchors, ok := c.Anchors()
		if !ok {
			return
		}
		if len(anchors) == 0 {
			t.Fatal("no anchors, but they are said to stand for the condition")
		}
		k := randomCase(t)
		r := c.Eval(NewView(k))
		if r.State != Seen {
			return
		}
		tried++
		if !reached(anchors, k) {
			t.Fatalf("seen (%s), but none of its anchors %+v is in the case", r.Why, anchors)
		}
	})
	if tried < 5 {
		t.Errorf("only %d conditions were seen", tried)
	}
}

// TestUnknownEmpty: in an empty case nothing is seen, and nothing missing.
func TestUnknownEmpty(t *testing.T) {
	v := viewOf()
	rapid.Check(t, func(t *rapid.T) {
		c := randomCondition(t, 2)
		if r := c.Eval(v); r.State != Unknown || len(r.Facts) > 0 || r.Err != nil {
			t.Fatalf("%+v", r)
		}
	})
}

func TestAnchorsOfForms(t *testing.T) {
	for _, c := range []struct {
		name string
		cond Condition
		want string // kinds and values, or words
	}{
		{"codes", Condition{Codes: codes("997", "0xC00203E5")}, "code 997, code 3221357541"},
		{"event ids", Condition{Event: &Event{IDs: []uint32{1, 2}, Source: "x"}}, "event 1, event 2"},
		{"event source", Condition{Event: &Event{Source: "Net Logon"}}, "event #"},
		{"text", Condition{Texts: texts("the <x> is down")}, "text the+is+down"},
		{"text without a word of its own", Condition{Texts: texts("<x>down<y>")}, "none"},
		{"one of two texts without", Condition{Texts: texts("is down", "<x>down<y>")}, "none"},
		{"ask", Condition{Ask: &Ask{Key: "k"}}, "answer #"},
		{"dns", Condition{When: when("len(dns.missing) > 0 and dns.update")}, "finding #, finding #"},
		{"account", Condition{When: when(`"a" in account.groups`)}, "account #"},
		{"spine", Condition{When: when("len(texts) > 3 and (any(events, .source != \"\" and .id == 7) and any(codes, .value == 5))")}, "event 7"},
		{"spine, in", Condition{When: when("any(codes, .value in [5, 6])")}, "code 5, code 6"},
		{"not on the spine", Condition{When: when("not any(events, .id == 7)")}, "none"},
		{"or", Condition{When: when("any(events, .id == 7) or len(codes) > 0")}, "none"},
		{"or within", Condition{When: when("any(events, .id == 7 or .source == \"x\")")}, "none"},
		{"all events", Condition{When: when("all(events, .id == 7)")}, "none"},
		{"not equal", Condition{When: when("any(events, .id != 7)")}, "none"},
		{"source", Condition{When: when(`any(events, .source == "Net Logon")`)}, "event #"},
		{"source in lower case", Condition{When: when(`any(events, lower(.source) == "net logon" and .message contains "a")`)}, "event #"},
		{"source without a letter", Condition{When: when(`any(events, lower(.source) == "-")`)}, "none"},
		{"number before source", Condition{When: when(`any(events, lower(.source) == "net logon" and .id == 7)`)}, "event 7"},
		{"one whole word", Condition{When: when(`any(texts, # contains "the host name")`)}, "text host"},
		{"number before one word", Condition{When: when(`any(events, .message contains "the host name" and .id == 7)`)}, "event 7"},
		{"no whole word", Condition{When: when(`any(texts, # contains "the host")`)}, "none"},
		{"correlate", Condition{Correlate: &Correlate{Events: []Event{{IDs: []uint32{3}}, {IDs: []uint32{4}}}}}, "event 3"},
		{"any", Condition{Any: []Member{{"a", Condition{Codes: codes("5")}}, {"b", Condition{Codes: codes("6")}}}}, "code 5, code 6"},
		{"any, one without", Condition{Any: []Member{{"a", Condition{Codes: codes("5")}}, {"b", Condition{When: when("len(codes) > 0")}}}}, "none"},
		{"all: the fewest", Condition{All: []Member{{"a", Condition{Codes: codes("5", "6")}}, {"b", Condition{When: when("len(codes) > 0")}}, {"c", Condition{Codes: codes("7")}}}}, "code 7"},
	} {
		anchors, ok := c.cond.Anchors()
		var got []string
		for _, a := range anchors {
			switch {
			case a.Kind == facts.KindAnswer && c.cond.Ask == nil: // a machine-read condition can be answered by a person as well
			case len(a.Words) > 0:
				got = append(got, fmt.Sprintf("%s %s", a.Kind, strings.Join(a.Words, "+")))
			case a.Value>>63 == 1:
				got = append(got, string(a.Kind)+" #")
			default:
				got = append(got, fmt.Sprintf("%s %d", a.Kind, a.Value))
			}
		}
		if !ok {
			got = []string{"none"}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

// TestWordIndex: looking texts up by their words finds what a search of all texts finds.
func TestWordIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := randomCase(t)
		v := NewView(k)
		tmpl := template(rapid.SampledFrom(randomTemplates).Draw(t, "template"))
		var want []int
		for _, f := range v.tables.texts {
			if tmpl.Match(f.text) {
				want = append(want, f.fact)
			}
		}
		if got := v.withTemplate(tmpl); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: %v, want %v", tmpl, got, want)
		}
	})
}
