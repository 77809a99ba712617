package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/engine/result"
)

// hostile is what logs, rules and servers may hold.
var hostile = []string{
	"\x1b]0;owned\x07\x1b[31mred\x1b[0m", "a\x00b\x7f\u0085", "\xff\xfe\xc3(", "\u202egnp.exe\u2066 \u200b\u2028",
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>'`, "</style></title></textarea><svg onload=alert(1)>", "javascript:alert(1)//", "--> ]]> <!-- &lt; &#60;",
	"=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r\n=1", "  =cmd|' /C calc'!A0", "＝1", `"=1","=2"`,
	"[x](http://evil.example/)", "![x](http://evil.example/i.png)", "`a` **b** | c | # d\n# head\n- @all http://evil.example www.evil.example", "```\n</pre><b>\n```",
	"{0} {{1}} {{template \"x\"}}", "", " ", strings.Repeat("A", 20_000), strings.Repeat("\u202e", 1000), "C:\\a b\\c.log", "x.zip!y%00.zip!../../\\z?#", "100%",
}

// closed are fields whose words are those of this program. The older layouts
// print them as they are.
var closed = []string{"Status", "Verdict", "State", "Kind", "ID", "Reason", "Stage", "Format", "Known", "Symptom", "Check", "Family", "Name", "Codes", "Input"}

// plant puts s into every string below v that may hold it.
func plant(v reflect.Value, s string, all bool) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if !v.IsNil() {
			plant(v.Elem(), s, all)
		}
	case reflect.Slice:
		for i := range v.Len() {
			plant(v.Index(i), s, all)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && (all || !slices.Contains(closed, f.Name)) {
				plant(v.Field(i), s, all)
			}
		}
	}
}

func TestHostile(t *testing.T) {
	for i, s := range hostile {
		for _, all := range []bool{false, true} {
			f, d := sampleFleet(), sampleDifferential()
			plant(reflect.ValueOf(f).Elem(), s, all)
			plant(reflect.ValueOf(d).Elem(), s, all)
			seen := f.Cases[0].Diagnoses[0].Evidence // what is seen is what the forms show
			for k := range seen {
				seen[k].State = "seen"
			}
			forms := []Form{JSON, JSONL, Markdown, HTML, CSV, SARIF}
			if !all {
				forms = []Form{Text, Markdown}
			}
			for _, form := range forms {
				t.Run(fmt.Sprintf("%d %s %v", i, form, all), func(t *testing.T) {
					var fleet, differential bytes.Buffer
					if err := Fleet(&fleet, f, form, Style{}); err != nil {
						t.Fatal(err)
					}
					if err := Differential(&differential, d, form, Style{}); err != nil {
						t.Fatal(err)
					}
					harmless(t, form, fleet.String())
					if form != Markdown || !all {
						harmless(t, form, differential.String())
					}
				})
			}
		}
	}
}

// harmless checks that out is of its form and obeys nothing that was planted.
func harmless(t *testing.T, form Form, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Error("not UTF-8")
	}
	for i, r := range out {
		if r >= ' ' && r <= '~' || r == '\n' || form == CSV && r == '\r' && strings.HasPrefix(out[i:], "\r\n") {
			continue
		}
		if unprintable(r) {
			t.Fatalf("%q is printed: %q", r, out[max(0, i-40):min(len(out), i+10)])
		}
	}
	switch form {
	case HTML:
		checkHTML(t, out)
	case CSV:
		checkCSV(t, out)
	case SARIF:
		checkSARIF(t, out)
	case Markdown:
		checkMarkdown(t, out)
	}
}

// allowed are the elements of a page with their attributes. A page is XML too,
// so that a strict parser can say what is in it.
var allowed = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "id", "style": "", "body": "", "a": "class href tabindex", "header": "", "p": "class role", "h1": "", "nav": "aria-label",
	"ul": "class", "ol": "class", "li": "class", "main": "id", "section": "aria-labelledby", "h2": "id", "h3": "", "h4": "", "h5": "", "dl": "class", "dt": "", "dd": "", "div": "class id tabindex role aria-label", "strong": "",
	"details": "class open", "summary": "", "span": "class", "code": "class", "q": "", "table": "", "caption": "", "thead": "", "tbody": "", "tr": "class", "th": "scope class", "td": "class", "footer": "",
	"svg": "viewBox width height role aria-labelledby", "desc": "id", "g": "class", "line": "class x1 x2 y1 y2", "text": "x y dy text-anchor", "circle": "cx cy r",
}

func checkHTML(t *testing.T, out string) {
	t.Helper()
	if !strings.Contains(out, `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'`) {
		t.Error("no policy")
	}
	ids, links := map[string]bool{}, map[string]bool{}
	level := 0
	x := xml.NewDecoder(strings.NewReader(out))
	x.Strict = true
	for {
		token, err := x.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		name := e.Name.Local
		attributes, known := allowed[name]
		if !known {
			t.Fatalf("an element %s", name)
		}
		if len(name) == 2 && name[0] == 'h' && name[1] > '0' && name[1] <= '6' {
			if n := int(name[1] - '0'); n > level+1 {
				t.Errorf("h%d below h%d", n, level)
			} else {
				level = n
			}
		}
		for _, a := range e.Attr {
			switch {
			case !slices.Contains(strings.Fields(attributes), a.Name.Local):
				t.Errorf("%s has %s=%q", name, a.Name.Local, a.Value)
			case a.Name.Local == "id":
				if ids[a.Value] {
					t.Errorf("id %s twice", a.Value)
				}
				ids[a.Value] = true
			case a.Name.Local == "href":
				if !strings.HasPrefix(a.Value, "#") {
					t.Errorf("a link to %q", a.Value)
				}
				links[strings.TrimPrefix(a.Value, "#")] = true
			}
		}
	}
	for to := range links {
		if !ids[to] {
			t.Errorf("a link to #%s, which is not there", to)
		}
	}
}

