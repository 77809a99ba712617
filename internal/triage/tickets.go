package triage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
)

// TicketOptions say how tickets are ranked.
type TicketOptions struct {
	Top     int // rules of each
	Workers int // 0: all processors
	Set     []facts.Fact
	Redact  *Redactor
}

// maxTicket bounds the bytes of a line of tickets.
const maxTicket = 1 << 20

// ticket is a line of the input: a ticket, or what is wrong with it.
type ticket struct {
	line    int
	id      string
	text    string
	problem *facts.Problem
	done    chan result.Ticket
}

// Tickets ranks the known errors for each ticket of a file: JSON lines with id and
// text, or CSV with a header that names these columns. The results come in the
// order of the tickets, one by one. A line that is no ticket is a problem in its
// place, and the rest goes on. It reports whether there was one.
func (k *Knowledge) Tickets(ctx context.Context, name string, in io.Reader, o TicketOptions, emit func(result.Ticket) error) (problems bool, err error) {
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	todo := make(chan *ticket, workers)
	order := make(chan *ticket, 4*workers) // how far reading may be ahead
	var readErr error
	go func() {
		defer close(order)
		defer close(todo)
		readErr = readTickets(name, in, func(t *ticket) error {
			t.done = make(chan result.Ticket, 1)
			select {
			case order <- t:
			case <-ctx.Done():
				return ctx.Err()
			}
			select {
			case todo <- t:
			case <-ctx.Done():
				return ctx.Err()
			}
			return nil
		})
	}()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for t := range todo {
				t.done <- k.ticket(t, &o)
			}
		})
	}
	defer wg.Wait()
	for t := range order {
		r := <-t.done
		problems = problems || r.Problem != nil
		if err := emit(r); err != nil {
			cancel()
			for range order { // until the reader has seen it
			}
			return problems, err
		}
	}
	return problems, readErr
}

// ticket ranks one ticket.
func (k *Knowledge) ticket(t *ticket, o *TicketOptions) result.Ticket {
	if t.problem != nil {
		return result.Ticket{Line: t.line, Problem: t.problem}
	}
	text := t.text
	if o.Redact != nil {
		text = o.Redact.Text(text)
	}
	c := intake.Pasted("ticket "+t.id, text)
	c.Facts = append(c.Facts, o.Set...)
	ranked := k.Base.Rank(concluded(c), o.Top)
	r := result.Ticket{ID: t.id, Ranked: []result.RankedRule{}, None: &ranked.None}
	for _, x := range ranked.List {
		refs := []string{}
		for _, ref := range x.Rule.Refs {
			refs = append(refs, ref.String())
		}
		r.Ranked = append(r.Ranked, result.RankedRule{Rule: x.Rule.ID, Refs: refs, Title: x.Rule.Title, Probability: x.Probability})
	}
	return r
}

// readTickets yields the tickets of a stream, in the form that its begin shows.
func readTickets(name string, in io.Reader, yield func(*ticket) error) error {
	b := bufio.NewReaderSize(in, 64<<10)
	if head, _ := b.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	for {
		head, err := b.Peek(1)
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if head[0] != ' ' && head[0] != '\n' && head[0] != '\r' && head[0] != '\t' {
			break
		}
		_, _ = b.Discard(1)
	}
	if head, _ := b.Peek(1); head[0] == '{' {
		return readJSONTickets(name, b, yield)
	}
	return readCSVTickets(name, b, yield)
}

func readJSONTickets(name string, b *bufio.Reader, yield func(*ticket) error) error {
	for n := 1; ; n++ {
		line, cut, err := longLine(b)
		if len(bytes.TrimSpace(line)) > 0 {
			t := &ticket{line: n}
			var x struct {
				ID   json.RawMessage `json:"id"`
				Text *string         `json:"text"`
				// What other programs call the text of a ticket.
				Query *string `json:"query"`
			}
			switch bad := json.Unmarshal(line, &x); {
			case cut:
				t.problem = badTicket(name, n, fmt.Sprintf("the line has more than %d bytes", maxTicket))
			case bad != nil:
				t.problem = badTicket(name, n, "it is no JSON object with id and text: "+bad.Error())
			case x.Text == nil && x.Query == nil:
				t.problem = badTicket(name, n, `it has no "text"`)
			case len(x.ID) == 0:
				t.problem = badTicket(name, n, `it has no "id"`)
			default:
				t.id = strings.Trim(string(x.ID), `"`)
				var s string
				if json.Unmarshal(x.ID, &s) == nil {
					t.id = s
				}
				if t.text = ""; x.Text != nil {
					t.text = *x.Text
				} else {
					t.text = *x.Query
				}
			}
			if err := yield(t); err != nil {
				return err
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// longLine reads a line; what is beyond the bound is dropped, and said.
func longLine(b *bufio.Reader) (line []byte, cut bool, err error) {
	for {
		part, err := b.ReadSlice('\n')
		if len(line)+len(part) <= maxTicket {
			line = append(line, part...)
		} else {
			cut = true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, cut, err
		}
	}
}

func badTicket(name string, line int, text string) *facts.Problem {
	return &facts.Problem{Source: name, At: fmt.Sprintf("line %d", line), Stage: "read", Reason: "ticket.bad", Text: text + "; the other tickets are ranked", Lost: 1}
}

func readCSVTickets(name string, b *bufio.Reader, yield func(*ticket) error) error {
	r := csv.NewReader(b)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	header, err := r.Read()
	if err != nil {
		return &UsageError{name + ": neither JSON lines nor CSV: " + err.Error()}
	}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
	}
	id, text := slices.Index(header, "id"), slices.Index(header, "text")
	if id < 0 || text < 0 {
		return &UsageError{fmt.Sprintf("%s: expected JSON lines, or CSV whose first line names the columns id and text; it is %q", name, strings.Join(header, ","))}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := r.FieldPos(0)
		t := &ticket{line: line}
		var parse *csv.ParseError
		switch {
		case errors.As(err, &parse):
			t.line = parse.StartLine
			t.problem = badTicket(name, t.line, parse.Err.Error())
		case err != nil:
			return err
		case len(row) <= max(id, text):
			t.problem = badTicket(name, line, fmt.Sprintf("it has %d columns, and the header %d", len(row), len(header)))
		case len(row[text]) > maxTicket || !utf8.ValidString(row[text]):
			t.problem = badTicket(name, line, fmt.Sprintf("its text is no UTF-8 or has more than %d bytes", maxTicket))
		default:
			t.id, t.text = row[id], row[text]
		}
		if err := yield(t); err != nil {
			return err
		}
	}
}
