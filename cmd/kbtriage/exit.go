package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// The exit codes, as in `kbtriage help exit-codes`. 2 is never used: the Go
// runtime exits with it when it panics.
const (
	exitComplete    = 0   // every input was read to its end, every rule evaluated
	exitNotHeld     = 1   // what was asked for did not hold
	exitPartial     = 3   // something was not read, decoded, evaluated or reachable
	exitRules       = 4   // a rule file cannot be loaded
	exitNoResult    = 5   // nothing readable, or the output cannot be written
	exitUsage       = 64  // flags or configuration
	exitInterrupted = 130 // interrupted; what there is was printed
	exitTerminated  = 143 // likewise, by SIGTERM
)

const exitText = `Exit codes:

  0    complete: every input was read to its end, every rule evaluated; what was found is in the output
  1    what was asked for did not hold: lint messages, failed rule tests, verify failed or unknown, --fail-on
  3    partial: it finished, but something was not read, decoded, evaluated or reachable; the result says what
  4    a rule file cannot be loaded
  5    no usable result: nothing readable, or the output cannot be written
  64   usage or configuration
  130  interrupted: what there is was printed and marked (143 when terminated)

Where several hold, the first in this order counts: 64, 5, 4, 130, 3, 1, 0.
A probe without an answer is unknown evidence, not a partial result.
`

// errNotHeld ends a command whose output says what did not hold.
var errNotHeld = errors.New("did not hold")

// outputError is output that could not be written.
type outputError struct{ err error }

func (e *outputError) Error() string { return "the output cannot be written: " + e.err.Error() }
func (e *outputError) Unwrap() error { return e.err }

// interruption is the cause of a context that a signal ended: the exit code.
type interruption int

func (i interruption) Error() string { return "interrupted" }

// interrupted is the exit code for a context that ended.
func interrupted(ctx context.Context) int {
	var i interruption
	if errors.As(context.Cause(ctx), &i) {
		return int(i)
	}
	return exitInterrupted
}

// exitCode decides the exit code of every command, and prints what has not
// been printed yet.
func exitCode(ctx context.Context, w io.Writer, err error) int {
	var usage *triage.UsageError
	var rules *triage.RuleError
	var output *outputError
	var status statusError
	switch {
	case err == nil:
		return exitComplete
	case errors.As(err, &usage):
		fmt.Fprintln(w, "kbtriage: "+report.CleanText(unshieldText(usage.Text)))
		return exitUsage
	case errors.As(err, &output):
		fmt.Fprintln(w, "kbtriage: "+report.Clean(output.Error()))
		return exitNoResult
	case errors.As(err, &rules):
		printMessages(w, rules.Messages)
		return exitRules
	case errors.As(err, &status) && status == result.Failed:
		return exitNoResult
	case errors.Is(err, context.Canceled) || ctx.Err() != nil:
		return interrupted(ctx)
	case errors.As(err, &status):
		return exitPartial
	case errors.Is(err, errNotHeld):
		return exitNotHeld
	}
	// Everything else comes from reading the command line.
	fmt.Fprintln(w, "kbtriage: "+report.CleanText(unshieldText(err.Error())))
	return exitUsage
}

// statusError is a result that is not complete: result.Partial or result.Failed.
type statusError string

func (s statusError) Error() string { return "the result is " + string(s) }

// printMessages prints messages about files, each with the line it points at.
func printMessages(w io.Writer, msgs []source.Message) {
	texts := map[string][]byte{}
	for _, m := range msgs {
		fmt.Fprintln(w, report.Clean(m.String()))
		if m.Line == 0 { // about the file as a whole, which may be anything
			continue
		}
		text, read := texts[m.File]
		if !read {
			text, _ = os.ReadFile(m.File) // one of the embedded base is not there
			texts[m.File] = text
		}
		if s := source.Snippet(text, m.Position); len(text) > 0 && s != "" {
			fmt.Fprintln(w, s)
		}
	}
}
