// Package hostprobe learns what a machine can tell of itself without being
// asked: its system, name, roles, products, resolvers, failed services, and
// shortages of disk, memory, time and certificates, as facts; recent errors as
// streams for the readers of logs; and which logs are worth collecting.
//
// Nothing here uses the network, changes the machine or needs a privilege: what
// this user may not see is a problem that says so. The commands that are run ask
// daemons of this machine, some of them over its loopback address, and are told not
// to look up names.
//
// Gathering is apart from parsing: System touches the machine, and everything else
// works on bytes, so that a recording gives the same facts anywhere.
//
// # Facts
//
// Every origin is "host: " and what was read. Of kind environment: the field os
// ("Debian GNU/Linux 12", "Windows 2000"), roles that hold and, with Not, those of
// cluster node, DNS server and domain controller that do not, and product and version if exactly one product
// of the tables is there (Result.Products has all). Of kind resolvers: one, the
// list that the host asks in the end. Of kind input: "host.os.kernel" and, where
// it is certain, "host.domain". Everything else is text. Rules match on its
// wording, which therefore does not change:
//
//	unit NAME failed (result RESULT, status N)
//	service NAME is stopped but starts automatically (exit code N)
//	service NAME is stopped but starts automatically (service-specific exit code N)
//	file system PATH is N % full (N bytes free)
//	file system PATH has N % of its inodes in use (N free)
//	memory is low (N % available, N MiB of N MiB)
//	swap is N % full (N MiB free)
//	pressure on memory: all tasks stalled N % of the last minute
//	pressure on io: all tasks stalled N % of the last minute
//	pressure on cpu: some tasks stalled N % of the last minute
//	clock is not synchronized
//	clock is N s off its time source
//	certificate PATH (CN=NAME) expires in N days (YYYY-MM-DD)
//	certificate PATH (CN=NAME) expired N days ago (YYYY-MM-DD)
//	certificate PATH (CN=NAME) is not valid before YYYY-MM-DD
//	certificate PATH is not there, but a server is told to use it
//	resolver lists differ: /etc/resolv.conf has LIST, systemd-resolved has LIST
//
// What is well gives no fact. What was read is listed in Case.Sources with format
// "host"; what this machine does not have, so that nothing can be said about it,
// with format "unread".
package hostprobe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode"

	"github.com/kbtriage/kbtriage/facts"
)

// Options are the thresholds and bounds of Probe; the zero value of each stands
// for the default.
type Options struct {
	Now time.Time // the time of the machine; certificates are not judged without it

	Since   time.Duration // how far back recent errors go; 24 h
	Recent  int           // how many records of recent errors a stream holds; 5000
	Command time.Duration // how long one command may take; 10 s

	DiskPercent   int     // a file system is full from here on; 95
	DiskFree      uint64  // and only if it has less room than this, in bytes; 10 GiB
	InodePercent  int     // 95
	MemoryPercent int     // memory is low below this share available; 5
	SwapPercent   int     // swap is full from here on; 90
	StallPercent  int     // pressure counts from here on, mean of a minute; 20, and four times as much for cpu
	ClockOffset   float64 // a clock is off from here on, in seconds; 1
	CertDays      int     // a certificate is about to expire from here on; 21

	LogBytes int64 // of one collected log, its end; 16 MiB
	AllBytes int64 // of all collected logs; 200 MiB
}

func (o Options) normal() Options {
	o.Since = cmp.Or(o.Since, 24*time.Hour)
	o.Recent = cmp.Or(o.Recent, 5000)
	o.Command = cmp.Or(o.Command, 10*time.Second)
	o.DiskPercent = cmp.Or(o.DiskPercent, 95)
	o.DiskFree = cmp.Or(o.DiskFree, 10<<30)
	o.InodePercent = cmp.Or(o.InodePercent, 95)
	o.MemoryPercent = cmp.Or(o.MemoryPercent, 5)
	o.SwapPercent = cmp.Or(o.SwapPercent, 90)
	o.StallPercent = cmp.Or(o.StallPercent, 20)
	o.ClockOffset = cmp.Or(o.ClockOffset, 1)
	o.CertDays = cmp.Or(o.CertDays, 21)
	o.LogBytes = cmp.Or(o.LogBytes, 16<<20)
	o.AllBytes = cmp.Or(o.AllBytes, 200<<20)
	return o
}

