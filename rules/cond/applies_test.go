package cond

import (
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

func TestCheck(t *testing.T) {
	exchange := env(facts.FieldProduct, "Microsoft Exchange Server")
	sp3 := env(facts.FieldVersion, "5.5 SP3")
	full := &Environment{Product: "Exchange Server", Version: version(">=5.5 <6"), OS: "Windows 2000", Role: "cluster node"}
	for _, c := range []struct {
		name string
		env  *Environment
		view *View
		want string // field state, in order
	}{
		{"nothing known", full, viewOf(), "product unknown, version unknown, os unknown, role unknown"},
		{
			"all holds", full,
			viewOf(exchange, sp3, env(facts.FieldOS, "Windows 2000 Server"), env(facts.FieldRole, "Cluster-Node")),
			"product seen, version seen, os seen, role seen",
		},
		{"only what is asked", &Environment{OS: "Linux"}, viewOf(exchange, sp3), "os unknown"},
		{"another product", full, viewOf(env(facts.FieldProduct, "SQL Server"), sp3), "product missing, version unknown, os unknown, role unknown"},
		{"version of an unknown product", full, viewOf(sp3), "product unknown, version seen, os unknown, role unknown"},
		{"another version", full, viewOf(exchange, env(facts.FieldVersion, "4.0 SP5")), "product seen, version missing, os unknown, role unknown"},
		{"open service pack", &Environment{Version: version(">=5.5 SP2")}, viewOf(env(facts.FieldVersion, "5.5")), "version unknown"},
		{"a version that is none", &Environment{Version: version("5.5")}, viewOf(env(facts.FieldVersion, "five")), "version unknown"},
		{"a general name leaves it open", &Environment{OS: "Windows 2000"}, viewOf(env(facts.FieldOS, "Windows")), "os unknown"},
		{"a special name is a general one", &Environment{OS: "Windows"}, viewOf(env(facts.FieldOS, "Windows NT 4.0")), "os seen"},
		{"siblings", &Environment{OS: "Windows 2000"}, viewOf(env(facts.FieldOS, "Windows NT 4.0")), "os missing"},
		{"words, not letters", &Environment{OS: "Windows 2000"}, viewOf(env(facts.FieldOS, "Windows 20000")), "os missing"},
		{"no such role", full, viewOf(notRole("cluster node")), "product unknown, version unknown, os unknown, role missing"},
		{"another role says nothing", full, viewOf(env(facts.FieldRole, "domain controller"), notRole("bridgehead")), "product unknown, version unknown, os unknown, role unknown"},
		{"contradictory roles", &Environment{Role: "cluster node"}, viewOf(env(facts.FieldRole, "cluster node"), notRole("cluster node")), "role missing"},
	} {
		var got []string
		for _, s := range c.env.Check(c.view) {
			got = append(got, s.Field+" "+s.State.String())
			if (s.State == Missing) && s.Reason == "" {
				t.Errorf("%s: no reason why the %s does not hold", c.name, s.Field)
			}
			if (s.Fact >= 0) != (s.State != Unknown) && s.Fact < 0 {
				t.Errorf("%s: %s is %s without a fact", c.name, s.Field, s.State)
			}
			if s.Fact >= 0 && c.view.Fact(s.Fact).Environment.Field != s.Field {
				t.Errorf("%s: %s rests on %s", c.name, s.Field, c.view.Fact(s.Fact))
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func TestReasons(t *testing.T) {
	e := &Environment{Product: "Exchange Server", Version: version("<5.5"), OS: "Windows NT", Role: "cluster node"}
	states := e.Check(viewOf(
		env(facts.FieldProduct, "Exchange Server"), env(facts.FieldVersion, "5.5 SP1"), env(facts.FieldOS, "Linux"), notRole("cluster node"),
	))
	want := []string{"", "for version <5.5; this is 5.5 SP1", "for Windows NT; this is Linux", "for a cluster node; this host is none"}
	for i, s := range states {
		if s.Reason != want[i] {
			t.Errorf("%s: %q, want %q", s.Field, s.Reason, want[i])
		}
	}
}

func TestNotFixed(t *testing.T) {
	for _, c := range []struct {
		have, fixed string
		want        State
		reason      string
	}{
		{"5.5 SP1", "5.5 SP2", Seen, ""},
		{"5.5 SP3", "5.5 SP2", Missing, "fixed in SP2; this is SP3"},
		{"5.5 SP2", "5.5 SP2", Missing, "fixed in SP2; this is SP2"},
		{"6.0 SP1", "5.5 SP2", Missing, "fixed in 5.5 SP2; this is 6.0 SP1"},
		{"6", "5.5", Missing, "fixed in 5.5; this is 6"},
		{"5.5", "5.5 SP2", Unknown, ""},
		{"", "5.5 SP2", Unknown, ""},
		{"fünf", "5.5 SP2", Unknown, ""},
	} {
		v := viewOf()
		if c.have != "" {
			v = viewOf(env(facts.FieldVersion, c.have))
		}
		fixed, err := ParseVersion(c.fixed)
		if err != nil {
			t.Fatal(err)
		}
		if s := NotFixed(v, fixed); s.State != c.want || s.Reason != c.reason || (s.Fact >= 0) != (c.have != "") {
			t.Errorf("%q, fixed in %s: %+v, want %s %q", c.have, fixed, s, c.want, c.reason)
		}
	}
}

// TestEnvironmentCondition: as a symptom, an environment is seen when every field holds, and
// missing as soon as one does not.
func TestEnvironmentCondition(t *testing.T) {
	c := &Condition{Environment: &Environment{Product: "Exchange Server", OS: "Windows 2000"}}
	exchange, w2k := env(facts.FieldProduct, "Exchange Server"), env(facts.FieldOS, "Windows 2000")
	wantState(t, "both", c, viewOf(exchange, w2k), Seen)
	wantState(t, "one", c, viewOf(exchange), Unknown)
	wantState(t, "none", c, viewOf(), Unknown)
	r := wantState(t, "one does not hold, the other is unknown", c, viewOf(env(facts.FieldOS, "Linux")), Missing)
	if !strings.Contains(r.Why, "this is Linux") {
		t.Errorf("why: %q", r.Why)
	}
	key, question := c.DefaultQuestion()
	if key == "" || question != "Does this hold: product Exchange Server, os Windows 2000?" {
		t.Errorf("question %q %q", key, question)
	}
	wantState(t, "asked", c, viewOf(answer(key, facts.True)), Seen)
	wantState(t, "asked and denied", c, viewOf(exchange, answer(key, facts.False)), Missing)
	wantState(t, "what is known beats what was answered", c, viewOf(env(facts.FieldOS, "Linux"), answer(key, facts.True)), Missing)
}
