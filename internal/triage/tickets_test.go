package triage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine/result"
)

func ticketLines(t *testing.T, in io.Reader) (list []result.Ticket, problems bool) {
	t.Helper()
	k, err := Load(BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err = k.Tickets(t.Context(), "in", in, TicketOptions{Top: 3, Workers: 3}, func(x result.Ticket) error {
		list = append(list, x)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, problems
}

// TestTicketLines: what is bad is named by its line, and the rest is ranked.
func TestTicketLines(t *testing.T) {
	for _, x := range []struct{ name, in, want string }{
		{"JSON lines", "{\"id\":1,\"text\":\"997\"}\nbad\n{\"id\":2,\"text\":\"997\"}\n", "1 !2 2"},
		{"blank lines first", "\n\n\n{\"id\":1,\"text\":\"997\"}\nbad\n", "1 !5"},
		{"the first line is bad", "garbage\n{\"id\":1,\"text\":\"997\"}\n", "!1 1"},
		{"no id", "{\"id\":null,\"text\":\"997\"}\n", "!1"},
		{"CSV", "id,text\n1,997\n2,\"two\nlines\"\n3,997\n", "1 2 3"},
		{"CSV with a comma", "id,text\n1,997, and more\n2,997\n", "!2 2"},
		{"CSV with an open quote", "id,text\n1,997\n2,\"disk 3.5 is full\n3,997\n", "1 !3 3"},
		{"CSV with a quote inside", "id,text\n1,disk 3\" is full\n2,997\n", "!2 2"},
		{"CSV with an open quote, and more behind it", "id,text\n1,997\n2,\"disk 3.5 is full\n3,997\n4,\"two\nlines\"\n5,997\n", "1 !3 3 4 5"},
		{"CSV with an open quote, and one that closes it", "id,text\n1,\"open\n2,997\n3,\"997\"\n4,997\n", "!2 2 3 4"},
		{"CSV with semicolons", "id;text\n1;\"a; b\"\n2;997, and more\n", "1 2"},
		{"CSV with tabs", "id\ttext\n1\ta,b\n", "1"},
		{"CSV whose line is too long", "id,text\n1," + strings.Repeat("x", 2<<20) + "\n2,997\n", "!2 2"},
		{"CSV whose long line stands in quotes", "id,text\n1,997\n" + strings.Repeat("x", 2<<20) + "\n\",5\n3,997\n", "1 !3 !4 3"},
		{"CSV behind blank lines", "\n\nid,text\n1,997,x\n", "!4"},
		{"nothing", "", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			list, problems := ticketLines(t, strings.NewReader(x.in))
			var got []string
			for _, r := range list {
				if r.Problem != nil {
					got = append(got, fmt.Sprintf("!%d", r.Line))
				} else {
					got = append(got, r.ID)
				}
			}
			if s := strings.Join(got, " "); s != x.want || problems != strings.Contains(x.want, "!") {
				t.Errorf("%s, problems %v; want %s", s, problems, x.want)
			}
		})
	}
}

// flood gives one line without an end.
type flood struct{ begin io.Reader }

func (e *flood) Read(p []byte) (int, error) {
	if n, err := e.begin.Read(p); err == nil {
		return n, nil
	}
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// TestEndlessLine: a line without an end ends the reading, and that is said.
func TestEndlessLine(t *testing.T) {
	for _, begin := range []string{"id,text\n1,997\n2,\"", "{\"id\":1,\"text\":\"997\"}\n{"} {
		list, problems := ticketLines(t, &flood{strings.NewReader(begin)})
		if n := len(list); n < 2 || !problems || list[n-1].Problem == nil || !strings.Contains(list[n-1].Problem.Text, "this is no file of tickets") {
			t.Errorf("%+v", list)
		}
	}
}

// TestTicketsEnd: an interruption and an output that fails end the work at once,
// also while the input gives nothing.
func TestTicketsEnd(t *testing.T) {
	k, err := Load(BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no room")
	for name, try := range map[string]func(ctx context.Context, cancel func(), in io.Reader) error{
		"interrupted": func(ctx context.Context, cancel func(), in io.Reader) error {
			_, err := k.Tickets(ctx, "in", in, TicketOptions{Top: 1}, func(result.Ticket) error { cancel(); return nil })
			return err
		},
		"output": func(ctx context.Context, _ func(), in io.Reader) error {
			_, err := k.Tickets(ctx, "in", in, TicketOptions{Top: 1}, func(result.Ticket) error { return failed })
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			in, w := io.Pipe()
			go func() { _, _ = io.WriteString(w, "{\"id\":1,\"text\":\"997\"}\n") }()
			done := make(chan error, 1)
			go func() { done <- try(ctx, cancel, in) }()
			select {
			case err := <-done:
				if !errors.Is(err, failed) && !errors.Is(err, context.Canceled) {
					t.Errorf("error %v", err)
				}
			case <-time.After(30 * time.Second):
				t.Error("it goes on")
			}
			w.Close()
		})
	}
}

// TestTicketInPart: what of a ticket was not read is said, and makes the result partial.
func TestTicketInPart(t *testing.T) {
	var text strings.Builder
	for i := range 1000 { // more codes than one record gives
		fmt.Fprintf(&text, "error 0x8004%04X failed; ", i+1)
	}
	list, problems := ticketLines(t, strings.NewReader("{\"id\":1,\"text\":\""+text.String()+"\"}\n"))
	if len(list) != 1 || list[0].ID != "1" || len(list[0].Problems) == 0 || !problems {
		t.Errorf("%d tickets, problems %v: %.300s", len(list), problems, fmt.Sprint(list))
	}
}
