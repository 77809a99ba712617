package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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

func TestStrictDocuments(t *testing.T) {
	read := func(data string) (roots, msgs []string) {
		unread, list := StrictDocuments("f", []byte(data), func(r *Reader, root *yaml.Node, last int) {
			first := root
			if len(root.Content) > 0 {
				first = root.Content[0]
			}
			roots = append(roots, fmt.Sprintf("%s at %d-%d", first.Value, r.At(first).Line, last))
		})
		for _, m := range list {
			msgs = append(msgs, m.String())
		}
		if want := min(len(msgs), 1); unread != want && roots != nil {
			t.Errorf("%q: %d documents were not read", data, unread)
		}
		return roots, msgs
	}
	for _, c := range []struct {
		name, data  string
		roots, msgs []string
	}{
		{"one", "a: 1\nb: 2\n", []string{"a at 1-2"}, nil},
		{"two", "a: 1\n---\nb: 2\n", []string{"a at 1-1", "b at 3-3"}, nil},
		{"a marker at both ends", "---\na: 1\n---\n\nb: 2\n\n---\n", []string{"a at 2-2", "b at 5-5"}, nil},
		{"behind the marker", "--- {a: 1}\n--- {b: 2}\n", []string{"a at 1-1", "b at 2-2"}, nil},
		{"the end is marked", "a: 1\n...\nb: 2\n...\n", []string{"a at 1-2", "b at 3-4"}, nil},
		{"directives", "%YAML 1.1\n---\na: 1\n", []string{"a at 3-3"}, nil},
		{"comments alone", "# first\n---\n# second\n---\na: 1\n", []string{"a at 5-5"}, nil},
		{"within a text", "a: |\n  ---\n  x\nb: 2\n", []string{"a at 1-4"}, nil},
		{"CR LF and a byte order mark", "\ufeffa: 1\r\n---\r\nb: 2\r\n", []string{"a at 1-1", "b at 3-3"}, nil},
		{
			"the second cannot be read", "a: 1\n---\nb: [1\n---\nc: 3\n",
			[]string{"a at 1-1", "c at 5-5"},
			[]string{"f:3:4: not valid YAML: the [ that begins here is not closed [yaml.syntax]"},
		},
		{"an alias", "a: 1\n---\nb: &x 1\n---\nc: 3\n", []string{"a at 1-1", "c at 5-5"}, []string{"f:3:4: anchors and aliases are not allowed in rule files; write the value out [yaml.alias]"}},
		{"nothing", "---\n---\n", nil, []string{"f:1:1: the file is empty; expected a rule [yaml.empty]"}},
		{"NUL", "a: 1\n\x00", nil, []string{"f:2:1: the file holds a NUL byte; expected UTF-8 text [yaml.encoding]"}},
	} {
		roots, msgs := read(c.data)
		if !reflect.DeepEqual(roots, c.roots) || !reflect.DeepEqual(msgs, c.msgs) {
			t.Errorf("%s: %q %q", c.name, roots, msgs)
		}
	}
}

// FuzzStrictDocuments: the documents of a file are those that the YAML reader
// finds, on the same lines, where it can read the whole file.
func FuzzStrictDocuments(f *testing.F) {
	for _, s := range []string{"a: 1\n---\nb: 2\n", "--- {a: 1}\n...\n---\n- x\n", "%YAML 1.1\n---\na: |\n  ---\n", "'a\n---\n'", "a\n...\n# c\n---\nb"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got []int
		_, msgs := StrictDocuments("f", data, func(_ *Reader, root *yaml.Node, last int) {
			got = append(got, root.Line)
			if last < root.Line {
				t.Errorf("ends at line %d and begins at %d", last, root.Line)
			}
		})
		if len(msgs) > 0 {
			return
		}
		var want []int
		loader, err := yaml.NewLoader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
		if err != nil {
			return
		}
		for {
			var n yaml.Node
			if err := loader.Load(&n); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return
			}
			if root := rootOf(&n); !isNull(root) {
				want = append(want, root.Line)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("documents at lines %v, want %v", got, want)
		}
	})
}
