package facts

// FieldDoc describes one field of a kind of fact, under its name in JSON.
type FieldDoc struct {
	Name string
	Text string
	ECS  bool // the name is that of the Elastic Common Schema, or of winlogbeat's extension of it
}

// KindDoc describes one kind of fact.
type KindDoc struct {
	Kind   Kind
	Text   string
	Fields []FieldDoc
}

// OriginDoc describes the fields of Origin, which every fact has.
func OriginDoc() []FieldDoc {
	return []FieldDoc{
		{"log.file.path", "file, argument, server or flag that the fact was learned from", true},
		{"line", "first line, from 1", false},
		{"record", "number of the record within the path", false},
		{"@timestamp", "when it happened; without an offset where the zone is not known", true},
		{"host.name", "the host that it is about", true},
	}
}

// Schema is the closed list of kinds and fields, in the order of the
// reference. A test holds it against the types, and docs/facts.md is made from it.
func Schema() []KindDoc {
	return []KindDoc{
		{KindCode, "An error code in any notation.", []FieldDoc{
			{"value", "the code as an unsigned 32-bit number", false},
			{"error.code", "the code as it was written", true},
			{"family", "code system, where the notation names it: bugcheck, http, smtp, ...", false},
			{"nested", "codes inside this one: 0xc00203e5 carries Win32 997", false},
			{"error.message", "message text that came with it", true},
			{"parameters", "parameters of a STOP code", false},
		}},
		{KindEvent, "An event log record.", []FieldDoc{
			{"event.code", "event id", true},
			{"event.provider", "source; empty when the report does not name it", true},
			{"winlog.channel", "log: Application, System, ...", true},
			{"winlog.task", "category, in its correct spelling", true},
			{"log.level", "type or level", true},
			{"message", "description", true},
		}},
		{KindText, "A piece of text that belongs together: a message, a paragraph, one log record.", []FieldDoc{
			{"message", "the text as it came", true},
		}},
		{KindEnvironment, "One statement about the host or its product.", []FieldDoc{
			{"field", "product, version (with service pack), os or role", false},
			{"value", "what it is", false},
			{"not", "the statement does not hold", false},
		}},
		{KindInput, "A named value that probes and texts need.", []FieldDoc{
			{"name", "key, such as exchange.name", false},
			{"value", "what was given", false},
		}},
		{KindAnswer, "What a person said to a question.", []FieldDoc{
			{"question", "key of the symptom asked about", false},
			{"state", "true, false or unknown", false},
		}},
		{KindAccount, "A service account and the local groups it is a member of.", []FieldDoc{
			{"user.name", "the account", true},
			{"user.group.name", "all of its groups", true},
		}},
		{KindDNSAnswer, "What one DNS server said to one question.", []FieldDoc{
			{"subject", "the input it is about", false},
			{"purpose", "why it was asked", false},
			{"server.address", "address:port", true},
			{"dns.question.name", "fully qualified, lower case, trailing dot", true},
			{"dns.question.type", "A, AAAA, SOA, PTR, ...", true},
			{"asked", "the name as given, when a search list was applied", false},
			{"outcome", "answered, nodata, nxdomain, servfail, refused, notauth, notimp, formerr, rcode, lame, timeout, unreachable, truncated, mismatch or malformed", false},
			{"dns.response_code", "response code", true},
			{"dns.header_flags", "AA TC RD RA AD CD", true},
			{"dns.answers", "records of the answer section", true},
			{"chain", "names that aliases led through", false},
			{"dns.resolved_ip", "addresses at the end of the chain", true},
			{"authority", "records of the authority section", false},
			{"zone", "owner of the SOA record", false},
			{"serial", "serial of the SOA record", false},
			{"extended_errors", "extended DNS errors (RFC 8914)", false},
			{"network.transport", "udp or tcp", true},
			{"edns", "the server took EDNS", false},
			{"attempts", "questions sent", false},
			{"error.message", "what went wrong", true},
		}},
		{KindResolvers, "The list of DNS servers that a host uses, in its order.", []FieldDoc{
			{"servers", "address:port, in the order of use", false},
			{"search", "domains that complete a short name", false},
			{"ndots", "dots from which on a name is tried as it is first", false},
			{"local", "those that were said to be the local DNS", false},
			{"source", "where the list is from", false},
		}},
		{KindFinding, "A statement derived from observations, with its proof.", []FieldDoc{
			{"id", "what it states, see docs/findings.md", false},
			{"subject", "the input or server that it is about", false},
			{"server", "the server that it was found at", false},
			{"local", "that server is the local DNS", false},
			{"state", "true, false or unknown; true means that the problem is there", false},
			{"expected", "what should be", false},
			{"got", "what is", false},
			{"text", "the statement in a sentence", false},
			{"advice", "what to do when it is unknown", false},
			{"facts", "the observations that it rests on", false},
		}},
		{KindLogGap, "A stretch of a log that is not there.", []FieldDoc{
			{"winlog.channel", "the log", true},
			{"event.start", "begin of the gap", true},
			{"event.end", "end of the gap", true},
			{"event.reason", "how it shows", true},
		}},
	}
}
