package triage

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/internal/given"
)

// Request is what one diagnosis is made from.
type Request struct {
	Args      []string // INPUT...
	Stdin     io.Reader
	Set       []string     // --set KEY=VALUE
	FactsFile string       // --facts
	Host      *HostOptions // --host: a machine to ask, or nil
	Redact    *Redactor    // --redact, or nil
	Probe     ProbeOptions
	Engine    engine.Settings
}

// gather reads the inputs and settings into a case. With an error that is not a
// *UsageError the case holds what was read until then.
func (k *Knowledge) gather(ctx context.Context, q *Request) (*facts.Case, error) {
	settings, err := k.settings(q.Set, q.FactsFile)
	if err != nil {
		return nil, err
	}
	var damaged error
	reader := intake.Reader{Stdin: q.Stdin, Filter: k.filter(&damaged)}
	if q.Redact != nil {
		reader.Clean = q.Redact
	}
	var host *machine
	if q.Host != nil {
		if host, err = k.lookAt(ctx, q.Host, settings, q.Redact); err != nil {
			return nil, err
		}
		if reader.Host, err = host.live(ctx); err != nil {
			return nil, err
		}
	}
	c, err := reader.Read(ctx, q.Args)
	if damaged != nil {
		return nil, damaged
	}
	if host != nil {
		c.Problems = append(c.Problems, host.late...)
	}
	if err != nil {
		c.Problems = append(c.Problems, facts.Problem{Source: "kbtriage", Stage: "read", Reason: "interrupted", Text: "interrupted: only what was read until then was looked at"})
	}
	c.Facts = append(given.Override(c.Facts, settings), settings...)
	if err := q.Probe.settleResolvers(c); err != nil {
		return nil, err
	}
	return c, err
}

// filter opens the filter of the base when a log is met: most diagnoses are of a
// code or a text, and never need it. What is wrong with it goes into err.
func (k *Knowledge) filter(err *error) func() record.Filter {
	return func() record.Filter {
		f, _, wrong := k.Base.Filter()
		if wrong != nil {
			*err = wrong
			return nil
		}
		return f
	}
}

// settings are the facts of --set and --facts; the first count over the others.
func (k *Knowledge) settings(pairs []string, file string) ([]facts.Fact, error) {
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, &UsageError{"--facts: " + err.Error()}
		}
		more, err := FactsFile(data)
		if err != nil {
			return nil, &UsageError{"--facts " + file + ": " + err.Error()}
		}
		pairs = append(besides(more, pairs), pairs...)
	}
	return Settings(pairs, k.Set, "--set")
}

// besides are the pairs whose keys the others do not have.
func besides(pairs, others []string) []string {
	return slices.DeleteFunc(slices.Clone(pairs), func(p string) bool {
		key, _, _ := strings.Cut(p, "=")
		return slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(o, key+"=") })
	})
}

// Diagnose gathers, runs the checks that are allowed and diagnoses. The case it
// returns is the one to save, as Request.Redact shows it: observations, without
// what is derived from them.
func (k *Knowledge) Diagnose(ctx context.Context, q *Request) (*result.Differential, *facts.Case, error) {
	c, err := k.observe(ctx, q)
	if c == nil {
		return nil, nil, err
	}
	return k.conclude(c, q), c, err
}

// conclude diagnoses the case as it may be shown.
func (k *Knowledge) conclude(c *facts.Case, q *Request) *result.Differential {
	d := k.Conclude(q.Redact.Case(c), q.Engine)
	q.Redact.differential(d)
	return d
}

// observe gathers and runs the checks that are allowed.
func (k *Knowledge) observe(ctx context.Context, q *Request) (*facts.Case, error) {
	c, err := k.gather(ctx, q)
	if c != nil {
		q.Probe.runProbes(ctx, c)
	}
	return c, err
}

// concluded is the case with everything that follows from its observations;
// the case itself stays as it is, to be saved.
func concluded(c *facts.Case) *facts.Case {
	full := *c
	full.Facts = slices.Clone(c.Facts)
	full.Problems = append(slices.Clone(c.Problems), given.Contradictions(c)...)
	derive.Findings(&full)
	return &full
}

// Conclude diagnoses a case whose observations are complete.
func (k *Knowledge) Conclude(c *facts.Case, s engine.Settings) *result.Differential {
	d := k.Base.Diagnose(concluded(c), s)
	if inputStatus(c) == result.Failed {
		d.Status = result.Failed
	}
	return d
}

// inputStatus is how much of the inputs was read.
func inputStatus(c *facts.Case) string {
	switch {
	case len(c.Problems) == 0:
		return result.Complete
	case readNothing(c):
		return result.Failed
	}
	return result.Partial
}

// readNothing reports whether no input gave anything although inputs were named.
// A folder is what its files are.
func readNothing(c *facts.Case) bool {
	for _, s := range c.Sources {
		if s.Format != "folder" && (s.Records > 0 || s.Skipped == 0) {
			return false
		}
	}
	for _, f := range c.Facts {
		switch f.Kind {
		case facts.KindCode, facts.KindEvent, facts.KindText, facts.KindDNSAnswer, facts.KindAnswer, facts.KindFinding:
			return false
		}
	}
	return true
}
