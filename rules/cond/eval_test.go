package cond

import (
	"reflect"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		rule, have string
		want       State
		weak       bool
	}{
		// one value in every notation
		{"0xC00203E5", "c00203e5", Seen, false},
		{"0xC00203E5", "-1073609755", Seen, false},
		{"0xC00203E5", "3221357541", Seen, false},
		{"-1018", "0xFFFFFC06", Seen, false},
		{"0xC00203E5", "0xC00203E6", Missing, false},
		// 32-bit families share their numbers
		{"997", "997", Seen, false},
		{"ERROR_IO_PENDING", "997", Seen, false},
		{"997", "ERROR_IO_PENDING", Seen, false},
		{"WSAHOST_NOT_FOUND", "11001", Seen, false},
		{"E_ACCESSDENIED", "0x80070005", Seen, false},
		// other families do not
		{"HTTP 503", "HTTP 503", Seen, false},
		{"HTTP 404", "SMTP 404", Missing, false},
		{"NXDOMAIN", "STOP 0x00000003", Missing, false},
		{"EDE 6", "STOP 0x00000006", Missing, false},
		{"5.7.1", "5.7.1", Seen, false},
		{"STOP 0x0000007B", "STOP 7B", Seen, false},
		// a bare number may be of any family
		{"HTTP 503", "503", Seen, true},
		{"STOP 0x0000007B", "0x7B", Seen, true},
		{"503", "HTTP 503", Seen, true},
		// a code inside
		{"997", "0xC00203E5", Seen, true},
		{"5", "0x80070005", Seen, true},
		{"0x6bb", "80040115-0514-000006bb", Seen, true},
		{"0xC00203E5", "997", Missing, false}, // not the other way round
	} {
		cond := &Condition{Codes: codes(c.rule)}
		r := wantState(t, c.rule+" in "+c.have, cond, covering(all, code(c.have)), c.want)
		if r.Weak != c.weak {
			t.Errorf("%s in %s: weak %v", c.rule, c.have, r.Weak)
		}
	}
	c := &Condition{Codes: codes("997", "HTTP 503")}
	if r := wantState(t, "one weak, one strong", c, viewOf(code("0xC00203E5"), code("HTTP 503")), Seen); r.Weak || len(r.Facts) != 2 {
		t.Errorf("one weak, one strong: %+v", r)
	}
}

func TestEvents(t *testing.T) {
	record := func(id uint32, source, log, category string) facts.Fact {
		return facts.Fact{Kind: facts.KindEvent, Event: &facts.Event{ID: id, Source: source, Log: log, Category: category}}
	}
	full := &Event{IDs: []uint32{4058, 4067}, Source: "MSExchangeIMC", Log: "Application", Category: "Initialization/Termination"}
	for _, c := range []struct {
		name string
		want *Event
		have facts.Fact
		is   State
	}{
		{"all agree", full, record(4067, "MSExchangeIMC", "Application", "Initialization/Termination"), Seen},
		{"names fold", full, record(4058, "MS Exchange-IMC", "APPLICATION", "initialization termination"), Seen},
		{"what the record does not name is no contradiction", full, record(4058, "", "", ""), Seen},
		{"another id", full, record(4059, "MSExchangeIMC", "Application", ""), Missing},
		{"another source", full, record(4058, "MSExchangeMTA", "Application", ""), Missing},
		{"another log", full, record(4058, "MSExchangeIMC", "System", ""), Missing},
		{"another category", full, record(4058, "MSExchangeIMC", "Application", "Content"), Missing},
		{"only an id", &Event{IDs: []uint32{4058}}, record(4058, "Anything", "System", "x"), Seen},
		{"only a source", &Event{Source: "Netlogon"}, record(77, "NETLOGON", "", ""), Seen},
		{"only a source, which the record does not name", &Event{Source: "Netlogon"}, record(77, "", "System", ""), Missing},
		{"only a source, another", &Event{Source: "Netlogon"}, record(77, "Netlog", "", ""), Missing},
	} {
		wantState(t, c.name, &Condition{Event: c.want}, covering(all, c.have), c.is)
	}
}

