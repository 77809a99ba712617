package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/overlap"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
	"github.com/kbtriage/kbtriage/rules"
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
	cmd.Flags().Bool("author", false, "tell what the author of the rule wants to know: its anchors, its cost, its neighbours, and the state of each part")
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
	author, _ := cmd.Flags().GetBool("author")
	if len(args) == 1 && len(q.Set) == 0 && q.FactsFile == "" {
		return emit(w, cmd, func(out io.Writer) error {
			switch {
			case form == report.JSON && author:
				return report.Indented(out, struct {
					*rules.Rule
					Author *triage.Author `json:"author"`
				}{rule, k.Author(rule, nil)})
			case form == report.JSON:
				return report.Indented(out, rule)
			}
			if err := report.Rule(out, rule); err != nil || !author {
				return err
			}
			return printAuthor(out, k.Author(rule, nil), false)
		})
	}
	x, interrupted := k.Explain(cmd.Context(), rule, q, author)
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
		for _, part := range s.Parts {
			print("             %-8s  %s: %s\n", part.State, report.Clean(part.Part), report.Clean(part.Why))
		}
		for _, l := range s.Learn {
			print("                       to learn it: %s\n", report.Clean(l))
		}
	}
	for _, p := range x.Problems {
		print("  problem   %s: %s\n", report.Clean(p.Source), report.Clean(p.Text))
	}
	if err == nil && x.Author != nil {
		err = printAuthor(w, x.Author, true)
	}
	return err
}

// printAuthor prints what the author of a rule wants to know; inCase says that there is
// a case, in which anchors are met or not.
func printAuthor(w io.Writer, a *triage.Author, inCase bool) error {
	var b strings.Builder
	b.WriteString("\nFor the author:\n")
	met := false
	for _, s := range a.Anchors {
		var list []string
		for _, x := range s.Anchors {
			text := x.Text
			if x.Met {
				text, met = text+" (in the case)", true
			}
			list = append(list, text)
		}
		if s.None {
			met = true
			list = []string{"nothing, so that the rule is looked at in every case"}
		}
		fmt.Fprintf(&b, "  found by %s: %s\n", s.Symptom, report.Clean(strings.Join(list, "; ")))
	}
	if inCase && !met {
		b.WriteString("  none of that is in the case, so the rule was not looked at\n")
	}
	fmt.Fprintf(&b, "  its expressions may take %d steps (at most %d each)\n", a.Cost, a.CostLimit)
	if len(a.Neighbours) == 0 {
		b.WriteString("  no other rule shares a symptom with it\n")
	}
	symptoms := func(list []overlap.Symptom, proofs ...string) string {
		var texts []string
		for _, s := range list {
			texts = append(texts, s.String())
		}
		for _, name := range proofs {
			texts = append(texts, "proof "+name)
		}
		if len(texts) == 0 {
			return "nothing"
		}
		return report.Clean(strings.Join(texts, ", "))
	}
	for _, n := range a.Neighbours {
		fmt.Fprintf(&b, "  neighbour %s: %s\n    shares %s\n    only this rule: %s\n    only the neighbour: %s\n", n.ID, report.Clean(n.Title), symptoms(n.Shared), symptoms(n.Own, n.OwnProofs...), symptoms(n.Others, n.OthersProofs...))
	}
	if a.More > 0 {
		fmt.Fprintf(&b, "  and %d more neighbours\n", a.More)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
