package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// mostPlaces bounds the places that one result of SARIF points to. The property
// "places" says how many there are.
const mostPlaces = 100

// fleetSARIF is a SARIF log with a result for each case and diagnosis, and a
// notification for each problem.
func fleetSARIF(w io.Writer, f *result.Fleet) error {
	return sarif(w, f.Cases, f.Problems, f.Status, f.Rules)
}

func differentialSARIF(w io.Writer, d *result.Differential) error {
	return sarif(w, []result.Differential{*d}, d.Problems, d.Status, d.Rules)
}

func sarif(w io.Writer, cases []result.Differential, problems []facts.Problem, status string, base result.Rules) error {
	s := &sarifMaker{
		files: artifacts{index: map[string]int{}},
		rules: map[string]int{}, best: map[string]float64{},
	}
	// Rules and files stand before the results, which are too many to be kept:
	// they are made twice.
	if err := s.results(cases, func(sarifResult) error { return nil }); err != nil {
		return err
	}
	properties := map[string]any{"status": plain(status)}
	if n := base.NotEvaluated; len(n) > 0 {
		properties["rulesNotEvaluated"] = cleaned(n)
	}
	driver := sarifDriver{
		Name: "kbtriage", Rules: append([]sarifRule{}, s.list...),
		Properties: map[string]any{"base": Clean(base.Base), "rulesLoaded": base.Loaded, "rulesEvaluated": base.Evaluated},
	}
	invocation := sarifInvocation{Successful: status != result.Failed, Notifications: s.notifications(problems, status)}
	out := &sarifWriter{w: w}
	out.raw(`{"$schema":"` + sarifSchema + `","version":"` + sarifVersion + `","runs":[{` + "\n")
	out.field("tool", sarifTool{driver})
	out.field("invocations", []sarifInvocation{invocation})
	out.field("artifacts", append([]sarifArtifact{}, s.files.list...))
	out.field("properties", properties)
	out.raw(`"results":[`)
	before := "\n"
	if err := s.results(cases, func(r sarifResult) error {
		out.raw(before)
		out.value(r)
		before = ",\n"
		return out.err
	}); err != nil {
		return err
	}
	out.raw("\n]}]}\n")
	return out.err
}

// sarifWriter writes a log piece by piece, a result a line.
type sarifWriter struct {
	w   io.Writer
	b   bytes.Buffer
	err error
}

func (s *sarifWriter) raw(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.w, text)
	}
}

func (s *sarifWriter) value(v any) {
	if s.err != nil {
		return
	}
	s.b.Reset()
	if s.err = Line(&s.b, v); s.err == nil {
		_, s.err = s.w.Write(bytes.TrimSuffix(s.b.Bytes(), []byte("\n")))
	}
}

func (s *sarifWriter) field(name string, v any) {
	s.raw(`"` + name + `":`)
	s.value(v)
	s.raw(",\n")
}

// sarifMaker gathers the rules and files that the results refer to by number.
type sarifMaker struct {
	files artifacts
	list  []sarifRule
	rules map[string]int
	best  map[string]float64 // the highest probability of each rule, from which its help is
}

// results hands over one result after the other.
func (s *sarifMaker) results(cases []result.Differential, take func(sarifResult) error) error {
	for i := range cases {
		d := &cases[i]
		for j := range d.Diagnoses {
			if err := take(s.result(d, &d.Diagnoses[j], false)); err != nil {
				return err
			}
		}
		for j := range d.Also {
			if err := take(s.result(d, &d.Also[j], true)); err != nil {
				return err
			}
		}
	}
	return nil
}

// rule is the number of the rule of x. The text of the most probable diagnosis
// stands for all: steps may name what its case is about.
func (s *sarifMaker) rule(x *result.Diagnosis) int {
	i, known := s.rules[x.Rule]
	if !known {
		i = len(s.list)
		s.rules[x.Rule] = i
		s.list = append(s.list, sarifRule{})
	}
	if !known || x.Probability > s.best[x.Rule] {
		s.best[x.Rule] = x.Probability
		s.list[i] = sarifRule{
			ID: Clean(x.Rule), Short: sarifText{Text: plain(or(x.Title, x.Rule))}, Full: sarifText{Text: plain(or(x.Cause, x.Title, x.Rule))},
			Help:       sarifText{Text: help(x), Markdown: helpMarkdown(x)},
			Properties: map[string]any{"refs": cleaned(x.Refs), "status": Clean(x.Status)},
		}
	}
	return i
}

