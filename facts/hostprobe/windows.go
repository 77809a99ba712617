package hostprobe

// windowsSteps are what a Windows machine is asked.
func windowsSteps() []step {
	return []step{
		{"operating system", (*probe).windowsSystem},
		{"host name", (*probe).windowsName},
		{"services", (*probe).windowsServices},
		{"roles", (*probe).windowsRoles},
		{"products", (*probe).windowsProducts},
		{"resolvers", (*probe).windowsResolvers},
		{"file systems", (*probe).windowsDisks},
		{"memory", (*probe).windowsMemory},
		{"clock", (*probe).windowsClock},
		{"certificates", (*probe).windowsCertificates},
		{"recent errors", (*probe).windowsRecent},
		{"logs", (*probe).windowsLogs},
	}
}

const (
	keyVersion  = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`
	keyServices = `HKLM\SYSTEM\CurrentControlSet\Services`
	keyTCPIP    = keyServices + `\Tcpip\Parameters`
	keyProduct  = `HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions`
	keyName     = `HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName`
)

// key returns a key of the registry; ok is false when it cannot be read, which is
// a problem unless the machine has no such key.
func (p *probe) key(path string) (Key, bool) {
	k, err := p.windows().Registry(path)
	if err != nil {
		if !absent(err) {
			p.failure(clean(path), err)
		}
		return Key{}, false
	}
	return k, true
}

// windows is what only Windows has, the same for the whole of a run.
func (p *probe) windows() Windows {
	if p.win == nil {
		p.win = p.sys.Windows()
	}
	return p.win
}

// windowsDisks learns which fixed drives are full.
func (p *probe) windowsDisks() {
	drives, err := p.windows().Drives()
	if err != nil {
		p.lacks("drives", err)
		return
	}
	for _, d := range drives {
		p.disk(d)
	}
}

func (p *probe) windowsMemory() {
	m, err := p.windows().Memory()
	if err != nil {
		p.lacks("memory", err)
		return
	}
	p.read("memory", 0)
	p.memory("memory", m)
}

// lacks notes what could not be learned: a problem unless the machine does not have it.
func (p *probe) lacks(what string, err error) {
	if absent(err) {
		p.unread(what)
		return
	}
	p.failure(what, err)
}

// windowsRecent takes recent errors from the event log.
func (p *probe) windowsRecent() {
	for _, channel := range []string{"System", "Application"} {
		data, err := p.windows().Events(p.ctx, channel, p.o.Since, p.o.Recent)
		if err != nil {
			p.lacks("channel "+channel, err)
		}
		if err == nil || len(data) > 0 { // what was read before an error counts
			p.read("channel "+channel, len(data))
			p.records("channel "+channel, "event-xml", data)
		}
	}
}

// windowsLogs chooses channels of the event log.
func (p *probe) windowsLogs() {
	for _, l := range []struct{ channel, reason string }{
		{"Application", "applications"},
		{"DNS Server", "DNS server"},
		{"Directory Service", "domain controller"},
		{"Microsoft-Windows-FailoverClustering/Operational", "cluster"},
		{"System", "system log"},
	} {
		if p.hasChannel(l.channel) {
			p.result.Logs = append(p.result.Logs, Log{Path: l.channel, Format: "evtx", Reason: l.reason})
		}
	}
}

// hasChannel asks the registry, where the channels of old and new systems are.
func (p *probe) hasChannel(channel string) bool {
	for _, path := range []string{
		keyServices + `\EventLog\` + channel,
		`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\` + channel,
	} {
		if _, err := p.windows().Registry(path); err == nil {
			return true
		}
	}
	return false
}
