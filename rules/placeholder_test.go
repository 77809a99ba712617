package rules

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseTemplate(t *testing.T) {
	for _, c := range []struct {
		text string
		want []Piece
		err  string
	}{
		{"", nil, ""},
		{"plain } text {", []Piece{{Text: "plain } text {"}}, ""},
		{"{{ a.name }}", []Piece{{Words: []string{"a.name"}}}, ""},
		{"{{dns_records  no_record}}!", []Piece{{Words: []string{"dns_records", "no_record"}}, {Text: "!"}}, ""},
		{"x {{ a }}{{ b }} y", []Piece{{Text: "x "}, {Words: []string{"a"}}, {Words: []string{"b"}}, {Text: " y"}}, ""},
		{"x }} y", []Piece{{Text: "x }} y"}}, ""},
		{"x {{ y", nil, "{{ without }}"},
		{"{{ a }} {{", nil, "{{ without }}"},
		{"{{}}", nil, "empty placeholder"},
		{"{{ \t\n }}", nil, "empty placeholder"},
	} {
		got, err := ParseTemplate(c.text)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: error %v, want %q", c.text, err, c.err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v %v, want %+v", c.text, got, err, c.want)
		}
	}
}

// TestTemplateLosesNothing: the pieces put together again are the text.
func TestTemplateLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"{{", "}}", " ", "{", "}", "a", "b.c", "é"}), 0, 12).Draw(t, "text"), "")
		pieces, err := ParseTemplate(text)
		if err != nil {
			return
		}
		again := ""
		for _, p := range pieces {
			switch {
			case len(p.Words) == 0:
				again += p.Text
			case p.Text != "":
				t.Fatalf("%q: a piece that is both: %+v", text, p)
			default:
				again += "{{" + strings.Join(p.Words, " ") + "}}"
			}
		}
		bare := strings.NewReplacer(" ", "")
		if bare.Replace(again) != bare.Replace(text) {
			t.Fatalf("%q became %q", text, again)
		}
	})
}
