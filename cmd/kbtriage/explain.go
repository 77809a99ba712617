package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

var explainForms = []report.Form{report.Text, report.JSON}

func newExplain(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain RULE [INPUT...]",
		Short: "Show a rule in full; with inputs: why it fired or why not, and what is missing",
		Example: `  kbtriage explain Q263029
  kbtriage explain exchange/ims-setup-cluster-dns 0xc00203e5 --set cluster=false`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: ruleCompletion(w),
		RunE:              func(cmd *cobra.Command, args []string) error { return explain(w, cmd, unshield(args)) },
	}
	baseFlags(cmd)
	caseFlags(cmd)
	redactFlags(cmd)
	outputFlags(cmd, explainForms...)
	return cmd
}

func explain(w *world, cmd *cobra.Command, args []string) error {
	c, form, err := prepare(w, cmd, explainForms...)
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
	if len(args) == 1 && len(q.Set) == 0 && q.FactsFile == "" {
		return emit(w, cmd, func(out io.Writer) error {
			if form == report.JSON {
				return report.Indented(out, rule)
			}
			return report.Rule(out, rule)
		})
	}
	x, interrupted := k.Explain(cmd.Context(), rule, q)
	if x == nil {
		return shownError(interrupted, q.Redact)
	}
	err = emit(w, cmd, func(out io.Writer) error {
		if form == report.JSON {
			return report.Indented(out, x)
		}
		return printExplanation(out, x)
	})
	switch {
	case err != nil:
		return err
	case interrupted != nil:
		return interrupted
	case cmd.Context().Err() != nil:
		return cmd.Context().Err()
	case x.Status != result.Complete:
		return statusError(x.Status)
	}
	return nil
}

func printExplanation(w io.Writer, x *triage.Explanation) error {
	_, err := fmt.Fprintf(w, "%s: %s\n", x.Rule, report.Clean(x.Summary))
	print := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format, args...)
		}
	}
	for _, t := range x.Tuned {
		print("  tuned here: %s\n", report.Clean(t))
	}
	for _, e := range x.Environment {
		print("  %-8s  %s: %s\n", e.State, e.Field, report.Clean(e.Why))
	}
	for _, s := range x.Symptoms {
		proof := ""
		if s.Proof {
			proof = ", proof"
		}
		print("  %-8s  %+5.1f bit  %s%s: %s\n", s.State, s.Bits, s.Symptom, proof, report.Clean(s.Why))
		if s.IfSeen != 0 || s.IfMissing != 0 {
			print("                       seen would add %+.1f, missing %+.1f bit\n", s.IfSeen, s.IfMissing)
		}
		for _, l := range s.Learn {
			print("                       to learn it: %s\n", report.Clean(l))
		}
	}
	for _, p := range x.Problems {
		print("  problem   %s: %s\n", report.Clean(p.Source), report.Clean(p.Text))
	}
	return err
}
