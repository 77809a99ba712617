package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newRulesFmt(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fmt PATH...",
		Short: "Bring rule files into their usual form: order of keys, white space",
		Long: `Bring rule files, or those below folders, into their usual form: keys in the order of the reference, no white
space at the ends of lines. Comments stay with the key below them, and the rule is the same. The names of files that change
are printed. With --check nothing is written, and the exit code is 1 if a file would change.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			check, _ := cmd.Flags().GetBool("check")
			f, err := triage.FormatRules(unshield(args), check)
			if err != nil {
				return err
			}
			for _, name := range f.Changed {
				if _, err := fmt.Fprintln(w.out, report.Clean(name)); err != nil {
					return &outputError{err}
				}
			}
			switch {
			case len(f.Broken) > 0:
				return &triage.RuleError{Messages: f.Broken}
			case check && len(f.Changed) > 0:
				return errNotHeld
			}
			return nil
		},
	}
	cmd.Flags().Bool("check", false, "write nothing, say which files would change")
	return cmd
}