func TestTexts(t *testing.T) {
	c := &Condition{Texts: texts("no such host", "Overlapped I/O operation is in progress")}
	message := code("997")
	message.Code.Message = "Overlapped I/O operation is in progress."
	logged := event(4058, "")
	logged.Event.Message = "DNS said: no such\n host."
	for name, f := range map[string]facts.Fact{"text": text("lookup x: No such host"), "message of a code": message, "message of an event": logged} {
		r := wantState(t, name, c, viewOf(f), Seen)
		if !reflect.DeepEqual(r.Facts, []int{0}) || r.Weak {
			t.Errorf("%s: %+v", name, r)
		}
	}
	r := wantState(t, "both", c, viewOf(text("no such host"), text("overlapped i/o operation is in progress")), Seen)
	if len(r.Facts) != 2 || !strings.Contains(r.Why, "no such host") || !strings.Contains(r.Why, "Overlapped I/O") {
		t.Errorf("both: %+v", r)
	}
	wantState(t, "not anchored by a word", &Condition{Texts: texts("<a>host<b>")}, viewOf(text("nosuchhosts")), Seen)
	// Words of two records do not make one text.
	wantState(t, "two records", c, covering(all, text("no such"), text("host")), Missing)
}

// TestCoverage: what was not found is missing only where it was looked for.
func TestCoverage(t *testing.T) {
	application := &facts.Case{Coverage: []facts.Coverage{{Kind: facts.KindEvent, Log: "Application"}}}
	for _, c := range []struct {
		name string
		cond *Condition
		view *View
		want State
	}{
		{"code, nothing covered", &Condition{Codes: codes("997")}, viewOf(), Unknown},
		{"code, others covered", &Condition{Codes: codes("997")}, covering([]facts.Kind{facts.KindEvent, facts.KindText}), Unknown},
		{"code, covered", &Condition{Codes: codes("997")}, covering([]facts.Kind{facts.KindCode}), Missing},
		{"text, covered", &Condition{Texts: texts("no such host")}, covering([]facts.Kind{facts.KindText}), Missing},
		{"code and text, one covered", &Condition{Codes: codes("997"), Texts: texts("no such host")}, covering([]facts.Kind{facts.KindText}), Unknown},
		{"code and text, both covered", &Condition{Codes: codes("997"), Texts: texts("no such host")}, covering(all), Missing},
		{"event, its log covered", &Condition{Event: &Event{IDs: []uint32{1}, Log: "APPLICATION"}}, NewView(application), Missing},
		{"event, another log covered", &Condition{Event: &Event{IDs: []uint32{1}, Log: "System"}}, NewView(application), Unknown},
		{"question, everything covered", &Condition{Ask: &Ask{Text: "?", Key: "k", SeenIf: true}}, covering(all), Unknown},
	} {
		wantState(t, c.name, c.cond, c.view, c.want)
	}
}

