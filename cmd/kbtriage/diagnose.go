package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

var diagnoseForms = []report.Form{report.Text, report.JSON, report.JSONL, report.Markdown, report.HTML, report.CSV, report.SARIF}

func newDiagnose(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diagnose INPUT...",
		Short: "Rank the known errors that explain the inputs",
		Long: `Rank the known errors that explain the inputs, with the evidence, the remedy and what to check next.

INPUT is a code, an event ("event 4058", "Event ID: 4058 Source: X"), error text, a file, a folder, an archive,
a bundle of collect, a saved case, or - for standard input. What each was taken for is shown.

With --host, what this machine says of itself, its recent errors and its logs are inputs too. Nothing is changed,
no privilege is needed, and no network is used; what this user may not read is named.`,
		Example: `  kbtriage 0xc00203e5 "event 4058"
  kbtriage 0xc00203e5 --set product="Exchange Server" --set version="5.5 SP3" --ask
  kbtriage diagnose --host
  kbtriage "event 4058" --probe --set host.name=www.corp.example --set host.address=192.0.2.10`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return diagnose(w, cmd, unshield(args)) },
	}
	baseFlags(cmd)
	caseFlags(cmd)
	outputFlags(cmd, diagnoseForms...)
	f := cmd.Flags()
	f.Int("top", 0, "diagnoses listed at most (0: all)")
	f.Bool("host", false, "ask this machine too")
	hostFlags(cmd)
	redactFlags(cmd)
	f.String("save", "", "save the case: diagnose FILE gives the same result offline")
	f.Bool("ask", false, "put the best question, take the answer, and repeat")
	f.String("fail-on", "", "exit with 1 when a diagnosis is at least: confirmed|likely|possible")
	return cmd
}

func diagnose(w *world, cmd *cobra.Command, args []string) error {
	c, form, err := prepare(w, cmd, diagnoseForms...)
	if err != nil {
		return err
	}
	failOn, err := failOnVerdicts(cmd)
	if err != nil {
		return err
	}
	q, err := request(w, cmd, c, args)
	if err != nil {
		return err
	}
	if err := askHost(w, cmd, q); err != nil {
		return err
	}
	ask, _ := cmd.Flags().GetBool("ask")
	if ask && slices.Contains(args, "-") {
		return &triage.UsageError{Text: "--ask reads the answers from standard input, so - cannot be an input; put the text into a file"}
	}
	if len(args) == 0 && len(q.Set) == 0 && q.FactsFile == "" && !ask && q.Host == nil {
		if w.typing {
			return &triage.UsageError{Text: "nothing to diagnose: name a code, an event, a text or a file, or give facts with --set\nkbtriage --help shows examples"}
		}
		q.Args = []string{"-"}
	}
	k, err := knowledge(w, cmd, c)
	if err != nil {
		return err
	}
	d, cs, interrupted := k.Diagnose(cmd.Context(), q)
	if d == nil {
		return shownError(interrupted, q.Redact)
	}
	if quiet, _ := cmd.Flags().GetBool("quiet"); !quiet {
		for _, note := range k.Notes(q, cs) {
			fmt.Fprintln(w.err, "kbtriage: "+report.Clean(q.Redact.Text(note)))
		}
	}
	if ask && interrupted == nil {
		d = k.Ask(cmd.Context(), q, cs, d, triage.Prompt{In: w.in, Out: report.Cleaner{W: w.err}})
	}
	if path, _ := cmd.Flags().GetString("save"); path != "" {
		if err := save(cmd, path, q.Redact.Case(cs)); err != nil {
			return err
		}
	}
	if err := emit(w, cmd, func(out io.Writer) error { return report.Differential(out, d, form, style(w, cmd, c)) }); err != nil {
		return err
	}
	switch {
	case interrupted != nil:
		return interrupted
	case cmd.Context().Err() != nil:
		return cmd.Context().Err()
	case d.Status != result.Complete:
		return statusError(d.Status)
	}
	if anyVerdict([]result.Differential{*d}, failOn) {
		return errNotHeld
	}
	return nil
}

// anyVerdict reports whether a diagnosis has one of the verdicts.
func anyVerdict(list []result.Differential, verdicts []result.Verdict) bool {
	for i := range list {
		for _, x := range append(slices.Clone(list[i].Diagnoses), list[i].Also...) {
			if slices.Contains(verdicts, x.Verdict) {
				return true
			}
		}
	}
	return false
}

// request gathers what the flags say about the case.
func request(w *world, cmd *cobra.Command, c config, args []string) (*triage.Request, error) {
	redactor, err := c.redactor()
	if err != nil {
		return nil, err
	}
	set, _ := cmd.Flags().GetStringArray("set")
	file, _ := cmd.Flags().GetString("facts")
	return &triage.Request{
		Args: args, Stdin: w.in, Set: unshield(set), FactsFile: file, Probe: c.probe(w),
		Engine: engine.Settings{Top: c.Top, Workers: c.Workers}, Redact: redactor,
	}, nil
}

// askHost makes the machine an input where --host says so.
func askHost(w *world, cmd *cobra.Command, q *triage.Request) error {
	if host, _ := cmd.Flags().GetBool("host"); host {
		o := hostOptions(w, cmd)
		q.Host = &o
	} else if cmd.Flags().Changed("log") || cmd.Flags().Changed("no-logs") {
		return &triage.UsageError{Text: "--log and --no-logs say what to take of this machine; give --host too, or name the file as an input"}
	}
	return nil
}

// shownError is a message about what was given, as it may be shown.
func shownError(err error, x *triage.Redactor) error {
	var usage *triage.UsageError
	if x != nil && errors.As(err, &usage) {
		return &triage.UsageError{Text: x.Text(usage.Text)}
	}
	return err
}

func failOnVerdicts(cmd *cobra.Command) ([]result.Verdict, error) {
	order := []result.Verdict{result.Confirmed, result.Likely, result.Possible}
	name, _ := cmd.Flags().GetString("fail-on")
	if name == "" {
		return nil, nil
	}
	i := slices.Index(order, result.Verdict(name))
	if i < 0 {
		return nil, &triage.UsageError{Text: fmt.Sprintf("--fail-on %s: expected confirmed, likely or possible", name)}
	}
	return order[:i+1], nil
}

func save(cmd *cobra.Command, path string, c *facts.Case) error {
	data, err := c.Marshal()
	if err != nil {
		return &outputError{err}
	}
	return writeFile(cmd, path, data)
}
