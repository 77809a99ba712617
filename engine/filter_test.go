package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// baseOf compiles one rule for each condition.
func baseOf(t interface{ Fatal(...any) }, conditions ...cond.Condition) *Base {
	return baseOfClass(t, 3, conditions...)
}

// baseOfClass is baseOf with symptoms that suggest their rule as a class says.
func baseOfClass(t interface{ Fatal(...any) }, suggests int, conditions ...cond.Condition) *Base {
	set := &rules.Set{}
	for i, c := range conditions {
		id := fmt.Sprintf("filter/r%03d", i)
		set.Rules = append(set.Rules, &rules.Rule{
			ID: id, Version: 1, Title: id, Status: rules.Stable, Cause: "c", File: id + ".yaml",
			Symptoms: []rules.Symptom{{Name: "s", Condition: c, Suggests: suggests, Expected: 3}},
		})
	}
	b, err := Compile(set, randomWeights())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// missed lists the rules of which a symptom is seen in the record, alone, and for
// which the filter lets it pass. Rules that it cannot stand for do not count.
func missed(t interface{ Fatal(...any) }, b *Base, r *record.Record) (list []int, seen int) {
	f, unbounded, err := b.Filter()
	if err != nil {
		t.Fatal(err)
	}
	var parts record.Parts
	concerned := map[int]bool{}
	hit := func(h record.Hit) {
		parts.Add(h)
		b.Concerned(h.What, func(rule uint32) { concerned[int(rule)] = true })
	}
	if r.Event {
		f.Scanner().Event(r, hit)
	} else {
		f.Scanner().Scan(r.Text(), hit)
	}
	c := &facts.Case{Version: facts.CaseVersion, Facts: intake.RecordFacts("x", r)}
	c.Sort()
	with, without := cond.NewView(c), cond.NewView(&facts.Case{})
	for i := range b.Len() {
		rule, err := b.Rule(i)
		if err != nil {
			t.Fatal(err)
		}
		for k := range rule.Symptoms {
			x := &rule.Symptoms[k].Condition
			if x.Eval(with).State != cond.Seen || x.Eval(without).State == cond.Seen {
				continue
			}
			seen++
			if (!parts.Matter() || !concerned[i]) && !slices.Contains(unbounded, i) {
				list = append(list, i)
			}
		}
	}
	return list, seen
}

func lineOf(text string) *record.Record { return &record.Record{Message: []byte(text)} }

// parsed is a condition on the code, which is written in any way.
func parsed(t interface{ Fatal(...any) }, s string) cond.Condition {
	c, err := errcode.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return cond.Condition{Codes: []cond.Code{{Code: c}}}
}

// TestFilterKnowsNotations: a code is found in every notation in which the
// reader finds it. That the reader does is checked as well, but for those that
// are marked: they are here because they are near.
func TestFilterKnowsNotations(t *testing.T) {
	for _, x := range []struct {
		rule  string
		texts []string
	}{
		{"0xC00203E5", []string{
			"0xC00203E5", "x 0Xc00203e5.", "&HC00203E5", "&Hc00203e5&", "C00203E5h", "0C00203E5h", "error c00203e5", "ID no: c00203e5", "-1073609755", "error 3221357541",
			"0xFFFFFFFFC00203E5", "0xC00203E5L", "0xC00203E5UL", "error 0x0C00203E5 x", "code:c00203e5", "c00203e5",
		}},
		{"0x80070005", []string{
			"0x80070005", "80070005", "hr=0x80070005", "hr = 80070005", "-2147024891", "2147942405 failed with error 2147942405", "E_ACCESSDENIED", "[80070005-501-0-550]",
			"80070005-0514-000006bb", "(0x80070005)", "0x0000000080070005", "0xffffffff80070005", "Unspecified error 0x80070005",
		}},
		{"5", []string{
			"error 5", "Error: 5", "errors 5 or 32", "errors 32, 33, and 5", "errors 32 or 5", "error code: 5", "error code is 5", "error number 5", "err 5", "Err=5", "status 5", "status: 5", "hr 0x5", "hresult 0x5",
			"error 0x5", "error 0x00000005", "error 00000005", "exit code 5", "returned 5 result code 5", "result=5", "result: 5", "return code 5", "rc=5", "sc: 5", "failed: 5", "failed with code 5", "failing code: 5",
			"failure code 5", "failed 0x5", "win32 error 5", "GetLastError() = 5", "GetLastError: 5", "LastError=5", "WinError 5", "[WinError 5]", "ntstatus 0x5", "scode 0x5", "statuscode 5", "dwError = 5", "Fehler 5", "errorcode 5",
			"ERROR_ACCESS_DENIED", "0x80070005", "80070005", "C0070005 error C0070005", "0xC0020005", "-2147024891", "error -5 (0xfffffffb) 5 error 5", "Access is denied. (error 5)", "reason 5 reason: 5",
			"completion code 5", "termination code: 5", "reported error 5", "exception 5", "error\n5", "System error 5 has occurred.", "error nr 5", "error no. 5", "error value is the number 5", "error = 5",
			"The following error was returned: error code is the following number 5", "errors 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, and 5",
		}},
		{"10061", []string{"error 10061", "WSAECONNREFUSED", "0x8007274D", "Winsock error 10061", "socket error: 10061", "(10061) error (10061)", "WinError 10061"}},
		{"-1018", []string{
			"-1018", "error -1018", "JET_errReadVerifyFailure", "0xFFFFFC06", "error 0xfffffc06", "-1018 (0xFFFFFC06)", "Jet error -1018", "ESE error 4294966278", "jet 4294966278", "error -1018, x",
		}},
		{"997", []string{"error 997", "0xC00203E5", "0x800703E5", "ERROR_IO_PENDING", "-1073609755", "c00203e5", "C00203E5h", "error 3221357541", "code 0x3e5 error 0x3e5", "error 0x3E5", "error 000003e5"}},
		{"0xC0000022", []string{"0xD0000022", "0xC0000022", "STATUS_ACCESS_DENIED", "data word: c0000022", "Data: word c0000022", "-1073741790", "error 3221225506", "-805306334", "error 3489660962"}},
		{"STOP 0x0000007B", []string{
			"STOP 0x0000007B", "STOP: 0x0000007B (0xF741B84C, 0xC0000034, 0x00000000, 0x00000000)", "Stop 0x7B", "stop error 0x7b", "STOP 7B", "STOP: 7B", "stop code 0x7b", "STOP 0000007B", "bugcheck 0x7b", "BugCheck 7B, {1, 2}",
			"Bug Check 0x7B: INACCESSIBLE_BOOT_DEVICE", "bug-check 0x7B", "BugcheckCode 0x7b", "INACCESSIBLE_BOOT_DEVICE", "STOP x7B", "STOP message 0x7B", "Bugcheck code: 7B", "Stop screen 0x0000007b", "STOP 07B",
		}},
		{"STOP 0xC000021A", []string{"STOP C000021A", "STOP: c000021a {Fatal System Error}", "STOP 0xC000021A", "bugcheck C000021A"}},
		{"HTTP 503", []string{"HTTP 503", "HTTP/1.1 503", "HTTP/1.1 503 Service Unavailable", "HTTP Error 503.2", "http status code: 503", "http response code is 503", "503 Service Unavailable", "HTTP-503", "HTTP=503", "http error 503"}},
		{"HTTP 403", []string{"HTTP Error 403.4", "403 Forbidden", "HTTP 403.14"}},
		{"SMTP 550", []string{"SMTP 550", "SMTP error 550", "SMTP; 550", "smtp protocol error 550", "550 5.7.1 no", "smtp reply: 550", "SMTP error (550)", "550 mailbox unavailable"}},
		{"5.7.1", []string{"5.7.1", "550 5.7.1 x", "#5.7.1", "smtp;550 5.7.1", "status 5.7.1", "status: 5.7.1", "SMTP 5.7.1", "dsn=5.7.1", "550-5.7.1 x"}},
		{"rcode 3", []string{"rcode 3", "RCODE: NXDOMAIN", "rcode=3", "NXDOMAIN", "rcode is 3"}},
		{"rcode 5", []string{"status: REFUSED", "rcode 5", "status REFUSED"}},
		{"EDE 22", []string{"EDE 22", "EDE: 22 (No Reachable Authority)", "Extended DNS Error 22", "extended dns error code: 22", "ede info-code 22", "EDE=22"}},
		{"errno 13", []string{"errno 13", "[Errno 13] Permission denied", "os error 13", "(os error 13)", "errno: 13", "errno=13", "errno -13", "EACCES", "Permission denied (13)", "errno is 13"}},
		{"errno 111", []string{"Connection refused (111)", "connect() failed (111: Connection refused)", "ECONNREFUSED", "errno 111", "os error 111"}},
		{"0x00000102", []string{"error 0x102", "status 0x102", "error 258", "WAIT_TIMEOUT", "STATUS_TIMEOUT"}},
		{"0x40000000", []string{"error 0x40000000", "error 1073741824", "status 1073741824", "STATUS_OBJECT_NAME_EXISTS"}},
		{"1326", []string{"error 1326", "0x8007052e", "Win32 error code 1326", "0xC002052E", "LsaLogonUser failed with 0x52E", "failed with 0x52e", "error code [1326]", "ERROR_LOGON_FAILURE", "0xC0000022 (1326)", "0xC000006D = 1326", "0xC000006D/1326"}},
		{"WSAECONNRESET", []string{"error 10054", "WSAECONNRESET", "0x80072746"}},
		{"ERROR_IO_PENDING", []string{"error 997", "0xC00203E5", "0x800703e5"}},
	} {
		b := baseOf(t, parsed(t, x.rule))
		for _, text := range x.texts {
			for _, spelling := range []string{text, "2024-03-05T08:00:00Z app: " + text + "\n", "2024-03-05T08:00:00Z app: something happened, " + text + " and more", strings.ToUpper(text), strings.ReplaceAll(text, " ", "  \t")} {
				r := lineOf(spelling)
				if list, seen := missed(t, b, r); len(list) > 0 {
					t.Errorf("%s: the filter misses %q", x.rule, spelling)
				} else if seen == 0 && spelling == text && testing.Verbose() {
					t.Logf("%s: the reader does not take %q", x.rule, text)
				}
				r = lineOf(spelling)
				r.Event, r.ID = true, 1
				if list, _ := missed(t, b, r); len(list) > 0 {
					t.Errorf("%s: the filter misses it in an event: %q", x.rule, spelling)
				}
			}
		}
	}
}

// The words, numbers and sources of the random rules and records, which meet.
func filterWords() []string {
	return []string{"resolver", "Cluster", "cannot", "start", "the", "Überlauf", "domain", "failed", "timed out", "e", "x7", "'quoted'", "a-b", "don’t", "100%"}
}

func filterSources() []string {
	return []string{"", "MSExchangeIMC", "Microsoft-Windows-DNS-Client", "Netlogon", "Dienst für X", "NET LOGON"}
}

func filterCodes() []string {
	return []string{"5", "997", "1326", "0xC00203E5", "0x80070005", "-1018", "0xC0000022", "STOP 0x7B", "HTTP 503", "SMTP 550", "5.7.1", "rcode 3", "EDE 22", "errno 13", "10061", "E_ACCESSDENIED"}
}

func drawEvent(t *rapid.T) *cond.Event {
	e := &cond.Event{IDs: []uint32{rapid.SampledFrom([]uint32{5, 997, 4058, 7031}).Draw(t, "event")}, Source: rapid.SampledFrom(filterSources()).Draw(t, "source")}
	if e.Source != "" && rapid.IntRange(0, 3).Draw(t, "any number") == 0 {
		e.IDs = nil
	}
	if rapid.IntRange(0, 3).Draw(t, "log") == 0 {
		e.Log = "System"
	}
	return e
}

func drawWords(t *rapid.T, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(filterWords()), 1, most).Draw(t, "words"), rapid.SampledFrom([]string{" ", "  ", "\n", ", "}).Draw(t, "between"))
}

