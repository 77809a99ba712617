// Package sketch makes the first form of a rule and of its test from the facts of a
// case: what an author begins with.
package sketch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// Sketch is what is known of an error.
type Sketch struct {
	ID    string
	Title string
	Cause string
	Ref   string       // number of an article, or an address
	Steps []string     // what to do
	Facts []facts.Fact // what was seen, and where
}

// Observations are the facts that a symptom can be made of, each once: codes, events
// and short texts.
func Observations(list []facts.Fact) (out []facts.Fact) {
	seen := map[string]bool{}
	for _, f := range list {
		key := ""
		switch {
		case f.Code != nil:
			if _, err := errcode.Parse(literal(f.Code)); err != nil {
				continue
			}
			key = "code " + literal(f.Code)
		case f.Event != nil && f.Event.ID != 0:
			key = fmt.Sprintf("event %d %s", f.Event.ID, facts.FoldName(f.Event.Source))
		case f.Text != nil:
			text := oneLine(f.Text.Value)
			if t, err := cond.ParseTemplate(text); err != nil || len(text) > longestText || len(text) < 12 || t.String() == "" {
				continue
			}
			key = "text " + facts.Fold(text)
		}
		if key != "" && !seen[key] {
			seen[key] = true
			out = append(out, f)
		}
	}
	return out
}

// longestText is how long a text may be to be taken for a message, in bytes.
const longestText = 300

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// literal is how a rule file writes a code.
func literal(c *facts.Code) string {
	return errcode.Code{Value: c.Value, Family: errcode.Family(c.Family)}.Notation()
}

// Files are the rule and its test. Nothing in them is left to fill in but what the
// sketch does not know; that is said in comments.
func (s *Sketch) Files() (rule, test []byte) {
	var r bytes.Buffer
	line := func(b *bytes.Buffer, format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	line(&r, "schema: 1\nid: %s\nversion: 1\ntitle: %s\nstatus: draft", s.ID, quote(s.Title))
	switch {
	case strings.Contains(s.Ref, "://"):
		line(&r, "refs: [{url: %s}]", quote(s.Ref))
	case s.Ref != "":
		line(&r, "refs: [{kb: %s}]", quote(s.Ref))
	}
	environment := map[string]string{}
	for _, f := range s.Facts {
		if e := f.Environment; e != nil && !e.Not && environment[e.Field] == "" {
			environment[e.Field] = e.Value
		}
	}
	var applies, set []string
	for _, field := range []string{facts.FieldProduct, facts.FieldVersion, facts.FieldOS, facts.FieldRole} {
		v := environment[field]
		if v == "" {
			continue
		}
		set = append(set, field+": "+quote(v))
		if field == facts.FieldVersion {
			v = atLeast(v)
		}
		if v != "" {
			applies = append(applies, field+": "+quote(v))
		}
	}
	if len(applies) > 0 {
		line(&r, "applies_to:\n  - {%s}", strings.Join(applies, ", "))
	}
	line(&r, "symptoms:")
	var inputs, states []string
	names := map[string]bool{}
	for _, f := range Observations(s.Facts) {
		name, form, given, suggests := symptom(f)
		first := name
		for n := 2; names[name]; n++ {
			name = first + "_" + strconv.Itoa(n)
		}
		names[name] = true
		line(&r, "  %s: {%s, suggests: %d, expected: 4}", name, form, suggests)
		inputs = append(inputs, quote(given))
		states = append(states, name+": seen")
	}
	line(&r, "# A proof shows the cause itself; without one a diagnosis is never confirmed, and the rule cannot become stable:")
	line(&r, "# proof:\n#   is_it: {ask: Is it so?, suggests: 5, expected: 5}")
	line(&r, "cause: %s", quote(s.Cause))
	if len(s.Steps) == 0 {
		line(&r, "resolution: {kind: none}")
	} else {
		line(&r, "resolution:\n  steps:")
		for _, step := range s.Steps {
			line(&r, "    - %s", quote(unnumbered(step)))
		}
	}

	return r.Bytes(), testFile(s.ID, inputs, set, states)
}

// Test is a test of a rule that was made of an article: what its symptoms look for,
// or where it has none the begin of what the article says, must bring it up.
func Test(r *rules.Rule) []byte {
	var inputs, states []string
	for i := range r.Symptoms {
		s := &r.Symptoms[i]
		c := &s.Condition
		switch {
		case s.Proof || len(inputs) == mostInputs:
		case len(c.Codes) == 1:
			inputs, states = append(inputs, quote(c.Codes[0].String())), append(states, s.Name+": seen")
		case c.Event != nil && len(c.Event.IDs) > 0:
			given := fmt.Sprintf("Event ID: %d", c.Event.IDs[0])
			if c.Event.Source != "" {
				given += " Source: " + c.Event.Source
			}
			inputs, states = append(inputs, quote(given)), append(states, s.Name+": seen")
		}
	}
	if len(inputs) == 0 && r.Article != nil {
		text := oneLine(r.Article.Symptoms)
		if len(text) > longestText {
			text = strings.ToValidUTF8(text[:longestText], "")
		}
		inputs = append(inputs, quote(text))
	}
	return testFile(r.ID, inputs, nil, states)
}

// mostInputs bounds what a test of an article gives.
const mostInputs = 4

func testFile(id string, inputs, set, states []string) []byte {
	var t bytes.Buffer
	fmt.Fprintf(&t, "rule: %s\ntests:\n  - name: as it was first seen\n    given:\n      inputs: [%s]\n", id, strings.Join(inputs, ", "))
	if len(set) > 0 {
		fmt.Fprintf(&t, "      set: {%s}\n", strings.Join(set, ", "))
	}
	expect := "rank: 1"
	if len(states) > 0 {
		expect += ", symptoms: {" + strings.Join(states, ", ") + "}"
	}
	fmt.Fprintf(&t, "    expect: {%s}\n", expect)
	fmt.Fprintf(&t, "\n  # A case that looks alike and is none; a stable rule needs one:\n  # - name: another error\n  #   near_miss: true\n  #   given: {inputs: [...]}\n  #   expect: {absent: [%s]}\n", id)
	return t.Bytes()
}

// atLeast is the range of a version and all newer ones.
func atLeast(v string) string {
	version, err := cond.ParseVersion(v)
	if err != nil {
		return ""
	}
	return ">=" + version.String()
}

// symptom is a name, a condition, what a test gives for it, and how strongly it points.
func symptom(f facts.Fact) (name, form, given string, suggests int) {
	switch {
	case f.Code != nil:
		l := literal(f.Code)
		suggests = 4
		if f.Code.Value < 600 && strings.Trim(l, "0123456789") == "" { // a code of many systems
			suggests = 3
		}
		return "code_" + identifier(l), "code: " + quote(l), l, suggests
	case f.Event != nil:
		e := f.Event
		name, form, given = fmt.Sprintf("event_%d", e.ID), fmt.Sprintf("event: {id: %d", e.ID), fmt.Sprintf("Event ID: %d", e.ID)
		suggests = 2
		if e.Source != "" {
			form += ", source: " + quote(e.Source)
			given += " Source: " + e.Source
			suggests = 4
		}
		return name, form + "}", given, suggests
	}
	text := oneLine(f.Text.Value)
	if rest := header().ReplaceAllString(text, ""); says(rest) { // when and where it was said is not what was said
		text = rest
	}
	suggests = 3
	if !strings.Contains(text, " ") { // one word stands in other texts as well
		suggests = 2
	}
	message := template(text)
	if !says(message) { // what varies is all that there is
		message = text
	}
	return "message", "text: " + quote(message), text, suggests
}

// says reports whether a rule can look for the message.
func says(message string) bool {
	_, err := cond.ParseTemplate(message)
	return err == nil
}

// template is a message with placeholders for what differs from one occurrence to the
// next.
func template(message string) string {
	message = counted(message)
	out := ""
	for {
		from, to, name, ok := cond.Varying(message)
		if !ok {
			return out + message
		}
		out += message[:from] + "<" + name + ">"
		message = message[to:]
	}
}

// identifier is a text as a part of a name.
func identifier(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "_") {
			b.WriteByte('_')
		}
	}
	return strings.Trim(b.String(), "_")
}

