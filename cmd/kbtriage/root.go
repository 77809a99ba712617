package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// run is the whole program: arguments and streams in, exit code out.
func run(ctx context.Context, w *world, args []string) int {
	out := &outputStream{w: w.out}
	own := *w
	own.out = out
	root := newRoot(&own)
	root.SetArgs(shield(args))
	root.SetIn(w.in)
	root.SetOut(out)
	root.SetErr(w.err)
	refuseUnknownTopics(root)
	err := root.ExecuteContext(ctx)
	if out.err != nil { // cobra's own commands do not look whether they could write
		err = errors.Join(err, &outputError{out.err})
	}
	return exitCode(ctx, w.err, err)
}

// refuseUnknownTopics makes help and completion fail for what they do not know.
func refuseUnknownTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.RunE = func(_ *cobra.Command, args []string) error {
				topic, rest, err := root.Find(args)
				if err != nil || len(rest) > 0 {
					return &triage.UsageError{Text: fmt.Sprintf("there is no help about %q\nkbtriage --help lists the commands", strings.Join(args, " "))}
				}
				topic.InitDefaultHelpFlag()
				return topic.Help()
			}
		case "completion":
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// newRoot builds the command tree.
func newRoot(w *world) *cobra.Command {
	root := newDiagnose(w)
	root.Use = "kbtriage [diagnose] INPUT..."
	root.Short = "Find the known error behind codes, events, texts and DNS answers"
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		text := badNumber.ReplaceAllString(unshieldText(err.Error()), ": expected a whole number")
		return &triage.UsageError{Text: text + "\nkbtriage --help lists the flags; behind -- nothing is a flag"}
	})
	diagnose := newDiagnose(w)
	root.AddCommand(diagnose, newDecode(w), newVerify(w), newExplain(w), newScan(w), newTickets(w), newCollect(w), newRules(w), newPack(w), newInfo(w), newVersion(w))
	root.AddCommand(&cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitText})
	return root
}

var badNumber = regexp.MustCompile(`: strconv\.Parse\w+: parsing .*$`)

// A minus and digits are an input, never a flag, and so is a text that begins with a
// minus and a blank: such arguments are hidden from
// the flag parser behind a character that no argument can hold otherwise.
// Commands with inputs take it off again, and so do all messages.
const shieldMark = "\x00"

func shield(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if out[i] = a; isNegative(a) {
			out[i] = shieldMark + a
		}
	}
	return out
}

func isNegative(a string) bool {
	return len(a) > 1 && a[0] == '-' && (strings.Trim(a[1:], "0123456789") == "" || strings.IndexByte(" \t\n", a[1]) >= 0)
}

func unshield(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = strings.TrimPrefix(a, shieldMark)
	}
	return out
}

func unshieldText(s string) string {
	return strings.NewReplacer(shieldMark, "", `\x00`, "").Replace(s)
}

// baseFlags are the flags of every command that loads rules.
func baseFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArray("kb", nil, "rules to add to the embedded base: a folder, a file or a pack (repeatable)")
	f.Bool("no-embedded", false, "leave the embedded base out")
	f.Bool("drafts", false, "load drafts of the embedded base too")
	f.Bool("require-signed", false, "refuse what --kb names unless it is a pack that is signed with a trusted key")
	f.StringArray("overlay", nil, "what this site changes of rules: a file (repeatable)")
	f.String("today", "", "the day by which entries of overlays have ended, such as 2027-03-01; the clock's where it is not given")
	f.String("config", "", "configuration file")
	trustFlags(cmd)
	_ = cmd.MarkFlagFilename("kb")
	_ = cmd.MarkFlagFilename("overlay")
}

// knowledge loads the rules, and says on the error stream what of them took the
// place of others and which entries of overlays have ended.
func knowledge(w *world, cmd *cobra.Command, c config) (*triage.Knowledge, error) {
	k, err := triage.Load(c.base(w))
	if err != nil {
		return nil, err
	}
	tellSources(w, cmd, k.Sources)
	return k, nil
}

func tellSources(w *world, cmd *cobra.Command, s *triage.Sources) {
	if quiet, _ := cmd.Flags().GetBool("quiet"); quiet {
		return
	}
	for _, note := range s.Notes() {
		fmt.Fprintln(w.err, "kbtriage: "+report.Clean(note))
	}
}

