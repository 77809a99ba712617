package triage

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// csvLines gives the records of a CSV file one by one. Where a quote was not closed
// a record would take all that follows: so one that makes no sense is given up
// after its first line, and the others are read again.
type csvLines struct {
	in      *bufio.Reader
	comma   rune
	columns int      // of a sound record; 0: any number
	ahead   []string // lines that were read too far
	line    int      // number of the first of them, or of the next
	err     error    // that ended the input
	cut     bool     // the line that was read last is longer than a ticket may be
}

// next reads a line, with its end.
func (c *csvLines) next() (string, bool) {
	if len(c.ahead) > 0 {
		s := c.ahead[0]
		c.ahead = c.ahead[1:]
		c.line++
		return s, true
	}
	if c.err != nil {
		return "", false
	}
	data, cut, err := longLine(c.in)
	c.err, c.cut = err, cut
	if len(data) == 0 && !cut {
		return "", false
	}
	c.line++
	return string(data), true
}

// record is the next record, with the number of its first line, or what is wrong
// with that line. more is false behind the last.
func (c *csvLines) record() (row []string, line int, mistake string, more bool) {
	first, ok := c.next()
	for ok && strings.TrimSpace(first) == "" && !c.cut {
		first, ok = c.next()
	}
	if !ok {
		return nil, c.line, "", false
	}
	line = c.line
	if c.cut {
		c.cut = false
		return nil, line, fmt.Sprintf("the line has more than %d bytes", maxTicket), true
	}
	lines := []string{first}
	size, open := len(first), odd(first)
	for open && size <= maxTicket {
		s, ok := c.next()
		if !ok || c.cut {
			break
		}
		lines = append(lines, s)
		size += len(s)
		open = open != odd(s)
	}
	if !open {
		if row, mistake = c.parse(strings.Join(lines, "")); mistake == "" {
			return row, line, "", true
		}
	} else {
		mistake = "a quote is not closed"
	}
	if len(lines) > 1 { // the lines behind it may be sound
		c.ahead = append(lines[1:], c.ahead...)
		c.line = line
		_, mistake = c.parse(first)
	}
	return nil, line, mistake, true
}

func odd(s string) bool { return strings.Count(s, `"`)%2 == 1 }

// parse reads one record.
func (c *csvLines) parse(text string) (row []string, mistake string) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = c.comma, -1
	row, err := r.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse) && (errors.Is(parse.Err, csv.ErrQuote) || errors.Is(parse.Err, csv.ErrBareQuote)):
		return nil, `a quote stands where none may, or is not closed; within quotes it is written twice`
	case err != nil:
		return nil, err.Error()
	case c.columns != 0 && len(row) != c.columns:
		return nil, fmt.Sprintf("it has %d columns, and the header %d; a text with a comma stands in quotes", len(row), c.columns)
	}
	return row, ""
}

func readCSVTickets(name string, before int, b *bufio.Reader, yield func(*ticket) error) error {
	in := &csvLines{in: b, comma: ',', line: before - 1}
	if head, _ := b.Peek(b.Size()); len(head) > 0 {
		first, _, _ := strings.Cut(string(head), "\n")
		for _, comma := range ";\t" { // as spreadsheets write it in other countries
			if !strings.Contains(first, ",") && strings.ContainsRune(first, comma) {
				in.comma = comma
			}
		}
	}
	header, _, mistake, _ := in.record()
	if mistake != "" {
		return &UsageError{name + ": neither JSON lines nor CSV: " + mistake}
	}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
	}
	id, text := slices.Index(header, "id"), slices.Index(header, "text")
	if id < 0 || text < 0 {
		return &UsageError{fmt.Sprintf("%s: expected JSON lines, or CSV whose first line names the columns id and text; it is %q", name, shortened(strings.Join(header, ",")))}
	}
	in.columns = len(header)
	for {
		row, line, mistake, more := in.record()
		if !more {
			break
		}
		t := &ticket{line: line}
		switch {
		case mistake != "":
			t.problem = badTicket(name, line, mistake)
		case len(row[text]) > maxTicket || !utf8.ValidString(row[text]):
			t.problem = badTicket(name, line, fmt.Sprintf("its text is no UTF-8 or has more than %d bytes", maxTicket))
		default:
			t.id, t.text = row[id], row[text]
		}
		if err := yield(t); err != nil {
			return err
		}
	}
	if in.err != nil && !errors.Is(in.err, io.EOF) {
		return yield(stopped(name, in.line, in.err))
	}
	return nil
}
