package triage

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
)

// The bounds of what is redacted at once. A secret may go over several lines: a
// key, a header that is folded.
const (
	usualBlock = 64 << 10 // then a place to divide the text is looked for
	mostBlock  = 1 << 20  // then it is divided at any line, and a line that is longer anywhere
	mostCase   = 64 << 20 // of a saved case
)

// stream writes the content of in without what is to be hidden, as UTF-8. Text
// and JSON keep their lines. A log in a form that could not be written again (a
// binary one, or one whose labels stand elsewhere: CSV, frames, XML) becomes JSON, one
// entry a line. What cannot be read is left out, and told to problem.
func (x *Redactor) stream(ctx context.Context, path string, in io.Reader, out io.Writer, problem func(facts.Problem)) error {
	t := &redacting{x: x, ctx: ctx, path: path, out: bufio.NewWriterSize(out, 64<<10), problem: problem}
	err := intake.Content(path, in, -1, t)
	return cmp.Or(err, t.out.Flush())
}

// redacting is an intake.Taker, and the record.Sink of what is written as JSON.
type redacting struct {
	x       *Redactor
	ctx     context.Context
	path    string
	out     *bufio.Writer
	problem func(facts.Problem)
}

// Problem implements intake.Taker.
func (t *redacting) Problem(p facts.Problem) {
	p.Text += "; it was left out"
	t.problem(p)
}

// Stream implements intake.Taker.
func (t *redacting) Stream(s *intake.Stream) error {
	switch {
	case s.Format == intake.FormatCase:
		return t.saved(s.Text())
	case s.Format == "web log" || !s.HasRecords() || s.Format == "JSON log" && isObject(firstLine(s.Peek(usualBlock))):
		return t.text(s.Text())
	}
	err := s.Records(t.ctx, t)
	if err != nil && t.ctx.Err() == nil {
		t.readFailed(err)
		err = nil
	}
	return err
}

func (t *redacting) readFailed(err error) {
	t.problem(facts.Problem{
		Source: t.path, Stage: "read", Reason: "file.read-failed",
		Text: fmt.Sprintf("reading failed: %s; how much is missing is not known. What was read was taken", plainError(err)),
	})
}

func firstLine(head []byte) []byte {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return line
}

// saved redacts a saved case. One that cannot be read is left out: as text, its
// secrets would stand between escapes.
func (t *redacting) saved(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, mostCase+1))
	if err != nil {
		t.readFailed(err)
		return nil
	}
	c, err := facts.UnmarshalCase(data)
	if err != nil || len(data) > mostCase {
		t.Problem(facts.Problem{
			Source: t.path, Stage: "decode", Reason: "case.invalid",
			Text: fmt.Sprintf("it begins like a saved case, and cannot be read as one of at most %d bytes", mostCase),
		})
		return nil
	}
	shown, err := t.x.Case(c).Marshal()
	if err != nil {
		return err
	}
	_, err = t.out.Write(shown)
	return err
}

// text redacts lines.
func (t *redacting) text(r io.Reader) error {
	if _, err := io.Copy(t.out, t.x.Reader(contextReader{t.ctx, r})); err != nil && t.ctx.Err() == nil {
		t.readFailed(err)
	}
	return t.ctx.Err()
}

// Reader is the lines of r without what is to be hidden. A line that is a JSON
// object is redacted as what it means.
func (x *Redactor) Reader(r io.Reader) io.Reader {
	return &redactedLines{x: x, in: bufio.NewReaderSize(r, 64<<10)}
}

type redactedLines struct {
	x     *Redactor
	in    *bufio.Reader
	ready string // redacted, and not read yet
	block []byte // lines that are not redacted yet
	err   error
}

func (l *redactedLines) Read(p []byte) (int, error) {
	for l.ready == "" {
		if l.err != nil {
			return 0, l.err
		}
		l.next()
	}
	n := copy(p, l.ready)
	l.ready = l.ready[n:]
	return n, nil
}

// next redacts the lines up to a place where the text can be divided.
func (l *redactedLines) next() {
	for l.ready == "" {
		var line []byte
		line, l.err = readLine(l.in, mostBlock)
		switch {
		case isObject(line):
			l.ready = l.x.block(l.block) + l.x.object(line)
			l.block = l.block[:0]
		case len(l.block) > usualBlock && divides(l.block, line) || len(l.block)+len(line) > mostBlock:
			l.ready = l.x.block(l.block)
			l.block = append(l.block[:0], line...)
		default:
			l.block = append(l.block, line...)
		}
		if l.err != nil {
			l.ready += l.x.block(l.block)
			l.block = nil
			return
		}
	}
}

// readLine returns the next line with its end. A longer one is divided, at a
// blank where there is one near.
func readLine(in *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
		if len(line) >= limit {
			for range 4 << 10 {
				c, err := in.ReadByte()
				if err != nil {
					return line, err
				}
				if line = append(line, c); c == ' ' || c == '\n' {
					break
				}
			}
			return line, nil
		}
	}
}