func drawCondition(t *rapid.T, depth int) (c cond.Condition) {
	switch rapid.IntRange(0, 9).Draw(t, "form") {
	case 0, 1:
		return parsed(t, rapid.SampledFrom(filterCodes()).Draw(t, "code"))
	case 2, 3:
		c.Event = drawEvent(t)
	case 4, 5:
		text := drawWords(t, 3)
		for range rapid.IntRange(0, 2).Draw(t, "placeholders") {
			text += rapid.SampledFrom([]string{" <name> ", "<name>", " <server name>: "}).Draw(t, "placeholder") + drawWords(t, 3)
		}
		tmpl, err := cond.ParseTemplate(text)
		if err != nil {
			return parsed(t, "5")
		}
		c.Texts = []cond.Text{{Template: tmpl}}
	case 6:
		c.Correlate = &cond.Correlate{Events: []cond.Event{*drawEvent(t)}}
		if rapid.Bool().Draw(t, "without") {
			c.Correlate.Without = &cond.Event{IDs: []uint32{6005}}
		}
	case 7:
		sources := rapid.SampledFrom([]string{
			`any(events, .id == 4058)`, `any(events, 4058 == .id and .source == "Netlogon")`, `any(events, .id in [5, 997])`, `count(events, .id == 7031 or .id == 5) > 0`,
			`any(events, .id == 997 and .message contains "resolver")`, `any(events, .message contains "cluster" and .level == "error")`, `any(events, .source startsWith "MSExchange")`,
			`any(events, .source == "NetLogon")`, `any(texts, # contains "cannot start")`, `any(texts, # startsWith "domain")`, `any(codes, .value == 997)`, `count(codes, .value in [5, 1326]) > 0`,
			`any(events, .id > 5)`, `any(codes, .value > 1000)`, `len(events) > 0`, `any(texts, # matches "timed? out")`, `not all(events, .id == 5)`, `any(events, not (.id == 5))`,
			`any(events, .id != 5)`, `none(texts, # contains "nothing") and any(codes, .family == "http")`, `any(events, .id == 5 or .message contains "timed out")`,
			`any(events, (.id == 997 and .source == "Netlogon") or (.id == 7031 and .message contains "domain"))`, `any(texts, lower(#) contains "quoted")`, `any(texts, not (# contains "failed"))`,
		}).Draw(t, "when")
		w, err := cond.NewWhen(sources)
		if err != nil {
			return parsed(t, "997") // it is not allowed
		}
		c.When = w
	default:
		if depth > 1 {
			return parsed(t, "1326")
		}
		var members []cond.Member
		for i := range rapid.IntRange(1, 3).Draw(t, "members") {
			members = append(members, cond.Member{Name: fmt.Sprintf("m%d", i), Condition: drawCondition(t, depth+1)})
		}
		if rapid.Bool().Draw(t, "all") {
			c.All = members
		} else {
			c.Any = members
		}
	}
	return c
}

