package cond

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseVersion(t *testing.T) {
	for in, want := range map[string]string{
		"5.5":                "5.5",
		"5.5 SP3":            "5.5 SP3",
		" 5.5sp3 ":           "5.5 SP3",
		"5.5 Service Pack 3": "5.5 SP3",
		"5.5 SERVICE PACK3":  "5.5 SP3",
		"5.5 SP0":            "5.5 SP0",
		"2000":               "2000",
		"10.0.19041":         "10.0.19041",
		"1.2.3.4.5.6.7.8":    "1.2.3.4.5.6.7.8",
		"5.05":               "5.5",
		"":                   "",
		"SP3":                "",
		"5.5 SP":             "",
		"5.5 SPx":            "",
		"5.5 SP3 SP4":        "",
		"5.5 3":              "",
		"5..5":               "",
		".5":                 "",
		"5.":                 "",
		"5.x":                "",
		"v5":                 "",
		"-5":                 "",
		"+5":                 "",
		"5.5 SP-1":           "",
		"5,5":                "",
		"1.2.3.4.5.6.7.8.9":  "",
		"99999999999":        "",
	} {
		v, err := ParseVersion(in)
		if (err == nil) != (want != "") || err == nil && v.String() != want {
			t.Errorf("%q: %q %v, want %q", in, v, err, want)
		}
	}
}

func TestRange(t *testing.T) {
	for _, c := range []struct {
		in                     string
		seen, missing, unknown string // versions, separated by commas
	}{
		{"5.5", "5.5, 5.5 SP4, 5.6, 6, 2000", "5, 5.4, 4.0 SP9", ""},
		{"5.5 SP2", "5.5 SP2, 5.5 SP3, 5.5.1, 6", "5.5 SP1, 5.5 SP0, 5", "5.5"},
		{">=5.5 <6", "5.5, 5.5 SP3, 5.9.9", "5, 5.4 SP3, 6, 6 SP0, 6.5", ""},
		{">=5.5 SP1, <=5.5 SP3", "5.5 SP1, 5.5 SP2, 5.5 SP3", "5.5 SP0, 5.5 SP4, 6, 5", "5.5"},
		{">5.5", "5.5.1, 5.6, 6", "5.5, 5.5 SP4, 5", ""},
		{">5.5 SP2", "5.5 SP3, 5.6", "5.5 SP2, 5.5 SP1", "5.5"},
		{"<5.5", "5.4, 5.4 SP9, 4", "5.5, 5.5 SP0, 6", ""},
		{"<5.5 SP2", "5.5 SP1, 5.4", "5.5 SP2, 5.5 SP3, 6", "5.5"},
		{"<=5.5", "5.5, 5.5 SP4, 5", "5.5.1, 5.6", ""},
		{"<=5.5 SP2", "5.5 SP2, 5", "5.5 SP3, 6", "5.5"},
		{"=5.5", "5.5, 5.5 SP0, 5.5 SP4, 5.5.0", "5.4, 5.5.1, 6", ""},
		{"=5.5 SP2", "5.5 SP2, 5.5.0 SP2", "5.5 SP1, 6", "5.5"},
		{"  >= 5.5 ,\t< 6 ", "5.5", "6", ""},
		{">=5.5<6", "5.5", "6", ""},
		{"<6 >=5.5", "5.5", "6", ""},
		{">=5 >=5.5 <7 <6", "5.5", "5, 6", ""},
		{">=10.0.17763 <10.0.19045", "10.0.19041", "10.0.14393, 11", ""},
	} {
		r, err := ParseRange(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if r.String() != strings.TrimSpace(c.in) {
			t.Errorf("%q: source %q", c.in, r)
		}
		for want, list := range map[State]string{Seen: c.seen, Missing: c.missing, Unknown: c.unknown} {
			for s := range strings.SplitSeq(list, ",") {
				if s == "" {
					continue
				}
				v, err := ParseVersion(s)
				if err != nil {
					t.Fatal(err)
				}
				if got := r.Holds(v); got != want {
					t.Errorf("%q holds %q: %s, want %s", c.in, v, got, want)
				}
			}
		}
	}
}

func TestParseRangeRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "empty",
		" , ":                    "empty",
		"x":                      "expected numbers",
		">=":                     "expected numbers",
		"=>5":                    "expected numbers",
		"==5":                    "expected numbers",
		"<>5":                    "no operator",
		">5 6":                   "expected numbers",
		"5 - 6":                  "expected numbers",
		"5 <6":                   "cannot be combined",
		"=5 =6":                  "cannot be combined",
		">=6 <5":                 "holds no version",
		">=5.5 <5.5":             "holds no version",
		">5.5 <=5.5":             "holds no version",
		">5.5 <5.5 SP3":          "holds no version", // 5.5 leaves the service pack open, so > lies above all of them
		">5.5 SP2 <=5.5 SP2":     "holds no version",
		">5.5 SP2 <5.5 SP3":      "holds no version",
		">=5.5 SP3 <=5.5 SP2":    "holds no version",
		">=6 >=5 <5.5":           "holds no version",
		">=5 <7 <4":              "holds no version",
		">=5.5.0.0 SP1 <5.5 SP1": "holds no version",
	} {
		if r, err := ParseRange(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v %v, want %q", in, r, err, want)
		}
	}
}

