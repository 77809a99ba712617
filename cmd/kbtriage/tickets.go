package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

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
	return cmd
}

func rankTickets(w *world, cmd *cobra.Command, c config, form report.Form, name string) error {
	flags := cmd.Flags()
	redactor, err := c.redactor()
	if err != nil {
		return err
	}
	k, err := triage.Load(c.base())
	if err != nil {
		return err
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
	partial := false
	print := func(out io.Writer) error {
		t := report.NewTickets(out, form)
		var writeErr error
		bad, err := k.Tickets(cmd.Context(), name, in, triage.TicketOptions{Top: top, Workers: c.Workers, Set: facts, Redact: redactor}, func(x result.Ticket) error {
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

// plainPath is an error of a file without the name of the system call.
func plainPath(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Path + ": " + pe.Err.Error()
	}
	return err.Error()
}
