package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

var collectForms = []report.Form{report.Text, report.JSON}

// bundleEnding is what the name of a bundle ends in.
const bundleEnding = ".tar.zst"

func newCollect(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "collect --out FILE.tar.zst",
		Short: "Put what this machine says of itself, its recent errors and its logs into one bundle",
		Long: `Put what this machine says of itself, its recent errors and its logs into one bundle, to be diagnosed here or elsewhere:
diagnose FILE gives the same result as diagnose --host gives here, and scan takes any number of bundles.

Nothing is changed, no privilege is needed, and no network is used. What this user may not read is named, here and in
every diagnosis of the bundle. Of a long log the end is taken: 16 MiB of each, 200 MiB of all.`,
		Example: `  kbtriage collect --out web1.tar.zst
  kbtriage collect --out web1.tar.zst --redact --log /opt/shop/shop.log
  kbtriage diagnose web1.tar.zst`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return collect(w, cmd) },
	}
	baseFlags(cmd)
	hostFlags(cmd)
	redactFlags(cmd)
	f := cmd.Flags()
	f.StringArray("set", nil, "KEY=VALUE: a fact, an input or an answer that goes into the bundle (repeatable)")
	f.String("facts", "", "JSON file with an object of the keys of --set")
	f.StringP("output", "o", "text", "form of the list of what was collected: text|json")
	f.String("out", "", "the bundle to write, whole or not at all: FILE.tar.zst")
	f.Bool("force", false, "let --out replace a file")
	f.BoolP("quiet", "q", false, "no list of what was collected")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func collect(w *world, cmd *cobra.Command) error {
	path, _ := cmd.Flags().GetString("out")
	if name := filepath.Base(path); !strings.HasSuffix(name, bundleEnding) || name == bundleEnding {
		return &triage.UsageError{Text: fmt.Sprintf("collect needs --out FILE%s, the bundle to write; it is %q", bundleEnding, path)}
	}
	c, form, err := prepare(w, cmd, collectForms...)
	if err != nil {
		return err
	}
	redactor, err := c.redactor()
	if err != nil {
		return err
	}
	k, err := knowledge(w, cmd, c)
	if err != nil {
		return err
	}
	set, _ := cmd.Flags().GetStringArray("set")
	file, _ := cmd.Flags().GetString("facts")
	q := &triage.CollectRequest{
		Host: hostOptions(w, cmd), Set: unshield(set), FactsFile: file, Redact: redactor, Tool: version(), Folder: filepath.Dir(path),
	}
	var got *triage.Collection
	err = writeStream(cmd, path, 0o600, func(out io.Writer) error {
		var err error
		got, err = k.Collect(cmd.Context(), q, out)
		return err
	})
	var failed *triage.CollectError
	switch {
	case errors.As(err, &failed):
		return &outputError{failed}
	case err != nil:
		return shownError(err, redactor)
	}
	if quiet, _ := cmd.Flags().GetBool("quiet"); !quiet {
		if err := printCollection(w.out, path, got, form); err != nil {
			return &outputError{err}
		}
	}
	if len(got.Problems) > 0 {
		return statusError(result.Partial)
	}
	return nil
}

// printCollection lists what is in the bundle, and what is not.
func printCollection(out io.Writer, path string, got *triage.Collection, form report.Form) error {
	if form == report.JSON {
		return report.Indented(out, got)
	}
	m := &got.Manifest
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %d facts, %d members\n", report.Clean(path), report.Clean(cmp.Or(m.Host, "host without a name")), got.Facts, len(m.Members)-1)
	for _, x := range m.Members[1:] {
		tail := ""
		if x.Skip > 0 {
			tail = fmt.Sprintf(", its end; %d bytes before it were left out", x.Skip)
		}
		fmt.Fprintf(&b, "  %-12s  %s (%d bytes%s)\n", report.Clean(x.Format), report.Clean(x.Path), x.Size, tail)
	}
	for _, p := range got.Problems {
		fmt.Fprintf(&b, "  problem       %s: %s\n", report.Clean(p.Source), report.Clean(p.Text))
	}
	_, err := io.WriteString(out, b.String())
	return err
}