// outputFlags are the flags of every command that prints a result.
func outputFlags(cmd *cobra.Command, forms ...report.Form) {
	f := cmd.Flags()
	names := make([]string, len(forms))
	for i, form := range forms {
		names[i] = string(form)
	}
	f.StringP("output", "o", "text", "form of the output: "+strings.Join(names, "|"))
	f.String("out", "", "write the output to this file, whole or not at all")
	f.Bool("force", false, "let --out and --save replace a file")
	f.Bool("no-color", false, "no colours on a terminal (also NO_COLOR)")
	f.BoolP("verbose", "v", false, "show everything")
	f.BoolP("quiet", "q", false, "no notes on the error stream")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// prepare reads the configuration of a command that prints a result, checks -o
// against the forms that it can print, and refuses files that are there, before
// any work is done.
func prepare(w *world, cmd *cobra.Command, forms ...report.Form) (config, report.Form, error) {
	c, err := load(w, cmd)
	if err != nil {
		return c, "", err
	}
	form := report.Form(c.Output)
	if !slices.Contains(forms, form) {
		names := make([]string, len(forms))
		for i, f := range forms {
			names[i] = string(f)
		}
		return c, "", &triage.UsageError{Text: fmt.Sprintf("-o %s is not a form of this command; expected one of %s", c.Output, strings.Join(names, ", "))}
	}
	return c, form, checkOutputs(cmd, "out", "save")
}

// caseFlags are the flags of every command that takes facts.
func caseFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArray("set", nil, "KEY=VALUE: a fact, an input or an answer (repeatable)")
	f.String("facts", "", "JSON file with an object of the keys of --set")
	f.Bool("probe", false, "automatic checks may use the network, and only the servers named")
	f.StringArray("resolver", nil, "ADDR[:PORT] of a DNS server, in the order in which the host uses them (repeatable)")
	f.StringArray("search", nil, "domain of the search list (repeatable)")
	f.String("resolv-conf", "", "take servers and search list from this file")
	f.StringArray("local-dns", nil, "ADDR[:PORT] of the local DNS (repeatable); else the one with authority for the names")
	f.Bool("allow-update-probe", false, "check whether the zone accepts dynamic updates (changes nothing)")
	f.Duration("timeout", defaults().Timeout, "for one question to a server, retries included")
	f.Int("workers", 0, "processors to use; changes nothing but the time (0: all)")
}

// redactFlags are the flags of every command that shows what it was given.
func redactFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Bool("redact", false, "secrets and personal data become tokens that stay the same within one case, in every output")
	f.StringArray("redact-words", nil, "a word to hide wherever it stands (repeatable)")
	f.StringArray("redact-keep", nil, "a value that is not hidden (repeatable)")
	f.StringArray("redact-off", nil, "a kind that is not looked for, such as ip or host (repeatable)")
	f.StringArray("redact-patterns", nil, "NAME=REGEXP: more to hide; its first group, or all of it (repeatable)")
}

// hostFlags say what to take of the machine.
func hostFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArray("log", nil, "one more log of this machine to take (repeatable)")
	f.Bool("no-logs", false, "take what the machine says of itself and its recent errors, but no logs")
	_ = cmd.MarkFlagFilename("log")
}

// hostOptions say which machine to ask, and what to take of it.
func hostOptions(w *world, cmd *cobra.Command) triage.HostOptions {
	logs, _ := cmd.Flags().GetStringArray("log")
	none, _ := cmd.Flags().GetBool("no-logs")
	return triage.HostOptions{System: w.host(), Now: w.now(), Logs: logs, NoLogs: none}
}

// ruleCompletion completes the rule id that comes first; behind it are inputs.
func ruleCompletion(w *world) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		c, err := load(w, cmd)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		slices.Sort(c.KB)
		c.KB = slices.Compact(c.KB) // cobra reads the flags of a completion twice
		set, err := triage.LoadSet(c.base(w))
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var ids []string
		for _, r := range set.Rules {
			ids = append(ids, r.ID+"\t"+r.Title)
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
}
