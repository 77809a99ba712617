package main

import (
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// version is the version of the program, for builds outside of a module.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func newVersion(w *world) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := fmt.Fprintf(w.out, "kbtriage %s\n", version()); err != nil {
				return &outputError{err}
			}
			return nil
		},
	}
}

// info is the program and everything that configures it.
type info struct {
	Version string            `json:"version"`
	Config  string            `json:"config"`
	Found   bool              `json:"config_found"`
	Env     map[string]string `json:"environment"`
	Values  map[string]any    `json:"values"`
	Rules   int               `json:"rules"`
	Base    string            `json:"base"`
	Engine  string            `json:"engine"` // what packs may need
	*triage.Sources
}

func newInfo(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use: "info", Short: "Print version, configuration and base", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			k, err := knowledge(w, cmd, c)
			if err != nil {
				return err
			}
			x := info{Version: version(), Values: c.values(), Rules: k.Base.Len(), Base: k.Base.Hash(), Engine: engine.Version, Sources: k.Sources, Env: map[string]string{}}
			x.Config, _ = configPath(w, cmd)
			x.Found = fileExists(x.Config)
			for _, key := range append(configKeys(), "config") {
				if v := w.getenv(variable(key)); v != "" {
					x.Env[variable(key)] = v
				}
			}
			return emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, x)
				}
				return printInfo(out, &x)
			})
		},
	}
	baseFlags(cmd)
	caseFlags(cmd)
	outputFlags(cmd, rulesForms...)
	return cmd
}

func printInfo(w io.Writer, x *info) error {
	found := "not there"
	if x.Found {
		found = "read"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "kbtriage %s\nbase           %d rules, %s\nconfiguration  %s (%s)\n", x.Version, x.Rules, x.Base, report.Clean(x.Config), found)
	fmt.Fprintf(&b, "engine         %s\n", x.Engine)
	for i := range x.Packs {
		p := &x.Packs[i]
		fmt.Fprintf(&b, "pack           %s %s, %d rules, %s, of %s; signature: %s\n", p.Name, p.Version, p.Rules, p.Content, report.Clean(p.Path), signatureText(p))
		for _, o := range p.Overrides {
			fmt.Fprintf(&b, "   overrides   %s of %s\n", o.Rule, report.Clean(o.File))
		}
	}
	for _, o := range x.Overlays {
		fmt.Fprintf(&b, "overlay        %s: %d entries act, %d have ended\n", report.Clean(o.Path), o.Acting, o.Expired)
	}
	for _, name := range slices.Sorted(maps.Keys(x.Env)) {
		fmt.Fprintf(&b, "environment    %s=%s\n", name, report.Clean(x.Env[name]))
	}
	for _, key := range configKeys() {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-18s %s", key, report.Clean(fmt.Sprint(x.Values[key]))), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
