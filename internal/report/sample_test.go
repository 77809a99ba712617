package report

import (
	"fmt"
	"time"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// clock is a time in the logs of the samples.
func clock(s string) facts.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return facts.Time{Time: t, Zoned: true}
}

const (
	suffixRule = "mail/no-dns-suffix"
	diskRule   = "storage/bad-blocks"
	clockRule  = "auth/clock-skew"
)

func suffixDiagnosis(host string, n int, at, last facts.Time) result.Diagnosis {
	return result.Diagnosis{
		Rank: 1, Rule: suffixRule, Refs: []string{"KB100001", "KB100002"}, Title: "The mail service does not start because the computer has no primary DNS suffix",
		Status: "reviewed", Verdict: result.Confirmed, Probability: 0.97, PriorBits: -6, Bits: 11.5,
		Cause: "The server has no primary DNS suffix, so the service finds no domain name for itself when it starts.",
		Evidence: []result.Evidence{
			{
				Symptom: "event_4067", State: "seen", Bits: 7, Decisive: true, Why: "event 4067 (MailSvc); text “no domain name was found”",
				Facts: []result.Fact{{Kind: facts.KindEvent, Text: "event 4067 (MailSvc): the service cannot start because no domain name was found", Path: "bundle.zip!" + host + "/app.evtx", Record: 345, Time: at, Host: host, Count: int64(n), Last: last}},
			},
			{
				Symptom: "no_suffix", Proof: true, State: "seen", Bits: 4.5, Why: "Primary Dns Suffix is empty",
				Facts: []result.Fact{{Kind: facts.KindText, Text: "Primary Dns Suffix  . . . . . . . :", Path: "bundle.zip!" + host + "/ip config.txt", Line: 6, Host: host}},
			},
			{Symptom: "dns_required", State: "unknown", Why: "not looked for", Facts: []result.Fact{}},
		},
		Special: true,
		Resolution: result.Resolution{
			Kind:    "fix",
			Steps:   []string{"Set the primary DNS suffix of the computer.\n" + result.DerivedMark + "\n    netdom computername " + host + " /add:" + host + ".corp.example", "Start the service again."},
			Derived: []string{"netdom computername " + host + " /add:" + host + ".corp.example"},
			Blanks:  []result.Blank{}, Verify: []string{"event 4067 is not logged at the next start"},
		},
	}
}

func diskDiagnosis(host string, at facts.Time, p float64, v result.Verdict) result.Diagnosis {
	return result.Diagnosis{
		Rank: 1, Rule: diskRule, Refs: []string{"KB200001"}, Title: "A disk has bad blocks", Status: "reviewed", Verdict: v, Probability: p, PriorBits: -5, Bits: 6.1,
		Cause: "The disk reports sectors that cannot be read. Data is lost as more of them fail.",
		Evidence: []result.Evidence{
			{Symptom: "bad_block", State: "seen", Bits: 6.4, Decisive: true, Why: "text “has a bad block”", Facts: []result.Fact{
				{Kind: facts.KindText, Text: `The device, \Device\Harddisk0\DR0, has a bad block.`, Path: "logs/" + host + "/system.log", Line: 1207, Time: at, Count: 313, Last: facts.Time{Time: at.Time.Add(95 * time.Minute), Zoned: at.Zoned}},
				{Kind: facts.KindCode, Text: "0xc0000185", Path: "logs/" + host + "/system.log", Line: 1260, Time: at},
			}},
			{Symptom: "smart_warning", State: "missing", Bits: -0.3, Why: "no event 52 in the System log, which was read whole", Facts: []result.Fact{}},
		},
		Special: true,
		Resolution: result.Resolution{
			Kind: "workaround", Steps: []string{"Copy what can be read to another disk.", "Replace the disk."}, Derived: []string{}, Verify: []string{},
			Blanks: []result.Blank{{Input: "disk.serial", Ask: "Which serial number does the disk have?"}},
		},
	}
}

