package cond

import (
	"fmt"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// Short forms for the facts and conditions of the tests.

func viewOf(list ...facts.Fact) *View { return covering(nil, list...) }

// covering is a view on the facts of a case in which the kinds were looked for in full.
func covering(kinds []facts.Kind, list ...facts.Fact) *View {
	c := &facts.Case{Facts: list}
	for _, k := range kinds {
		c.Coverage = append(c.Coverage, facts.Coverage{Kind: k})
	}
	c.Sort()
	return NewView(c)
}

var all = []facts.Kind{facts.KindCode, facts.KindEvent, facts.KindText}

func mustParse(literal string) errcode.Code {
	c, err := errcode.Parse(literal)
	if err != nil {
		panic(err)
	}
	return c
}

func codeOf(c errcode.Code) *facts.Code {
	f := &facts.Code{Value: c.Value, Literal: c.Literal, Family: string(c.Family)}
	for _, n := range c.Nested {
		f.Nested = append(f.Nested, *codeOf(n))
	}
	return f
}

func code(literal string) facts.Fact {
	return facts.Fact{Kind: facts.KindCode, Code: codeOf(mustParse(literal))}
}

func event(id uint32, source string) facts.Fact {
	return facts.Fact{Kind: facts.KindEvent, Event: &facts.Event{ID: id, Source: source}}
}

func text(s string) facts.Fact {
	return facts.Fact{Kind: facts.KindText, Text: &facts.Text{Value: s}}
}

func env(field, value string) facts.Fact {
	return facts.Fact{Kind: facts.KindEnvironment, Environment: &facts.Environment{Field: field, Value: value}}
}

func notRole(role string) facts.Fact {
	return facts.Fact{Kind: facts.KindEnvironment, Environment: &facts.Environment{Field: facts.FieldRole, Value: role, Not: true}}
}

func answer(question string, s facts.State) facts.Fact {
	return facts.Fact{Kind: facts.KindAnswer, Answer: &facts.Answer{Question: question, State: s}}
}

func finding(id facts.FindingID, subject string, s facts.State) facts.Fact {
	return facts.Fact{Kind: facts.KindFinding, Finding: &facts.Finding{ID: id, Subject: subject, State: s, Text: fmt.Sprintf("%s of %s is %s", id, subject, s)}}
}

func account(groups ...string) facts.Fact {
	return facts.Fact{Kind: facts.KindAccount, Account: &facts.Account{Name: "svc", Groups: groups}}
}

// at puts a fact into a place and time: "host path 10:00:00Z", with "-" for
// what is not known. A time without Z has no zone.
func at(f facts.Fact, where string) facts.Fact {
	var host, path, clock string
	if _, err := fmt.Sscan(where, &host, &path, &clock); err != nil {
		panic(err)
	}
	if host != "-" {
		f.Origin.Host = host
	}
	if path != "-" {
		f.Origin.Path = path
	}
	if clock == "-" {
		return f
	}
	var err error
	if f.Origin.Time.Time, err = time.Parse("15:04:05Z", clock); err == nil {
		f.Origin.Time.Zoned = true
	} else if f.Origin.Time.Time, err = time.Parse("15:04:05", clock); err != nil {
		panic(err)
	}
	f.Origin.Time.Time = f.Origin.Time.Time.AddDate(2000, 0, 0)
	return f
}

func codes(literals ...string) []Code {
	var list []Code
	for _, l := range literals {
		list = append(list, Code{mustParse(l)})
	}
	return list
}

func template(s string) Template {
	t, err := ParseTemplate(s)
	if err != nil {
		panic(err)
	}
	return t
}

func texts(templates ...string) []Text {
	var list []Text
	for _, s := range templates {
		list = append(list, Text{template(s)})
	}
	return list
}

func when(src string) *When {
	w, err := NewWhen(src)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", src, err))
	}
	return w
}

func version(s string) *VersionRange {
	r, err := ParseRange(s)
	if err != nil {
		panic(err)
	}
	return &VersionRange{r}
}

// wantState checks the state of a condition; a seen one must say what it rests on.
func wantState(t *testing.T, name string, c *Condition, v *View, want State) Result {
	t.Helper()
	r := c.Eval(v)
	switch {
	case r.Err != nil:
		t.Errorf("%s: %v", name, r.Err)
	case r.State != want:
		t.Errorf("%s: %s (%s), want %s", name, r.State, r.Why, want)
	case r.Why == "":
		t.Errorf("%s: does not say why", name)
	case r.State == Seen && len(r.Facts) == 0:
		t.Errorf("%s: seen, but rests on no fact", name)
	}
	return r
}