// drawRecord draws a line or an event, of words, codes in any notation behind
// any label, and mentions of events. The codes that need no label, because they
// follow other codes, are left out: see spellings.
func drawRecord(t *rapid.T) *record.Record {
	var b strings.Builder
	b.WriteString("seen: ") // a text that is a number and nothing else is a code
	for range rapid.IntRange(1, 6).Draw(t, "pieces") {
		switch rapid.IntRange(0, 4).Draw(t, "piece") {
		case 0:
			b.WriteString(rapid.SampledFrom([]string{
				"error ", "Error code: ", "failed with ", "errors 1, 2, and ", "status=", "exit code ", "stop ", "HTTP/1.1 ", "the error number is ", "id no: ", "errno ", "smtp; ", "bug check ",
			}).Draw(t, "label"))
			fallthrough
		case 1:
			code := rapid.SampledFrom([]string{
				"5", "0x5", "997", "1326", "0xC00203E5", "c00203e5", "-1073609755", "3221357541", "0x80070005", "80070005", "E_ACCESSDENIED", "-1018", "0xfffffc06", "0xD0000022", "C0000022h", "7B", "0x0000007B",
				"503", "503 Service Unavailable", "550", "550 5.7.1", "5.7.1", "3", "NXDOMAIN", "22", "13", "Permission denied (13)", "EACCES", "10061", "WSAECONNREFUSED", "0x8007274D", "MAPI_E_NO_ACCESS", "ERROR_IO_PENDING",
			}).Draw(t, "code")
			if len(code) < len("100000") && strings.HasSuffix(b.String(), "\n") {
				b.WriteString("at ") // a line of a record that is a number and nothing else is a code, too
			}
			b.WriteString(code)
		case 2:
			b.WriteString(rapid.SampledFrom([]string{
				"event 4058", "Event ID: 997", "event id 5 (Netlogon)", "Events 7031 and 5", "Event ID 4058 from source MSExchangeIMC", "Event Source: NetLogon Event ID: 7031", "EventID=5", "event(s) 997",
			}).Draw(t, "mention"))
		default:
			b.WriteString(drawWords(t, 6))
		}
		b.WriteString(rapid.SampledFrom([]string{" ", "\n", ". ", "; ", ") ", "] ", "", "\r\n"}).Draw(t, "end"))
	}
	r := lineOf(b.String())
	if rapid.Bool().Draw(t, "is an event") {
		r.Event = true
		r.ID = rapid.SampledFrom([]uint32{5, 997, 4058, 7031, 1}).Draw(t, "id")
		r.Source = []byte(rapid.SampledFrom(filterSources()).Draw(t, "source of it"))
		r.Log = []byte("System")
	} else if rapid.Bool().Draw(t, "stamped") {
		r.Message = append([]byte("2024-03-05T08:00:00Z app: "), r.Message...)
	}
	return r
}

