package lint

import (
	"fmt"
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/kbtriage/kbtriage/rules"
)

// rule is a stable rule that every lint accepts, if it has tests.
const rule = `schema: 1
id: test/%[1]s
title: Title of %[1]s
status: stable
symptoms:
  s: {code: 997, suggests: 3, expected: 3}
proof:
  p: {ask: Is it?, suggests: 3, expected: 3}
cause: A cause.
resolution: {steps: [Do it.], verify: [p]}
`

func load(t *testing.T, files ...string) *rules.Set {
	t.Helper()
	fsys := fstest.MapFS{}
	for i, f := range files {
		fsys[fmt.Sprintf("%d.yaml", i)] = &fstest.MapFile{Data: []byte(f)}
	}
	set, msgs := rules.Load(fsys, "")
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	return set
}

func TestRun(t *testing.T) {
	good := fmt.Sprintf(rule, "x")
	tested := Tests{Positive: 1, NearMisses: 1}
	head := "schema: 1\nid: test/x\ntitle: X\nstatus: %s\n"
	tail := "cause: A cause.\nresolution: {kind: %s, steps: [Do it.]}\n"
	for _, c := range []struct {
		name  string
		file  string
		tests Tests
		want  []string
	}{
		{"nothing to say", good, tested, nil},
		{"no tests", good, Tests{}, []string{"0.yaml:1:1 lint.no-tests", "0.yaml:1:1 lint.no-tests"}},
		{"no near miss", good, Tests{Positive: 3}, []string{"0.yaml:1:1 lint.no-tests"}},
		{"only near misses", good, Tests{NearMisses: 3}, []string{"0.yaml:1:1 lint.no-tests"}},
		{
			"neither proof nor verify",
			fmt.Sprintf(head, "stable") + "symptoms: {s: {code: 997, suggests: 3, expected: 3}}\n" + fmt.Sprintf(tail, "fix"), tested,
			[]string{"0.yaml:1:1 lint.no-proof", "0.yaml:1:1 lint.no-verify"},
		},
		{
			"no solution needs no verify",
			fmt.Sprintf(head, "stable") + "proof: {p: {ask: Is it?, presents: true, suggests: 3, expected: 3}}\n" + fmt.Sprintf(tail, "none"), tested, nil,
		},
		{
			"imported rules may lack it all",
			fmt.Sprintf(head, "imported") + "symptoms: {s: {code: 997, suggests: 3, expected: 3}}\n" + fmt.Sprintf(tail, "fix"),
			Tests{},
			nil,
		},
		{
			"no anchor",
			fmt.Sprintf(head, "draft") + `symptoms:
  words: {text: "a<server name>b<other>cdef<more>", suggests: 3, expected: 3}
  free: {when: product == "Exchange", suggests: 3, expected: 3}
  either: {any: {a: {code: 5}, b: {when: 'len(events) > 3'}}, suggests: 3, expected: 3}
  found: {all: {c: {code: 5}, d: {when: 'len(events) > 3'}}, suggests: 3, expected: 3}
proof:
  silent: {when: os == "x", suggests: 3, expected: 3}
` + fmt.Sprintf(tail, "fix"), tested,
			[]string{"0.yaml:6:3 lint.no-anchor", "0.yaml:7:3 lint.no-anchor", "0.yaml:8:3 lint.no-anchor"},
		},
	} {
		var got []string
		for _, m := range Run(load(t, c.file), map[string]Tests{"test/x": c.tests}) {
			got = append(got, m.Position.String()+" "+m.Check)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSameTitle(t *testing.T) {
	tested := map[string]Tests{"test/a": {1, 1}, "test/b": {1, 1}, "test/c": {1, 1}}
	a, b, c := fmt.Sprintf(rule, "a"), fmt.Sprintf(rule, "b"), fmt.Sprintf(rule, "c")
	if msgs := Run(load(t, a, b, c), tested); len(msgs) > 0 {
		t.Errorf("different titles: %v", msgs)
	}
	set := load(t, a, b, c)
	set.Rules[2].Title = "TITLE  of a"
	msgs := Run(set, tested)
	if len(msgs) != 1 || msgs[0].String() != "2.yaml:1:1: the title is that of test/a as well [lint.same-title]" {
		t.Errorf("%v", msgs)
	}
}
