package importer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// Result is what an article gave.
type Result struct {
	Path    string           // of the article
	Drafts  []rulefile.Draft // none where Reason says why
	Reason  string           // why there is no rule
	Flags   []string         // what was odd
	Lines   int              // of the article
	Unclear int              // of them in parts that no rule has a place for
}

// Import makes rules of an article. Its path, below what is imported, tells the
// form where the content does not, and is its name in the rules.
func Import(path string, data []byte) Result {
	d, err := parse(path, data)
	if err != nil {
		return Result{Path: path, Reason: err.Error()}
	}
	r := Result{Path: path}
	for _, p := range d.parts {
		r.Lines = max(r.Lines, p.to)
		if p.kind == partOther && len(trimBlank(p.text)) > 0 {
			r.Unclear += p.to - p.from + 1
		}
	}
	digest := sha256.Sum256(data)
	list := d.problems()
	for i := range list {
		w, reason := d.draft(&list[i], i, len(list))
		if reason != "" {
			r.Reason = cmp.Or(r.Reason, reason)
			continue
		}
		text := w.file(cmp.Or(strings.TrimSpace(path), w.id), hex.EncodeToString(digest[:]))
		if len(text) > largest {
			r.Reason = cmp.Or(r.Reason, "its rule would be larger than a rule file may be")
			continue
		}
		r.Drafts = append(r.Drafts, rulefile.Draft{ID: w.id, YAML: text})
	}
	if len(r.Drafts) > 0 {
		r.Reason = ""
	}
	r.Flags = d.flags
	return r
}

// largest bounds the bytes of a rule file that will be read again.
const largest = 4 << 20

// draft is a rule before it is written.
type draft struct {
	id, title  string
	ref        string
	products   []product
	codes      []errcode.Code
	mentioned  []errcode.Code
	events     []event
	messages   []string
	cause      string
	resolution string // kind
	steps      []todo
	symptoms   string
	notes      string
	related    []string
	words      []string
	parts      []string
	flags      []string
}

// event is an event by numbers and source.
type event struct {
	ids    []uint32
	source string
}

// draft makes the rule of a problem.
func (d *document) draft(p *problem, n, of int) (*draft, string) {
	w := &draft{id: d.ruleID(n), title: d.title, products: d.products, words: d.words}
	if citable.MatchString(d.id) {
		w.ref = d.id
	}
	symptoms, cause := p.text(partSymptoms), p.text(partCause)
	resolution, workaround := p.text(partResolution), p.text(partWorkaround)
	status, more := p.text(partStatus), p.text(partMore)
	summary := p.text(partSummary, partPreamble)
	notes := []string{}
	switch {
	case symptoms == "" && cause == "" && resolution == "" && workaround == "":
		return nil, "it has neither symptoms nor cause nor resolution: it describes no known error"
	case symptoms == "" && summary != "":
		symptoms = summary
		d.flag("no symptoms: the summary stands for them")
	case symptoms == "":
		symptoms = d.title
		d.flag("no symptoms: the title stands for them")
	default:
		notes = append(notes, summary)
	}
	kind := "fix"
	todo := steps(resolution)
	switch {
	case resolution == "" && workaround != "":
		kind = "workaround"
		todo = steps(workaround)
	case workaround != "":
		for _, s := range steps(workaround) {
			s.way = strings.TrimSuffix("Until then: "+s.way, ": ")
			todo = append(todo, s)
		}
	case resolution == "" && byDesign.MatchString(status):
		kind = "by-design"
		todo = steps(status)
		status = ""
	case resolution == "" && status != "":
		todo = steps(status)
		status = ""
		d.flag("no resolution: the status stands for it")
	case resolution == "" && more != "":
		d.flag("no resolution: see the notes")
	}
	if len(todo) == 0 {
		kind = "none"
	}
	w.resolution, w.steps, w.cause = kind, todo, clean(cause)
	if cause == "" {
		d.flag("no cause")
	}
	w.symptoms = clean(symptoms)
	w.related = related(p)
	for _, k := range []string{status, more, p.text(partOther), withoutTitles(p.text(partReferences))} {
		notes = append(notes, withoutTitles(k))
	}
	w.notes = clean(strings.Join(slices.DeleteFunc(notes, func(s string) bool { return strings.TrimSpace(s) == "" }), "\n\n"))
	if w.observe(d.title, symptoms, w.notes+"\n\n"+cause) {
		d.flag("a table of codes")
	}
	if w.title == "" || w.title == "Untitled" {
		w.title = firstWords(symptoms)
		if d.title == "" {
			d.flag("no title: the first words of the symptoms stand for it")
		}
	}
	if strings.TrimSpace(w.symptoms) == "" {
		return nil, "it has neither symptoms nor a summary nor a title by which it could be found"
	}
	if strings.TrimSpace(w.title) == "" {
		w.title = d.id
	}
	if of > 1 {
		d.flag("symptoms more than once: a rule for each")
		w.title += fmt.Sprintf(" (%d)", n+1)
	}
	for _, x := range d.parts {
		if x.kind == partHead || x.kind == partFooter || slices.ContainsFunc(p.parts, func(y part) bool { return y.from == x.from }) {
			w.parts = append(w.parts, fmt.Sprintf("%s %d-%d", x.kind, x.from, x.to))
		}
	}
	w.flags = d.flags
	return w, ""
}

var (
	citable  = newPattern(`^(?:Q\d{3,6}|KB\d{4,10})$`) // a number that others refer to
	byDesign = newPattern(`(?i)\bby design\b|\bby-design\b`)
)