func TestAnswers(t *testing.T) {
	ask := func(seenIf bool) *Condition { return &Condition{Ask: &Ask{Text: "Is it?", Key: "k", SeenIf: seenIf}} }
	wantState(t, "yes", ask(true), viewOf(answer("k", facts.True)), Seen)
	wantState(t, "no", ask(true), viewOf(answer("k", facts.False)), Missing)
	wantState(t, "don't know", ask(true), viewOf(answer("k", facts.Unknown)), Unknown)
	wantState(t, "no, which shows it", ask(false), viewOf(answer("k", facts.False)), Seen)
	wantState(t, "yes, which does not", ask(false), viewOf(answer("k", facts.True)), Missing)
	wantState(t, "another question", ask(true), viewOf(answer("kk", facts.True)), Unknown)

	// Machine-read forms can be answered by a person too, under a key of their own.
	for _, c := range []struct {
		cond          *Condition
		key, question string
	}{
		{&Condition{Event: &Event{IDs: []uint32{4058, 4067}, Log: "Application"}}, "event:4058", "Is event 4058 in the Application log?"},
		{&Condition{Event: &Event{IDs: []uint32{4058}, Source: "MSExchange IMC"}}, "event:4058:msexchangeimc", "Is event 4058 in the event log, from source MSExchange IMC?"},
		{&Condition{Codes: codes("c00203e5"), Texts: texts("in progress")}, "code:0xC00203E5", "Is code c00203e5 reported?"},
		{&Condition{Texts: texts("No  Such Host")}, "text:no such host", "Is this message shown: “No  Such Host”?"},
	} {
		if key, question := c.cond.DefaultQuestion(); key != c.key || question != c.question {
			t.Errorf("%q %q, want %q %q", key, question, c.key, c.question)
		}
		wantState(t, c.key+" yes", c.cond, viewOf(answer(c.key, facts.True)), Seen)
		wantState(t, c.key+" no", c.cond, viewOf(answer(c.key, facts.False)), Missing)
		wantState(t, c.key+" looked for, but yes", c.cond, covering(all, answer(c.key, facts.True)), Seen)
	}
	seen := &Condition{Codes: codes("997")}
	wantState(t, "a code that is there beats an answer", seen, viewOf(code("997"), answer("code:0x000003E5", facts.False)), Seen)
}

// TestAlternatives: the forms of one condition are alternatives.
func TestAlternatives(t *testing.T) {
	c := &Condition{
		Codes: codes("997"), Event: &Event{IDs: []uint32{4058}}, Texts: texts("no such host"),
		When: when("len(dns.missing) > 0"), Environment: &Environment{OS: "Linux"},
		Correlate: &Correlate{Events: []Event{{IDs: []uint32{1}}, {IDs: []uint32{2}}}},
		Ask:       &Ask{Text: "?", Key: "k", SeenIf: true},
	}
	for name, list := range map[string][]facts.Fact{
		"code":        {code("997")},
		"event":       {event(4058, "")},
		"text":        {text("no such host")},
		"when":        {finding(facts.FindingMissingA, "host", facts.True)},
		"environment": {env(facts.FieldOS, "Linux")},
		"correlate":   {at(event(1, ""), "- a 10:00:00"), at(event(2, ""), "- a 10:00:01")},
		"answer":      {answer("k", facts.True)},
	} {
		wantState(t, name, c, viewOf(list...), Seen)
	}
	wantState(t, "nothing", c, viewOf(), Unknown)
	windows, present := env(facts.FieldOS, "Windows"), finding(facts.FindingMissingA, "host", facts.False)
	wantState(t, "all looked for", c, covering(all, windows, present), Missing)
	wantState(t, "one not looked for", c, covering(all, windows), Unknown)
	wantState(t, "codes not looked for", c, covering([]facts.Kind{facts.KindEvent, facts.KindText}, windows, present), Unknown)
	wantState(t, "all looked for, but the answer is yes", c, covering(all, windows, present, answer("k", facts.True)), Seen)
	if r := wantState(t, "two", c, viewOf(code("997"), env(facts.FieldOS, "Linux")), Seen); len(r.Facts) != 2 {
		t.Errorf("two alternatives: rests on %v", r.Facts)
	}
}

