package facts

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestRoundTrip: a case saves to JSON and loads to the identical case.
func TestRoundTrip(t *testing.T) {
	tried := map[Kind]bool{}
	rapid.Check(t, func(t *rapid.T) {
		c := randomCase().Draw(t, "case")
		for _, f := range c.Facts {
			tried[f.Kind] = true
		}
		saved, err := c.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if !IsCase(saved) {
			t.Fatalf("not taken for a case: %.80s", saved)
		}
		loaded, err := UnmarshalCase(saved)
		if err != nil {
			t.Fatalf("%v\n%s", err, saved)
		}
		if diff := cmp.Diff(&c, loaded); diff != "" {
			t.Fatal(diff)
		}
		again, err := loaded.Marshal()
		if err != nil || string(again) != string(saved) {
			t.Fatalf("%v\n%s\nis saved again as\n%s", err, saved, again)
		}
		if c.ID() != loaded.ID() {
			t.Fatalf("ID %s, loaded %s", c.ID(), loaded.ID())
		}
	})
	for _, k := range kinds {
		if !tried[k] {
			t.Errorf("no fact of kind %s was tried", k)
		}
	}
}

// TestSortForgetsOrder: the canonical order does not depend on the order in which
// things were learned, and what was learned twice is kept once.
func TestSortForgetsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := randomCase().Draw(t, "case")
		mixed := Case{
			Facts:    rapid.Permutation(slices.Concat(c.Facts, c.Facts)).Draw(t, "facts"),
			Coverage: rapid.Permutation(slices.Concat(c.Coverage, c.Coverage)).Draw(t, "coverage"),
			Sources:  rapid.Permutation(slices.Concat(c.Sources, c.Sources)).Draw(t, "sources"),
			Problems: rapid.Permutation(slices.Concat(c.Problems, c.Problems)).Draw(t, "problems"),
		}
		want, err := c.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		got, err := mixed.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
		if c.ID() != mixed.ID() {
			t.Fatalf("ID %s, want %s", mixed.ID(), c.ID())
		}
	})
}

// TestLoadedTwice: what two saved cases say alike is kept once, with a zone too
// (every parsed zone is a value of its own).
func TestLoadedTwice(t *testing.T) {
	saved := `{"kbtriage_case": 1, "facts": [{"kind": "text", "origin": {"@timestamp": "2024-01-02T03:04:05+02:00"}, "text": {"message": "x"}}],
		"coverage": [{"kind": "event", "event.start": "2024-01-02T03:04:05+02:00"}]}`
	a, err := UnmarshalCase([]byte(saved))
	if err != nil {
		t.Fatal(err)
	}
	b, err := UnmarshalCase([]byte(saved))
	if err != nil {
		t.Fatal(err)
	}
	a.Facts = append(a.Facts, b.Facts...)
	a.Coverage = append(a.Coverage, b.Coverage...)
	a.Sort()
	if len(a.Facts) != 1 || len(a.Coverage) != 1 {
		t.Errorf("%d facts, %d coverages, want one of each", len(a.Facts), len(a.Coverage))
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"unknown key", `{"kbtriage_case": 1, "facts": [], "comment": "x"}`, `unknown field "comment"`},
		{"unknown key of a fact", `{"kbtriage_case": 1, "facts": [{"kind": "text", "text": {"message": "x", "lang": "en"}}]}`, `unknown field "lang"`},
		{"unknown key of an origin", `{"kbtriage_case": 1, "facts": [{"kind": "text", "origin": {"file": "x"}, "text": {"message": "x"}}]}`, `unknown field "file"`},
		{"no version", `{"facts": []}`, "version 0; this program reads version 1"},
		{"newer version", `{"kbtriage_case": 2, "facts": []}`, "version 2"},
		{"unknown kind", `{"kbtriage_case": 1, "facts": [{"kind": "rumour", "text": {"message": "x"}}]}`, `facts[0]: fact of unknown kind "rumour"`},
		{"wrong content", `{"kbtriage_case": 1, "facts": [{"kind": "text", "code": {"value": 1, "error.code": "1"}}]}`, `fact of kind "text" must hold "text"`},
		{"two contents", `{"kbtriage_case": 1, "facts": [{"kind": "text", "text": {"message": "x"}, "input": {"name": "a", "value": "b"}}]}`, "and nothing else"},
		{"nothing", `{"kbtriage_case": 1, "facts": [{"kind": "text"}]}`, `must hold "text"`},
		{"a second case", `{"kbtriage_case": 1, "facts": []} {"kbtriage_case": 1, "facts": []}`, "more behind the end"},
		{"a bracket too many", `{"kbtriage_case": 1, "facts": []}}`, "more behind the end"},
		{"a closing bracket", `{"kbtriage_case": 1, "facts": []} ]`, "more behind the end"},
		{"words behind", `{"kbtriage_case": 1, "facts": []} x`, "more behind the end"},
		{"cut short", `{"kbtriage_case": 1, "facts": [`, "unexpected EOF"},
		{"a list", `[]`, "cannot unmarshal array"},
		{"bad time", `{"kbtriage_case": 1, "facts": [{"kind": "text", "origin": {"@timestamp": "yesterday"}, "text": {"message": "x"}}]}`, "neither RFC 3339"},
		{"no answer", `{"kbtriage_case": 1, "facts": [{"kind": "answer", "answer": {"question": "a", "state": ""}}]}`, `answer to "a": state "" is none of true, false, unknown`},
		{"odd answer", `{"kbtriage_case": 1, "facts": [{"kind": "answer", "answer": {"question": "a", "state": "yes"}}]}`, `state "yes" is none`},
		{"odd finding", `{"kbtriage_case": 1, "facts": [{"kind": "finding", "finding": {"id": "dns.tcp", "state": "maybe", "text": "x"}}]}`, `finding dns.tcp: state "maybe"`},
		{"code too large", `{"kbtriage_case": 1, "facts": [{"kind": "code", "code": {"value": 4294967296, "error.code": "x"}}]}`, "cannot unmarshal number"},
	} {
		_, err := UnmarshalCase([]byte(c.data))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "case: ") {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	_, err := UnmarshalCase([]byte(`{"kbtriage_case": 1, "facts": [{"kind": "text"}, {"kind": "text", "text": {"message": "x"}}, {"kind": "x"}]}`))
	if err == nil || !strings.Contains(err.Error(), "facts[0]") || strings.Contains(err.Error(), "facts[1]") || !strings.Contains(err.Error(), "facts[2]") {
		t.Errorf("not all mistakes at once: %v", err)
	}
	if c, err := UnmarshalCase([]byte(" {\"kbtriage_case\": 1, \"facts\": null}\n\n")); err != nil || len(c.Facts) != 0 {
		t.Errorf("an empty case: %v %v", c, err)
	}
}