func checkCSV(t *testing.T, out string) {
	t.Helper()
	if strings.Count(out, "\n") != strings.Count(out, "\r\n") || !strings.HasSuffix(out, "\r\n") {
		t.Error("a line does not end with CR LF")
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], csvHeader()) || len(rows) < 4 {
		t.Errorf("%d rows; header %q", len(rows), rows[0])
	}
	for _, row := range rows {
		for i, cell := range row {
			first, _ := utf8.DecodeRuneInString(strings.TrimSpace(cell))
			if _, err := strconv.ParseFloat(cell, 64); err == nil && slices.Contains([]string{"rank", "probability", "bits"}, rows[0][i]) {
				continue
			}
			if strings.ContainsRune("=+-@＝＋－＠", first) {
				t.Errorf("%s is a formula: %q", rows[0][i], cell)
			}
		}
	}
}

var unescaped = regexp.MustCompile(`(^|[^\\])[\[\]` + "`" + `*]`)

// checkMarkdown checks what is outside of code; the emphasis and the lists of
// the layout itself are taken away first.
func checkMarkdown(t *testing.T, out string) {
	t.Helper()
	code := false
	for l := range strings.SplitSeq(out, "\n") {
		switch b := strings.TrimSpace(l); {
		case b == "```text":
			code = true
			continue
		case b == "```":
			code = false
			continue
		case code:
			continue
		}
		l = regexp.MustCompile(`^(\s*- )?\*\*|\*\*`).ReplaceAllString(l, "")
		l = strings.NewReplacer(`\\`, "", "< 0.1 %", "", "> 99.9 %", "").Replace(l)
		if strings.ContainsAny(l, "<>") || unescaped.MatchString(l) {
			t.Errorf("markup: %.300q", l)
		}
	}
	if code {
		t.Error("a block of code does not end")
	}
}

func TestSARIF(t *testing.T) {
	for _, f := range []*result.Fleet{sampleFleet(), {Version: result.Version, Status: result.Complete}} {
		var out bytes.Buffer
		if err := Fleet(&out, f, SARIF, Style{}); err != nil {
			t.Fatal(err)
		}
		checkSARIF(t, out.String())
	}
}

var reference = regexp.MustCompile(`^(file://)?([A-Za-z0-9._~/!$&'()*+,;=:@-]|%[0-9A-F]{2})*$`)

// checkSARIF checks what the standard demands beyond the shape that the types
// give: numbers that point to something, words of its lists, and messages
// without links and placeholders.
func checkSARIF(t *testing.T, out string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool        sarifTool
			Invocations []sarifInvocation
			Artifacts   []sarifArtifact
			Results     []sarifResult
			Properties  map[string]any
		}
	}
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || !strings.Contains(out, `"results":[`) || !strings.Contains(out, `"rules":[`) {
		t.Fatal("no run with results and rules")
	}
	run := log.Runs[0]
	text := func(s string, lines bool) {
		t.Helper()
		if s == "" || strings.ContainsFunc(s, func(r rune) bool { return unprintable(r) && (!lines || r != '\n') }) {
			t.Errorf("message %.100q", s)
		}
		bare := strings.NewReplacer(`\\`, "", `\[`, "", `\]`, "", "{{", "", "}}", "").Replace(s)
		if strings.ContainsAny(bare, "[]{}") {
			t.Errorf("a link or placeholder in %.200q", s)
		}
	}
	ids := map[string]bool{}
	for _, r := range run.Tool.Driver.Rules {
		if ids[r.ID] {
			t.Errorf("rule %.50q twice", r.ID)
		}
		ids[r.ID] = true
		text(r.Short.Text, false)
		text(r.Full.Text, false)
		text(r.Help.Text, true)
		checkMarkdown(t, r.Help.Markdown)
	}
	for i, a := range run.Artifacts {
		if !reference.MatchString(a.Location.URI) || a.ParentIndex != nil && (*a.ParentIndex >= i || !strings.HasPrefix(a.Location.URI, "/")) {
			t.Errorf("artifact %d: %q", i, a.Location.URI)
		}
	}
	place := func(l sarifLocation) {
		t.Helper()
		if p := l.Physical; p != nil && (*p.Artifact.Index >= len(run.Artifacts) || run.Artifacts[*p.Artifact.Index].Location.URI != p.Artifact.URI) {
			t.Errorf("a place in %v", p.Artifact)
		}
		if l.Message != nil {
			text(l.Message.Text, false)
		}
	}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || !slices.Contains([]string{"error", "warning", "note"}, r.Level) || r.Rank < 0 || r.Rank > 100 {
			t.Errorf("result of %.50q: %s, rank %g", r.RuleID, r.Level, r.Rank)
		}
		text(r.Message.Text, false)
		for i, l := range append(slices.Clone(r.Locations), r.Related...) {
			if l.ID != i {
				t.Errorf("place %d has id %d", i, l.ID)
			}
			place(l)
		}
	}
	for _, n := range run.Invocations[0].Notifications {
		text(n.Message.Text, false)
		for _, l := range n.Locations {
			place(l)
		}
	}
}
