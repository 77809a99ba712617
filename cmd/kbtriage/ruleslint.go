package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/internal/triage"
	"github.com/kbtriage/kbtriage/rules/lint"
)

var lintForms = []report.Form{report.Text, report.JSON, report.SARIF, report.GitHub, report.GitLab}

func newRulesLint(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Check rule files and their tests; without PATH, the embedded base",
		Long: `Check rule files and their tests. A file that cannot be loaded ends with exit code 4, other
messages with 1. Every message names file, line and column; --explain says what a check is for.

--fix mends what has one right answer and keeps comments. A message is suppressed by a comment in its file:
# lint:ignore CHECK until YYYY-MM-DD: REASON`,
		RunE: func(cmd *cobra.Command, args []string) error {
			_, form, err := prepare(w, cmd, lintForms...)
			if err != nil {
				return err
			}
			if code, _ := cmd.Flags().GetString("explain"); code != "" {
				return explainCheck(w, cmd, code)
			}
			o := triage.LintOptions{Paths: unshield(args), Today: w.now().UTC()}
			o.Fix, _ = cmd.Flags().GetBool("fix")
			o.Since, _ = cmd.Flags().GetString("since")
			l, err := triage.Lint(o)
			if err != nil {
				return err
			}
			err = emit(w, cmd, func(out io.Writer) error {
				switch form {
				case report.JSON:
					return report.Indented(out, l)
				case report.Text:
					return lintText(out, l)
				}
				return report.Lint(out, form, l.Broken, l.Messages)
			})
			switch {
			case err != nil:
				return err
			case len(l.Broken) > 0:
				return &triage.RuleError{}
			case len(l.Messages) > 0:
				return errNotHeld
			}
			return nil
		},
	}
	outputFlags(cmd, lintForms...)
	f := cmd.Flags()
	f.String("config", "", "configuration file")
	f.Bool("fix", false, "mend what has one right answer, and keep comments")
	f.String("since", "", "the same rules as they were last shipped, a folder, a file or a built base: what has changed needs a new version")
	f.String("explain", "", "say what a check is for, with examples, and check nothing")
	_ = cmd.MarkFlagFilename("since")
	_ = cmd.RegisterFlagCompletionFunc("explain", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		docs, err := lint.Docs()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var codes []string
		for _, d := range docs {
			codes = append(codes, d.Code+"\t"+d.Title)
		}
		return codes, cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// lintText prints each finding with the line it points at, and a summary.
func lintText(out io.Writer, l *triage.LintResult) error {
	var msgs []source.Message
	fixable := 0
	for _, f := range append(append([]lint.Finding{}, l.Broken...), l.Messages...) {
		msgs = append(msgs, f.Message)
		if f.Fixable {
			fixable++
		}
	}
	printMessages(out, msgs)
	for _, f := range l.Fixed {
		if _, err := fmt.Fprintf(out, "mended %s\n", report.Clean(f)); err != nil {
			return err
		}
	}
	end := ""
	if fixable > 0 {
		end = fmt.Sprintf(" (--fix mends %d)", fixable)
	}
	_, err := fmt.Fprintf(out, "%d rules, %d test files: %d messages%s\n", l.Rules, l.TestFiles, len(msgs), end)
	return err
}

// explainCheck prints the description of a check.
func explainCheck(w *world, cmd *cobra.Command, code string) error {
	d, err := lint.Explain(code)
	if err != nil {
		return &triage.UsageError{Text: "--explain: " + err.Error()}
	}
	return emit(w, cmd, func(out io.Writer) error {
		var b strings.Builder
		fmt.Fprintf(&b, "%s: %s\n\n%s\n\nWhat to do: %s\n", d.Code, d.Title, d.Why, d.Fix)
		for _, list := range []struct {
			what  string
			files []lint.File
		}{{"Before", d.Before}, {"Bad", d.Bad}, {"Good", d.Good}} {
			for i, f := range list.files {
				if i == 3 {
					fmt.Fprintf(&b, "\n(and %d more files)\n", len(list.files)-i)
					break
				}
				fmt.Fprintf(&b, "\n%s, %s:\n\n", list.what, f.Name)
				for line := range strings.Lines(f.Text) {
					b.WriteString("    " + report.Clean(strings.TrimRight(line, "\n")) + "\n")
				}
			}
		}
		_, err := io.WriteString(out, b.String())
		return err
	})
}
