package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/sketch"
)

func newRulesNew(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new --out FOLDER [INPUT...]",
		Short: "Write a new rule and its test, from what was seen",
		Long: `Write a new rule and its test. INPUT is what was seen, as for a diagnosis: a code, an event, a message, a
file, a saved case. What is not given is asked for; with --no-input nothing is. The rule is a draft that lints clean, and its
test holds. --from takes a saved case, a log, or an article, of which the rule is made as kbtriage rules import does it.`,
		Example: `  kbtriage rules new --out rules
  kbtriage rules new --out rules --from case.json
  kbtriage rules new --out rules --no-input --id print/spooler --title "The queue stands still" --cause "..." 0xC0AC0017`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f := cmd.Flags()
			text := func(name string) string { s, _ := f.GetString(name); return strings.TrimPrefix(s, shieldMark) }
			out := text("out")
			if out == "" {
				return &triage.UsageError{Text: "rules new needs --out FOLDER"}
			}
			steps, _ := f.GetStringArray("step")
			o := triage.NewRuleOptions{
				Out: out, Inputs: unshield(args), Stdin: w.in,
				Sketch: sketch.Sketch{ID: text("id"), Title: text("title"), Cause: text("cause"), Ref: text("ref"), Steps: unshield(steps)},
			}
			from := text("from")
			if from != "" {
				if info, err := os.Stat(from); err != nil || info.IsDir() {
					return &triage.UsageError{Text: fmt.Sprintf("--from %s: there is no such file", from)}
				}
			}
			switch {
			case from == "":
			case triage.IsArticle(from):
				for _, name := range []string{"id", "title", "cause", "ref", "step", "set"} {
					if f.Changed(name) {
						return &triage.UsageError{Text: fmt.Sprintf("--from %s is an article, which says all of the rule: leave --%s out, and edit the rule", from, name)}
					}
				}
				if len(args) > 0 {
					return &triage.UsageError{Text: fmt.Sprintf("--from %s is an article, which says all of the rule: leave the inputs out, and edit the rule", from)}
				}
				o.Article = from
			default:
				o.Inputs = append(o.Inputs, from)
			}
			set, _ := f.GetStringArray("set")
			known, err := triage.Settings(set, func() *rules.Set { return &rules.Set{} }, "--set")
			if err != nil {
				return err
			}
			o.Set = known
			if quiet, _ := f.GetBool("no-input"); !quiet {
				o.Ask = &triage.Prompt{In: w.in, Out: report.Cleaner{W: w.err}}
			}
			files, err := triage.NewRule(cmd.Context(), o)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w.out, "%s\n%s\nTry it: kbtriage rules test %s\n", report.Clean(files[0]), report.Clean(files[1]), report.Clean(out)); err != nil {
				return &outputError{err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.String("out", "", "the folder of the rules")
	f.String("from", "", "a saved case, a log or an article")
	f.String("id", "", "id of the rule: product/name")
	f.String("title", "", "title of the rule")
	f.String("cause", "", "why it happens")
	f.String("ref", "", "number of an article, or an address")
	f.StringArray("step", nil, "what is to be done (repeatable)")
	f.StringArray("set", nil, "KEY=VALUE: product, version, os, role (repeatable)")
	f.Bool("no-input", false, "ask nothing")
	return cmd
}
