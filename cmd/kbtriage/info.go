package main

import (
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

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
	Values  config            `json:"values"`
	Rules   int               `json:"rules"`
	Base    string            `json:"base"`
}

func newInfo(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use: "info", Short: "Print version, configuration and base", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := load(w, cmd)
			if err != nil {
				return err
			}
			form, err := form(c, rulesForms...)
			if err != nil {
				return err
			}
			k, err := triage.Load(c.base())
			if err != nil {
				return err
			}
			x := info{Version: version(), Values: c, Rules: k.Base.Len(), Base: k.Base.Hash(), Env: map[string]string{}}
			x.Config, _ = configPath(w, cmd)
			x.Found = fileExists(x.Config)
			for _, key := range configKeys() {
				name := "KBTRIAGE_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
				if v := w.getenv(name); v != "" {
					x.Env[name] = v
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
	for _, key := range configKeys() {
		name := "KBTRIAGE_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
		if v, ok := x.Env[name]; ok {
			fmt.Fprintf(&b, "environment    %s=%s\n", name, report.Clean(v))
		}
	}
	c := x.Values
	for _, v := range []struct {
		key   string
		value any
	}{
		{"output", c.Output},
		{"kb", c.KB},
		{"no-embedded", c.NoEmbedded},
		{"drafts", c.Drafts},
		{"probe", c.Probe},
		{"resolver", c.Resolver},
		{"search", c.Search},
		{"resolv-conf", c.ResolvConf},
		{"local-dns", c.LocalDNS},
		{"allow-update-probe", c.AllowUpdateProbe},
		{"timeout", c.Timeout},
		{"top", c.Top},
		{"workers", c.Workers},
		{"no-color", c.NoColor},
	} {
		fmt.Fprintf(&b, "%-18s %v\n", v.key, v.value)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
