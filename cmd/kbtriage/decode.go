package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// decoded is one code with its readings, likeliest first.
type decoded struct {
	Input    string            `json:"input"`
	Value    uint32            `json:"value"`
	Hex      string            `json:"hex"`
	Signed   int32             `json:"signed"`
	Readings []errcode.Reading `json:"readings"`
	Nested   []decoded         `json:"nested,omitempty"`
	Learned  []triage.Learned  `json:"learned,omitempty"` // texts that the articles of --kb have beside it
}

var decodeForms = []report.Form{report.Text, report.JSON, report.JSONL}

func newDecode(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "decode CODE...",
		Short: "Show every reading of a code, ranked by context",
		Long: `Show every reading of a code: hex, signed, unsigned, facility, names, nested codes.
With --set product=... and --set os=... the readings are ranked for that context.
With --kb the texts that articles of the base have beside the code are listed too.`,
		Example: `  kbtriage decode 0xc00203e5
  kbtriage decode -1018 --set product="Exchange Server"`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return decode(w, cmd, unshield(args)) },
	}
	outputFlags(cmd, decodeForms...)
	baseFlags(cmd)
	cmd.Flags().StringArray("set", nil, "product=... or os=...: the context (repeatable)")
	return cmd
}

func decode(w *world, cmd *cobra.Command, args []string) error {
	c, form, err := prepare(w, cmd, decodeForms...)
	if err != nil {
		return err
	}
	ctx, err := codeContext(cmd)
	if err != nil {
		return err
	}
	var list []decoded
	var wrong []string
	for _, a := range args {
		code, err := errcode.Parse(a)
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		list = append(list, readings(a, code, ctx))
	}
	if len(wrong) > 0 {
		return &triage.UsageError{Text: strings.Join(wrong, "\n")}
	}
	if len(c.KB) > 0 { // without it nothing but tables is needed
		k, err := knowledge(w, cmd, c)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Learned, err = k.Learned(errcode.Code{Value: list[i].Value}); err != nil {
				return err
			}
		}
	}
	return emit(w, cmd, func(out io.Writer) error {
		switch {
		case form == report.JSON && len(list) == 1:
			return report.Indented(out, list[0])
		case form == report.JSON:
			return report.Indented(out, list)
		}
		for i, d := range list {
			var err error
			if form == report.JSONL {
				err = report.Line(out, d)
			} else {
				err = printReadings(out, d, i > 0)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func codeContext(cmd *cobra.Command) (errcode.Context, error) {
	var ctx errcode.Context
	pairs, _ := cmd.Flags().GetStringArray("set")
	given := map[string]string{}
	for _, p := range unshield(pairs) {
		key, value, ok := strings.Cut(p, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if old, twice := given[key]; twice && old != value && key != "role" {
			return ctx, &triage.UsageError{Text: fmt.Sprintf("%s is given twice, as %q and %q", key, old, value)}
		}
		given[key] = value
		switch {
		case ok && key == "product":
			ctx.Product = value
		case ok && key == "os":
			ctx.OS = value
		case ok && (key == "version" || key == "role" || key == "cluster"):
		default:
			return ctx, &triage.UsageError{Text: fmt.Sprintf("--set %s: decode takes product=... and os=...", p)}
		}
	}
	return ctx, nil
}

func readings(input string, code errcode.Code, ctx errcode.Context) decoded {
	d := decoded{Input: input, Value: code.Value, Hex: fmt.Sprintf("0x%08X", code.Value), Signed: int32(code.Value), Readings: errcode.Readings(code, ctx)}
	if d.Readings == nil {
		d.Readings = []errcode.Reading{}
	}
	for _, n := range code.Nested {
		d.Nested = append(d.Nested, readings(n.Literal, n, ctx))
	}
	return d
}

func printReadings(w io.Writer, d decoded, gap bool) error {
	var b strings.Builder
	if gap {
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%s = %s = %d = %d\n", report.Clean(d.Input), d.Hex, d.Value, d.Signed)
	if len(d.Readings) == 0 {
		b.WriteString("  no code system knows it\n")
	}
	for i, r := range d.Readings {
		fmt.Fprintf(&b, "  %d. %s", i+1, r.Family)
		if r.Name != "" {
			b.WriteString(" " + r.Name)
		}
		b.WriteString("\n")
		if r.Text != "" {
			fmt.Fprintf(&b, "     %s\n", r.Text)
		}
		fmt.Fprintf(&b, "     severity %d (%s), facility %d", r.Severity, r.SeverityName, r.Facility)
		if r.FacilityName != "" {
			fmt.Fprintf(&b, " (%s)", r.FacilityName)
		}
		fmt.Fprintf(&b, ", code %d\n", r.Code)
		for n := r.Nested; n != nil; n = n.Nested {
			fmt.Fprintf(&b, "     inside: %s %d %s", n.Family, n.Code, n.Name)
			if n.Text != "" {
				fmt.Fprintf(&b, ": %s", n.Text)
			}
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "     why: %s\n", r.Why)
	}
	for _, n := range d.Nested {
		if len(n.Readings) > 0 {
			fmt.Fprintf(&b, "  holds %s = %d: %s %s\n", n.Hex, n.Value, n.Readings[0].Name, n.Readings[0].Text)
		}
	}
	for _, l := range d.Learned {
		says := "one article says"
		switch {
		case l.Agreed:
			says = fmt.Sprintf("learned, as %d articles agree", len(l.Refs))
		case len(l.Refs) > 1:
			says = fmt.Sprintf("%d articles say", len(l.Refs))
		}
		fmt.Fprintf(&b, "  %s: “%s” (%s)\n", says, report.Clean(l.Text), report.Clean(strings.Join(l.Refs[:min(len(l.Refs), 5)], " ")))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
