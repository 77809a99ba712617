package csvlog

import "strings"

// role is what a column is for.
type role uint8

const (
	other role = iota
	when
	day   // the date, where the time of day has a column of its own
	clock // the time of day
	host
	source
	channel
	level
	category
	event
	number
	message
	roles
)

// column is one column of the file.
type column struct {
	name string
	role role
}

// knownName gives the role of a name. Of two columns with one role that with
// the lower rank has it; the other is one of the others. A name that many kinds
// of tables have is weak.
func knownName(name string) (r role, rank int, weak bool) {
	switch plainName(name) {
	case "timestamp", "datetime", "dateandtime", "timecreated", "timegenerated", "eventtime", "systemtime":
		return when, 0, false
	case "time":
		return clock, 1, false
	case "date":
		return day, 1, false
	case "host", "hostname", "computer", "computername", "machinename":
		return host, 0, false
	case "machine", "server":
		return host, 1, true
	case "provider", "providername", "sourcename", "eventsource":
		return source, 0, false
	case "source":
		return source, 1, false
	case "program", "process", "logger", "service", "component":
		return source, 2, false
	case "channel", "logname", "eventlog":
		return channel, 0, false
	case "log":
		return channel, 1, true
	case "leveldisplayname", "entrytype":
		return level, 0, false
	case "level", "severity", "loglevel":
		return level, 1, false
	case "type", "eventtype":
		return level, 2, true
	case "taskdisplayname", "taskcategory":
		return category, 0, false
	case "category":
		return category, 1, true
	case "task":
		return category, 2, true
	case "eventid", "eventcode", "eventidentifier":
		return event, 0, false
	case "event", "id":
		return event, 1, true
	case "eventrecordid":
		return number, 0, false
	case "recordid", "recordnumber":
		return number, 1, false
	case "index":
		return number, 2, true
	case "message", "renderedmessage":
		return message, 0, false
	case "msg":
		return message, 1, false
	case "text", "description", "mapdescription", "content":
		return message, 2, false
	case "details":
		return message, 3, false
	case "payload":
		return message, 4, false
	}
	return other, 0, true
}

// plainName is a name in small letters, without what stands between words.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '_', '-', '.', '@':
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// columnsOf gives the roles to the names of a line, and how many of them say
// that it is the line of a log.
func columnsOf(names []string) (columns []column, known int) {
	columns = make([]column, len(names))
	var best [roles]int // 1 + the column that has the role
	var rank [roles]int
	has := [roles]bool{}
	for i, name := range names {
		columns[i].name = name
		r, n, weak := knownName(name)
		if r == other {
			continue
		}
		has[r] = has[r] || !weak
		if best[r] == 0 || n < rank[r] {
			best[r], rank[r] = i+1, n
		}
	}
	if best[day] == 0 || best[clock] == 0 || best[when] != 0 { // one alone is the whole time
		if best[when] == 0 {
			best[when] = max(best[day], best[clock])
			has[when] = best[when] != 0
		}
		best[day], best[clock] = 0, 0
	}
	windows := has[channel] || has[host] && has[source] || best[level] != 0 && has[source]
	if rank[event] > 0 && !windows {
		best[event] = 0
	}
	if rank[number] > 1 && best[event] == 0 {
		best[number] = 0
	}
	for r, at := range best {
		if at == 0 {
			continue
		}
		columns[at-1].role = role(r)
		if has[r] && r != int(clock) { // a time in two columns is one
			known++
		}
	}
	return columns, known
}
