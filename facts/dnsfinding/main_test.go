package dnsfinding_test

import (
	"context"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
	"github.com/kbtriage/kbtriage/facts/dnsprobe"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}

// The article's case: the Exchange group and the cluster.
const (
	exchange, exchangeIP = "exchvs1.corp.example", "192.0.2.21"
	cluster, clusterIP   = "cluster1.corp.example", "192.0.2.22"
)

// scene is what a test asks and of whom.
type scene struct {
	t         testing.TB
	resolvers facts.Resolvers
	inputs    map[string]string
	update    bool
	c         *facts.Case
	findings  []*facts.Finding
}

// look probes the servers in their order for the two names of the article.
func look(t testing.TB, servers ...string) *scene {
	s := &scene{t: t, resolvers: facts.Resolvers{Servers: servers}, inputs: map[string]string{
		"exchange.name": exchange, "exchange.address": exchangeIP, "cluster.name": cluster, "cluster.address": clusterIP,
	}}
	return s
}

func (s *scene) local(addr ...string) *scene  { s.resolvers.Local = addr; return s }
func (s *scene) search(list ...string) *scene { s.resolvers.Search = list; return s }
func (s *scene) set(key, value string) *scene { s.inputs[key] = value; return s }
func (s *scene) withUpdate() *scene           { s.update = true; return s }
func (s *scene) facts() []facts.Fact {
	out := []facts.Fact{{Kind: facts.KindResolvers, Resolvers: &s.resolvers}}
	for k, v := range s.inputs {
		out = append(out, facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: k, Value: v}})
	}
	return out
}

// derive probes, and derives the findings twice: from the facts as they came,
// and from a saved case with the facts shuffled. Both must be equal.
func (s *scene) derive() *scene {
	s.t.Helper()
	p := dnsprobe.Plan{Resolvers: s.resolvers, Update: s.update, Attempt: 150 * time.Millisecond, Timeout: time.Second}
	for _, subject := range []string{"exchange", "cluster"} {
		p.Endpoints = append(p.Endpoints, dnsprobe.Endpoint{Subject: subject, Name: s.inputs[subject+".name"], Address: s.inputs[subject+".address"]})
	}
	s.c = &facts.Case{Facts: append(s.facts(), dnsprobe.Run(context.Background(), new(net.Dialer).DialContext, p)...)}
	found := dnsfinding.Derive(s.c)

	saved := &facts.Case{Facts: append([]facts.Fact(nil), s.c.Facts...)}
	rand.Shuffle(len(saved.Facts), func(i, j int) { saved.Facts[i], saved.Facts[j] = saved.Facts[j], saved.Facts[i] })
	b, err := saved.Marshal()
	if err != nil {
		s.t.Fatal(err)
	}
	loaded, err := facts.UnmarshalCase(b)
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(found, dnsfinding.Derive(loaded)); diff != "" {
		s.t.Errorf("the saved case gives other findings:\n%s", diff)
	}
	for _, f := range found {
		if err := f.Check(); err != nil {
			s.t.Error(err)
		}
		g := f.Finding
		s.findings = append(s.findings, g)
		if g.State != facts.True && g.State != facts.False && g.State != facts.Unknown {
			s.t.Errorf("%s has state %q", g.ID, g.State)
		}
		if (g.State == facts.Unknown) != (g.Advice != "") {
			s.t.Errorf("%s %s is %s, with the advice %q", g.ID, g.Subject, g.State, g.Advice)
		}
		if !strings.HasSuffix(g.Text, ".") || strings.Contains(g.Text, "..") || strings.Contains(g.Text, "()") {
			s.t.Errorf("%s: text %q", g.ID, g.Text)
		}
		if g.Proof == nil {
			s.t.Errorf("%s %s at %s: its proof is null in JSON", g.ID, g.Subject, g.Server)
		}
		if g.State != facts.Unknown && len(g.Proof) == 0 {
			s.t.Errorf("%s %s at %s is %s without proof", g.ID, g.Subject, g.Server, g.State)
		}
	}
	return s
}

// want checks the state of a finding; an empty server stands for any.
func (s *scene) want(id facts.FindingID, subject, server string, state facts.State) *facts.Finding {
	s.t.Helper()
	var last *facts.Finding
	for _, f := range s.findings {
		if f.ID == id && f.Subject == subject && (server == "" || f.Server == server) {
			last = f
			if f.State == state {
				return f
			}
		}
	}
	if last == nil {
		s.t.Errorf("no finding %s for %s at %q, want %s", id, subject, server, state)
		return &facts.Finding{}
	}
	s.t.Errorf("%s for %s at %s is %s, want %s: %s", id, subject, last.Server, last.State, state, last.Text)
	return last
}

// never checks that no finding of the id has the state.
func (s *scene) never(id facts.FindingID, state facts.State) {
	s.t.Helper()
	for _, f := range s.findings {
		if f.ID == id && f.State == state {
			s.t.Errorf("%s is %s: %s", id, state, f.Text)
		}
	}
}

// only checks that all findings that are true have one of the ids.
func (s *scene) only(ids ...facts.FindingID) {
	s.t.Helper()
	for _, f := range s.findings {
		ok := f.State != facts.True
		for _, id := range ids {
			ok = ok || f.ID == id
		}
		if !ok {
			s.t.Errorf("%s is true as well: %s", f.ID, f.Text)
		}
	}
}

func (s *scene) got(f *facts.Finding, want string) {
	s.t.Helper()
	if f.Got != want {
		s.t.Errorf("%s got %q, want %q", f.ID, f.Got, want)
	}
}
