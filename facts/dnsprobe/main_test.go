package dnsprobe_test

import (
	"context"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kbtriage/kbtriage/facts"
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

// recorder is a dialer that remembers what it was asked for.
type recorder struct {
	mu    sync.Mutex
	dials []string
}

func (r *recorder) dial(ctx context.Context, network, address string) (net.Conn, error) {
	r.mu.Lock()
	r.dials = append(r.dials, network+" "+address)
	r.mu.Unlock()
	return new(net.Dialer).DialContext(ctx, network, address)
}

// plan asks servers for exchvs1.corp.example, with short patience.
func plan(servers ...string) dnsprobe.Plan {
	return dnsprobe.Plan{
		Resolvers: facts.Resolvers{Servers: servers},
		Endpoints: []dnsprobe.Endpoint{{Subject: "exchange", Name: "exchvs1.corp.example", Address: "192.0.2.21"}},
		Timeout:   time.Second,
		Attempt:   150 * time.Millisecond,
	}
}

func run(t testing.TB, p dnsprobe.Plan) []*facts.DNSAnswer {
	t.Helper()
	var out []*facts.DNSAnswer
	for _, f := range dnsprobe.Run(context.Background(), new(net.Dialer).DialContext, p) {
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		if f.Origin.Path != "dns "+f.DNSAnswer.Server {
			t.Errorf("origin %q of an answer of %s", f.Origin.Path, f.DNSAnswer.Server)
		}
		out = append(out, f.DNSAnswer)
	}
	return out
}

// pick returns the only answer of a server for a purpose and type.
func pick(t testing.TB, answers []*facts.DNSAnswer, server, purpose, qtype string) *facts.DNSAnswer {
	t.Helper()
	i := slices.IndexFunc(answers, func(a *facts.DNSAnswer) bool {
		return a.Server == server && a.Purpose == purpose && a.Type == qtype
	})
	if i < 0 {
		t.Fatalf("%s was not asked for %s, purpose %s", server, qtype, purpose)
	}
	return answers[i]
}

type problem = facts.Problem
