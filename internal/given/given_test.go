package given

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
)

const rule = `schema: 1
id: test/x
title: X
status: draft
inputs:
  hop: {kind: endpoint, ask: {name: Name of the hop, address: Address of the hop}}
symptoms:
  s: {ask: Is it?, suggests: 3, expected: 3}
cause: A cause.
resolution: {steps: ["See {{ hop.name }}."]}
`

func set(t *testing.T) func() *rules.Set {
	t.Helper()
	r, msgs := rules.Parse("x.yaml", []byte(rule))
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	return func() *rules.Set { return &rules.Set{Rules: []*rules.Rule{r}} }
}

func TestFacts(t *testing.T) {
	for _, c := range []struct {
		pairs []string
		want  string // kinds of the facts
		wrong []string
	}{
		{nil, "", nil},
		{[]string{"product=Exchange Server", "version=5.5 SP3", "cluster=true"}, "environment environment environment", nil},
		{[]string{"hop.name=mail.corp.example", "hop.address=192.0.2.21", "test/x.s=yes"}, "input input answer", nil},
		{[]string{"account.name=svc", "account.groups=Users, Backup"}, "account", nil},
		{[]string{"dns.update=false"}, "finding", nil},
		{
			[]string{"version=x y", "hop.adress=192.0.2.21", "hop.address=here", "test/x.s=perhaps", "alone"},
			"",
			[]string{"version", `--set has no key "hop.adress"; did you mean "hop.address"?`, "expected an IP address", "expected yes, no or unknown", "is not KEY=VALUE"},
		},
		{[]string{"product=A", "product=B"}, "", []string{"product is given twice"}},
		{[]string{"role=cluster node", "cluster=no"}, "", []string{"role and cluster contradict each other"}},
	} {
		list, err := Facts(c.pairs, set(t), "here")
		var kinds []string
		for _, f := range list {
			kinds = append(kinds, string(f.Kind))
			if f.Origin.Path != "here" {
				t.Errorf("%q: origin %q", c.pairs, f.Origin.Path)
			}
		}
		if got := strings.Join(kinds, " "); got != c.want {
			t.Errorf("%q: facts %q, want %q", c.pairs, got, c.want)
		}
		var wrong *Error
		if errors.As(err, &wrong) != (len(c.wrong) > 0) {
			t.Errorf("%q: error %v", c.pairs, err)
			continue
		}
		for i, w := range c.wrong {
			if len(wrong.Lines) != len(c.wrong) || !strings.Contains(wrong.Lines[i], w) {
				t.Errorf("%q: %q, want %q", c.pairs, wrong.Lines, c.wrong)
				break
			}
		}
	}
}

func TestBeside(t *testing.T) {
	env := func(field, value string) facts.Fact {
		return facts.Fact{Kind: facts.KindEnvironment, Origin: facts.Origin{Path: "log"}, Environment: &facts.Environment{Field: field, Value: value}}
	}
	list := []facts.Fact{env("os", "Windows"), env("product", "A")}
	kept := Override(slices.Clone(list), []facts.Fact{env("os", "Linux")})
	if len(kept) != 1 || kept[0].Environment.Field != "product" {
		t.Errorf("kept %+v", kept)
	}
	if p := Contradictions(&facts.Case{Facts: list}); len(p) > 0 {
		t.Errorf("%+v", p)
	}
	p := Contradictions(&facts.Case{Facts: append(list, env("product", "B"), env("version", "x y"))})
	if len(p) != 2 || p[0].Reason != "facts.conflict" || p[1].Reason != "facts.version" {
		t.Errorf("%+v", p)
	}
}
