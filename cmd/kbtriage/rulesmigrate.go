package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newRulesMigrate(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate PATH...",
		Short: "Bring rule files of an earlier schema to the one that is read now",
		Long: `Bring rule files of an earlier schema to the one that is read now. The difference is printed; with
--write the files are changed. Comments stay. A file that cannot be migrated is named and stays as it is, with exit
code 4; without --write, files that are to be migrated give exit code 1.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			write, _ := cmd.Flags().GetBool("write")
			m, err := triage.MigrateRules(unshield(args), write)
			if err != nil {
				return err
			}
			err = emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, m)
				}
				var b strings.Builder
				for _, f := range m.Changed {
					for _, s := range f.Steps {
						fmt.Fprintf(&b, "%s: %s\n", report.Clean(f.File), report.Clean(s))
					}
					b.WriteString(report.CleanText(f.Diff))
				}
				what := "are of an earlier schema; --write brings them to this one"
				if m.Written {
					what = "were brought to this schema"
				}
				fmt.Fprintf(&b, "%d rule files: %d %s\n", m.Files, len(m.Changed), what)
				_, err := io.WriteString(out, b.String())
				return err
			})
			switch {
			case err != nil:
				return err
			case len(m.Broken) > 0:
				return &triage.RuleError{Messages: m.Broken}
			case len(m.Changed) > 0 && !write:
				return errNotHeld
			}
			return nil
		},
	}
	outputFlags(cmd, rulesForms...)
	cmd.Flags().String("config", "", "configuration file")
	cmd.Flags().Bool("write", false, "change the files")
	return cmd
}