func sampleCase(id, host string, from, to facts.Time, x ...result.Diagnosis) result.Differential {
	for i := range x {
		x[i].Rank = i + 1
	}
	return result.Differential{
		Version: result.Version, Status: result.Complete, Problems: []facts.Problem{},
		Rules:     result.Rules{Loaded: 1000, Evaluated: 1000, NotEvaluated: []string{}, Base: "sha256:00ff"},
		Case:      result.Case{ID: id, Host: host, From: from, To: to, Facts: 4, Records: 317, Looked: 88231},
		Codes:     []result.Code{{Literal: "0xc0000185", Value: 0xc0000185, Family: "ntstatus", Name: "STATUS_IO_DEVICE_ERROR", Text: "The I/O device reported an I/O error."}},
		Diagnoses: x, None: 0.0123, Also: []result.Diagnosis{},
		Excluded: []result.Exclusion{{Rule: "mail/cluster-upgrade", Refs: []string{"KB100003"}, Title: "Upgrade of a cluster", Reason: "applies to version 5.5, this is 6.0"}},
		Findings: []facts.Finding{},
		Next: []result.Check{{
			Check: "dns.required", Kind: result.Question, Text: "Does the service need a name in the DNS?", GainBits: 0.42, Cost: 2, Command: "--set dns.required=...",
			Rules: []string{suffixRule}, IfYes: []string{suffixRule + " 97 % -> 99 %"}, IfNo: []string{suffixRule + " 97 % -> 71 %"},
		}},
		Unexplained: []result.Unexplained{{Kind: facts.KindText, Text: "setup stopped", Path: "logs/setup.log", Line: 3}}, MoreUnexplained: 2,
		Inputs: []facts.Source{{Path: "bundle.zip", Format: "folder", Bytes: 120000, Records: 88231}},
	}
}

func sampleFleet() *result.Fleet {
	day := "2026-03-02T"
	a, b, c := clock(day+"08:14:22.5+01:00"), clock(day+"09:40:00+01:00"), clock(day+"21:05:11+01:00")
	local := facts.Time{Time: time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC)}
	second := diskDiagnosis("app02", b, 0.31, result.Possible)
	f := &result.Fleet{
		Version: result.Version, Status: result.Partial,
		Problems: []facts.Problem{
			{Source: "bundle.zip!db01/sys.evtx", At: "record 345", Stage: "decode", Reason: "evtx.chunk-damaged", Text: "the chunk is cut off; collect the file again while the service is stopped", Read: 344, Lost: 12},
			{Source: "rules/x.yaml", At: "x/any", Stage: "evaluate", Reason: "rule.unbounded", Text: "its condition names nothing that could be looked for"},
		},
		Rules:  result.Rules{Loaded: 1000, Evaluated: 999, NotEvaluated: []string{"x/any"}, Base: "sha256:00ff"},
		Totals: result.Totals{Files: 12, Unread: 1, Bytes: 48_230_112, Records: 1_204_331, Hits: 954, Hosts: 4, Sessions: 6, Cases: 4},
		Cases: []result.Differential{
			sampleCase("c0de0001", "app01", a, b, suffixDiagnosis("app01", 12, a, b)),
			sampleCase("c0de0002", "app02", b, b, suffixDiagnosis("app02", 1, b, facts.Time{}), second),
			sampleCase("c0de0003", "db01", c, c, diskDiagnosis("db01", c, 0.88, result.Likely)),
			sampleCase("c0de0004", "", local, local, diskDiagnosis("x", local, 0.07, result.Possible)),
		},
		Hosts: []result.Host{
			{Host: "", Known: "unknown", Files: 1, Sessions: 1, Cases: 1, Logs: []facts.Coverage{}, NotRead: []string{}, NotThere: []string{}},
			{Host: "app01", Known: "record", Files: 4, Sessions: 2, Cases: 1, Gaps: 2, Logs: []facts.Coverage{{Kind: facts.KindEvent, Log: "Application", Host: "app01", Path: "bundle.zip!app01/app.evtx", From: a, To: c}}, NotRead: []string{}, NotThere: []string{"System"}},
			{Host: "app02", Known: "path", Files: 4, Sessions: 1, Cases: 1, Logs: []facts.Coverage{}, NotRead: []string{}, NotThere: []string{}},
			{Host: "db01", Known: "record", Files: 3, Sessions: 2, Cases: 1, Logs: []facts.Coverage{}, NotRead: []string{"bundle.zip!db01/sys.evtx"}, NotThere: []string{}},
		},
		Inputs: []facts.Source{
			{Path: "bundle.zip!app01/app.evtx", Format: "event log", Bytes: 1_118_208, Records: 4021},
			{Path: "bundle.zip!db01/sys.evtx", Format: "unread", Bytes: 512},
		},
	}
	f.Causes = []result.Cause{
		{
			Rule: suffixRule, Refs: []string{"KB100001", "KB100002"}, Title: f.Cases[0].Diagnoses[0].Title, Cause: f.Cases[0].Diagnoses[0].Cause, Steps: f.Cases[0].Diagnoses[0].Resolution.Steps,
			Verdict: result.Confirmed, Probability: 0.97, Hosts: []string{"app01", "app02"}, Cases: 2, Records: 15, From: a, To: b,
		},
		{
			Rule: diskRule, Refs: []string{"KB200001"}, Title: "A disk has bad blocks", Cause: f.Cases[2].Diagnoses[0].Cause, Steps: f.Cases[2].Diagnoses[0].Resolution.Steps,
			Verdict: result.Likely, Probability: 0.88, Hosts: []string{"", "app02", "db01"}, Cases: 3, Records: 942, From: b, To: c,
		},
	}
	for i := range f.Cases {
		d := &f.Cases[i]
		e := d.Diagnoses[0].Evidence[0].Facts[0]
		f.Timeline = append(f.Timeline, result.Moment{Time: d.Case.From, Host: d.Case.Host, Rule: d.Diagnoses[0].Rule, Title: d.Diagnoses[0].Title, Case: d.Case.ID, Text: e.Text, Path: e.Path, Line: e.Line, Record: e.Record})
	}
	return f
}

