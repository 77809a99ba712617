package rules

import (
	"fmt"
	"strings"
	"testing"
)

// TestPlaces puts an expression with a mistake into every YAML style and looks
// where the message points.
func TestPlaces(t *testing.T) {
	const mistake = `product == "x" and foo` // foo is at its character 19
	for _, c := range []struct {
		name, value  string
		line, column int // of the message, within value
	}{
		{"plain", mistake, 1, 20},
		{"single quotes", `'` + mistake + `'`, 1, 21},
		{"double quotes", `"product == 'x' and foo"`, 1, 21},
		{"escaped", `"product == \"x\" and foo"`, 1, 1},
		{"doubled quotes", `'product == ''x'' and foo'`, 1, 1},
		{"plain over two lines", "product == \"x\"\n      and foo", 1, 1},
		{"quoted over two lines", "'product == \"x\"\n      and foo'", 1, 1},
		{"literal", "|\n      " + mistake, 1, 1},
		{"folded", ">\n      product == \"x\"\n      and foo", 1, 1},
		{"not ASCII", `'"é€😀" == product and foo'`, 1, 23},
	} {
		head := "schema: 1\nid: a/b\ntitle: t\nstatus: draft\nsymptoms:\n  s:\n    suggests: 1\n    expected: 1\n    when: "
		r, msgs := Parse("f", []byte(head+c.value+"\ncause: c\nresolution: {}\n"))
		if r != nil || len(msgs) != 1 || msgs[0].Check != "rule.when" || !strings.Contains(msgs[0].Text, "unknown name foo") {
			t.Errorf("%s: %v", c.name, msgs)
			continue
		}
		if want := fmt.Sprintf("f:%d:%d", 8+c.line, 10+c.column); msgs[0].Position.String() != want {
			t.Errorf("%s: at %s, want %s", c.name, msgs[0].Position, want)
		}
	}
}

// TestPlaceOfNames: a wrong name is reported where it stands, not where the same
// word stands first.
func TestPlaceOfNames(t *testing.T) {
	_, msgs := Parse("f", []byte(`schema: 1
id: a/b
title: nothing
status: draft
symptoms:
  s: {ask: nothing, suggests: 1, expected: 1}
  p: {probe: {resolvers: {names: [nothing]}}, when: dns.order_wrong, suggests: 1, expected: 1}
cause: c
resolution:
  steps:
    - nothing
    - {do: nothing, if: nothing}
    - {if: s, do: "{{ nothing }}"}
    - "{{ nothing }}"
  verify: [s, nothing]
`))
	var got []string
	for _, m := range msgs {
		got = append(got, m.Position.String()+" "+m.Check)
	}
	want := []string{
		"f:7:35 rule.undefined-input", "f:12:25 rule.undefined-symptom", "f:13:19 rule.template",
		"f:14:7 rule.template", "f:15:15 rule.undefined-symptom",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
