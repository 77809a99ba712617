package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/internal/overlap"
)

// What the text of an overlap shows of one entry, unless everything is asked for.
const (
	sharedSymptoms = 3  // of those that rules share
	sharedRules    = 5  // of those that share them
	ownSymptoms    = 3  // that tell a rule apart
	alikeRules     = 10 // of near duplicates
	swallowers     = 3  // of those that swallow a rule
	titleRunes     = 90
	symptomRunes   = 90
)

// Overlap prints what rules have in common for a person: of each section the
// first entries up to top, or all where that is 0.
func Overlap(w io.Writer, o *overlap.Overlap, top int, style Style) error {
	if style.Width == 0 {
		style.Width = 100
	}
	p := &page{w: w, style: style}
	p.line("%s: %s with symptoms in common, %s of near duplicates, %s with the same symptoms, %s swallowed", counted(int64(o.Rules), "rule"),
		counted(int64(len(o.Shared)), "group"), counted(int64(len(o.Duplicates)), "cluster"), thousands(int64(len(o.Same))), thousands(int64(len(o.Swallowed))))
	p.overlapSection("Shared", len(o.Shared), top, func(i int) { p.shared(&o.Shared[i]) })
	p.overlapSection("Near duplicates", len(o.Duplicates), top, func(i int) { p.duplicates(&o.Duplicates[i]) })
	if o.Unchecked > 0 {
		p.line("  The texts of %s were not compared with all that look like them, as these are too many.", counted(int64(o.Unchecked), "rule"))
	}
	p.overlapSection("Same symptoms", len(o.Same), top, func(i int) { p.same(&o.Same[i]) })
	p.overlapSection("Swallowed", len(o.Swallowed), top, func(i int) { p.swallowed(&o.Swallowed[i]) })
	return p.err
}

// overlapSection prints the first entries and says how many more there are.
func (p *page) overlapSection(title string, n, top int, entry func(int)) {
	p.line("")
	p.line("%s", title)
	shown := n
	if top > 0 {
		shown = min(n, top)
	}
	for i := range shown {
		entry(i)
	}
	switch {
	case n == 0:
		p.line("  none")
	case shown < n:
		p.line("  and %s more (--top)", thousands(int64(n-shown)))
	}
}

// atMost is how many of n to show.
func (p *page) atMost(n, most int) int {
	if p.style.Verbose {
		return n
	}
	return min(n, most)
}

func (p *page) shared(s *overlap.Shared) {
	p.wrapped("  ", "    ", fmt.Sprintf("%s: %s", symptomList(s.Symptoms, 0, p.atMost(len(s.Symptoms), sharedSymptoms)), counted(int64(s.Count), "rule")))
	if !s.Compared {
		var ids []string
		for i := range s.Rules {
			ids = append(ids, Clean(s.Rules[i].ID))
		}
		p.wrapped("    ", "      ", fmt.Sprintf("too many to tell apart: %s and %s more", strings.Join(ids, ", "), thousands(int64(s.Count-len(ids)))))
		return
	}
	shown := p.atMost(len(s.Rules), sharedRules)
	for i := range shown {
		a := &s.Rules[i]
		p.overlapRule(a.ID, a.Title)
		p.wrapped("        ", "          ", p.tells(a))
	}
	if more := len(s.Rules) - shown; more > 0 {
		p.line("    and %s", moreRules(more))
	}
}

// tells is what tells a rule from those that share its symptom.
func (p *page) tells(a *overlap.Apart) string {
	if a.Nothing() {
		return "nothing tells it apart"
	}
	if len(a.Symptoms) > 0 {
		return "only it: " + symptomList(a.Symptoms, a.More, p.atMost(len(a.Symptoms), ownSymptoms))
	}
	var words []string
	for _, w := range a.Words {
		text := shorten(w.Word, symptomRunes)
		if w.Others > 0 {
			text += fmt.Sprintf(" (and %s)", moreRules(w.Others))
		}
		words = append(words, text)
	}
	return "only words: " + strings.Join(words, ", ")
}

func (p *page) duplicates(d *overlap.Duplicates) {
	var by []string
	for _, reason := range d.By {
		switch reason {
		case overlap.ByText:
			by = append(by, fmt.Sprintf("texts alike to %d %%", int(100*d.Similarity)))
		case overlap.ByTitle:
			by = append(by, "the same title")
		}
	}
	p.line("  %s: %s", counted(int64(len(d.Rules)), "rule"), strings.Join(by, ", "))
	shown := p.atMost(len(d.Rules), alikeRules)
	for _, r := range d.Rules[:shown] {
		p.overlapRule(r.ID, r.Title)
	}
	if more := len(d.Rules) - shown; more > 0 {
		p.line("    and %s", moreRules(more))
	}
}

func (p *page) same(s *overlap.Same) {
	what := "the same cause: one of them is too many"
	if s.Conflict {
		what = "other causes: nothing tells them apart"
	}
	p.wrapped("  ", "    ", fmt.Sprintf("%s: %s, %s", symptomList(s.Symptoms, 0, p.atMost(len(s.Symptoms), sharedSymptoms)), counted(int64(len(s.Rules)), "rule"), what))
	shown := p.atMost(len(s.Rules), sharedRules)
	for _, r := range s.Rules[:shown] {
		p.overlapRule(r.ID, r.Title)
	}
	if more := len(s.Rules) - shown; more > 0 {
		p.line("    and %s", moreRules(more))
	}
}

func (p *page) swallowed(s *overlap.Swallowed) {
	p.wrapped("  ", "    ", fmt.Sprintf("%s: %s", Clean(s.ID), symptomList(s.Symptoms, 0, p.atMost(len(s.Symptoms), sharedSymptoms))))
	var list []string
	for _, by := range s.By[:p.atMost(len(s.By), swallowers)] {
		list = append(list, fmt.Sprintf("%s (%s)", Clean(by.ID), counted(int64(by.Symptoms), "symptom")))
	}
	text := strings.Join(list, ", ")
	if more := s.Count - len(list); more > 0 {
		text += " and " + thousands(int64(more)) + " more"
	}
	p.wrapped("    by ", "      ", text)
}

func (p *page) overlapRule(id, title string) {
	p.line("    %s  %s", Clean(id), shorten(strings.Join(strings.Fields(title), " "), titleRunes))
}

// symptomList is the first symptoms, and how many more there are: those behind
// them and so many that are not in the list.
func symptomList(list []overlap.Symptom, more, most int) string {
	var parts []string
	for _, s := range list[:min(len(list), most)] {
		parts = append(parts, shorten(s.String(), symptomRunes))
	}
	text := strings.Join(parts, ", ")
	if more += len(list) - len(parts); more > 0 {
		text += fmt.Sprintf(" and %s more", thousands(int64(more)))
	}
	return text
}

func moreRules(n int) string {
	if n == 1 {
		return "1 other rule"
	}
	return thousands(int64(n)) + " other rules"
}