func sampleDifferential() *result.Differential {
	at := clock("2026-03-02T08:14:22.5+01:00")
	d := sampleCase("c0de0001", "app01", at, clock("2026-03-02T09:40:00+01:00"),
		suffixDiagnosis("app01", 12, at, clock("2026-03-02T09:40:00+01:00")), diskDiagnosis("app01", clock("2026-03-02T08:59:00+01:00"), 0.02, result.Possible))
	d.Diagnoses = append(d.Diagnoses, result.Diagnosis{
		Rank: 3, Rule: clockRule, Refs: []string{}, Title: "The clocks of two computers differ", Verdict: result.RuledOut, Probability: 0.0004, Bits: -3.1, Cause: "Tickets are refused when clocks differ by more than five minutes.",
		Evidence: []result.Evidence{{Symptom: "skew", Proof: true, State: "missing", Bits: -3.1, Why: "no skew was measured", Facts: []result.Fact{}}}, Resolution: result.Resolution{Kind: "none"},
	})
	d.Also = []result.Diagnosis{diskDiagnosis("app01", clock("2026-03-02T08:59:00+01:00"), 0.61, result.Likely)}
	d.Status = result.Partial
	d.NotShown = 2
	d.Problems = []facts.Problem{{Source: "notes.doc", Stage: "open", Reason: "file.not-found", Text: "there is no such file or folder; check the spelling"}}
	d.Findings = []facts.Finding{{ID: facts.FindingMissingA, Subject: "exchange.name", Server: "192.0.2.1:53", State: facts.True, Expected: "an address", Got: "none", Text: "192.0.2.1 holds no address for app01.corp.example", Proof: []facts.Proof{}}}
	return &d
}

// manyCases is a scan of n cases on a tenth as many hosts, of 20 causes.
func manyCases(n int) *result.Fleet {
	f := sampleFleet()
	f.Cases, f.Timeline, f.Hosts, f.Causes = nil, nil, nil, nil
	begin := clock("2026-03-01T00:00:00Z")
	perCause := map[int][]string{}
	for i := range n {
		host := fmt.Sprintf("host%04d.corp.example", i%max(1, n/10))
		at := facts.Time{Time: begin.Time.Add(time.Duration(i*7919%(n*60)) * time.Second), Zoned: true}
		x := suffixDiagnosis(host, i%50, at, facts.Time{Time: at.Time.Add(time.Hour), Zoned: true})
		x.Rule = fmt.Sprintf("mail/rule-%02d", i%20)
		d := sampleCase(fmt.Sprintf("%08x", i), host, at, at, x, diskDiagnosis(host, at, 0.01, result.Possible))
		f.Cases = append(f.Cases, d)
		f.Timeline = append(f.Timeline, result.Moment{Time: at, Host: host, Rule: x.Rule, Title: x.Title, Case: d.Case.ID, Text: x.Evidence[0].Facts[0].Text})
		perCause[i%20] = append(perCause[i%20], host)
		if i < max(1, n/10) {
			f.Hosts = append(f.Hosts, result.Host{Host: host, Known: "record", Files: 4, Cases: 10})
		}
	}
	for i := range 20 {
		c := sampleFleet().Causes[0]
		c.Rule, c.Hosts, c.Cases = fmt.Sprintf("mail/rule-%02d", i), perCause[i], len(perCause[i])
		c.Title = fmt.Sprintf("%s (%d)", c.Title, i)
		f.Causes = append(f.Causes, c)
	}
	f.Totals.Cases, f.Totals.Hosts = n, len(f.Hosts)
	return f
}