// quote is a text as YAML has it: as it is where that is safe, else as JSON has it.
func quote(s string) string {
	plain := s != "" && s == strings.TrimSpace(s)
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		plain = plain && (letter || i > 0 && (r >= '0' && r <= '9' || strings.ContainsRune(" ./_-", r)))
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text always has a form
	return strings.TrimSpace(b.String())
}

// counted is a message with placeholders for what counts things. A number behind error,
// code, event or status says which one it is, and stays.
func counted(message string) string {
	var b strings.Builder
	at := 0
	for _, m := range number().FindAllStringIndex(message, -1) {
		b.WriteString(message[at:m[0]])
		switch before := strings.ToLower(strings.TrimRight(message[:m[0]], " :=(")); {
		case strings.HasSuffix(before, "error") || strings.HasSuffix(before, "code") || strings.HasSuffix(before, "event") || strings.HasSuffix(before, "status") || strings.HasSuffix(before, "id"):
			b.WriteString(message[m[0]:m[1]])
		case strings.IndexByte("[#*", message[m[0]]) >= 0:
			b.WriteString(message[m[0]:m[0]+1] + "<number>" + strings.TrimLeft(message[m[0]+1:m[1]], "0123456789"))
		default:
			b.WriteString("<number>")
		}
		at = m[1]
	}
	return b.String() + message[at:]
}

// unnumbered is a step without a number of its own: steps are numbered when they are
// shown.
func unnumbered(step string) string {
	rest := strings.TrimLeft(step, "0123456789")
	if rest == step || len(rest) < 3 || rest[0] != '.' && rest[0] != ')' || rest[1] != ' ' {
		return step
	}
	return strings.TrimSpace(rest[1:])
}

var (
	// header is the begin of a line of a log: time, host and program.
	header = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*)` +
			`(?:(?: [\w.-]+)? [\w./-]+(?:\[\d+\])?: | \[\w+\] (?:\d+#\d+: )?(?:\*\d+ )?| )`)
	})
	// number is what counts things: ids of processes and connections, numbers of more than
	// four digits that are no codes, ids of traces.
	number = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\[\d+\]|[#*]\d+\b|\b[0-9a-f]{16,}\b|\b\d{5,}\b`)
	})
)
