package sigma

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// caseOf is a case of the records, all of which were looked for.
func caseOf(list []record) *facts.Case {
	k := &facts.Case{Coverage: []facts.Coverage{{Kind: facts.KindEvent}, {Kind: facts.KindText}}}
	for i, r := range list {
		f := facts.Fact{Kind: facts.KindText, Text: &facts.Text{Value: r.message}, Origin: facts.Origin{Path: "f", Record: uint64(i + 1)}}
		if !r.text {
			f.Kind, f.Text = facts.KindEvent, nil
			f.Event = &facts.Event{ID: r.id, Source: r.source, Log: r.log, Message: r.message}
		}
		k.Facts = append(k.Facts, f)
	}
	k.Sort()
	return k
}

func state(t failer, yaml []byte, k *facts.Case) cond.State {
	t.Helper()
	rule, msgs := rules.Parse("made", yaml)
	if len(msgs) > 0 {
		t.Fatalf("%s\n%v", yaml, msgs)
	}
	r := rule.Symptoms[0].Condition.Eval(cond.NewView(k))
	if r.Err != nil {
		t.Fatalf("%s\n%v", yaml, r.Err)
	}
	return r.State
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

var (
	sources  = []string{"", "Service Control Manager", "service control manager", "Disk-Watch", "Disk Watch"}
	logs     = []string{"", "System", "SYSTEM", "Security"}
	messages = []string{
		"", "The service backup agent was installed", "the SERVICE  backup\nagent failed with error 5", `run C:\tools\x.exe -enc abc now`, "run c:/tools/x.exe –enc abc now",
		"agent", "Service", "* literal star here", "one service two", "a ZXhhbXBsZQ== b", "service backup agent",
	}
)

func randomRecord(t *rapid.T) record {
	return record{
		id: rapid.Uint32Range(1, 4).Draw(t, "id"), source: rapid.SampledFrom(sources).Draw(t, "source"),
		log: rapid.SampledFrom(logs).Draw(t, "log"), message: rapid.SampledFrom(messages).Draw(t, "message"),
		text: rapid.IntRange(0, 3).Draw(t, "text") == 0,
	}
}

// randomItem is a line of a mapping.
func randomItem(t *rapid.T) string {
	list := func(values []string) string {
		n := rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, 3, rapid.ID[string]).Draw(t, "values")
		return "[" + strings.Join(n, ", ") + "]"
	}
	quote := func(values ...string) (q []string) {
		for _, v := range values {
			q = append(q, "'"+v+"'")
		}
		return q
	}
	switch rapid.IntRange(0, 6).Draw(t, "item") {
	case 0, 1:
		return rapid.SampledFrom([]string{"EventID: ", "EventID: ", "EventID|neq: "}).Draw(t, "id") + list([]string{"1", "2", "3"})
	case 2:
		return rapid.SampledFrom([]string{"EventID|lt: 3", "EventID|lte: 2", "EventID|gt: 2", "EventID|gte: '3'"}).Draw(t, "compare")
	case 3:
		mod := rapid.SampledFrom([]string{"", "", "|contains", "|startswith", "|endswith", "|neq", "|contains|all", "|windash"}).Draw(t, "mod")
		return "Provider_Name" + mod + ": " + list(quote("Service Control Manager", "Disk-Watch", "*control*", "disk?watch", "Disk", "Manager"))
	case 4:
		return rapid.SampledFrom([]string{"Channel: System", "Channel|re: '^Sec'", "Channel|re|i: 'SYS.*m$'", "Provider_Name|re|i|s: 'disk.watch'", "Channel|neq: system"}).Draw(t, "channel")
	case 5:
		return "Message|base64|contains: [example, other text]"
	}
	mod := rapid.SampledFrom([]string{"|contains", "|contains", "", "|startswith", "|endswith", "|contains|all", "|contains|windash", "|windash|contains", "|neq"}).Draw(t, "mod")
	return "Message" + mod + ": " + list(quote("service backup agent", "the service backup agent was installed", "*backup*installed", `the service* agent was installed`, `c:\tools\x.exe -enc`, `x.exe -enc abc`, "backup?agent failed", `\* literal star`, "agent"))
}