// TestFilterMissesNothing: a record that shows any symptom of any rule, by itself,
// passes the filter as one that concerns the rule.
func TestFilterMissesNothing(t *testing.T) {
	seenInAll := 0
	rapid.Check(t, func(t *rapid.T) {
		var conditions []cond.Condition
		for range rapid.IntRange(1, 6).Draw(t, "rules") {
			conditions = append(conditions, drawCondition(t, 0))
		}
		b := baseOf(t, conditions...)
		for range 4 {
			r := drawRecord(t)
			list, seen := missed(t, b, r)
			seenInAll += seen
			for _, i := range list {
				rule, _ := b.Rule(i)
				t.Errorf("rule %d, %+v, is seen in event %v %d %q %q, which the filter does not let through for it", i, rule.Symptoms[0].Condition, r.Event, r.ID, r.Source, r.Message)
			}
		}
	})
	if seenInAll < 50 {
		t.Errorf("only %d symptoms were seen: the test says little", seenInAll)
	}
}

// TestTellingKeepsWhatIsSpecial: where a record alone makes a rule special in the
// smallest input, the scanner that leaves out what is common finds it, and the
// rule is worth a diagnosis.
func TestTellingKeepsWhatIsSpecial(t *testing.T) {
	special := 0
	rapid.Check(t, func(t *rapid.T) {
		var conditions []cond.Condition
		for range rapid.IntRange(1, 6).Draw(t, "rules") {
			conditions = append(conditions, drawCondition(t, 0))
		}
		b := baseOfClass(t, rapid.SampledFrom([]int{3, certain}).Draw(t, "suggests"), conditions...)
		f, unbounded, err := b.Filter()
		if err != nil {
			t.Fatal(err)
		}
		telling := f.Telling()
		for range 4 {
			r := drawRecord(t)
			c := &facts.Case{Version: facts.CaseVersion, Facts: intake.RecordFacts("x", r)}
			d := b.Diagnose(c, Settings{Records: 1})
			var parts record.Parts
			may := map[int]bool{}
			hit := func(h record.Hit) {
				parts.Add(h)
				b.Concerned(h.What, func(rule uint32) { may[int(rule)] = may[int(rule)] || b.MayBeSpecial(h.What, fewRecords) })
			}
			if r.Event {
				telling.Event(r, hit)
			} else {
				telling.Scan(r.Text(), hit)
			}
			for _, x := range d.Diagnoses {
				i, _ := b.Number(x.Rule)
				if !x.Special || slices.Contains(unbounded, i) {
					continue
				}
				if special++; !parts.Matter() || !may[i] {
					t.Errorf("rule %+v is special by %q %v %d, and a scan leaves it out", conditions[i], r.Message, r.Event, r.ID)
				}
			}
		}
	})
	if special < 8 {
		t.Errorf("only %d rules were special: the test says little", special)
	}
}