// Result is what a machine told. Case holds no fact from its logs: Streams are
// for the readers of logs, Logs for a bundle.
type Result struct {
	Case     *facts.Case // sorted
	Products []Product   // sorted by name
	Streams  []Stream    // recent errors
	Logs     []Log       // worth collecting, sorted by path
}

// Product is an installed product that rules are written about.
type Product struct {
	Name    string // "Exchange Server"
	Version string // "5.5 SP3", or empty
	Path    string // origin
}

// Stream is recent errors as the machine gave them, unread.
type Stream struct {
	Path   string // origin: "host: journalctl"
	Format string // "journal-json", "syslog" or "event-xml"
	Data   []byte
}

// Probe asks sys for all that the package knows to ask. It always returns a
// result; what could not be read is in its problems. When ctx ends, Probe leaves
// the rest out and says so. The same recording and options give the same result.
func Probe(ctx context.Context, sys System, o Options) *Result {
	p := &probe{ctx: ctx, sys: sys, o: o.normal(), result: &Result{Case: &facts.Case{Version: facts.CaseVersion}}}
	for _, s := range p.steps() {
		if ctx.Err() != nil {
			p.problem(s.about, "host.stopped", "it was not looked at: "+context.Cause(ctx).Error()+"; allow more time")
			continue
		}
		s.do(p)
	}
	p.settleProducts()
	for i := range p.result.Case.Facts {
		p.result.Case.Facts[i].Origin.Host = p.name
	}
	p.result.Case.Sort()
	return p.result
}

// probe is a machine while it is asked.
type probe struct {
	ctx    context.Context
	sys    System
	o      Options
	result *Result

	name      string          // of the host
	processes map[string]bool // names of what runs, as far as it was seen
	allSeen   bool            // nothing else runs, and no other unit failed
	booted    bool            // systemd runs this machine
	failed    []string        // units that failed
	installed map[string]bool // names of services that could be started, in lower case; nil where that is not known
	win       Windows         // what only Windows has
}

// step is a part of what a machine is asked.
type step struct {
	about string
	do    func(*probe)
}

func (p *probe) steps() []step {
	switch p.sys.OS() {
	case "linux":
		return linuxSteps()
	case "windows":
		if p.sys.Windows() != nil {
			return windowsSteps()
		}
	}
	return otherSteps()
}

const prefix = "host: "

func (p *probe) fact(path string, f facts.Fact) {
	f.Origin.Path = prefix + path
	p.result.Case.Facts = append(p.result.Case.Facts, f)
}

func (p *probe) text(path, format string, args ...any) {
	p.fact(path, facts.Fact{Kind: facts.KindText, Text: &facts.Text{Value: fmt.Sprintf(format, args...)}})
}

func (p *probe) environment(path, field, value string, not bool) {
	p.fact(path, facts.Fact{Kind: facts.KindEnvironment, Environment: &facts.Environment{Field: field, Value: value, Not: not}})
}

func (p *probe) input(path, name, value string) {
	p.fact(path, facts.Fact{Kind: facts.KindInput, Input: &facts.Input{Name: name, Value: value}})
}

// read notes a source that was read to its end.
func (p *probe) read(path string, n int) {
	p.result.Case.Sources = append(p.result.Case.Sources, facts.Source{Path: prefix + path, Format: "host", Bytes: int64(n), Records: 1})
}