// randomRule is a detection in the public grammar.
func randomRule(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("title: Generated\nlogsource: ")
	keywords := "['service backup agent', 'one service two', 'x.exe*abc now', 'literal star here', 'agent']"
	texts := rapid.IntRange(0, 3).Draw(t, "texts") == 0
	if texts {
		b.WriteString("{product: linux}\ndetection:\n")
	} else {
		b.WriteString(rapid.SampledFrom([]string{"{product: windows}", "{product: windows, service: system}", "{product: windows, service: security}"}).Draw(t, "source") + "\ndetection:\n")
	}
	names := []string{"sel_a", "sel_b", "filter", "_other"}[:rapid.IntRange(1, 4).Draw(t, "searches")]
	for _, n := range names {
		switch form := rapid.IntRange(0, 4).Draw(t, "form"); {
		case texts && form < 3 || form == 0:
			fmt.Fprintf(&b, "  %s: %s\n", n, rapid.SampledFrom([]string{keywords, "['service backup agent']", "'backup agent failed'", "['the service *agent was']", "{'|all': ['the service', 'backup agent failed']}", "['the service backup', 'x.exe -enc abc']"}).Draw(t, "keywords"))
		case texts:
			fmt.Fprintf(&b, "  %s: {'|windash': ['tools\\x.exe -enc abc']}\n", n)
		case form == 1:
			fmt.Fprintf(&b, "  %s:\n    - {%s}\n    - {%s}\n    - one service two\n", n, randomItem(t), randomItem(t))
		default:
			first, second := randomItem(t), randomItem(t)
			fmt.Fprintf(&b, "  %s:\n    %s\n", n, first)
			if a, _, _ := strings.Cut(first, ":"); !strings.HasPrefix(second, a+":") {
				fmt.Fprintf(&b, "    %s\n", second)
			}
		}
	}
	b.WriteString("  condition: " + randomCondition(t, names, 2) + "\n")
	return b.String()
}

func randomCondition(t *rapid.T, names []string, depth int) string {
	part := func() string { return randomCondition(t, names, depth-1) }
	switch k := rapid.IntRange(0, 9).Draw(t, "condition"); {
	case depth == 0 || k < 3:
		return rapid.SampledFrom(names).Draw(t, "name")
	case k == 3:
		return "not " + rapid.SampledFrom(names).Draw(t, "name")
	case k == 4:
		return rapid.SampledFrom([]string{"1 of them", "all of them", "1 of sel*", "all of sel_*", "not 1 of s*"}).Draw(t, "of")
	case k == 5:
		return "(" + part() + ")"
	case k == 6:
		return "not (" + part() + ")"
	case k < 9:
		return part() + " and " + part()
	}
	return part() + " or " + part()
}

// TestSame: a rule that is made is seen in a case if and only if the oracle says
// that the Sigma rule holds for one of its records.
func TestSame(t *testing.T) {
	made, seen, refused := 0, 0, map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		data := randomRule(r)
		f := Import("g.yml", []byte(data))
		if f.Rules != 1 || f.Refused+len(f.Drafts) != 1 || (f.Refused == 1) != (len(f.Messages) > 0) {
			r.Fatalf("%s\n%+v", data, f)
		}
		for _, m := range f.Messages {
			refused[m.Check]++
			if m.Check != "sigma.anchor" && m.Check != "sigma.limits" {
				r.Fatalf("%s\n%s", data, m)
			}
		}
		if f.Refused == 1 {
			return
		}
		made++
		for range 8 {
			list := rapid.SliceOfN(rapid.Custom(randomRecord), 0, 4).Draw(r, "records")
			want := no
			for _, x := range list {
				want = max(want, says(t, data, x))
			}
			switch got := state(r, f.Drafts[0].YAML, caseOf(list)); {
			case (got == cond.Seen) != (want == yes):
				r.Fatalf("%s\n%s\nrecords %+v\nis %v, the oracle says %v", data, f.Drafts[0].YAML, list, got, want)
			case got == cond.Unknown:
				r.Fatalf("%s\nunknown although everything was looked for", data)
			case got == cond.Seen:
				seen++
			}
		}
	})
	if made == 0 || seen == 0 {
		t.Errorf("%d rules were made and seen %d times", made, seen)
	}
	t.Logf("%d rules made, seen %d times; refused %v", made, seen, refused)
}