// TestTelling: what is common is left out, and what is special by all its words
// together is not.
func TestTelling(t *testing.T) {
	template := func(s string) cond.Condition {
		x, err := cond.ParseTemplate(s)
		if err != nil {
			t.Fatal(err)
		}
		return cond.Condition{Texts: []cond.Text{{Template: x}}}
	}
	both := cond.Condition{All: []cond.Member{{Name: "a", Condition: parsed(t, "5")}, {Name: "b", Condition: template("quorum resource xyzzy failed")}}}
	common := baseOf(t, parsed(t, "5"), template("backup"), template("<a> cartridge <b> jukebox <c>"), parsed(t, "0xC00203E5"), parsed(t, "STOP 0x7B"))
	for _, x := range []struct {
		b    *Base
		text string
		all  []uint32
		told []uint32
	}{
		{common, "error 6", nil, nil},
		{common, "backup", []uint32{1}, nil},
		{common, "no cartridge x", []uint32{2}, []uint32{2}}, // one word stands for the template
		{common, "error 0xc00203e5", []uint32{3}, []uint32{3}},
		{common, "error 123", []uint32{4}, nil}, // 0x7B, and it may be any other 123
		{common, "STOP: 0x7B", []uint32{4}, []uint32{4}},
		{common, "error 5", []uint32{0}, nil},
		{baseOf(t, both), "error 5", []uint32{0}, []uint32{0}}, // a part of what is special
	} {
		f, _, err := x.b.Filter()
		if err != nil {
			t.Fatal(err)
		}
		found := func(s record.Scanner) (list []uint32) {
			s.Scan([]byte(x.text), func(h record.Hit) { x.b.Concerned(h.What, func(rule uint32) { list = append(list, rule) }) })
			slices.Sort(list)
			return slices.Compact(list)
		}
		if got := found(f.Scanner()); !slices.Equal(got, x.all) {
			t.Errorf("%q: rules %v, want %v", x.text, got, x.all)
		}
		if got := found(f.Telling()); !slices.Equal(got, x.told) {
			t.Errorf("%q: rules that may be told %v, want %v", x.text, got, x.told)
		}
	}

	// That an author is certain of a code says something of its name, not of its number.
	f, _, err := baseOfClass(t, certain, parsed(t, "ERROR_DISK_FULL"), parsed(t, "ENOSPC")).Filter()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"error 112": false, "rc=112": false, "error 28": false, "0x70": false, "ERROR_DISK_FULL": true, "ENOSPC": true, "0x80070070": true, "No space left on device (28)": true,
	} {
		found := false
		f.Telling().Scan([]byte(text), func(record.Hit) { found = true })
		if found != want {
			t.Errorf("%q may be told: %v, want %v", text, found, want)
		}
	}
}

