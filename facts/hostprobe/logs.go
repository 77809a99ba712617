package hostprobe

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Log is a log that is worth collecting.
type Log struct {
	Path   string // as the machine names it; of a channel of Windows, its name
	Format string // "syslog", "text", "web" or "evtx"
	Reason string // why it was chosen
	Size   int64  // bytes, as long as it did not grow; 0 for a channel
	Skip   int64  // bytes at its begin that OpenLog leaves out
}

// OpenLog opens what is to be collected of a log of Result.Logs: never more than
// was chosen, and of a log that is cut from a begin of a line on.
func OpenLog(ctx context.Context, sys System, l Log) (io.ReadCloser, error) {
	if l.Format == "evtx" {
		w := sys.Windows()
		if w == nil {
			return nil, fmt.Errorf("channel %s: %w", l.Path, ErrNotHere)
		}
		return w.Export(ctx, l.Path)
	}
	f, _, err := sys.Open(l.Path)
	if err != nil {
		return nil, fmt.Errorf("collecting: %w", err)
	}
	in, err := behind(f, l.Skip)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("collecting %s: %w", l.Path, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(in, max(l.Size-l.Skip, 0)), f}, nil
}

// behind reads f from the first begin of a line behind skip bytes. A line longer
// than 64 KiB is left in two.
func behind(f io.ReadSeeker, skip int64) (io.Reader, error) {
	if skip <= 0 {
		return f, nil
	}
	if _, err := f.Seek(skip-1, io.SeekStart); err != nil {
		return nil, err
	}
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[i+1:]
	} else if n > 0 {
		head = head[1:]
	}
	return io.MultiReader(bytes.NewReader(head), f), nil
}

// tail returns the last bytes of a log, from a begin of a line on.
func (p *probe) tail(path string, limit int64) ([]byte, error) {
	f, size, err := p.sys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in, err := behind(f, size-limit)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, min(size, limit)))
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	return data, nil
}

// logFolders are the folders of /var/log in which products keep their logs.
func logFolders() []struct{ name, format, reason string } {
	return []struct{ name, format, reason string }{
		{"apache2", "web", "web server"},
		{"cluster", "text", "cluster"},
		{"corosync", "text", "cluster"},
		{"exim4", "text", "mail server"},
		{"httpd", "web", "web server"},
		{"mariadb", "text", "database server"},
		{"mysql", "text", "database server"},
		{"named", "text", "DNS server"},
		{"bind", "text", "DNS server"},
		{"nginx", "web", "web server"},
		{"pacemaker", "text", "cluster"},
		{"postgresql", "text", "database server"},
		{"samba", "text", "file server"},
		{"unbound", "text", "DNS server"},
	}
}

func logFiles() []struct{ name, format, reason string } {
	return []struct{ name, format, reason string }{
		{"auth.log", "syslog", "logins"},
		{"cron", "syslog", "planned tasks"},
		{"daemon.log", "syslog", "services"},
		{"dmesg", "text", "start of the kernel"},
		{"kern.log", "syslog", "kernel"},
		{"mail.err", "syslog", "mail"},
		{"mail.log", "syslog", "mail"},
		{"maillog", "syslog", "mail"},
		{"messages", "syslog", "system log"},
		{"secure", "syslog", "logins"},
		{"syslog", "syslog", "system log"},
		{"syslog.1", "syslog", "system log before"},
	}
}

const maxLogs = 256

// linuxLogs chooses the logs of /var/log that say most of the machine. What this
// user may not read is named only if it is no log of logins.
func (p *probe) linuxLogs() {
	const root = "/var/log"
	entries, err := p.list(root)
	if err != nil {
		if !absent(err) {
			p.failure(root, err)
		}
		p.unread("logs")
		return
	}
	var logs, ofProducts []Log
	for _, e := range entries {
		for _, l := range logFiles() {
			if e.Name == l.name && !e.Dir {
				logs = p.log(logs, e, Log{Path: path.Join(root, e.Name), Format: l.format, Reason: l.reason})
			}
		}
		for _, l := range logFolders() {
			if e.Name == l.name && e.Dir {
				ofProducts = append(ofProducts, p.logsIn(path.Join(root, e.Name), l.format, l.reason)...)
			}
		}
	}
	p.choose(append(logs, ofProducts...))
	slices.SortFunc(p.result.Logs, func(a, b Log) int { return cmp.Compare(a.Path, b.Path) })
}

func (p *probe) logsIn(folder, format, reason string) []Log {
	entries, err := p.list(folder)
	if err != nil {
		p.failure(folder, err)
		return nil
	}
	var logs []Log
	for _, e := range entries {
		if !e.Dir && (strings.HasSuffix(e.Name, ".log") || strings.HasSuffix(e.Name, ".err") || strings.HasSuffix(e.Name, "_log")) {
			logs = p.log(logs, e, Log{Path: path.Join(folder, e.Name), Format: format, Reason: reason})
		}
	}
	return logs
}

// log adds a log unless it is a link: whoever writes to a folder of logs could
// lead it to what only the user that collects may read.
func (p *probe) log(logs []Log, e Entry, l Log) []Log {
	if e.Link {
		p.unread(clean(l.Path) + " (a link, which is not followed)")
		return logs
	}
	return append(logs, l)
}

// choose takes the logs that can be read, within the bounds, those of the system
// first: a log gets what those before it left over, and no more than its bound.
func (p *probe) choose(logs []Log) {
	left := p.o.AllBytes
	for i, l := range logs {
		if i >= maxLogs || left <= 0 {
			p.problem("logs", "host.too-much", fmt.Sprintf("%d logs were not chosen, from %s on: the bound is reached; collect them by hand", len(logs)-i, clean(l.Path)))
			return
		}
		f, size, err := p.sys.Open(l.Path)
		if err != nil {
			switch {
			case absent(err) || l.Reason == "logins":
			default:
				p.failure(clean(l.Path), err)
			}
			continue
		}
		f.Close()
		if size == 0 {
			continue
		}
		l.Size = size
		l.Skip = max(0, size-min(p.o.LogBytes, left))
		left -= l.Size - l.Skip
		p.result.Logs = append(p.result.Logs, l)
	}
}