// divides reports whether a text can be divided before the line: no key is open,
// and the line is no continuation.
func divides(block, line []byte) bool {
	if bytes.LastIndex(block, []byte("-----BEGIN ")) > bytes.LastIndex(block, []byte("-----END ")) {
		return false
	}
	return len(line) > 0 && line[0] != ' ' && line[0] != '\t' && bytes.IndexByte(bytes.TrimSpace(line), ' ') > 0
}

func (x *Redactor) block(b []byte) string {
	var text strings.Builder
	for line := range bytes.Lines(b) {
		text.WriteString(x.stamped(string(line)))
	}
	shown := x.Text(text.String())
	if bytes.HasSuffix(b, []byte("\n")) && !strings.HasSuffix(shown, "\n") { // a key without an end hides up to the end
		shown += "\n"
	}
	return shown
}

// stamped replaces the host behind the time stamp of a line: there it is a name,
// even where it is a word that means something else anywhere else.
func (x *Redactor) stamped(line string) string {
	_, host, ok := intake.Stamp([]byte(line))
	at := strings.Index(line, host)
	if !ok || host == "" || at < 0 {
		return line
	}
	return line[:at] + x.knownHost(host) + line[at+len(host):]
}

func isObject(line []byte) bool {
	b := bytes.TrimSpace(line)
	return len(b) > 1 && b[0] == '{' && b[len(b)-1] == '}' && json.Valid(b)
}

// object redacts a JSON object: what its strings mean, each with its name before
// it, and then all of it as text, in which labels of other kinds are seen.
func (x *Redactor) object(line []byte) string {
	x.learnHosts(hostsIn(line))
	object := x.strings(string(line))
	if shown := x.Text(object); isObject([]byte(shown)) {
		return shown
	}
	return object
}

// strings redacts the strings of a JSON text and leaves the rest as it is.
func (x *Redactor) strings(text string) string {
	var out strings.Builder
	name, pending := "", false // pending: the string at hand is a value
	for i := 0; i < len(text); {
		if text[i] != '"' {
			if c := text[i]; c == ':' {
				pending = true
			} else if c == ',' || c == '{' {
				pending = false
			}
			out.WriteByte(text[i])
			i++
			continue
		}
		end := stringEnd(text, i)
		var value string
		if json.Unmarshal([]byte(text[i:end]), &value) != nil {
			out.WriteString(text[i:end])
			i = end
			continue
		}
		if !pending {
			name = value
		}
		shown := x.labelled(name, value, pending)
		if pending && slices.Contains(hostKeys(), name) && strings.IndexFunc(value, unicode.IsSpace) < 0 {
			shown = x.knownHost(value)
		}
		if shown == value {
			out.WriteString(text[i:end])
		} else {
			quoted, _ := json.Marshal(shown)
			out.Write(quoted)
		}
		i = end
	}
	return out.String()
}

// labelled redacts a value, seen with its name before it where it has one.
func (x *Redactor) labelled(name, value string, named bool) string {
	if named {
		label := name + "="
		if shown, ok := strings.CutPrefix(x.Text(label+value), label); ok {
			value = shown
		}
	}
	return x.Text(value)
}

// stringEnd is behind the JSON string that begins at i.
func stringEnd(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return len(text)
}

// hostKeys are the names under which an entry has the host that wrote it.
func hostKeys() []string {
	return []string{"_HOSTNAME", "hostname", "host", "host.name", "Computer", "MachineName", "Hostname", "HostName"}
}

// hostsIn are the hosts that an entry names as its own.
func hostsIn(line []byte) (names []string) {
	var entry map[string]json.RawMessage
	if json.Unmarshal(line, &entry) != nil {
		return nil
	}
	for _, key := range hostKeys() {
		var name string
		if json.Unmarshal(entry[key], &name) == nil && name != "" && strings.IndexFunc(name, unicode.IsSpace) < 0 {
			names = append(names, name)
		}
	}
	return names
}

// entry is a record as JSON that facts/jsonlog reads.
type entry struct {
	Number   uint64 `json:"EventRecordID,omitempty"`
	Time     string `json:"TimeCreated,omitempty"`
	Host     string `json:"Computer,omitempty"`
	Log      string `json:"Channel,omitempty"`
	Source   string `json:"ProviderName,omitempty"`
	ID       *int64 `json:"EventID,omitempty"`
	Level    string `json:"LevelDisplayName,omitempty"`
	Category string `json:"TaskDisplayName,omitempty"`
	Message  string `json:"Message"`
}

// Record implements record.Sink.
func (t *redacting) Record(r *record.Record) error {
	e := entry{
		Number: r.Number, Time: r.Time.String(), Host: t.x.knownHost(string(r.Host)), Log: string(r.Log), Source: string(r.Source),
		Level: string(r.Level), Category: string(r.Category), Message: t.x.Text(string(r.Text())),
	}
	if r.Event {
		id := int64(r.ID)
		e.ID = &id
	}
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("record %d: %w", r.Number, err)
	}
	_, err = t.out.Write(append(line, '\n'))
	return err
}

// Damage implements record.Sink.
func (t *redacting) Damage(p facts.Problem) {
	p.Source, p.Stage = t.path, cmp.Or(p.Stage, "decode")
	t.problem(p)
}
