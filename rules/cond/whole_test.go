package cond

import (
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

func TestWholeFields(t *testing.T) {
	for _, c := range []struct {
		when string
		want []string
	}{
		{`any(events, .id == 4 and .message contains "x")`, nil},
		{`count(texts, # contains "x") > 2 or any(texts, hasPrefix(#, "y"))`, nil},
		{`any(events, not (.message contains "x"))`, []string{"message"}},
		{`any(events, .source == "a" and .message startsWith "x")`, []string{"source"}},
		{`any(events, lower(.log) in ["a"] and .message matches "x$")`, []string{"log", "message"}},
		{`any(events, .message matches "^a.*x")`, nil},
		{`any(texts, # matches "x\\b")`, []string{""}},
		{`any(texts, # endsWith "x")`, []string{""}},
		{`any(texts, # contains "x" and len(#) < 4)`, []string{""}},
		{`len(filter(events, .category != "x")) > 1`, []string{"category"}},
		{`none(texts, # contains "x")`, []string{""}},
		{`any(texts, "x" in [#])`, []string{""}},
		{`product == "x"`, nil},
	} {
		p, err := when(c.when).checked()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for f := range p.whole {
			if f != "id" {
				got = append(got, f)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.when, got, c.want)
		}
	}
}

// TestCutText: of a text that is longer than an expression sees, nothing is said
// that the rest could change; nor of records behind the bound of all texts.
func TestCutText(t *testing.T) {
	long := "begin of it " + strings.Repeat("x ", maxText) + "hidden"
	one := func(message string) *facts.Case {
		return &facts.Case{
			Facts:    []facts.Fact{{Kind: facts.KindEvent, Event: &facts.Event{ID: 4, Source: "s", Message: message}, Origin: facts.Origin{Path: "f"}}},
			Coverage: []facts.Coverage{{Kind: facts.KindEvent}},
		}
	}
	many := &facts.Case{Coverage: []facts.Coverage{{Kind: facts.KindEvent}}}
	for i := range 100 {
		f := one(strings.Repeat("y", maxText-10) + " hidden").Facts[0]
		f.Origin.Record = uint64(i)
		many.Facts = append(many.Facts, f)
	}
	for _, c := range []struct {
		name, when string
		of         *facts.Case
		want       State
	}{
		{"what it begins with", `any(events, .message contains "begin of")`, one(long), Seen},
		{"what is not seen", `any(events, .message contains "hidden")`, one(long), Unknown},
		{"a word that it may not hold", `any(events, .id == 4 and not (.message contains "hidden"))`, one(long), Unknown},
		{"the end", `any(events, .message endsWith "x")`, one(long), Unknown},
		{"a field that is seen whole", `any(events, .source == "s" and .message contains "begin of")`, one(long), Seen},
		{"a short text", `any(events, .id == 4 and not (.message contains "hidden"))`, one("short"), Seen},
		{"behind the bound of all", `any(events, .id == 4 and not (.message contains "hidden"))`, many, Unknown},
		{"behind the bound of all, a name", `any(events, .source != "s")`, many, Unknown},
	} {
		c.of.Sort()
		cond := Condition{When: when(c.when)}
		if r := cond.Eval(NewView(c.of)); r.State != c.want || r.Err != nil {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}
