package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func scanForms() []report.Form {
	return []report.Form{report.Text, report.JSON, report.JSONL, report.Markdown, report.HTML, report.CSV, report.SARIF}
}

func newScan(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scan PATH...",
		Short: "Find the known errors in any amount of collected logs, host by host",
		Long: `Read files, folders and archives, nested in any way, and give one differential for each host and case.

A case is what belongs together of one host: records that concern the same rules, without a gap of --gap between them.
Only what is special enough for the size of the input is reported. Which host a record is from is in the record,
else in the path (a folder or bundle for each host), else unknown.`,
		Example: `  kbtriage scan collected/
  kbtriage scan host1.zip host2.tar.zst -o html --out report.html
  kbtriage scan /srv/logs --state /var/tmp/scan1            (and after an interruption, with --resume)`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return scanLogs(w, cmd, unshield(args)) },
	}
	baseFlags(cmd)
	outputFlags(cmd, scanForms()...)
	redactFlags(cmd)
	f := cmd.Flags()
	f.StringArray("set", nil, "KEY=VALUE: a fact that holds for every host (repeatable)")
	f.Duration("gap", triage.DefaultGap, "silence that ends a session")
	f.Int("top", 5, "diagnoses listed of each case at most (0: all)")
	f.String("state", "", "folder in which finished work is kept, for --resume")
	f.Bool("resume", false, "go on with the scan that --state kept")
	f.Bool("why-skipped", false, "say of every file how it was read, or why not")
	f.String("fail-on", "", "exit with 1 when a diagnosis is at least: confirmed|likely|possible")
	f.Int("workers", 0, "processors to use; changes nothing but the time (0: all)")
	return cmd
}

func scanLogs(w *world, cmd *cobra.Command, paths []string) error {
	c, form, err := prepare(w, cmd, scanForms()...)
	if err != nil {
		return err
	}
	failOn, err := failOnVerdicts(cmd)
	if err != nil {
		return err
	}
	if slices.Contains(paths, "-") {
		return &triage.UsageError{Text: "scan reads files, folders and archives; to pipe one log in: kbtriage -"}
	}
	q, err := scanRequest(cmd, c, paths)
	if err != nil {
		return err
	}
	k, err := knowledge(w, cmd, c)
	if err != nil {
		return err
	}
	quiet, _ := cmd.Flags().GetBool("quiet")
	meter := newMeter(w, quiet)
	q.Progress, q.Begin = meter.progress, meter.begin
	q.Note = func(text string) { fmt.Fprintln(w.err, "kbtriage: "+report.Clean(text)) }
	fleet, interrupted := k.Scan(cmd.Context(), q)
	meter.end()
	if fleet == nil {
		return shownError(interrupted, q.Redact)
	}
	if why, _ := cmd.Flags().GetBool("why-skipped"); why {
		report.WhySkipped(w.err, fleet)
	}
	if err := emit(w, cmd, func(out io.Writer) error { return report.Fleet(out, fleet, form, style(w, cmd, c)) }); err != nil {
		return err
	}
	switch {
	case fleet.Status == result.Failed:
		return statusError(fleet.Status)
	case interrupted != nil:
		return interrupted
	case fleet.Status != result.Complete:
		return statusError(fleet.Status)
	case anyVerdict(fleet.Cases, failOn):
		return errNotHeld
	}
	return nil
}

func scanRequest(cmd *cobra.Command, c config, paths []string) (*triage.ScanRequest, error) {
	f := cmd.Flags()
	set, _ := f.GetStringArray("set")
	gap, _ := f.GetDuration("gap")
	if gap < time.Second {
		return nil, &triage.UsageError{Text: fmt.Sprintf("--gap %s: expected at least 1s", gap)}
	}
	redactor, err := c.redactor()
	if err != nil {
		return nil, err
	}
	state, _ := f.GetString("state")
	resume, _ := f.GetBool("resume")
	return &triage.ScanRequest{
		Paths: paths, Set: unshield(set), Gap: gap, Top: c.Top, Workers: c.Workers, State: state, Resume: resume, Redact: redactor,
	}, nil
}
