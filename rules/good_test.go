package rules

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// goodRules loads testdata/good, by file name without its end.
func goodRules(t *testing.T) map[string]*Rule {
	t.Helper()
	files, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(files) < 6 {
		t.Fatal("testdata/good", files, err)
	}
	list := map[string]*Rule{}
	for _, file := range files {
		r, msgs, _ := parseFile(t, file)
		for _, m := range msgs {
			t.Error(m)
		}
		if r == nil {
			t.Fatalf("%s: no rule", file)
		}
		list[strings.TrimSuffix(filepath.Base(file), ".yaml")] = r
	}
	return list
}

// TestEveryKeyIsTried finds the keys that the decoder knows in its source, so that a new
// key cannot be forgotten in every-key.yaml.
func TestEveryKeyIsTried(t *testing.T) {
	good, err := os.ReadFile("testdata/good/every-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`\{"([a-z_]+)", (?:true|false), `)
	found := 0
	for _, file := range []string{"decode.go", "decodesymptom.go"} {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(code), -1) {
			found++
			if !regexp.MustCompile(`(?m)(^|[ {-])`+m[1]+`: `).Match(append(good, ' ')) && !regexp.MustCompile(`(?m)^ *`+m[1]+`:$`).Match(good) {
				t.Errorf("every-key.yaml does not use the key %s", m[1])
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d keys found in the code; has their form changed?", found)
	}
}

func TestDecoded(t *testing.T) {
	r := goodRules(t)["every-key"]
	condition := func(name string) *cond.Condition {
		t.Helper()
		_, c := r.Find(name)
		if c == nil {
			t.Fatalf("no symptom %s", name)
		}
		return c
	}
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"id", r.ID, "test/every-key.2_x"},
		{"version", r.Version, 7},
		{"title", r.Title, "Every key: “quoted”, {braces} and a #hash"},
		{"status", r.Status, Imported},
		{"refs", r.Refs, []Ref{{KB: "Q263029"}, {RFC: 2136}, {URL: "https://kb.example/a?b=c"}, {KB: "Q1", RFC: 1035, URL: "https://kb.example/"}}},
		{"fixed_in", r.AppliesTo[0].FixedIn, "5.5 SP4"},
		{"range", r.AppliesTo[0].Version.String(), ">=5.5 SP2, <6"},
		{"unquoted version", r.AppliesTo[1].Version.String(), "5.10"},
		{"endpoint", r.Inputs[0], Input{"host", Endpoint, []Ask{{"host.name", "Its name"}, {"host.address", "Its address"}}}},
		{"value", r.Inputs[2], Input{"port", Value, []Ask{{"port", "Which port?"}}}},
		{"first symptom", r.Symptoms[0].Name, "one_code"},
		{"proofs come last", r.Symptoms[len(r.Symptoms)-1].Name, "many_events"},
		{"position", r.Symptoms[0].Position, source.Position{File: "testdata/good/every-key.yaml", Line: 23, Column: 3}},
		{"code", condition("one_code").Codes[0].Value, uint32(0xC00203E5)},
		{"codes", len(condition("codes").Codes), 9},
		{"negative", condition("codes").Codes[1].Value, uint32(0xFFFFFC06)},
		{"event", condition("event_in_full").Event, &cond.Event{IDs: []uint32{4058, 4067}, Source: "MSExchangeIMC", Log: "Application", Category: "Initialization/Termination"}},
		{"texts", len(condition("texts").Texts), 3},
		{"correlate events", len(condition("in_order").Correlate.Events), 3},
		{"within", condition("in_order").Correlate.Within.String(), "1h30m0s"},
		{"default key", condition("asked").Ask, &cond.Ask{Text: "Does it hang?", Key: "test/every-key.2_x.asked", SeenIf: true}},
		{"own key", condition("asked_with_key").Ask, &cond.Ask{Text: "Does it answer?", Key: "host.answers"}},
		{"member key", condition("fourth").Ask.Key, "test/every-key.2_x.either.both.fourth"},
		{"setup", r.Setup, true},
		{"article", *r.Article, Article{
			Symptoms: "Mail stays in the queue.", Notes: "It began\nin March.", Related: []string{"Q2", "Q3"}, Words: []string{"queue", "relay"},
			Origin: &Origin{File: "263/Q1.TXT", SHA256: "00ff", Made: "11ee", Parts: []string{"cause 20-24"}, Flags: []string{"no cause"}},
		}},
		{"presents", r.Symptoms[len(r.Symptoms)-6].Presents, true},
		{"probe", condition("no_record").Probe, &cond.Probe{Kind: cond.ProbeDNS, Names: []string{"host", "other"}, Type: "A", Local: true}},
		{"probe of all", condition("no_ptr").Probe, &cond.Probe{Kind: cond.ProbeDNS, Type: "PTR"}},
		{"probe of one", condition("wrong_order").Probe, &cond.Probe{Kind: cond.ProbeResolvers, Names: []string{"host"}}},
		{"when", condition("no_update").When.String(), "not dns.update"},
		{"cause", r.Cause, "Two lines that are one, about {{ host.name }} and {{ product }} {{ version }} on {{ os }}."},
		{"resolution", r.Resolution.Kind, Workaround},
		{"steps", r.Resolution.Steps[1], Step{Text: "Add {{ dns_records no_record }} with {{ nsupdate no_record }}.", If: "no_record"}},
		{"verify", r.Resolution.Verify, []string{"no_record", "one_code", "third"}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: %#v, want %#v", c.what, c.got, c.want)
		}
	}
	presenting := map[string]bool{}
	for _, s := range r.Presenting() {
		presenting[s.Name] = true
	}
	if !presenting["either"] || !presenting["no_record"] || presenting["no_ptr"] || presenting["third"] {
		t.Errorf("presenting: %v", presenting)
	}
}

