package sigma

import (
	"fmt"
	"strings"
	"testing"
)

// samples are one supported use of each feature.
func samples() map[string]string {
	windows := func(test string) string {
		return "title: T\nlogsource: {product: windows, service: system}\ndetection:\n  s:\n    EventID: 1\n    " + test + "\n  condition: s\n"
	}
	correlation := func(kind, more string) string {
		return fmt.Sprintf("title: T\ncorrelation: {type: %s, rules: [a], timespan: 5m%s}\n---\n", kind, more) + "name: a\n" + windows("Channel: System")
	}
	return map[string]string{
		"all": windows("Message|contains|all: [a, b]"), "startswith": windows("Message|startswith: a"), "endswith": windows("Channel|endswith: a"),
		"contains": windows("Provider_Name|contains: a"), "neq": windows("Provider_Name|neq: a"), "windash": windows("Message|contains|windash: '-enc'"),
		"re": windows("Channel|re: '^S'"), "i": windows("Channel|re|i: '^S'"), "m": windows("Channel|re|m: '^S'"), "s": windows("Channel|re|s: '^S'"),
		"base64": windows("Message|base64|contains: some text"), "base64offset": windows("Message|base64offset|contains: some text"),
		"utf16le": windows("Message|utf16le|base64offset|contains: ab"), "utf16be": windows("Message|utf16be|base64|contains: ab"),
		"utf16": windows("Message|utf16|base64|contains: ab"), "wide": windows("Message|wide|base64offset|contains: ab"),
		"lt": windows("EventID|lt: 4"), "lte": windows("EventID|lte: 4"), "gt": windows("EventID|gt: 4"), "gte": windows("EventID|gte: 4"),
		"event_count": correlation("event_count", ", condition: {gt: 2}"), "temporal": correlation("temporal", ""), "temporal_ordered": correlation("temporal_ordered", ""),
	}
}

// TestFeatures: what is said to be supported gives a rule, and each of the rest is
// refused by name, with the reason of the table.
func TestFeatures(t *testing.T) {
	used := 0
	for _, f := range Features() {
		data, found := samples()[f.Name]
		if found != f.Supported {
			t.Errorf("%s: a sample %v, supported %v", f.Name, found, f.Supported)
		}
		if f.Supported {
			used++
			if r := Import("f.yml", []byte(data)); len(r.Drafts) != 1 || len(r.Messages) > 0 {
				t.Errorf("%s: %v", f.Name, r.Messages)
			}
			continue
		}
		data = "title: T\nlogsource: {product: windows}\ndetection: {s: {Channel|" + f.Name + ": 1}, condition: s}\n"
		if f.Kind == "correlation" {
			data = "title: T\ncorrelation: {type: " + f.Name + "}\n"
		}
		r := Import("f.yml", []byte(data))
		if r.Refused != 1 || len(r.Messages) == 0 || !strings.Contains(r.Messages[0].Text, f.Name) || !strings.Contains(r.Messages[0].Text, f.Text) {
			t.Errorf("%s: %v", f.Name, r.Messages)
		}
	}
	if used != len(samples()) {
		t.Errorf("%d samples, %d features that are supported", len(samples()), used)
	}
}

// TestEncodings: the forms of a text are those that other programs write.
func TestEncodings(t *testing.T) {
	for _, c := range []struct{ mods, want string }{
		{"base64", "ZWNobyBoaQ=="},
		{"wide|base64", "ZQBjAGgAbwAgAGgAaQA="},
		{"utf16le|base64", "ZQBjAGgAbwAgAGgAaQA="},
		{"utf16be|base64", "AGUAYwBoAG8AIABoAGk="},
		{"utf16|base64", "//5lAGMAaABvACAAaABpAA=="},
		{"base64offset", "ZWNobyBoa, VjaG8gaG, lY2hvIGhp"},
	} {
		m := modifiers{transforms: strings.Split(c.mods, "|")}
		list, wrong := m.patterns("echo hi", false, false)
		if wrong != nil {
			t.Fatal(wrong)
		}
		var got []string
		for _, p := range list {
			s, _ := p.literal()
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s, want %s", c.mods, s, c.want)
		}
	}
}
