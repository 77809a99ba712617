package triage

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/dnsfinding"
	"github.com/kbtriage/kbtriage/facts/dnsprobe"
)

// ProbeOptions says what the automatic checks may do.
type ProbeOptions struct {
	Allowed    bool     // --probe; without it no socket is opened
	Resolvers  []string // --resolver, in the order of use
	Search     []string // --search
	ResolvConf string   // --resolv-conf, instead of the flags above
	Local      []string // --local-dns
	Update     bool     // --allow-update-probe
	Timeout    time.Duration

	Dial dnsprobe.Dialer // how sockets are opened
}

// hostResolvConf is where the host keeps its resolver list.
const hostResolvConf = "/etc/resolv.conf"

// settleResolvers puts the one resolver list into the case that counts: from the
// flags, a file, what a loaded case remembers, or, when probes are allowed, the host.
func (o *ProbeOptions) settleResolvers(c *facts.Case) error {
	var remembered *facts.Resolvers
	for _, f := range c.Facts {
		if f.Kind == facts.KindResolvers {
			remembered = f.Resolvers
		}
	}
	list, problems, err := o.resolvers(remembered)
	if err != nil {
		return err
	}
	c.Problems = append(c.Problems, problems...)
	if list == nil {
		return nil
	}
	c.Facts = slices.DeleteFunc(c.Facts, func(f facts.Fact) bool { return f.Kind == facts.KindResolvers })
	c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindResolvers, Origin: facts.Origin{Path: list.Source}, Resolvers: list})
	return nil
}

func (o *ProbeOptions) resolvers(remembered *facts.Resolvers) (*facts.Resolvers, []facts.Problem, error) {
	list := &facts.Resolvers{}
	var problems []facts.Problem
	var local []string
	for _, l := range o.Local {
		address, err := facts.ServerAddress(l)
		if err != nil {
			return nil, nil, &UsageError{"--local-dns: " + err.Error()}
		}
		local = append(local, address)
	}
	path := o.ResolvConf
	switch {
	case len(o.Resolvers) > 0 && path != "":
		return nil, nil, &UsageError{"--resolver and --resolv-conf exclude each other"}
	case len(o.Resolvers) > 0:
		list.Source = "--resolver"
		for _, r := range o.Resolvers {
			address, err := facts.ServerAddress(r)
			if err != nil {
				return nil, nil, &UsageError{"--resolver: " + err.Error()}
			}
			if !slices.Contains(list.Servers, address) {
				list.Servers = append(list.Servers, address)
			}
		}
	case path == "" && remembered != nil:
		*list = *remembered
	case path == "" && o.Allowed:
		path = hostResolvConf
		fallthrough
	case path != "":
		file, err := os.Open(path)
		if err != nil {
			problem := facts.Problem{Source: path, Stage: "open", Reason: "resolvers.unreadable", Text: err.Error() + "; name the DNS servers with --resolver"}
			if o.ResolvConf != "" {
				return nil, nil, &UsageError{fmt.Sprintf("--resolv-conf: %v", err)}
			}
			return nil, []facts.Problem{problem}, nil
		}
		defer file.Close()
		*list, problems = dnsprobe.ReadResolvConf(file, path)
	case len(o.Search)+len(o.Local) > 0:
		return nil, nil, &UsageError{"--search and --local-dns say more about a list of servers; give it with --resolver or --resolv-conf, or allow --probe to take the host's"}
	default:
		return nil, nil, nil
	}
	for _, s := range o.Search {
		list.Search = append(list.Search, strings.ToLower(strings.TrimSuffix(s, ".")))
	}
	if len(local) > 0 {
		list.Local = local
	}
	return list, problems, nil
}

// runProbes asks the DNS servers about every endpoint of the case. All rules
// share what is learned: a rule's probe is a view on these answers.
func (o *ProbeOptions) runProbes(ctx context.Context, c *facts.Case) {
	if !o.Allowed {
		return
	}
	plan := dnsprobe.Plan{Endpoints: endpoints(c), Update: o.Update, Timeout: o.Timeout}
	plan.Attempt = o.Timeout * 2 / 5
	for _, f := range c.Facts {
		if f.Kind == facts.KindResolvers {
			plan.Resolvers = *f.Resolvers
		}
	}
	if len(plan.Endpoints) == 0 || len(plan.Resolvers.Servers)+len(plan.Resolvers.Local) == 0 {
		return
	}
	// What a loaded case remembers of an earlier look must not stand beside what
	// the servers say now.
	c.Facts = slices.DeleteFunc(c.Facts, func(f facts.Fact) bool { return f.Kind == facts.KindDNSAnswer })
	c.Facts = append(c.Facts, dnsprobe.Run(ctx, o.Dial, plan)...)
	if ctx.Err() != nil {
		c.Problems = append(c.Problems, facts.Problem{Source: "dns", Stage: "probe", Reason: "interrupted", Text: "the DNS checks were interrupted; questions without answer count as unknown"})
	}
}

// endpoints are the inputs of the case that have a name, sorted.
func endpoints(c *facts.Case) []dnsprobe.Endpoint {
	var list []dnsprobe.Endpoint
	for _, f := range c.Facts {
		if f.Kind != facts.KindInput {
			continue
		}
		subject, ok := strings.CutSuffix(f.Input.Name, ".name")
		if !ok || dnsfinding.CheckName(f.Input.Value) != nil {
			continue
		}
		address, _ := c.Input(subject + ".address")
		list = append(list, dnsprobe.Endpoint{Subject: subject, Name: f.Input.Value, Address: address})
	}
	slices.SortFunc(list, func(a, b dnsprobe.Endpoint) int { return strings.Compare(a.Subject, b.Subject) })
	return slices.CompactFunc(list, func(a, b dnsprobe.Endpoint) bool { return a.Subject == b.Subject })
}
