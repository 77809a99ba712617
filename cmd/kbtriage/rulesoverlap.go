package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/overlap"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newRulesOverlap(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "overlap [PATH...]",
		Short: "Say which rules share symptoms, are nearly the same, or cannot be told from another",
		Long: `Say what the rules know of each other: which share a code, an event or a message, and what tells these apart;
which are nearly the same rule; and which have no symptom that another one does not have too.

PATH is folders, files and built bases; without it, the rules are those of the embedded base and of --kb.`,
		Example: `  kbtriage rules overlap rules/
  kbtriage rules overlap --kb articles.kbt --no-embedded --top 5
  kbtriage rules overlap rules/ -o json --out overlap.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			o := c.base(w)
			if len(args) > 0 {
				for _, flag := range []string{"kb", "drafts"} {
					if cmd.Flags().Changed(flag) {
						return &triage.UsageError{Text: fmt.Sprintf("rules overlap takes PATH or --%s, not both", flag)}
					}
				}
				o.Paths, o.NoEmbedded = unshield(args), true
			}
			set, err := triage.LoadSet(o)
			if err != nil {
				return err
			}
			found := overlap.Find(set)
			return emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, found)
				}
				return report.Overlap(out, found, c.Top, style(w, cmd, c))
			})
		},
	}
	baseFlags(cmd)
	outputFlags(cmd, rulesForms...)
	cmd.Flags().Int("top", 20, "entries of each section at most, in the text (0: all)")
	return cmd
}