// ruleID is area/number, with the place among several of an article.
func (d *document) ruleID(n int) string {
	id := d.area + "/" + strings.ToLower(d.id)
	if n > 0 {
		id += fmt.Sprintf("-%d", n+1)
	}
	return id
}

// clean is text as it is kept: without residue of HTML, and with no sign that a
// rule file cannot hold.
func clean(s string) string {
	return rulefile.Unbraced(strings.TrimRight(strings.TrimLeft(residue.Replace(s), "\n"), " \n"))
}

// firstWords stands for a title.
func firstWords(s string) string {
	s = strings.Join(strings.Fields(residue.Replace(s)), " ")
	if len(s) <= 80 {
		return s
	}
	if cut := strings.LastIndexByte(s[:80], ' '); cut > 20 {
		return s[:cut] + " ..."
	}
	return strings.ToValidUTF8(s[:80], "") + " ..."
}

// Reference lines name an article and repeat its title, which says nothing of this one.
var (
	referenceLine = newPattern(`^\s+(Q\d{5,6})(\s*:?\s+\S.*)?$`)
	articleID     = newPattern(`(?i)^\s*ARTICLE-ID\s*:\s*(Q\d{5,6})`)
	articleTitle  = newPattern(`(?i)^\s*TITLE\s*:`)
	anyReference  = newPattern(`\bQ\d{5,6}|\bKB\d{5,10}\b`)
)

// related lists the articles that a problem refers to.
func related(p *problem) (list []string) {
	seen := map[string]bool{}
	for _, x := range p.parts {
		for _, l := range x.text {
			for _, q := range anyReference.FindAllString(l, -1) {
				if !seen[q] && len(list) < mostRelated {
					seen[q] = true
					list = append(list, q)
				}
			}
		}
	}
	return list
}

// withoutTitles takes the titles of other articles out of a text.
func withoutTitles(text string) string {
	var kept []string
	goesOn := false
	for l := range strings.SplitSeq(text, "\n") {
		m := referenceLine.FindStringSubmatch(l)
		switch {
		case m != nil:
			kept = append(kept, "   "+m[1])
			goesOn = m[2] != ""
		case articleTitle.MatchString(l) && len(kept) > 0 && articleID.MatchString(kept[len(kept)-1]):
			goesOn = true
		case goesOn && strings.HasPrefix(l, " ") && strings.TrimSpace(l) != "":
		default:
			goesOn = false
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}

// The most that one rule looks for; an article with more is a table.
const (
	mostCodes    = 12
	mostEvents   = 12
	mostMessages = 12
	mostRelated  = 200 // articles that it refers to
	mostSources  = 100 // of events, in one text
)

// observe finds codes, events and messages: those of the symptoms and the title
// are symptoms, other codes are mentioned. It reports whether these were too many
// to be of use.
func (w *draft) observe(title, symptoms, rest string) (table bool) {
	text := residue.Replace(title + "\n\n" + symptoms)
	w.codes, w.events = observed(text)
	for _, m := range messages(residue.Replace(symptoms)) {
		if len(w.messages) < mostMessages {
			w.messages = append(w.messages, m)
		}
	}
	codes, events := observed(residue.Replace(rest))
	for _, c := range codes {
		if !slices.ContainsFunc(w.codes, func(h errcode.Code) bool { return h.Value == c.Value && h.Family == c.Family }) {
			w.mentioned = append(w.mentioned, c)
		}
	}
	if len(w.mentioned) > mostCodes {
		w.mentioned = nil
		table = true
	}
	if len(w.events) == 0 && len(events) <= 3 {
		w.events = events
	}
	w.codes, w.events = w.codes[:min(len(w.codes), mostCodes)], w.events[:min(len(w.events), mostEvents)]
	return table
}

// mostLooked bounds the events whose source is looked for beside them.
const mostLooked = 20

// observed are the codes and events of a text, in their order.
func observed(text string) (codes []errcode.Code, events []event) {
	lines, looked := strings.Split(text, "\n"), 0
	for _, f := range intake.Text("", text) {
		switch f.Kind {
		case facts.KindCode:
			c := errcode.Code{Value: f.Code.Value, Literal: f.Code.Literal, Family: errcode.Family(f.Code.Family)}
			if _, err := errcode.Parse(c.Notation()); err != nil {
				continue
			}
			if !slices.ContainsFunc(codes, func(h errcode.Code) bool { return h.Value == c.Value && h.Family == c.Family }) {
				codes = append(codes, c)
			}
		case facts.KindEvent:
			e := f.Event
			if e.Source == "" && looked < mostLooked {
				looked++
				e.Source = sourceNear(lines, e.ID)
			}
			at := slices.IndexFunc(events, func(h event) bool { return facts.FoldName(h.source) == facts.FoldName(e.Source) })
			if at < 0 {
				if len(events) == mostSources {
					continue
				}
				events = append(events, event{source: e.Source})
				at = len(events) - 1
			}
			if !slices.Contains(events[at].ids, e.ID) {
				events[at].ids = append(events[at].ids, e.ID)
			}
		}
	}
	// An event without source is that with one, if the number is the same.
	for i := range events {
		if events[i].source != "" {
			continue
		}
		events[i].ids = slices.DeleteFunc(events[i].ids, func(id uint32) bool {
			return slices.ContainsFunc(events, func(h event) bool { return h.source != "" && slices.Contains(h.ids, id) })
		})
	}
	return codes, slices.DeleteFunc(events, func(e event) bool { return len(e.ids) == 0 })
}