func TestDefaults(t *testing.T) {
	r := goodRules(t)["least"]
	if r.Version != 1 || r.Resolution.Kind != Fix || len(r.Resolution.Steps) != 0 {
		t.Errorf("%+v", r)
	}
}

// same compares rules by everything that their JSON form must keep.
var same = cmp.Options{
	cmpopts.IgnoreFields(Symptom{}, "Position"),
	cmp.Comparer(func(a, b *cond.When) bool { return (a == nil) == (b == nil) && (a == nil || a.String() == b.String()) }),
	cmp.Comparer(func(a, b cond.Text) bool { return reflect.DeepEqual(a, b) }),
	cmp.Comparer(func(a, b cond.VersionRange) bool { return reflect.DeepEqual(a, b) }),
}

// every is a case with a fact for nearly every condition of every-key.yaml.
func every() *facts.Case {
	c := &facts.Case{Coverage: []facts.Coverage{{Kind: facts.KindEvent}, {Kind: facts.KindText}}}
	for _, id := range []uint32{2, 9, 10, 4058, 4058, 4058} {
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindEvent, Origin: facts.Origin{Record: uint64(len(c.Facts))}, Event: &facts.Event{ID: id, Source: "MSExchangeIMC"}})
	}
	for _, v := range []uint32{997, 0xC00203E5, 5} {
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindCode, Code: &facts.Code{Value: v, Literal: "x"}})
	}
	c.Facts = append(
		c.Facts,
		facts.Fact{Kind: facts.KindText, Text: &facts.Text{Value: "The Net Logon service could not be started. Overlapped I/O operation\nis in progress."}},
		facts.Fact{Kind: facts.KindEnvironment, Environment: &facts.Environment{Field: facts.FieldProduct, Value: "Exchange Server"}},
		facts.Fact{Kind: facts.KindEnvironment, Environment: &facts.Environment{Field: facts.FieldVersion, Value: "5.5 SP3"}},
		facts.Fact{Kind: facts.KindAccount, Account: &facts.Account{Groups: []string{"Users"}}},
		facts.Fact{Kind: facts.KindAnswer, Answer: &facts.Answer{Question: "host.answers", State: facts.False}},
		facts.Fact{Kind: facts.KindFinding, Finding: &facts.Finding{ID: facts.FindingMissingA, Subject: "host", State: facts.True, Text: "missing"}},
		facts.Fact{Kind: facts.KindFinding, Finding: &facts.Finding{ID: facts.FindingUpdate, Subject: "zone", State: facts.False, Text: "no update"}},
	)
	c.Sort()
	return c
}

func TestJSON(t *testing.T) {
	view := cond.NewView(every())
	states := map[cond.State]int{}
	for name, r := range goodRules(t) {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var again Rule
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again.Article = r.Article // it is stored apart
		if diff := cmp.Diff(r, &again, same); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if more, err := json.Marshal(&again); err != nil || string(more) != string(data) {
			t.Errorf("%s: %v\n%s\n%s", name, err, data, more)
		}
		for i := range r.Symptoms {
			a, b := r.Symptoms[i].Condition.Eval(view), again.Symptoms[i].Condition.Eval(view)
			if !reflect.DeepEqual(a, b) {
				t.Errorf("%s: %s: %+v, loaded again %+v", name, r.Symptoms[i].Name, a, b)
			}
			states[a.State]++
			was, wasOK := r.Symptoms[i].Condition.Anchors()
			is, isOK := again.Symptoms[i].Condition.Anchors()
			if wasOK != isOK || !reflect.DeepEqual(was, is) {
				t.Errorf("%s: %s: anchors %v, loaded again %v", name, r.Symptoms[i].Name, was, is)
			}
		}
	}
	if states[cond.Seen] < 10 || states[cond.Missing] < 2 || states[cond.Unknown] < 3 {
		t.Errorf("the case tells too little: %v", states)
	}
}

// TestJSONIsStrict: a rule in JSON whose conditions cannot be read is refused.
func TestJSONIsStrict(t *testing.T) {
	for _, s := range []string{
		`{"symptoms": [{"condition": {"codes": ["nine"]}}]}`,
		`{"symptoms": [{"condition": {"codes": [5]}}]}`,
		`{"symptoms": [{"condition": {"texts": ["a"]}}]}`,
		`{"symptoms": [{"condition": {"texts": [1]}}]}`,
		`{"applies_to": [{"version": ">=6 <5"}]}`,
		`{"applies_to": [{"version": 5}]}`,
		`{"symptoms": [{"condition": {"when": 5}}]}`,
	} {
		var r Rule
		if err := json.Unmarshal([]byte(s), &r); err == nil {
			t.Errorf("%s: accepted", s)
		}
	}
}
