package hostprobe

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// maxProcesses bounds how many processes are looked at.
const maxProcesses = 10_000

// linuxProcesses learns the names of what runs. Where /proc hides the processes
// of others, or cannot be read, that something does not run stays unknown.
func (p *probe) linuxProcesses() {
	list, err := p.list("/proc")
	if err != nil {
		p.failure("/proc", err)
		return
	}
	p.processes = map[string]bool{}
	seen, first, unread := 0, false, 0
	for _, e := range list {
		if !e.Dir || strings.Trim(e.Name, "0123456789") != "" {
			continue
		}
		if seen == maxProcesses {
			p.problem("/proc", "host.too-much", fmt.Sprintf("there are more than %d processes; the others were not looked at", maxProcesses))
			return
		}
		seen++
		c, err := p.sys.Read("/proc/"+e.Name+"/comm", 64)
		switch {
		case err == nil:
			first = first || e.Name == "1"
			p.processes[processName(c.Data)] = true
		case !absent(err) && !errors.Is(err, syscall.ESRCH): // else it ended since
			unread++
		}
	}
	if unread > 0 {
		p.problem("/proc", "host.unreadable", fmt.Sprintf("the names of %d processes cannot be read; run as a user who may", unread))
		return
	}
	if !first {
		p.unread("processes of other users")
		return
	}
	p.read("/proc", seen)
	p.allSeen = true
}

// processName reads /proc/PID/comm, which holds at most 15 characters of a name.
func processName(comm []byte) string { return strings.TrimSpace(string(comm)) }

// runs reports whether a process of one of the names runs.
func (p *probe) runs(names ...string) bool {
	for _, n := range names {
		if p.processes[n[:min(len(n), 15)]] {
			return true
		}
	}
	return false
}