// TestSameCorrelation: the same for correlations, on records with times.
func TestSameCorrelation(t *testing.T) {
	seen, missing := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		kind := rapid.SampledFrom([]string{"event_count", "temporal", "temporal_ordered"}).Draw(r, "type")
		grouped := rapid.Bool().Draw(r, "grouped")
		span := rapid.IntRange(1, 6).Draw(r, "span")
		least := rapid.IntRange(1, 4).Draw(r, "least")
		first := rapid.SampledFrom([]string{"{EventID: [1, 2]}", "{EventID: 1}"}).Draw(r, "first")
		data := fmt.Sprintf("title: C\ncorrelation:\n  type: %s\n  rules: [a, b]\n  timespan: %dm\n", kind, span)
		if kind == "event_count" {
			data += fmt.Sprintf("  condition: {gte: %d}\n", least)
		}
		if grouped {
			data += "  group-by: [Computer]\n"
		}
		head := "logsource: {product: windows, service: system}\ndetection:\n  condition: s\n  s: "
		a, b := "title: A\nname: a\n"+head+first+"\n", "title: B\nname: b\n"+head+"{EventID: 3, Channel: system}\n"
		f := Import("g.yml", []byte(data+"---\n"+a+"---\n"+b))
		if len(f.Drafts) != 1 || f.Parts != 2 || len(f.Messages) > 0 {
			r.Fatalf("%s\n%v", data, f.Messages)
		}
		k := &facts.Case{Coverage: []facts.Coverage{{Kind: facts.KindEvent}}}
		type stamped struct {
			is     [2]bool
			host   string
			minute int
		}
		var list []stamped
		for i := range rapid.IntRange(0, 7).Draw(r, "records") {
			x := record{id: rapid.Uint32Range(1, 4).Draw(r, "id"), log: rapid.SampledFrom([]string{"System", "system", "Security"}).Draw(r, "log")}
			s := stamped{
				is:   [2]bool{says(t, a, x) == yes, says(t, b, x) == yes},
				host: rapid.SampledFrom([]string{"one", "two"}).Draw(r, "host"), minute: rapid.IntRange(0, 15).Draw(r, "minute"),
			}
			at := facts.Time{Time: time.Date(2020, 1, 1, 0, s.minute, 0, 0, time.UTC), Zoned: true}
			list = append(list, s)
			k.Facts = append(k.Facts, facts.Fact{
				Kind: facts.KindEvent, Event: &facts.Event{ID: x.id, Log: x.log},
				Origin: facts.Origin{Path: "f", Record: uint64(i + 1), Host: s.host, Time: at},
			})
		}
		k.Sort()
		// All windows that begin with a record: brute force.
		want := false
		for _, from := range list {
			inside := func(s stamped) bool {
				return s.minute >= from.minute && s.minute <= from.minute+span && (!grouped || s.host == from.host)
			}
			count, both := 0, false
			for _, s := range list {
				if !inside(s) {
					continue
				}
				if s.is[0] || s.is[1] {
					count++
				}
				for _, u := range list {
					if s.is[0] && inside(u) && u.is[1] && (kind == "temporal" || s.minute <= u.minute) {
						both = true
					}
				}
			}
			want = want || kind == "event_count" && count >= least || kind != "event_count" && both
		}
		got := state(r, f.Drafts[0].YAML, k)
		if (got == cond.Seen) != want {
			r.Fatalf("%s\n%s\nrecords %+v\nis %v, want %v", data, f.Drafts[0].YAML, list, got, want)
		}
		if want {
			seen++
		} else {
			missing++
		}
	})
	if seen == 0 || missing == 0 {
		t.Errorf("seen %d times, missing %d times", seen, missing)
	}
}

// TestShifted: whatever stands around a text, its Base64 form holds one of the
// three that are looked for, the one for the number of bytes before it.
func TestShifted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 1, 12).Draw(t, "text")
		before := rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "before")
		behind := rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "behind")
		whole := base64.StdEncoding.EncodeToString(append(append(append([]byte{}, before...), text...), behind...))
		form := shifted(text, len(before)%3)
		if !strings.Contains(whole, form) || len(form) < (8*len(text)-10)/6 {
			t.Fatalf("%q in %q", form, whole)
		}
	})
}
