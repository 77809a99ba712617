package triage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/archive"
	"github.com/kbtriage/kbtriage/facts/hostprobe"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/internal/given"
)

// HostOptions say what to take of a machine.
type HostOptions struct {
	System hostprobe.System
	Now    time.Time
	Logs   []string // --log: more logs to take
	NoLogs bool     // --no-logs
}

// machine is what a machine told: its facts, and what its readers of logs are
// given. It is read here or goes into a bundle, which gives the same result: both
// take the same bytes under the same paths.
type machine struct {
	sys      hostprobe.System
	redactor *Redactor
	found    *facts.Case // redacted where that is wanted
	members  []*taken
	late     []facts.Problem // that showed while members were read
}

// taken is a log or a stream of recent errors.
type taken struct {
	name   string // in a bundle
	path   string // "host: /var/log/syslog"
	format string
	skip   int64
	raw    func(ctx context.Context) (io.ReadCloser, error)
}

// maxChannel bounds an exported log of events, of which no end can be taken.
const maxChannel = 256 << 20

// lookAt asks a machine. What the settings say counts over what it says.
func (k *Knowledge) lookAt(ctx context.Context, o *HostOptions, settings []facts.Fact, x *Redactor) (*machine, error) {
	r := hostprobe.Probe(ctx, o.System, hostprobe.Options{Now: o.Now})
	m := &machine{sys: o.System, found: r.Case}
	m.found.Facts = append(given.Override(m.found.Facts, settings), settings...)
	logs := r.Logs
	if o.NoLogs {
		logs = nil
	}
	for _, path := range o.Logs {
		logs = m.alsoLog(logs, path)
	}
	taking := map[string]bool{}
	for _, l := range logs {
		taking[intake.HostPrefix+l.Path] = true
	}
	for _, s := range r.Streams {
		if taking[s.Path] {
			continue // the log holds it
		}
		data := s.Data
		m.take("recent", &taken{path: s.Path, format: s.Format, raw: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(data)), nil
		}})
	}
	for _, l := range logs {
		if m.readable(ctx, l) {
			m.take("logs", &taken{path: intake.HostPrefix + l.Path, format: l.Format, skip: l.Skip, raw: func(ctx context.Context) (io.ReadCloser, error) {
				return openLog(ctx, m.sys, l)
			}})
		}
	}
	m.found.Sort()
	if x == nil {
		return m, nil
	}
	if err := k.learnNames(ctx, m, x); err != nil {
		return nil, err
	}
	m.redactor, m.found = x, x.Case(m.found)
	for _, t := range m.members {
		t.path, t.name = x.Text(t.path), x.Text(t.name)
	}
	return m, nil
}

// learnNames reads the machine once, so that a name which a log gives away is
// hidden in the logs before it too.
func (k *Knowledge) learnNames(ctx context.Context, m *machine, x *Redactor) error {
	live, err := m.live(ctx)
	if err != nil {
		return err
	}
	var damaged error
	c, err := intake.Reader{Filter: k.filter(&damaged), Host: live}.Read(ctx, nil)
	x.Case(c)
	return cmp.Or(damaged, err)
}

// alsoLog adds a log that a person names.
func (m *machine) alsoLog(logs []hostprobe.Log, path string) []hostprobe.Log {
	for _, l := range logs {
		if l.Path == path {
			return logs
		}
	}
	f, size, err := m.sys.Open(path)
	if err != nil {
		m.refuse(path, err)
		return logs
	}
	f.Close()
	const most = 16 << 20 // as of the logs that are chosen
	return append(logs, hostprobe.Log{Path: path, Format: "text", Reason: "--log", Size: size, Skip: max(0, size-most)})
}

func (m *machine) refuse(path string, err error) {
	text := "it cannot be read: " + plainError(err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text = "there is no such log; check the path"
	case errors.Is(err, fs.ErrPermission):
		text = "this user may not read it; run as a user who may"
	}
	m.problem(path, "host.unreadable", text)
}

func plainError(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

func (m *machine) problem(path, reason, text string) {
	m.found.Problems = append(m.found.Problems, facts.Problem{Source: intake.HostPrefix + path, Stage: "host", Reason: reason, Text: text})
}

// readable reports whether a log can be opened, and is no archive: what is inside
// one would have no path of its own.
func (m *machine) readable(ctx context.Context, l hostprobe.Log) bool {
	if l.Format == "evtx" { // to open it is to export it
		return true
	}
	in, err := hostprobe.OpenLog(ctx, m.sys, l)
	if err != nil {
		m.refuse(l.Path, err)
		return false
	}
	defer in.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		m.refuse(l.Path, err)
		return false
	}
	if kind := archive.Kind(head[:n]); kind != "" {
		m.problem(l.Path, "host.archive", "it is a "+kind+" container and was not taken; hand it in as an input of its own")
		return false
	}
	return true
}

// openLog bounds what has no bound of its own.
func openLog(ctx context.Context, sys hostprobe.System, l hostprobe.Log) (io.ReadCloser, error) {
	in, err := hostprobe.OpenLog(ctx, sys, l)
	switch {
	case l.Format != "evtx":
		return in, err
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, hostprobe.ErrNotHere):
		return nil, errors.New("this system does not export the channel")
	case err != nil:
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(in, maxChannel), in}, nil
}

func (m *machine) take(folder string, t *taken) {
	t.name = fmt.Sprintf("%s/%03d-%s", folder, len(m.members)+1, plainName(path.Base(t.path)))
	m.members = append(m.members, t)
}

// plainName is the name of a file that any system can hold.
func plainName(s string) string {
	s = strings.TrimPrefix(s, intake.HostPrefix)
	s = strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r)) {
			return r
		}
		return '-'
	}, s)
	return cmp.Or(s[:min(len(s), 80)], "log")
}

// open opens what is taken, as it is to be read and kept.
func (m *machine) open(ctx context.Context, t *taken) (io.ReadCloser, error) {
	in, err := t.raw(ctx)
	if err != nil || m.redactor == nil {
		return in, err
	}
	r, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer in.Close()
		w.CloseWithError(m.redactor.stream(ctx, t.path, in, w, m.lateProblem))
	}()
	return &redactedLog{r, done}, nil
}

func (m *machine) lateProblem(p facts.Problem) {
	m.late = append(m.late, p)
}

// redactedLog is a log that is redacted while it is read. After Close nothing
// works on it.
type redactedLog struct {
	*io.PipeReader
	done chan struct{}
}

func (r *redactedLog) Close() error {
	err := r.PipeReader.Close()
	<-r.done
	return err
}

// live is the machine for the reader of inputs.
func (m *machine) live(ctx context.Context) (*intake.Live, error) {
	data, err := m.found.Marshal()
	if err != nil {
		return nil, err
	}
	live := &intake.Live{Case: data}
	for _, t := range m.members {
		live.Members = append(live.Members, intake.LiveMember{Path: t.path, Open: func() (io.ReadCloser, error) { return m.open(ctx, t) }})
	}
	return live, nil
}
