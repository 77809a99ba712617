package triage

import (
	"context"
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
)

// CollectRequest is what a bundle is made from.
type CollectRequest struct {
	Host      HostOptions
	Set       []string // --set KEY=VALUE
	FactsFile string   // --facts
	Redact    *Redactor
	Tool      string // version of the program, for the manifest
	Folder    string // in which there is room for the bundle while it is made
}

// Collection is what was collected.
type Collection struct {
	Manifest intake.Manifest `json:"manifest"`
	Facts    int             `json:"facts"`
	Problems []facts.Problem `json:"problems"` // what could not be collected
}

// CollectError is a bundle that could not be written.
type CollectError struct{ err error }

func (e *CollectError) Error() string { return e.err.Error() }
func (e *CollectError) Unwrap() error { return e.err }

// Collect asks the host and writes its bundle to out. Diagnosing the bundle gives
// the same result as diagnosing the host. What cannot be read is a problem of the
// collection, and of every diagnosis of the bundle. The error is a *UsageError, a
// *CollectError, or that of the context, which leaves no bundle.
func (k *Knowledge) Collect(ctx context.Context, q *CollectRequest, out io.Writer) (*Collection, error) {
	settings, err := k.settings(q.Set, q.FactsFile)
	if err != nil {
		return nil, err
	}
	host, err := k.lookAt(ctx, &q.Host, settings, q.Redact)
	if err != nil {
		return nil, err
	}
	b, err := newBundleWriter(q.Folder, q.Host.Now)
	if err != nil {
		return nil, &CollectError{err}
	}
	defer b.discard()
	for _, t := range host.members {
		if err := host.collect(ctx, b, t); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	host.found.Problems = append(host.found.Problems, host.late...)
	m := &intake.Manifest{
		Version: intake.BundleVersion, Tool: q.Tool, Host: host.found.Host(), Redacted: q.Redact != nil,
		Collected: facts.Time{Time: q.Host.Now.Round(0), Zoned: true},
	}
	if err := b.finish(out, m, host.found); err != nil {
		return nil, &CollectError{err}
	}
	list := append([]facts.Problem{}, host.found.Problems...)
	return &Collection{Manifest: *m, Facts: len(host.found.Facts), Problems: list}, nil
}

// collect adds a member. A log that cannot be opened any more, or read to its end,
// is a problem; that the bundle cannot be written is an error.
func (m *machine) collect(ctx context.Context, b *bundleWriter, t *taken) error {
	in, err := m.open(ctx, t)
	if err != nil {
		m.lateProblem(intake.Unreadable(t.path, err))
		return nil
	}
	defer in.Close()
	readErr, err := b.add(ctx, t, in)
	switch {
	case err != nil:
		return &CollectError{err}
	case ctx.Err() != nil:
		return ctx.Err()
	case readErr != nil:
		m.lateProblem(facts.Problem{
			Source: t.path, Stage: "read", Reason: "file.read-failed",
			Text: fmt.Sprintf("reading failed: %s; how much is missing is not known. What was read was taken", plainError(readErr)),
		})
	}
	return nil
}