// unread notes what this machine does not have.
func (p *probe) unread(what string) {
	p.result.Case.Sources = append(p.result.Case.Sources, facts.Source{Path: prefix + what, Format: "unread", Skipped: 1})
}

func (p *probe) problem(path, reason, text string) {
	p.result.Case.Problems = append(p.result.Case.Problems, facts.Problem{
		Source: prefix + path, Stage: "host", Reason: reason, Text: text,
	})
}

// odd is the problem of an output that is not in the form it should have.
func (p *probe) odd(path string, err error) {
	p.problem(path, "host.not-understood", clean(err.Error()))
}

// file returns the beginning of a file; ok is false when it cannot be read,
// which is a problem unless the machine has no such file.
func (p *probe) file(path string, limit int64) (data []byte, ok bool) {
	c, err := p.sys.Read(path, limit)
	switch {
	case absent(err):
		return nil, false
	case err != nil:
		p.failure(path, err)
		return nil, false
	case c.Cut:
		p.problem(path, "host.too-much", fmt.Sprintf("it is longer than %d bytes; what comes behind that was not read", limit))
	}
	p.read(path, len(c.Data))
	return c.Data, true
}

// list returns the entries of a folder, and says so where there may be more.
func (p *probe) list(path string) ([]Entry, error) {
	entries, err := p.sys.List(path)
	if len(entries) == maxEntries {
		p.problem(clean(path), "host.too-much", fmt.Sprintf("the folder holds more than %d files; the rest was not looked at", maxEntries))
	}
	return entries, err
}

// must is file for what every machine of the kind has.
func (p *probe) must(path string, limit int64) (data []byte, ok bool) {
	data, ok = p.file(path, limit)
	if !ok {
		if _, err := p.sys.Read(path, 1); absent(err) {
			p.problem(path, "host.not-here", "there is no such file, though a machine of this kind has it; check that it is mounted")
		}
	}
	return data, ok
}

// run returns what a command says; ok is false when it says nothing of use,
// which is a problem unless the machine has no such command.
func (p *probe) run(limit int64, name string, args ...string) (out Output, ok bool) {
	ctx, cancel := context.WithTimeout(p.ctx, p.o.Command)
	defer cancel()
	out, err := p.sys.Run(ctx, limit, name, args...)
	switch {
	case absent(err):
		return out, false
	case err != nil:
		p.problem(name, "host.command-failed", clean(err.Error())+"; run it by hand to see why")
		return out, false
	case out.Code != 0:
		said := facts.Excerpt(clean(string(out.Stderr)))
		if said == "" {
			said = "nothing"
		}
		p.problem(name, "host.command-failed", fmt.Sprintf("it ended with code %d and said: %s; run it by hand, perhaps as another user", out.Code, said))
		return out, false
	case out.Cut:
		p.problem(name, "host.too-much", fmt.Sprintf("it wrote more than %d bytes; the rest was not read", limit))
	}
	p.read(name, len(out.Stdout))
	return out, true
}

func (p *probe) failure(path string, err error) {
	text := "it cannot be read: " + clean(err.Error())
	if errors.Is(err, fs.ErrPermission) {
		text = "this user may not read it; run as a user who may"
	}
	p.problem(path, "host.unreadable", text)
}

func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotHere) }

// settleProducts states the product and its version if there is but one: with
// several, or where a server may be hidden, it is not known which one the problem
// is about.
func (p *probe) settleProducts() {
	list := p.result.Products
	if len(list) != 1 || p.sys.OS() == "linux" && !p.allSeen {
		return
	}
	path := strings.TrimPrefix(list[0].Path, prefix)
	p.environment(path, facts.FieldProduct, list[0].Name, false)
	if list[0].Version != "" {
		p.environment(path, facts.FieldVersion, list[0].Version, false)
	}
}

// clean is text of the machine on one line, without control characters, and of
// a length that fits a message.
func clean(s string) string {
	const most = 300
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "?") {
		switch {
		case b.Len() > most:
			return b.String() + "…"
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}