// TestGroups goes through all states of two members: any is Kleene's disjunction, all its conjunction.
func TestGroups(t *testing.T) {
	member := func(key string) Member {
		return Member{key, Condition{Ask: &Ask{Text: "?", Key: key, SeenIf: true}}}
	}
	members := []Member{member("a"), member("b")}
	facts3 := map[State][]facts.Fact{}
	for _, key := range []string{"a", "b"} {
		facts3[Seen] = append(facts3[Seen], answer(key, facts.True))
		facts3[Missing] = append(facts3[Missing], answer(key, facts.False))
		facts3[Unknown] = append(facts3[Unknown], answer(key, facts.Unknown))
	}
	for _, c := range []struct{ a, b, any, all State }{
		{Seen, Seen, Seen, Seen},
		{Seen, Missing, Seen, Missing},
		{Seen, Unknown, Seen, Unknown},
		{Missing, Missing, Missing, Missing},
		{Missing, Unknown, Unknown, Missing},
		{Unknown, Unknown, Unknown, Unknown},
	} {
		for _, pair := range [][2]State{{c.a, c.b}, {c.b, c.a}} {
			v := viewOf(facts3[pair[0]][0], facts3[pair[1]][1])
			name := pair[0].String() + " and " + pair[1].String()
			either := wantState(t, "any of "+name, &Condition{Any: members}, v, c.any)
			both := wantState(t, "all of "+name, &Condition{All: members}, v, c.all)
			// A group rests on the members that decided.
			if c.any == Seen && c.b != Seen && len(either.Facts) != 1 {
				t.Errorf("any of %s rests on %v", name, either.Facts)
			}
			if c.all == Missing && c.a != Missing && len(both.Facts) != 1 {
				t.Errorf("all of %s rests on %v", name, both.Facts)
			}
		}
	}
	nested := &Condition{All: []Member{{"g", Condition{Any: members}}, member("c")}}
	wantState(t, "nested", nested, viewOf(facts3[Seen][0], answer("c", facts.True)), Seen)
	wantState(t, "nested, inner missing", nested, viewOf(facts3[Missing][0], facts3[Missing][1]), Missing)
	var leaves []string
	nested.Leaves(func(name string, leaf *Condition) { leaves = append(leaves, name+"="+leaf.Ask.Key) })
	if got := strings.Join(leaves, " "); got != "a=a b=b c=c" {
		t.Errorf("leaves %s", got)
	}
}

// TestGroupWeak: any is weak when all that is seen is, all when one member is.
func TestGroupWeak(t *testing.T) {
	weak, strong := Member{"weak", Condition{Codes: codes("997")}}, Member{"strong", Condition{Codes: codes("0xC00203E5")}}
	other := Member{"other", Condition{Codes: codes("5")}}
	v := viewOf(code("0xC00203E5"), code("0x80070005"))
	for _, c := range []struct {
		name string
		cond Condition
		want bool
	}{
		{"any: weak and strong", Condition{Any: []Member{weak, strong}}, false},
		{"any: strong and weak", Condition{Any: []Member{strong, weak}}, false},
		{"any: weak and weak", Condition{Any: []Member{weak, other}}, true},
		{"all: weak and strong", Condition{All: []Member{weak, strong}}, true},
		{"all: strong and weak", Condition{All: []Member{strong, weak}}, true},
		{"all: strong", Condition{All: []Member{strong, strong}}, false},
	} {
		if r := wantState(t, c.name, &c.cond, v, Seen); r.Weak != c.want {
			t.Errorf("%s: weak %v", c.name, r.Weak)
		}
	}
}

// TestGroupFailure: a member that fails is named where it leaves the group unknown, and does not
// take away what another shows.
func TestGroupFailure(t *testing.T) {
	fails := Member{"fails", Condition{When: when("min(events) == 1")}}
	shows := Member{"shows", Condition{Codes: codes("997")}}
	seen := (&Condition{Any: []Member{fails, shows}}).Eval(viewOf(code("997"), event(1, "")))
	if seen.State != Seen || seen.Err != nil {
		t.Errorf("%+v", seen)
	}
	for name, c := range map[string]*Condition{
		"any":  {Any: []Member{fails, shows}},
		"all":  {All: []Member{fails, shows}},
		"leaf": {When: fails.Condition.When, Codes: shows.Condition.Codes},
	} {
		r := c.Eval(viewOf(event(1, "")))
		if r.State != Unknown || r.Err == nil || !strings.Contains(r.Err.Error(), `condition "min(events) == 1"`) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