func (s *sarifMaker) result(d *result.Differential, x *result.Diagnosis, besides bool) sarifResult {
	rule := s.rule(x)
	host := Clean(d.Case.Host)
	text := fmt.Sprintf("%s: %s, %s", plain(or(x.Title, x.Rule)), Percent(x.Probability), plain(verdictWord(x.Verdict)))
	if host != "" {
		text += " on " + plain(host)
	}
	r := sarifResult{
		RuleID: Clean(x.Rule), RuleIndex: rule, Level: sarifLevel(x.Verdict), Rank: min(100, max(0, 100*x.Probability)),
		Fingerprints: map[string]string{"caseAndRule/v1": Clean(d.Case.ID) + ":" + Clean(x.Rule)},
		Properties: map[string]any{
			"case": Clean(d.Case.ID), "host": host, "verdict": Clean(string(x.Verdict)), "probability": x.Probability, "bits": x.Bits,
			"place": x.Rank, "resolution": Clean(x.Resolution.Kind),
		},
	}
	if besides {
		r.Properties["besides"] = true
	}
	if d.Case.Records > 0 {
		r.Properties["records"] = d.Case.Records
	}
	putTime(r.Properties, "from", d.Case.From)
	putTime(r.Properties, "to", d.Case.To)
	places := 0
	for _, e := range x.Evidence {
		if e.State != "seen" {
			continue
		}
		for i := range e.Facts {
			if places++; places > mostPlaces {
				continue
			}
			l := s.location(&e, &e.Facts[i], d.Case.Host)
			if places == 1 {
				text += ". " + plain(shorten(e.Facts[i].Text, mostRunes))
				r.Locations = []sarifLocation{l}
				continue
			}
			l.ID = places - 1
			r.Related = append(r.Related, l)
		}
	}
	if places == 0 && host != "" {
		r.Locations = []sarifLocation{{Logical: logical(host)}}
	}
	r.Properties["places"] = places
	r.Message.Text = text
	return r
}

func (s *sarifMaker) location(e *result.Evidence, f *result.Fact, host string) sarifLocation {
	l := sarifLocation{
		Message:    &sarifText{Text: plain(shorten(e.Symptom, mostRunes)) + ": " + plain(shorten(f.Text, mostRunes))},
		Logical:    logical(or(f.Host, host)),
		Properties: map[string]any{"symptom": Clean(e.Symptom), "bits": e.Bits, "decisive": e.Decisive, "proof": e.Proof},
	}
	if at := s.files.locate(f.Path); at != nil {
		l.Physical = &sarifPhysical{Artifact: *at}
		if f.Line > 0 {
			l.Physical.Region = &sarifRegion{StartLine: f.Line}
		}
	} else if f.Path != "" {
		l.Properties["source"] = Clean(f.Path)
	}
	if f.Record > 0 {
		l.Properties["record"] = f.Record
	}
	if f.Count > 1 {
		l.Properties["count"] = f.Count
	}
	putTime(l.Properties, "time", f.Time)
	putTime(l.Properties, "last", f.Last)
	return l
}

// notifications says what was not read, decoded or evaluated.
func (s *sarifMaker) notifications(problems []facts.Problem, status string) []sarifNotification {
	level := "warning"
	if status == result.Failed {
		level = "error"
	}
	var list []sarifNotification
	for _, x := range problems {
		n := sarifNotification{Level: level, Properties: map[string]any{"source": Clean(x.Source), "stage": Clean(x.Stage)}}
		if x.Reason != "" {
			n.Descriptor = &sarifDescriptor{ID: Clean(x.Reason)}
		}
		at := x.Source
		if x.At != "" {
			at += ", " + x.At
			n.Properties["at"] = Clean(x.At)
		}
		n.Message.Text = plain(shorten(at, mostRunes)) + ": " + plain(shorten(x.Text, longRunes))
		if x.Read > 0 {
			n.Properties["read"] = x.Read
		}
		if x.Lost > 0 {
			n.Properties["lost"] = x.Lost
		}
		if x.Stage == "open" || x.Stage == "decode" { // of a file; else of a rule or a server
			if place := s.files.locate(x.Source); place != nil {
				n.Locations = []sarifLocation{{Physical: &sarifPhysical{Artifact: *place}}}
			}
		}
		list = append(list, n)
	}
	return list
}

func sarifLevel(v result.Verdict) string {
	switch v {
	case result.Confirmed, result.Likely:
		return "error"
	case result.Possible:
		return "warning"
	}
	return "note"
}

func logical(host string) []sarifLogical {
	if host == "" {
		return nil
	}
	return []sarifLogical{{Name: Clean(host), Kind: "host"}}
}

// plain makes text inert in a message of SARIF, which may hold links in square
// brackets (section 3.11.6) and placeholders in braces (section 3.11.5).
func plain(s string) string {
	s = Clean(s)
	if !strings.ContainsAny(s, `\[]{}`) {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(s)
}

func cleaned(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Clean(s)
	}
	return out
}

// or is the first that is not empty.
func or(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return "unnamed"
}

func putTime(to map[string]any, key string, t facts.Time) {
	if !t.IsZero() {
		to[key] = t.String()
	}
}

// help is the cause and the steps as plain text.
func help(x *result.Diagnosis) string {
	lines := []string{plain(shorten(or(x.Cause, x.Title, x.Rule), longRunes))}
	for i, step := range x.Resolution.Steps {
		for k, l := range stepLines(step) {
			if k == 0 {
				lines = append(lines, fmt.Sprintf("%d. %s", i+1, plain(l.Text)))
			} else {
				lines = append(lines, "   "+plain(l.Text))
			}
		}
	}
	return strings.Join(lines, "\n")
}

func helpMarkdown(x *result.Diagnosis) string {
	var b strings.Builder
	p := &page{w: &b}
	p.line("%s", passive(shorten(or(x.Cause, x.Title, x.Rule), longRunes)))
	p.markdownSteps(x.Resolution.Steps)
	return b.String()
}
