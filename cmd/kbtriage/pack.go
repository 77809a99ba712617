package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newPack(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use: "pack", Short: "Ship rules: build, key, sign, verify, show", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPackBuild(w), newPackKey(w), newPackSign(w), newPackVerify(w), newPackShow(w))
	return cmd
}

// trustFlags are the flags of every command that opens packs.
func trustFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArray("trust", nil, "a public key of minisign, or the file of one, whose packs are trusted (repeatable)")
	f.StringArray("revoked", nil, "a list of keys and packs that were revoked (repeatable)")
	_ = cmd.MarkFlagFilename("trust")
	_ = cmd.MarkFlagFilename("revoked")
}

func newPackBuild(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "build PATH --out FILE.kbpack",
		Short: "Make one file, or an OCI image layout, of a folder with rules and a manifest",
		Long: `Make one file of a folder with rules and a manifest, pack.yaml. The same folder gives the same bytes.

With --oci an OCI image layout is written instead: a folder, which must not be there yet. PATH may be a pack file
then; its signature, FILE.minisig, goes into the layout too.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := load(w, cmd)
			if err != nil {
				return err
			}
			path := unshield(args)[0]
			out, _ := cmd.Flags().GetString("out")
			oci, _ := cmd.Flags().GetBool("oci")
			switch {
			case out == "":
				return &triage.UsageError{Text: "pack build needs --out"}
			case !oci && !strings.HasSuffix(out, ".kbpack"):
				return &triage.UsageError{Text: "--out " + out + ": the name of a pack file ends in .kbpack"}
			case oci && fileExists(out):
				return &triage.UsageError{Text: "--out " + out + " is there already; a layout is not replaced"}
			}
			if err := checkOutputs(cmd, "out"); err != nil {
				return err
			}
			c.RequireSigned = false // that is for those who load it
			data, p, err := triage.BuildPack(path, c.base(w))
			if err != nil {
				return err
			}
			if !oci {
				err = writeFile(cmd, out, data)
			} else if err = triage.WriteLayout(path, out, data, p); err != nil {
				err = &outputError{err}
			}
			if err != nil {
				return err
			}
			return say(w, "%s %s: %d rules in %s\n", p.Name, p.Version, p.Rules, report.Clean(out))
		},
	}
	f := cmd.Flags()
	f.String("out", "", "the pack file, or with --oci the folder, to write")
	f.Bool("oci", false, "write an OCI image layout")
	f.Bool("force", false, "let --out replace a file")
	f.String("config", "", "configuration file")
	trustFlags(cmd)
	return cmd
}

func newPackVerify(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify PATH --trust KEY",
		Short: "Hold a pack against its signature, the trusted keys and what was revoked",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			if len(c.Trust) == 0 {
				return &triage.UsageError{Text: "pack verify needs the key that is trusted: --trust KEY"}
			}
			c.RequireSigned = true
			p, err := triage.ShowPack(unshield(args)[0], c.base(w))
			if err != nil {
				return err
			}
			return emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, p)
				}
				_, err := fmt.Fprintf(out, "%s: the pack %s %s, %d rules, %s\nverified: signed with the trusted key %s\n", report.Clean(p.Path), p.Name, p.Version, p.Rules, p.Content, p.Signer)
				return err
			})
		},
	}
	trustFlags(cmd)
	cmd.Flags().String("config", "", "configuration file")
	outputFlags(cmd, rulesForms...)
	return cmd
}

func newPackShow(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show PATH",
		Short: "Show what a pack is, who signed it, and its files",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			p, err := triage.ShowPack(unshield(args)[0], c.base(w))
			if err != nil {
				return err
			}
			return emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, p)
				}
				return printPack(out, p)
			})
		},
	}
	trustFlags(cmd)
	cmd.Flags().String("config", "", "configuration file")
	outputFlags(cmd, rulesForms...)
	return cmd
}

func printPack(w io.Writer, p *triage.ShownPack) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", p.Name, p.Version)
	if p.Description != "" {
		fmt.Fprintf(&b, "%s\n", report.Clean(p.Description))
	}
	fmt.Fprintf(&b, "license    %s\nneeds      kbtriage %s\ncontent    %s\nsignature  %s\nrules      %d\n", p.License, p.Needs, p.Content, signatureText(&p.LoadedPack), p.Rules)
	for _, id := range p.Wants {
		fmt.Fprintf(&b, "overrides  %s\n", id)
	}
	for _, f := range p.Files {
		fmt.Fprintf(&b, "%s  %8d  %s\n", f.SHA256[:12], f.Bytes, f.Name)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// signatureText says in words how far a signature goes.
func signatureText(p *triage.LoadedPack) string {
	switch p.Signature {
	case triage.SignatureVerified:
		return "verified, of the trusted key " + p.Signer
	case triage.SignatureUnverified:
		return "not verified: it says that it is of the key " + p.Signer + ", and no key is trusted"
	}
	return "none"
}

// say prints a line of what was done.
func say(w *world, format string, args ...any) error {
	if _, err := fmt.Fprintf(w.out, format, args...); err != nil {
		return &outputError{err}
	}
	return nil
}
