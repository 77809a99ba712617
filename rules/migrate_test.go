package rules

import (
	"fmt"
	"strings"
	"testing"
)

func TestMigrate(t *testing.T) {
	now := fmt.Sprintf(small, "a/b", "T")
	old := strings.Replace(now, "schema: 1\n", "", 1)
	for _, c := range []struct {
		name, text, want, steps, refused string
	}{
		{"as it is", now, now, "", ""},
		{"as it is, with a byte order mark", "\ufeff" + now, now, "", ""},
		{"without a schema", old, now, "0 to 1: the file says its schema", ""},
		{"comments stay", "# about it\n\n---\n# the id\n" + old + "# the end\n", "# about it\n\n---\n# the id\nschema: 1\n" + old + "# the end\n", "0 to 1: the file says its schema", ""},
		{"of a later program", strings.Replace(now, "schema: 1", "schema: 7", 1), "", "", `1:9: the schema "7" is not one that this program knows; it reads 0 to 1 [rule.schema]`},
		{"no number", strings.Replace(now, "schema: 1", "schema: one", 1), "", "", `1:9: the schema "one" is not one`},
		{"in braces", "{id: a/b, title: T}", "", "", "cannot be brought from schema 0 to 1"},
		{"with other mistakes", strings.Replace(old, "title:", "titel:", 1), "", "", `3:1: a rule has no key "titel"`},
		{"a list", "- a\n", "", "", "must be a mapping"},
		{"no YAML", "a: [", "", "", "not valid YAML"},
	} {
		out, steps, msgs := Migrate("f.yaml", []byte(c.text))
		got := ""
		for _, m := range msgs {
			got += m.String() + "\n"
		}
		if string(out) != c.want || strings.Join(steps, "; ") != c.steps || !strings.Contains(got, c.refused) || (got == "") != (c.refused == "") {
			t.Errorf("%s: %q %q %s", c.name, out, steps, got)
		}
	}
	if n := len(migrations()); n != Schema {
		t.Errorf("%d steps lead to schema %d", n, Schema)
	}
	for i, m := range migrations() {
		if m.from != i || m.what == "" {
			t.Errorf("step %d begins at %d", i, m.from)
		}
	}
}

// FuzzMigrate: what is migrated loads and is as it was but for its schema, and stays as it is the second time.
func FuzzMigrate(f *testing.F) {
	now := fmt.Sprintf(small, "a/b", "T")
	for _, s := range []string{now, strings.Replace(now, "schema: 1\n", "", 1), "# x\n---\nid: a/b\n", "{}", "schema: 2"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		out, steps, msgs := Migrate("f.yaml", data)
		if (out == nil) != (len(msgs) > 0) {
			t.Fatalf("%q: %v", out, msgs)
		}
		if len(steps) == 0 {
			return
		}
		if r, msgs := Parse("f.yaml", out); r == nil {
			t.Fatalf("%q does not load: %v", out, msgs)
		}
		again, steps, msgs := Migrate("f.yaml", out)
		if string(again) != string(out) || len(steps) > 0 || len(msgs) > 0 {
			t.Fatalf("%q, then %q", out, again)
		}
	})
}