func TestBefore(t *testing.T) {
	for _, c := range []struct {
		v, fixed string
		want     State
	}{
		{"5.5 SP1", "5.5 SP2", Seen},
		{"5.5 SP2", "5.5 SP2", Missing},
		{"5.5 SP3", "5.5 SP2", Missing},
		{"5.5", "5.5 SP2", Unknown},
		{"5.0 SP9", "5.5 SP2", Seen},
		{"6", "5.5 SP2", Missing},
		{"5.5 SP1", "5.5", Missing}, // fixed in 5.5 is fixed in 5.5 without any service pack
		{"5.5", "5.5", Missing},
		{"5.4", "5.5", Seen},
	} {
		v, _ := ParseVersion(c.v)
		fixed, _ := ParseVersion(c.fixed)
		if got := v.Before(fixed); got != c.want {
			t.Errorf("%s before %s: %s, want %s", v, fixed, got, c.want)
		}
	}
}

func randomVersion() *rapid.Generator[Version] {
	return rapid.Custom(func(t *rapid.T) Version {
		parts := rapid.SampledFrom([][]int{{5}, {5, 0}, {5, 5}, {5, 5, 1}, {6}}).Draw(t, "parts")
		return Version{Parts: parts, SP: rapid.IntRange(-1, 3).Draw(t, "service pack")}
	})
}

// TestOpenServicePack: a version that leaves the service pack open is what all its service
// packs agree on, else unknown; a range that is accepted holds a version.
func TestOpenServicePack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pieces []string
		for range rapid.IntRange(1, 2).Draw(t, "bounds") {
			pieces = append(pieces, rapid.SampledFrom([]string{">=", ">", "<", "<=", "=", ""}).Draw(t, "operator")+randomVersion().Draw(t, "bound").String())
		}
		r, err := ParseRange(strings.Join(pieces, " "))
		if err != nil {
			return
		}
		held := false
		for _, parts := range [][]int{{4}, {5}, {5, 0, 0, 1}, {5, 5}, {5, 5, 0, 1}, {5, 5, 1}, {5, 5, 1, 1}, {6}, {6, 1}} {
			states := map[State]int{}
			for sp := range 6 {
				states[r.Holds(Version{parts, sp})]++
			}
			held = held || states[Seen] > 0
			want := Unknown
			switch {
			case states[Unknown] > 0:
				t.Fatalf("%q: unknown for a version with service pack", r)
			case states[Missing] == 0:
				want = Seen
			case states[Seen] == 0:
				want = Missing
			}
			if got := r.Holds(Version{parts, -1}); got != want {
				t.Fatalf("%q holds %v: %s, its service packs say %v", r, parts, got, states)
			}
		}
		if !held {
			t.Fatalf("%q holds no version", r)
		}
	})
}

func TestVersionAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := randomVersion().Draw(t, "version")
		again, err := ParseVersion(v.String())
		if err != nil || again.String() != v.String() || again.SP != v.SP {
			t.Fatalf("%q: %q %v", v, again, err)
		}
	})
}
