package cond

import "testing"

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{">=5.5 <6", "6", false},
		{">=5.5 <6", ">=5.5 SP3", true},
		{"5.5", ">=6", true}, // a listed version does not exclude newer ones
		{"=5.5", ">=6", false},
		{"=5.5", "=5.5 SP3", true},
		{"=5.5 SP2", "=5.5 SP3", false},
		{"<5", ">=5", false},
		{"<=5", ">=5", true},
	} {
		a, err := ParseRange(c.a)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseRange(c.b)
		if err != nil {
			t.Fatal(err)
		}
		if a.Meets(b) != c.want || b.Meets(a) != c.want {
			t.Errorf("%s and %s: %v, back %v, want %v", c.a, c.b, a.Meets(b), b.Meets(a), c.want)
		}
	}
	for _, c := range []struct {
		r, from string
		want    bool
	}{
		{"5.5 SP3", "5.5 SP2", true},
		{"5.5", "5.5 SP2", false},
		{"5.5", "5.5", true},
		{">=5 <6", "5.5", false},
		{">6", "6", true},
		{"<6", "5", false},
	} {
		r, err := ParseRange(c.r)
		if err != nil {
			t.Fatal(err)
		}
		v, err := ParseVersion(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if r.AllFrom(v) != c.want {
			t.Errorf("%s from %s on: %v", c.r, c.from, !c.want)
		}
	}
}
