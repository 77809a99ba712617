package triage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

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
// place, and the rest goes on. It reports whether there was one, or a ticket of
// which something was not read.
func (k *Knowledge) Tickets(ctx context.Context, name string, in io.Reader, o TicketOptions, emit func(result.Ticket) error) (problems bool, err error) {
	return tickets(ctx, name, in, emit, o.Workers, func(t *ticket) result.Ticket { return k.ticket(t, &o) })
}

// Tickets is that of Knowledge, with the rules as they are when the turn of a ticket
// comes. Each result says by which base it was made.
func (l *Live) Tickets(ctx context.Context, name string, in io.Reader, o TicketOptions, emit func(result.Ticket) error) (problems bool, err error) {
	return tickets(ctx, name, in, emit, o.Workers, func(t *ticket) result.Ticket {
		k := l.Knowledge()
		r := k.ticket(t, &o)
		if r.Problem == nil {
			r.Base = k.Base.Hash()
		}
		return r
	})
}

func tickets(ctx context.Context, name string, in io.Reader, emit func(result.Ticket) error, workers int, rank func(*ticket) result.Ticket) (problems bool, err error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a reader that waits for input ends with the process
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
	for range workers {
		go func() {
			for t := range todo {
				t.done <- rank(t)
			}
		}()
	}
	for {
		var r result.Ticket
		select {
		case <-ctx.Done():
			return problems, ctx.Err()
		case t, more := <-order:
			if !more {
				return problems, readErr
			}
			select {
			case <-ctx.Done():
				return problems, ctx.Err()
			case r = <-t.done:
			}
		}
		problems = problems || r.Problem != nil || len(r.Problems) > 0
		if err := emit(r); err != nil {
			return problems, err
		}
	}
}

// ticket ranks one ticket.
func (k *Knowledge) ticket(t *ticket, o *TicketOptions) result.Ticket {
	if t.problem != nil {
		return result.Ticket{Line: t.line, Problem: t.problem}
	}
	id, text := t.id, t.text
	if o.Redact != nil {
		id, text = o.Redact.Text(id), o.Redact.Text(text)
	}
	c := intake.Pasted("ticket "+id, text)
	c.Facts = append(c.Facts, o.Set...)
	full := concluded(c)
	ranked := k.Base.Rank(full, o.Top)
	r := result.Ticket{ID: id, Ranked: []result.RankedRule{}, None: &ranked.None, Problems: append(full.Problems, ranked.Problems...)}
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
// When reading fails that is a problem behind what was read.
func readTickets(name string, in io.Reader, yield func(*ticket) error) error {
	b := bufio.NewReaderSize(in, 64<<10)
	if head, _ := b.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	line := 1
	for {
		head, err := b.Peek(1)
		if err != nil || !strings.ContainsRune(" \n\r\t", rune(head[0])) {
			break
		}
		if head[0] == '\n' {
			line++
		}
		_, _ = b.Discard(1)
	}
	head, _ := b.Peek(1)
	switch {
	case len(head) == 0 || head[0] == '{':
		return readJSONTickets(name, line, b, yield)
	}
	if first, _ := b.Peek(b.Size()); !namesColumns(first) && bytes.Contains(first, []byte("\n{")) {
		return readJSONTickets(name, line, b, yield) // whose first line is bad
	}
	return readCSVTickets(name, line, b, yield)
}

// namesColumns reports whether the first line is a header with the columns of tickets.
func namesColumns(data []byte) bool {
	line, _, _ := bytes.Cut(bytes.ToLower(data), []byte("\n"))
	fields := strings.FieldsFunc(string(line), func(r rune) bool { return strings.ContainsRune(",;\t\" \r", r) })
	return slices.Contains(fields, "id") && slices.Contains(fields, "text")
}

// stopped is the problem of a stream of which no more can be read.
func stopped(name string, line int, err error) *ticket {
	return &ticket{line: line, problem: &facts.Problem{
		Source: name, At: fmt.Sprintf("line %d", line), Stage: "read", Reason: "ticket.unread",
		Text: "reading failed: " + err.Error() + "; what follows is not ranked",
	}}
}

func readJSONTickets(name string, n int, b *bufio.Reader, yield func(*ticket) error) error {
	for ; ; n++ {
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
				t.problem = badTicket(name, n, "it is no JSON object with id and text: "+jsonMistake(bad))
			case x.Text == nil && x.Query == nil:
				t.problem = badTicket(name, n, `it has no "text"`)
			case len(x.ID) == 0 || string(x.ID) == "null":
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
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return yield(stopped(name, n, err))
		}
	}
}

// jsonMistake says what is wrong in the words of JSON.
func jsonMistake(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		if kind.Field == "" {
			return "it is of the kind " + kind.Value
		}
		return fmt.Sprintf("%q is of the kind %s", kind.Field, kind.Value)
	}
	return err.Error()
}

// endless is where a line is given up, and with it the input: it is no text.
const endless = 64 << 20

var errEndless = fmt.Errorf("a line has more than %d bytes; this is no file of tickets", endless)

// longLine reads a line; what is beyond the bound is dropped, and said.
func longLine(b *bufio.Reader) (line []byte, cut bool, err error) {
	for n := 0; ; {
		part, err := b.ReadSlice('\n')
		if n += len(part); n > endless {
			return line, true, errEndless
		}
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

// shortened is the begin of a text, for a message.
func shortened(s string) string {
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "..."
	}
	return s
}
