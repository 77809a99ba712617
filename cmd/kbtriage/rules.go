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
	cmd := &cobra.Command{Use: "rules", Short: "Work with rule files: lint, test, list, show, new, schema, fmt, migrate, import, overlap, build"}
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(newRulesLint(w), newRulesTest(w), newRulesList(w), newRulesShow(w), newRulesNew(w), newRulesSchema(w), newRulesFmt(w), newRulesMigrate(w), newRulesImport(w), newRulesBuild(w), newRulesOverlap(w))
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
			set, sources, err := triage.LoadSources(c.base(w))
			if err != nil {
				return err
			}
			tellSources(w, cmd, sources)
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
			k, rule, err := triage.LoadRule(c.base(w), unshield(args)[0])
			if err != nil {
				return err
			}
			tellSources(w, cmd, k.Sources)
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
