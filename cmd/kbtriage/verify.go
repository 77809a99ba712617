package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

var verifyForms = []report.Form{report.Text, report.JSON, report.JSONL}

func newVerify(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify RULE",
		Short: "Run the checks of a rule again after the fix: verified, failed or unknown",
		Long: `Run the checks of a rule again after the fix. Each symptom that its resolution names must be looked
for and be gone. RULE is an id or an article number. The exit code is 0 only for verified.`,
		Example: `  kbtriage verify exchange/ims-setup-cluster-dns --probe --set exchange.name=exchvs1.corp.example ...
  kbtriage verify Q260215 --set account.privileged=yes`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: ruleCompletion(w),
		RunE:              func(cmd *cobra.Command, args []string) error { return verify(w, cmd, unshield(args)) },
	}
	baseFlags(cmd)
	caseFlags(cmd)
	redactFlags(cmd)
	outputFlags(cmd, verifyForms...)
	cmd.Flags().String("save", "", "save the case of the check")
	return cmd
}

func verify(w *world, cmd *cobra.Command, args []string) error {
	c, form, err := prepare(w, cmd, verifyForms...)
	if err != nil {
		return err
	}
	k, rule, err := triage.LoadRule(c.base(w), args[0])
	if err != nil {
		return err
	}
	tellSources(w, cmd, k.Sources)
	q, err := request(w, cmd, c, args[1:])
	if err != nil {
		return err
	}
	v, cs, interrupted := k.Verify(cmd.Context(), rule, q)
	if v == nil {
		return shownError(interrupted, q.Redact)
	}
	if path, _ := cmd.Flags().GetString("save"); path != "" {
		if err := save(cmd, path, q.Redact.Case(cs)); err != nil {
			return err
		}
	}
	err = emit(w, cmd, func(out io.Writer) error {
		switch form {
		case report.JSON:
			return report.Indented(out, v)
		case report.JSONL:
			return report.Line(out, v)
		}
		return printVerification(out, v)
	})
	switch {
	case err != nil:
		return err
	case interrupted != nil:
		return interrupted
	case cmd.Context().Err() != nil:
		return cmd.Context().Err()
	case v.Status != result.Complete:
		return statusError(v.Status)
	case v.State != triage.Verified:
		return errNotHeld
	}
	return nil
}

func printVerification(w io.Writer, v *triage.Verification) error {
	_, err := fmt.Fprintf(w, "%s: %s\n", v.Rule, v.State)
	for _, c := range v.Checks {
		if err == nil {
			_, err = fmt.Fprintf(w, "  %-8s  %s: %s\n", c.State, c.Check, report.Clean(c.Text))
		}
	}
	for _, f := range v.Findings {
		if err == nil && v.State == triage.NotKnown && f.State == facts.Unknown && f.Advice != "" {
			_, err = fmt.Fprintf(w, "  unknown   %s: %s -> %s\n", f.ID, report.Clean(f.Text), report.Clean(f.Advice))
		}
	}
	for _, p := range v.Problems {
		if err == nil {
			_, err = fmt.Fprintf(w, "  problem   %s: %s\n", report.Clean(p.Source), report.Clean(p.Text))
		}
	}
	return err
}
