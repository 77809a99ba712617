package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
	"github.com/kbtriage/kbtriage/rules"
)

var rulesForms = []report.Form{report.Text, report.JSON}

func newRules(w *world) *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "Work with rule files: lint, test, list, show, new, schema, fmt, import, overlap, build"}
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(newRulesLint(w), newRulesTest(w), newRulesList(w), newRulesShow(w), newRulesNew(w), newRulesSchema(w), newRulesFmt(w), newRulesImport(w), newRulesBuild(w), newRulesOverlap(w))
	return cmd
}

func newRulesTest(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test [PATH...]",
		Short: "Run the tests beside the rules; without PATH, those of the embedded base",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			r, err := triage.Test(unshield(args), c.base())
			if err != nil {
				return err
			}
			err = emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, r)
				}
				for _, f := range r.Failures {
					if _, err := fmt.Fprintf(out, "FAIL %s\n", report.Clean(f.String())); err != nil {
						return err
					}
				}
				_, err := fmt.Fprintf(out, "%d test files, %d tests, %d failures\n", r.Files, r.Tests, len(r.Failures))
				return err
			})
			if err == nil && len(r.Failures) > 0 {
				return errNotHeld
			}
			return err
		},
	}
	baseFlags(cmd)
	outputFlags(cmd, rulesForms...)
	return cmd
}

// listed is a line of `rules list`.
type listed struct {
	ID     string   `json:"id"`
	Status string   `json:"status"`
	Refs   []string `json:"refs"`
	Title  string   `json:"title"`
	File   string   `json:"file"`
}

func newRulesList(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the rules",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			set, err := triage.LoadSet(c.base())
			if err != nil {
				return err
			}
			list := []listed{}
			for _, r := range set.Rules {
				refs := []string{}
				for _, ref := range r.Refs {
					refs = append(refs, ref.String())
				}
				list = append(list, listed{r.ID, string(r.Status), refs, r.Title, r.File})
			}
			return emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, list)
				}
				for _, l := range list {
					if _, err := fmt.Fprintf(out, "%-40s %-8s %-20s %s\n", l.ID, l.Status, strings.Join(l.Refs, " "), report.Clean(l.Title)); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	baseFlags(cmd)
	outputFlags(cmd, rulesForms...)
	return cmd
}

func newRulesShow(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:               "show RULE",
		Short:             "Show a rule in full; RULE is an id or an article number",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: ruleCompletion(w),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			_, rule, err := triage.LoadRule(c.base(), unshield(args)[0])
			if err != nil {
				return err
			}
			return emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, struct {
						*rules.Rule
						Article *rules.Article `json:"article,omitempty"`
					}{rule, rule.Article})
				}
				return report.Rule(out, rule)
			})
		},
	}
	baseFlags(cmd)
	outputFlags(cmd, rulesForms...)
	return cmd
}
