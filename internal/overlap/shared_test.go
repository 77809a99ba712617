package overlap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/rules"
)

// said is the groups of rules, one a line: symptoms, then what tells each rule apart.
func said(list []Shared) []string {
	var lines []string
	for _, s := range list {
		line := symptoms(s.Symptoms) + " |"
		if !s.Compared {
			line += fmt.Sprintf(" %d rules |", s.Count)
		}
		for _, a := range s.Rules {
			line += " " + a.ID
			var tells []string
			for _, x := range a.Symptoms {
				tells = append(tells, x.String())
			}
			for _, w := range a.Words {
				tells = append(tells, fmt.Sprintf("%s/%d", w.Word, w.Others))
			}
			switch {
			case len(tells) > 0:
				line += ": " + strings.Join(tells, ", ") + ";"
			case s.Compared:
				line += " nothing;"
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func TestShared(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules []rule
		want  []string
	}{
		{"nothing in common", []rule{{id: "a/a", symptoms: []string{"code: 0x80070005"}}, {id: "a/b", symptoms: []string{"code: 0x80070006"}}}, nil},
		{"one code in several notations", []rule{
			{id: "a/a", symptoms: []string{"code: 0x80070005"}},
			{id: "a/b", symptoms: []string{`code: "-2147024891"`, "event: {id: 7}"}},
		}, []string{"code 0x80070005 | a/a nothing; a/b: event 7;"}},
		{"a number of two families", []rule{
			{id: "a/a", symptoms: []string{"code: HTTP 503"}}, {id: "a/b", symptoms: []string{"code: SMTP 503"}}, {id: "a/c", symptoms: []string{`code: "503"`}},
		}, nil},
		{"an event with a source, spelled in two ways, and without", []rule{
			{id: "a/a", symptoms: []string{"event: {id: 7, source: Disk Driver}"}},
			{id: "a/b", symptoms: []string{"event: {id: 7, source: DiskDriver}"}},
			{id: "a/c", symptoms: []string{"event: {id: 7}"}},
			{id: "a/d", symptoms: []string{"event: {id: 7, source: Other}"}},
		}, []string{"event 7 (Disk Driver) | a/a nothing; a/b nothing;"}},
		{"a message, folded", []rule{
			{id: "a/a", symptoms: []string{"text: The  service “<name>” stopped."}},
			{id: "a/b", symptoms: []string{`text: the service "<name>" STOPPED`}},
		}, []string{"message “the service \"<name>\" stopped” | a/a nothing; a/b nothing;"}},
		{"symptoms of the same rules stand together", []rule{
			{id: "a/a", symptoms: []string{"code: 57", "event: {id: [7, 12]}"}},
			{id: "a/b", symptoms: []string{"event: {id: [12, 7]}", "code: 57", "text: It is hot"}},
		}, []string{"code 57 (0x00000039), event 7, event 12 | a/a nothing; a/b: message “it is hot”;"}},
		{"words where no symptom tells", []rule{
			{id: "a/a", title: "Mail stops", symptoms: []string{"code: 57"}, article: "The mail service stops in February."},
			{id: "a/b", title: "Mail stops", symptoms: []string{"code: 57"}, article: "The mail service stops in March."},
			{id: "a/c", title: "Mail stops", symptoms: []string{"code: 57"}, article: "The mail service stops."},
		}, []string{"code 57 (0x00000039) | a/a: february/0; a/b: march/0; a/c nothing;"}},
		{"the rarest words first, then those of the title", []rule{
			{id: "a/a", title: "Printing fails", symptoms: []string{"code: 57"}, article: "Alpha beta."},
			{id: "a/b", title: "Copying fails", symptoms: []string{"code: 57"}, article: "Beta delta."},
			{id: "a/c", title: "Copying fails", symptoms: []string{"code: 57"}, article: "Beta 0x12345678 delta."},
		}, []string{"code 57 (0x00000039) | a/a: printing/0, alpha/0; a/b: copying/1, delta/1; a/c: 0x12345678/0, copying/1, delta/1;"}},
		{"members of groups and events of correlations count", []rule{
			{id: "a/a", symptoms: []string{"all: {x: {code: 57}, y: {text: It is hot}}"}},
			{id: "a/b", symptoms: []string{"correlate: {events: [{id: 7}, {id: 8}]}"}},
			{id: "a/c", symptoms: []string{"code: 57"}},
			{id: "a/d", symptoms: []string{"event: {id: 8}"}},
		}, []string{"code 57 (0x00000039) | a/a: message “it is hot”; a/c nothing;", "event 8 | a/b: event 7; a/d nothing;"}},
		{"retired rules do not", []rule{{id: "a/a", symptoms: []string{"code: 57"}}, {id: "a/b", symptoms: []string{"code: 57"}, status: rules.Retired}}, nil},
	} {
		for i := range c.rules { // what every rule has tells nothing
			if c.rules[i].title == "" {
				c.rules[i].title = "Title"
			}
		}
		equal(t, c.name, said(Find(set(t, c.rules...)).Shared), c.want)
	}
}

// TestSharedByMany: rules that are too many are counted, and the first are named.
func TestSharedByMany(t *testing.T) {
	for _, n := range []int{mostCompared, mostCompared + 1} {
		var list []rule
		for i := range n {
			list = append(list, rule{id: fmt.Sprintf("a/r%03d", i), symptoms: []string{"code: 57"}})
		}
		list = append(list, rule{id: "b/a", symptoms: []string{"code: 58"}}, rule{id: "b/b", symptoms: []string{"code: 58"}})
		got := Find(set(t, list...)).Shared
		if len(got) != 2 || got[0].Count != n || got[1].Count != 2 {
			t.Fatalf("%d rules: %v", n, said(got))
		}
		if want := n <= mostCompared; got[0].Compared != want || want && len(got[0].Rules) != n || !want && len(got[0].Rules) != mostNamed {
			t.Errorf("%d rules: compared is %v, %d are listed", n, got[0].Compared, len(got[0].Rules))
		}
	}
}

// TestOwnSymptoms: the first symptoms of a rule's own are listed, the others counted.
func TestOwnSymptoms(t *testing.T) {
	a := rule{id: "a/a", symptoms: []string{"code: 57", "event: {id: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}"}}
	b := rule{id: "a/b", symptoms: []string{"code: 57"}}
	got := Find(set(t, a, b)).Shared[0].Rules[0]
	if symptoms(got.Symptoms) != "event 1, event 2, event 3, event 4, event 5, event 6, event 7, event 8" || got.More != 3 {
		t.Errorf("%s and %d more", symptoms(got.Symptoms), got.More)
	}
}