func TestIsCase(t *testing.T) {
	for data, want := range map[string]bool{
		"{\"kbtriage_case\": 1}":                                true,
		" \r\n\t{ \"kbtriage_case\"":                            true,
		"{\"facts\": []}":                                       false,
		"say \"kbtriage_case\"":                                 false,
		"{" + strings.Repeat(" ", 300) + "\"kbtriage_case\": 1": false,
		"": false,
	} {
		if got := IsCase([]byte(data)); got != want {
			t.Errorf("%.40q: %v", data, got)
		}
	}
}

func TestHostAndSpan(t *testing.T) {
	at := func(s string) Time {
		var v Time
		if err := v.UnmarshalJSON([]byte(`"` + s + `"`)); err != nil {
			t.Fatal(err)
		}
		return v
	}
	c := Case{Facts: []Fact{
		{Origin: Origin{Time: at("2024-01-02T05:00:00+02:00")}},
		{Origin: Origin{Host: "a", Time: at("2024-01-02T03:30:00Z")}},
		{Origin: Origin{Host: "a", Time: at("1999-01-01T00:00:00")}}, // without a zone it bounds nothing
	}}
	if from, to := c.Span(); from.String() != "2024-01-02T05:00:00+02:00" || to.String() != "2024-01-02T03:30:00Z" {
		t.Errorf("span %s to %s", from, to)
	}
	if c.Host() != "a" {
		t.Errorf("host %q", c.Host())
	}
	c.Facts = append(c.Facts, Fact{Origin: Origin{Host: "b"}})
	if c.Host() != "" {
		t.Errorf("two hosts: %q", c.Host())
	}
	if from, to := (&Case{}).Span(); !from.IsZero() || !to.IsZero() {
		t.Errorf("nothing: %s to %s", from, to)
	}
}

func TestInput(t *testing.T) {
	c := Case{Facts: []Fact{
		{Kind: KindText, Text: &Text{}},
		{Kind: KindInput, Input: &Input{"host.name", "a"}},
	}}
	if v, ok := c.Input("host.name"); !ok || v != "a" {
		t.Errorf("%q %v", v, ok)
	}
	if v, ok := c.Input("host.address"); ok {
		t.Errorf("%q", v)
	}
}

// The cases of one host share what was looked at and are sorted at the same time.
func TestSortLeavesWhatIsSharedAlone(t *testing.T) {
	shared := []Coverage{{Kind: KindEvent, Log: "System"}, {Kind: KindEvent, Log: "Application"}}
	c := Case{Coverage: shared}
	c.Sort()
	if shared[0].Log != "System" || c.Coverage[0].Log != "Application" {
		t.Errorf("shared: %v; of the case: %v", shared, c.Coverage)
	}
}
