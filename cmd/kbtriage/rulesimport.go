package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newRulesImport(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import --out FOLDER SOURCE...",
		Short: "Make rules of articles, and of Sigma and CRE rules",
		Long: `Make rules of articles and of the rules of other programs: files, or folders of them. Read are the plain text
of the Microsoft knowledge base archive, Markdown and HTML with headings such as Symptoms, Environment, Cause and
Resolution, Sigma rules, and common reliability enumerations (CRE); the content of a file tells its form.

Each known error becomes one file below FOLDER, area/number.yaml, with status imported. What was there is
replaced, but a file that somebody has edited is kept. The same files give the same rules. A Sigma or CRE rule
that cannot be expressed exactly is refused as a whole, with the place and the name of what stands against it.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := load(w, cmd)
			if err != nil {
				return err
			}
			form := report.Form(c.Output)
			if !slices.Contains(rulesForms, form) {
				return &triage.UsageError{Text: "-o " + c.Output + " is not a form of this command; expected one of text, json"}
			}
			folder, _ := cmd.Flags().GetString("out")
			if folder == "" {
				return &triage.UsageError{Text: "rules import needs --out FOLDER"}
			}
			r, err := triage.Import(cmd.Context(), folder, unshield(args))
			var usage *triage.UsageError
			switch {
			case errors.As(err, &usage), cmd.Context().Err() != nil:
				return err
			case err != nil:
				return &outputError{err}
			}
			if err := printImported(w.out, form, r); err != nil {
				return &outputError{err}
			}
			if len(r.Problems) > 0 || len(r.Messages) > 0 {
				return statusError(result.Partial)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.String("out", "", "the folder to write rules into")
	f.StringP("output", "o", string(report.Text), "text|json")
	f.String("config", "", "configuration file")
	return cmd
}

// Shown of each kind in the text form; JSON has all.
const importedShown = 5

// Messages about refused rules that the text form shows.
const refusedShown = 100

// formName is what a form of rules is called.
func formName(form string) string {
	if form == "cre" {
		return "CRE"
	}
	return "Sigma"
}

func printImported(out io.Writer, form report.Form, r *triage.Imported) error {
	if form == report.JSON {
		return report.Indented(out, r)
	}
	var err error
	say := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(out, format, args...)
		}
	}
	of := []string{}
	if r.Articles > 0 || len(r.Foreign) == 0 {
		of = append(of, fmt.Sprintf("%d articles", r.Articles))
	}
	for _, f := range r.Foreign {
		of = append(of, fmt.Sprintf("%d %s files", f.Files, formName(f.Form)))
	}
	say("%d rules of %s: %d written, %d as they were, %d edited and kept\n", r.Rules, strings.Join(of, " and "), r.Written, r.Unchanged, len(r.Edited))
	if r.Articles > 0 || len(r.Foreign) == 0 {
		say("%d of %d lines are under headings that are not known; they are in the notes\n", r.Unclear, r.Lines)
	}
	for _, f := range r.Foreign {
		say("%s: of %d rules %d were made, %d are parts of correlations, %d were refused\n", formName(f.Form), f.Rules, f.Made, f.Parts, f.Refused)
	}
	for i, x := range r.Edited {
		if i == importedShown {
			say("  and %d more\n", len(r.Edited)-i)
			break
		}
		since := ""
		if slices.Contains(r.Behind, x) {
			since = ", and its article has changed: compare the two"
		}
		say("  edited: %s%s\n", report.Clean(x), since)
	}
	for i, x := range r.Changed {
		if i == importedShown {
			say("  and %d more\n", len(r.Changed)-i)
			break
		}
		say("  changed: %s\n", report.Clean(x))
	}
	if len(r.Flags) > 0 {
		say("\nTo look at\n")
		for _, f := range r.Flags {
			say("  %5d  %s, such as %s\n", len(f.Articles), report.Clean(f.What), report.Clean(f.Articles[0]))
		}
	}
	reasons, first := map[string]int{}, map[string]string{}
	var order []string
	for _, x := range r.Without {
		if reasons[x.Reason] == 0 {
			order, first[x.Reason] = append(order, x.Reason), x.Article
		}
		reasons[x.Reason]++
	}
	if len(order) > 0 {
		say("\nNo rule\n")
		for _, reason := range order {
			say("  %5d  %s, such as %s\n", reasons[reason], report.Clean(reason), report.Clean(first[reason]))
		}
	}
	for i, m := range r.Messages {
		if i == 0 {
			say("\nRefused\n")
		}
		if i == refusedShown {
			say("  and %d more; -o json has all\n", len(r.Messages)-i)
			break
		}
		say("  %s\n", report.Clean(m.String()))
	}
	for i, p := range r.Problems {
		if i == 0 {
			say("\nProblems\n")
		}
		say("  %s: %s\n", report.Clean(p.Source), report.Clean(p.Text))
	}
	return err
}
