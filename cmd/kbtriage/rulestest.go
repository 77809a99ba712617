package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newRulesTest(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test [PATH...]",
		Short: "Run the tests beside the rules; without PATH, those of the embedded base",
		Long: `Run the tests beside the rules. Exit code 1 when one of them fails, when less is covered or noticed
than is asked for, or when a rule is reported in good logs.

--coverage says what of the rules no test touches, --mutate which changes of a rule no test notices, --good-logs
scans logs in which none of the rules may be reported. --update writes what is where something else was expected;
--from makes a test of a saved case, redacted.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, form, err := prepare(w, cmd, rulesForms...)
			if err != nil {
				return err
			}
			f := cmd.Flags()
			o := triage.TestOptions{Paths: unshield(args), Base: c.base(w), Render: report.Whole}
			if from, _ := f.GetString("from"); from != "" {
				return testFromCase(w, cmd, o, from)
			}
			o.Coverage, _ = f.GetBool("coverage")
			o.Mutate, _ = f.GetBool("mutate")
			o.Update, _ = f.GetBool("update")
			o.GoodLogs, _ = f.GetStringArray("good-logs")
			least, _ := f.GetFloat64("min-coverage")
			noticed, _ := f.GetFloat64("min-mutation")
			for name, v := range map[string]float64{"min-coverage": least, "min-mutation": noticed} {
				if v < 0 || v > 100 {
					return &triage.UsageError{Text: fmt.Sprintf("--%s %g: expected a percentage from 0 to 100", name, v)}
				}
			}
			o.Coverage, o.Mutate = o.Coverage || f.Changed("min-coverage"), o.Mutate || f.Changed("min-mutation")
			junit, _ := f.GetString("junit")
			if err := checkOutputs(cmd, "junit", "out"); err != nil {
				return err
			}
			r, err := triage.Test(cmd.Context(), o)
			if err != nil {
				return err
			}
			if junit != "" {
				var b bytes.Buffer
				if err := report.JUnit(&b, junitSuites(r)); err != nil {
					return &outputError{err}
				}
				if err := writeFile(cmd, junit, b.Bytes()); err != nil {
					return err
				}
			}
			err = emit(w, cmd, func(out io.Writer) error {
				if form == report.JSON {
					return report.Indented(out, r)
				}
				return testText(out, r)
			})
			switch {
			case err != nil:
				return err
			case len(r.Failures) > 0, share(covered(r)) < least, share(mutants(r)) < noticed, r.GoodLogs != nil && len(r.GoodLogs.Reported) > 0:
				return errNotHeld
			case r.GoodLogs != nil && r.GoodLogs.Status != result.Complete:
				return statusError(r.GoodLogs.Status)
			}
			return nil
		},
	}
	baseFlags(cmd)
	outputFlags(cmd, rulesForms...)
	f := cmd.Flags()
	f.Bool("coverage", false, "say what of the rules no test touches")
	f.Float64("min-coverage", 0, "with less than this percentage of coverage the exit code is 1")
	f.Bool("mutate", false, "change the rules, and say which changes no test notices")
	f.Float64("min-mutation", 0, "with less than this percentage of changes noticed the exit code is 1")
	f.StringArray("good-logs", nil, "logs in which no rule of PATH may be reported (repeatable)")
	f.Bool("update", false, "write what is into the tests where another value was expected, for a person to review")
	f.String("junit", "", "write the outcome to this file, for build servers")
	f.String("from", "", "make a test of a saved case, redacted, and add it to the tests of its rule in PATH")
	f.Bool("near-miss", false, "with --from: the case looks alike and is none")
	f.String("rule", "", "with --from: the rule that it is a test of; else the one that comes first")
	_ = cmd.MarkFlagFilename("good-logs")
	_ = cmd.MarkFlagFilename("from")
	return cmd
}

// testFromCase makes a test of a saved case, and prints it.
func testFromCase(w *world, cmd *cobra.Command, o triage.TestOptions, from string) error {
	rule, _ := cmd.Flags().GetString("rule")
	nearMiss, _ := cmd.Flags().GetBool("near-miss")
	made, err := triage.TestFromCase(cmd.Context(), o, from, rule, nearMiss)
	if err != nil {
		return err
	}
	where := "# a test of " + made.Rule
	if made.File != "" {
		where += ", added to " + made.File
	}
	if !made.Leads && !nearMiss {
		where += "; the rule does not come first in this case, and the test fails until it does (--near-miss: the case only looks alike)"
	}
	if _, err := fmt.Fprintf(w.out, "%s\n%s", report.Clean(where), report.CleanText(string(made.Text))); err != nil {
		return &outputError{err}
	}
	return nil
}

func junitSuites(r *triage.TestResult) (suites []report.JUnitSuite) {
	for _, s := range r.Suites {
		x := report.JUnitSuite{Name: s.File.Rule}
		for _, o := range s.Outcomes {
			c := report.JUnitCase{Name: o.Test.Name, File: s.File.Path, Line: o.Test.Position.Line}
			for _, f := range o.Failures {
				c.Failures = append(c.Failures, f.Text)
			}
			x.Cases = append(x.Cases, c)
		}
		suites = append(suites, x)
	}
	return suites
}

// covered counts the points of all rules, and those that a test touches.
func covered(r *triage.TestResult) (all, touched int) {
	for _, c := range r.Coverage {
		all, touched = all+c.Points, touched+c.Touched
	}
	return all, touched
}

// mutants counts the changes of all rules, and those that a test notices.
func mutants(r *triage.TestResult) (all, noticed int) {
	for _, m := range r.Mutation {
		all, noticed = all+m.Mutants, noticed+m.Noticed
	}
	return all, noticed
}

// share is a part in percent; of nothing it is all.
func share(all, part int) float64 {
	if all == 0 {
		return 100
	}
	return 100 * float64(part) / float64(all)
}

// testText prints what failed, what was not touched or noticed, and a summary.
func testText(out io.Writer, r *triage.TestResult) error {
	var b strings.Builder
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "FAIL %s\n", report.Clean(f.String()))
	}
	for _, f := range r.Updated {
		fmt.Fprintf(&b, "updated %s: review the difference\n", report.Clean(f))
	}
	if all, touched := covered(r); r.Coverage != nil {
		symptoms, seen := 0, 0
		for _, c := range r.Coverage {
			symptoms, seen = symptoms+c.Symptoms, seen+c.Seen
			if len(c.Untouched) == 0 {
				continue
			}
			fmt.Fprintf(&b, "%s: %d of %d points are touched\n", c.Rule, c.Touched, c.Points)
			for _, p := range c.Untouched {
				fmt.Fprintf(&b, "  no test touches the %s %s\n", p.Kind, report.Clean(p.Name))
			}
		}
		fmt.Fprintf(&b, "coverage: %d of %d points (%.1f %%), %d of %d symptoms\n", touched, all, share(all, touched), seen, symptoms)
	}
	if all, noticed := mutants(r); r.Mutation != nil {
		for _, m := range r.Mutation {
			for _, s := range m.Survivors {
				fmt.Fprintf(&b, "%s: no test notices: %s\n", m.Rule, report.Clean(s))
			}
		}
		fmt.Fprintf(&b, "mutation: %d of %d changes are noticed (%.1f %%)\n", noticed, all, share(all, noticed))
	}
	if g := r.GoodLogs; g != nil {
		for _, line := range g.Reported {
			fmt.Fprintf(&b, "in good logs: %s\n", report.Clean(line))
		}
		fmt.Fprintf(&b, "good logs: %d records, %d false alarms, %s\n", g.Records, len(g.Reported), g.Status)
	}
	fmt.Fprintf(&b, "%d test files, %d tests, %d failures\n", r.Files, r.Tests, len(r.Failures))
	_, err := io.WriteString(out, b.String())
	return err
}
