package rules

import (
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

func TestStrict(t *testing.T) {
	type content struct {
		Name  string
		Count int
		On    bool
		List  []string
		Pairs []string
	}
	read := func(data string) (content, []string, bool) {
		var c content
		called := false
		msgs := Strict("f", []byte(data), func(r *Reader, root *yaml.Node) {
			called = true
			r.Mapping(
				root, "a thing",
				Key{"name", true, r.Text(&c.Name)},
				Key{"count", false, r.Number(&c.Count, 0, 9)},
				Key{"on", false, r.Flag(&c.On)},
				Key{"list", false, r.Texts(&c.List)},
				Key{"pairs", false, func(n *yaml.Node) {
					r.Pairs(n, func(key, value *yaml.Node) {
						c.Pairs = append(c.Pairs, key.Value+"="+value.Value)
						if value.Value == "bad" {
							r.Say(value, "thing.bad", "bad at "+r.At(value).String())
						}
					})
				}},
			)
		})
		var texts []string
		for _, m := range msgs {
			texts = append(texts, m.String())
		}
		return c, texts, called
	}

	c, msgs, _ := read("name: n\ncount: 3\non: true\nlist: [a, b]\npairs: {x: 1, x: 2, Y: z}\n")
	if want := (content{"n", 3, true, []string{"a", "b"}, []string{"x=1", "x=2", "Y=z"}}); len(msgs) > 0 || !reflect.DeepEqual(c, want) {
		t.Errorf("%+v %v", c, msgs)
	}
	_, msgs, _ = read("nme: n\ncount: 10\non: perhaps\nlist: [[]]\npairs: [x]\n")
	want := []string{
		`f:1:1: a thing needs the key "name" [rule.missing-key]`,
		`f:1:1: a thing has no key "nme"; did you mean "name"? [rule.unknown-key]`,
		`f:2:8: expected a whole number from 0 to 9, not "10" [rule.type]`,
		`f:3:5: expected true or false, not "perhaps" [rule.type]`,
		`f:4:8: expected a text [rule.type]`,
		`f:5:8: expected a mapping (key: value) [rule.type]`,
	}
	if !reflect.DeepEqual(msgs, want) {
		t.Errorf("%s", strings.Join(msgs, "\n"))
	}
	if _, msgs, _ = read("name: n\npairs: {a: bad}\n"); !reflect.DeepEqual(msgs, []string{"f:2:12: bad at f:2:12 [thing.bad]"}) {
		t.Errorf("%q", msgs)
	}
	if _, msgs, called := read("name: n\n---\nname: n\n"); called || len(msgs) != 1 {
		t.Errorf("a second document: decode called %v, %q", called, msgs)
	}
}
