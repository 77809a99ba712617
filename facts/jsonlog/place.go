package jsonlog

// A role is a field of a record that a member can fill.
type role uint8

const (
	noRole role = iota
	roleTime
	roleHost
	roleID
	roleNumber
	roleSource
	roleLog
	roleCategory
	roleLevel
	roleAudit // keywords that may say that an audit failed
	roleMessage
	roles
)

// scale says how a number is a level.
type scale uint8

const (
	anyScale     scale = iota // syslog up to 7, bunyan and pino from 10
	windowsScale              // 1 critical to 5 verbose
	entryScale                // the types of Get-EventLog: 1 error, 2 warning, 4 information
)

// A place is what the member with a certain path is good for.
type place struct {
	role  role
	rank  uint8 // of several members for one role the lowest rank fills it
	scale scale
	weak  bool // it is the number of an event only beside a member of Windows
	win   bool // only events of Windows have it
}

// placeOf says what the member with this path is good for. The paths are those
// of journalctl -o json, Winlogbeat and the Elastic Common Schema, evtx_dump,
// EvtxECmd, Hayabusa, Get-WinEvent and Get-EventLog through ConvertTo-Json, NXLog,
// Docker, GELF, zap, logrus, slog, bunyan, pino, and words that loggers share.
func placeOf(path []byte) place {
	switch string(path) {
	case "__REALTIME_TIMESTAMP", "System.TimeCreated.SystemTime":
		return place{role: roleTime}
	case "@timestamp", "winlog.time_created":
		return place{role: roleTime, rank: 1}
	case "TimeCreated", "TimeCreated.value", "TimeCreated.DateTime", "TimeGenerated", "TimeGenerated.value", "EventTime":
		return place{role: roleTime, rank: 2}
	case "timestamp", "Timestamp", "TIMESTAMP":
		return place{role: roleTime, rank: 3}
	case "time", "Time", "ts", "datetime", "eventTime", "time_local", "time_iso8601":
		return place{role: roleTime, rank: 4}
	case "date", "@t", "t", "t.$date", "asctime":
		return place{role: roleTime, rank: 5}

	case "_HOSTNAME", "System.Computer", "winlog.computer_name":
		return place{role: roleHost}
	case "Computer", "MachineName", "computer_name", "Hostname":
		return place{role: roleHost, rank: 1}
	case "host.name", "host.hostname", "hostname", "HostName":
		return place{role: roleHost, rank: 2}
	case "host", "Host", "computer":
		return place{role: roleHost, rank: 3}
	case "agent.hostname", "beat.hostname", "agent.name":
		return place{role: roleHost, rank: 4}

	case "System.EventID", "System.EventID.Value", "winlog.event_id":
		return place{role: roleID, win: true}
	case "EventID", "EventId":
		return place{role: roleID, rank: 1}
	case "event.code", "event_id", "Id":
		return place{role: roleID, rank: 2, weak: true}

	case "__SEQNUM":
		return place{role: roleNumber}
	case "System.EventRecordID", "winlog.record_id":
		return place{role: roleNumber, win: true}
	case "RecordNumber", "EventRecordId", "RecordId", "RecordID", "record_number", "EventRecordID":
		return place{role: roleNumber, rank: 1}

	case "System.Provider.Name", "System.Provider_attributes.Name", "winlog.provider_name":
		return place{role: roleSource, win: true}
	case "ProviderName", "Provider", "SourceName", "source_name":
		return place{role: roleSource, rank: 1, win: true}
	case "SYSLOG_IDENTIFIER":
		return place{role: roleSource, rank: 1}
	case "_COMM", "Source", "event.provider":
		return place{role: roleSource, rank: 2}
	case "_SYSTEMD_UNIT", "logger", "logger_name", "log.logger":
		return place{role: roleSource, rank: 3}
	case "service", "service.name":
		return place{role: roleSource, rank: 4}
	case "app", "application", "appname", "app_name":
		return place{role: roleSource, rank: 5}
	case "program", "process.name", "ident":
		return place{role: roleSource, rank: 6}
	case "name":
		return place{role: roleSource, rank: 7}
	case "caller", "component", "module":
		return place{role: roleSource, rank: 8}

	case "System.Channel", "winlog.channel":
		return place{role: roleLog, win: true}
	case "Channel", "LogName", "EventLog", "log_name":
		return place{role: roleLog, rank: 1, win: true}

	case "TaskDisplayName", "winlog.task", "Category", "RenderingInfo.Task":
		return place{role: roleCategory}

	case "LevelDisplayName", "RenderingInfo.Level", "EventLevelName":
		return place{role: roleLevel}
	case "log.level":
		return place{role: roleLevel, rank: 1}
	case "System.Level", "Level":
		return place{role: roleLevel, rank: 2, scale: windowsScale}
	case "EntryType":
		return place{role: roleLevel, rank: 2, scale: entryScale}
	case "PRIORITY":
		return place{role: roleLevel, rank: 2}
	case "level", "lvl", "levelname", "LEVEL", "@l":
		return place{role: roleLevel, rank: 3}
	case "severity", "Severity", "SEVERITY", "severityText", "SeverityText":
		return place{role: roleLevel, rank: 4}

	case "System.Keywords", "winlog.keywords", "KeywordsDisplayNames", "KeywordsDisplayNames.value", "Keywords":
		return place{role: roleAudit}

	case "MESSAGE", "Message", "message", "RenderingInfo.Message", "RenderedDescription":
		return place{role: roleMessage}
	case "full_message", "msg", "Msg", "@m", "@mt":
		return place{role: roleMessage, rank: 1}
	case "short_message", "log", "text", "textPayload", "body", "event.original":
		return place{role: roleMessage, rank: 2}
	}
	return place{}
}

// holdsPlaces reports whether a member of the object with this path can have a
// place.
func holdsPlaces(path []byte) bool {
	switch string(path) {
	case "System", "System.TimeCreated", "System.Provider", "System.Provider_attributes", "System.EventID",
		"winlog", "event", "host", "log", "agent", "beat", "service", "process", "TimeCreated", "TimeGenerated",
		"RenderingInfo", "KeywordsDisplayNames", "t", "document", "document.data":
		return true
	}
	return false
}
