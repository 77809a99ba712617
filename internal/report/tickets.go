package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
)

// Tickets prints ranked tickets one by one, so that nobody waits for the last.
type Tickets struct {
	form Form
	out  *bufio.Writer
	csv  *csv.Writer
}

// NewTickets returns a printer in one of the forms JSONL, Text and CSV.
func NewTickets(w io.Writer, form Form) *Tickets {
	t := &Tickets{form: form, out: bufio.NewWriter(w)}
	if form == CSV {
		t.csv = csv.NewWriter(t.out)
		t.csv.UseCRLF = true
		_ = t.csv.Write([]string{"id", "rank", "rule", "refs", "title", "probability", "none", "problem"})
	}
	return t
}

// Ticket prints one.
func (t *Tickets) Ticket(x *result.Ticket) error {
	switch t.form {
	case JSONL:
		if err := Line(t.out, x); err != nil {
			return err
		}
	case CSV:
		if err := t.row(x); err != nil {
			return err
		}
	default:
		if err := t.text(x); err != nil {
			return err
		}
	}
	return t.out.Flush()
}

// End prints what is left.
func (t *Tickets) End() error { return t.out.Flush() }

func (t *Tickets) row(x *result.Ticket) error {
	if x.Problem != nil {
		_ = t.csv.Write(cells("", "", "", "", "", "", "", fmt.Sprintf("line %d: %s", x.Line, x.Problem.Text)))
	}
	for i, r := range x.Ranked {
		_ = t.csv.Write(cells(x.ID, strconv.Itoa(i+1), r.Rule, strings.Join(r.Refs, " "), r.Title,
			strconv.FormatFloat(r.Probability, 'g', 4, 64), strconv.FormatFloat(*x.None, 'g', 4, 64), ""))
	}
	for _, p := range x.Problems {
		_ = t.csv.Write(cells(x.ID, "", "", "", "", "", strconv.FormatFloat(*x.None, 'g', 4, 64), p.Text))
	}
	if x.Problem == nil && len(x.Ranked)+len(x.Problems) == 0 {
		_ = t.csv.Write(cells(x.ID, "", "", "", "", "", strconv.FormatFloat(*x.None, 'g', 4, 64), ""))
	}
	t.csv.Flush()
	return t.csv.Error()
}

func (t *Tickets) text(x *result.Ticket) error {
	if x.Problem != nil {
		_, err := fmt.Fprintf(t.out, "line %d: %s\n\n", x.Line, Clean(x.Problem.Text))
		return err
	}
	_, err := fmt.Fprintf(t.out, "%s  (none of these: %s)\n", Clean(x.ID), Percent(*x.None))
	for _, r := range x.Ranked {
		if err == nil {
			_, err = fmt.Fprintf(t.out, "  %5s  %s  %s  %s\n", Percent(r.Probability), r.Rule, strings.Join(r.Refs, " "), Clean(r.Title))
		}
	}
	for _, p := range x.Problems {
		if err == nil {
			_, err = fmt.Fprintf(t.out, "  not all of it was read: %s\n", Clean(p.Text))
		}
	}
	if err == nil {
		_, err = fmt.Fprintln(t.out)
	}
	return err
}

func cells(list ...string) []string {
	for i, s := range list {
		list[i] = inert(s)
	}
	return list
}
