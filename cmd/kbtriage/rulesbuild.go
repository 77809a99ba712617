package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newRulesBuild(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "build --out FILE.kbt PATH...",
		Short: "Compile rules into one built base, which opens at once",
		Long: `Compile rules into one built base, which --kb opens without reading rule files. It holds the embedded base as
well, unless --no-embedded leaves that out.

With --check nothing is written: the rules are compiled, and what differs from the file is said (exit code 1).
Without PATH that looks only whether the file is sound: whether all in it fits the rules that it holds.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			out, _ := cmd.Flags().GetString("out")
			check, _ := cmd.Flags().GetBool("check")
			c, err := load(w, cmd)
			if err != nil {
				return err
			}
			options := c.base(w)
			options.Paths, options.Drafts, options.Overlays = unshield(args), false, nil
			options.NoEmbedded, _ = cmd.Flags().GetBool("no-embedded")
			switch {
			case out == "" || !strings.EqualFold(filepath.Ext(out), ".kbt"):
				return &triage.UsageError{Text: "rules build needs --out FILE.kbt"}
			case check:
				return checkBuilt(w, out, options)
			case len(args) == 0:
				return &triage.UsageError{Text: "rules build needs the PATH of rules"}
			}
			if err := checkOutputs(cmd, "out"); err != nil {
				return err
			}
			data, count, err := triage.Build(options)
			if err != nil {
				return err
			}
			if err := writeFile(cmd, out, data); err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w.out, "%d rules in %s\n", count, report.Clean(out)); err != nil {
				return &outputError{err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.String("out", "", "the file to write, ending in .kbt")
	f.Bool("force", false, "let --out replace a file")
	f.Bool("check", false, "write nothing, say whether the file is what would be written")
	f.Bool("no-embedded", false, "leave the embedded base out")
	f.Bool("require-signed", false, "refuse a PATH unless it is a pack that is signed with a trusted key")
	f.String("config", "", "configuration file")
	trustFlags(cmd)
	return cmd
}

// checkBuilt says whether a built base is sound, and that of its rules.
func checkBuilt(w *world, path string, o triage.BaseOptions) error {
	c, err := triage.CheckBuilt(path, o)
	if err != nil {
		return err
	}
	if c.Fits() {
		if _, err := fmt.Fprintf(w.out, "%s: %d rules, %s: sound, and that of its rules\n", report.Clean(path), c.Rules, c.Hash); err != nil {
			return &outputError{err}
		}
		return nil
	}
	if _, err := fmt.Fprintf(w.out, "%s is not what these rules give: build it again\n", report.Clean(path)); err != nil {
		return &outputError{err}
	}
	for _, x := range []struct {
		what string
		ids  []string
	}{{"not in it", c.Added}, {"changed", c.Changed}, {"no rule any more", c.Removed}} {
		if err := listIDs(w, x.what, x.ids); err != nil {
			return err
		}
	}
	if c.Weights {
		if _, err := fmt.Fprintln(w.out, "   it was built with other weights, by another version of this program"); err != nil {
			return &outputError{err}
		}
	}
	if c.Embedded {
		if _, err := fmt.Fprintln(w.out, "   it holds another embedded base, or none, or should hold none"); err != nil {
			return &outputError{err}
		}
	}
	return errNotHeld
}

// mostListed bounds the ids that are listed of a kind.
const mostListed = 10

func listIDs(w *world, what string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	shown := ids[:min(len(ids), mostListed)]
	more := ""
	if n := len(ids) - len(shown); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	if _, err := fmt.Fprintf(w.out, "   %s: %s%s\n", what, report.Clean(strings.Join(shown, ", ")), more); err != nil {
		return &outputError{err}
	}
	return nil
}