// FuzzFilter: whatever a record holds, the filter misses none of its codes, events
// and words.
func FuzzFilter(f *testing.F) {
	var conditions []cond.Condition
	for _, s := range filterCodes() {
		conditions = append(conditions, parsed(f, s))
	}
	for _, s := range filterWords() {
		if tmpl, err := cond.ParseTemplate(s); err == nil {
			conditions = append(conditions, cond.Condition{Texts: []cond.Text{{Template: tmpl}}})
		}
	}
	conditions = append(conditions, cond.Condition{Event: &cond.Event{IDs: []uint32{4058}}}, cond.Condition{Event: &cond.Event{Source: "Netlogon"}})
	b := baseOf(f, conditions...)
	f.Add("2024-03-05T08:00:00Z app: resolver cannot start, error 1326 (0x52e)\n\tevent id 4058", false, uint16(0), "")
	f.Add("HTTP/1.1 503 Service Unavailable", true, uint16(4058), "NET LOGON")
	f.Add("STOP: 7B (0xF741B84C, 0xC0000022)", true, uint16(1), "")
	f.Fuzz(func(t *testing.T, text string, event bool, id uint16, source string) {
		if len(text) > 2000 {
			return
		}
		r := lineOf("seen: " + text)
		r.Event, r.ID, r.Source = event, uint32(id), []byte(source)
		if list, _ := missed(t, b, r); len(list) > 0 {
			t.Errorf("rules %v are seen in %q, and the filter does not let it through", list, text)
		}
	})
}
