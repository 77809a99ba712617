package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newTickets(w *world) *cobra.Command {
	forms := []report.Form{report.JSONL, report.Text, report.CSV}
	cmd := &cobra.Command{
		Use:   "tickets FILE",
		Short: "Rank the known errors for each ticket of a file",
		Long: `Rank the known errors for each ticket of a file: JSON lines {"id": ..., "text": ...}, or CSV with a header that names
the columns id and text; - reads standard input. The results come in the order of the tickets, as soon as they are
known. A line that is no ticket is a problem in its place.`,
		Example: `  kbtriage tickets tickets.jsonl --kb articles.kbt -o jsonl
  kbtriage tickets export.csv --kb articles.kbt --top 3`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, form, err := prepare(w, cmd, forms...)
			if err != nil {
				return err
			}
			return rankTickets(w, cmd, c, form, unshield(args)[0])
		},
	}
	baseFlags(cmd)
	outputFlags(cmd, forms...)
	redactFlags(cmd)
	f := cmd.Flags()
	f.StringArray("set", nil, "KEY=VALUE: a fact that holds for every ticket (repeatable)")
	f.Int("top", 10, "rules listed of each ticket at most")
	f.Int("workers", 0, "processors to use; changes nothing but the time (0: all)")
	f.Bool("reload", false, "follow the files of the rules: each ticket is ranked by the rules as they are then")
	f.Duration("reload-every", 2*time.Second, "with --reload: how often to look at the files")
	return cmd
}

func rankTickets(w *world, cmd *cobra.Command, c config, form report.Form, name string) error {
	flags := cmd.Flags()
	redactor, err := c.redactor()
	if err != nil {
		return err
	}
	k, live, err := openTicketRules(w, cmd, c)
	if err != nil {
		return err
	}
	rank := k.Tickets
	if live != nil {
		rank = live.Tickets
	}
	set, _ := flags.GetStringArray("set")
	facts, err := triage.Settings(set, k.Set, "--set")
	if err != nil {
		return err
	}
	top, _ := flags.GetInt("top")
	if top <= 0 {
		return &triage.UsageError{Text: fmt.Sprintf("--top %d: expected a number above 0", top)}
	}
	in := w.in
	if name == "-" {
		name = "stdin"
	} else {
		file, err := os.Open(name)
		if err != nil {
			return &triage.UsageError{Text: "tickets: " + plainPath(err)}
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return &triage.UsageError{Text: "tickets: " + name + " is a folder; expected a file"}
		}
		in = file
	}
	if live != nil {
		defer follow(w, cmd, live)()
	}
	partial := false
	print := func(out io.Writer) error {
		t := report.NewTickets(out, form)
		var writeErr error
		bad, err := rank(cmd.Context(), name, in, triage.TicketOptions{Top: top, Workers: c.Workers, Set: facts, Redact: redactor}, func(x result.Ticket) error {
			writeErr = t.Ticket(&x)
			return writeErr
		})
		partial = bad
		if writeErr != nil {
			return &outputError{writeErr}
		}
		return errors.Join(err, t.End())
	}
	if path, _ := flags.GetString("out"); path != "" {
		err = writeStream(cmd, path, 0o666, print)
	} else {
		err = print(w.out)
	}
	if err != nil {
		return err
	}
	if partial {
		return statusError(result.Partial)
	}
	return nil
}

// openTicketRules loads the rules; with --reload they are live too.
func openTicketRules(w *world, cmd *cobra.Command, c config) (*triage.Knowledge, *triage.Live, error) {
	reload, _ := cmd.Flags().GetBool("reload")
	every, _ := cmd.Flags().GetDuration("reload-every")
	switch {
	case every <= 0:
		return nil, nil, &triage.UsageError{Text: "--reload-every must be more than 0"}
	case !reload && cmd.Flags().Changed("reload-every"):
		return nil, nil, &triage.UsageError{Text: "--reload-every needs --reload"}
	case !reload:
		k, err := knowledge(w, cmd, c)
		return k, nil, err
	}
	today := func() string { return c.base(w).Today }
	live, err := triage.NewLive(c.base(w), today)
	if err != nil {
		return nil, nil, err
	}
	tellSources(w, cmd, live.Knowledge().Sources)
	return live.Knowledge(), live, nil
}

// follow watches the files of the rules and says on the error stream what changed,
// until the function that it returns is called.
func follow(w *world, cmd *cobra.Command, live *triage.Live) (stop func()) {
	ctx, cancel := context.WithCancel(cmd.Context())
	every, _ := cmd.Flags().GetDuration("reload-every")
	quiet, _ := cmd.Flags().GetBool("quiet")
	ticker := time.NewTicker(every)
	done := make(chan struct{})
	go func() {
		defer close(done)
		live.Watch(ctx, ticker.C, func(c *triage.Change) {
			if quiet && len(c.Refused) == 0 {
				return
			}
			for _, line := range c.Lines() {
				fmt.Fprintln(w.err, "kbtriage: "+report.Clean(line))
			}
		})
	}()
	return func() {
		ticker.Stop()
		cancel()
		<-done
	}
}

// plainPath is an error of a file without the name of the system call.
func plainPath(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Path + ": " + pe.Err.Error()
	}
	return err.Error()
}
