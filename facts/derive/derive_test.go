package derive

import (
	"reflect"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

func codeFact(t *testing.T, literal, message, path string) facts.Fact {
	t.Helper()
	c, err := errcode.Parse(literal)
	if err != nil {
		t.Fatal(err)
	}
	f := facts.Code{Value: c.Value, Literal: literal, Family: string(c.Family), Message: message}
	for _, n := range c.Nested {
		f.Nested = append(f.Nested, facts.Code{Value: n.Value, Literal: n.Literal, Family: string(n.Family)})
	}
	return facts.Fact{Kind: facts.KindCode, Origin: facts.Origin{Path: path, Line: 3}, Code: &f}
}

func text(value, path string) facts.Fact {
	return facts.Fact{Kind: facts.KindText, Origin: facts.Origin{Path: path}, Text: &facts.Text{Value: value}}
}

func findings(c *facts.Case) []*facts.Finding {
	var list []*facts.Finding
	for _, f := range c.Facts {
		if f.Kind == facts.KindFinding {
			list = append(list, f.Finding)
		}
	}
	return list
}

func TestCodeText(t *testing.T) {
	const (
		pending = "Overlapped I/O operation is in progress." // 997
		denied  = "Access is denied."                        // 5
		logon   = "The user name or password is incorrect."  // 1326 today
	)
	for _, c := range []struct {
		name  string
		facts []facts.Fact
		want  []string // subject: name of the other code
	}{
		{"own text", []facts.Fact{codeFact(t, "997", pending, "a.log")}, []string{"997 confirmed"}},
		{"own text, wrapped, upper case, without period", []facts.Fact{codeFact(t, "997", "OVERLAPPED I/O\n operation is in progress", "a.log")}, []string{"997 confirmed"}},
		{"own text of the code inside", []facts.Fact{codeFact(t, "0xc00203e5", pending, "a.log")}, []string{"0xc00203e5 confirmed"}},
		{"no text", []facts.Fact{codeFact(t, "997", "", "a.log")}, nil},
		{"text of no code", []facts.Fact{codeFact(t, "997", "The wizard has stopped.", "a.log")}, nil},
		{"other text", []facts.Fact{codeFact(t, "997", denied, "a.log")}, []string{"997: ERROR_ACCESS_DENIED"}},
		{"other text beside a code that carries one", []facts.Fact{codeFact(t, "0xc00203e5", denied, "a.log")}, []string{"0xc00203e5: ERROR_ACCESS_DENIED"}},
		{"other text of an HRESULT", []facts.Fact{codeFact(t, "0x80070005", pending, "a.log")}, []string{"0x80070005: ERROR_IO_PENDING"}},
		{
			"the text of another code of the case",
			[]facts.Fact{codeFact(t, "997", denied, "a.log"), codeFact(t, "0x80070005", "", "b.log")},
			nil,
		},
		{"a text elsewhere is not beside the code", []facts.Fact{codeFact(t, "997", "", "a.log"), text(denied, "a.log")}, nil},
		{"arguments stand beside each other", []facts.Fact{codeFact(t, "997", "", "argument 1"), text(denied, "argument 2")}, []string{"997: ERROR_ACCESS_DENIED"}},
		{"own text as an argument", []facts.Fact{codeFact(t, "997", "", "argument 1"), text(pending, "argument 2")}, []string{"997 confirmed"}},
		{
			"two codes, each wrong",
			[]facts.Fact{codeFact(t, "997", denied, "a.log"), codeFact(t, "5", logon, "a.log")},
			[]string{"5: ERROR_LOGON_FAILURE"}, // "Access is denied." is a text of the case's 5
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &facts.Case{Facts: c.facts}
			Findings(k)
			var got []string
			for _, f := range findings(k) {
				if f.ID != facts.FindingCodeText || len(f.Proof) != 1 {
					t.Errorf("%+v", f)
				}
				if f.State == facts.False {
					got = append(got, f.Subject+" confirmed")
					continue
				}
				_, rest, _ := strings.Cut(f.Text, "belongs to ")
				name, _, _ := strings.Cut(rest, " (")
				got = append(got, f.Subject+": "+name)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestFindings(t *testing.T) {
	wrong := codeFact(t, "997", "Access is denied.", "a.log")
	c := &facts.Case{Facts: []facts.Fact{text("x", "z"), wrong}}
	Findings(c)
	if len(findings(c)) != 1 {
		t.Fatalf("%d findings", len(findings(c)))
	}
	if f := c.Facts[len(c.Facts)-2]; f.Kind != facts.KindFinding || f.Origin != wrong.Origin {
		t.Errorf("the case is not sorted, or the finding has lost its origin: %+v", c.Facts)
	}
	before, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	Findings(c)
	if after, err := c.Marshal(); err != nil || string(after) != string(before) {
		t.Errorf("derived again: %v\n%s\nwas\n%s", err, after, before)
	}

	given := facts.Fact{Kind: facts.KindFinding, Finding: &facts.Finding{ID: facts.FindingCodeText, Subject: "997", State: facts.False, Text: "both are right"}}
	c = &facts.Case{Facts: []facts.Fact{wrong, given}}
	Findings(c)
	if list := findings(c); len(list) != 1 || list[0].State != facts.False {
		t.Errorf("a finding that was given does not stay: %+v", list)
	}
}
