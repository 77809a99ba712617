package engine

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/rules"
)

// What was compiled fits; with any other byte it does not, and nothing panics.
func TestCheckFindsAnyDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := compile(t, randomSet(t))
		if err := b.Check(); err != nil {
			t.Fatal(err)
		}
		damaged := bytes.Clone(b.Bytes())
		at := rapid.IntRange(0, len(damaged)-1).Draw(t, "at")
		damaged[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		other, err := Open(damaged)
		if err != nil {
			return
		}
		if other.Check() == nil {
			t.Fatalf("byte %d of %d: not found", at, len(damaged))
		}
	})
}

func TestCompare(t *testing.T) {
	named := func(titles ...string) *Base {
		set := &rules.Set{}
		for _, title := range titles {
			set.Rules = append(set.Rules, &rules.Rule{ID: "a/" + title[:1], Title: title, Status: rules.Stable})
		}
		return compile(t, set)
	}
	for _, x := range []struct {
		name       string
		one, other *Base
		want       Difference
	}{
		{"the same", named("a", "b"), named("a", "b"), Difference{}},
		{"more", named("b"), named("a", "b", "c"), Difference{Added: []string{"a/a", "a/c"}}},
		{"less", named("a", "b", "c"), named("b"), Difference{Removed: []string{"a/a", "a/c"}}},
		{"each", named("a", "b", "c"), named("b2", "c", "d"), Difference{Added: []string{"a/d"}, Removed: []string{"a/a"}, Changed: []string{"a/b"}}},
	} {
		got, err := x.one.Compare(x.other)
		if diff := cmp.Diff(x.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", x.name, err, diff)
		}
	}
}
