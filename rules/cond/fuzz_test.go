package cond

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts"
)

// FuzzWhen: any source is refused or compiles, runs on the fullest view in bounded time, and says
// nothing of an empty case.
func FuzzWhen(f *testing.F) {
	for _, s := range randomWhens {
		f.Add(s)
	}
	for _, s := range []string{
		"", " ", "#", ".id", "$env", "1/0 > 1", "events[-1].id == 1", "dns", "dns.missing", "dns?.missing == []", "[dns][0].update", "let x = 1; x == 1", "true ?: false",
		"any(events, any(events, any(events, .id == 1)))", "any(events, any(events, len(string(events)) == 0))", "reduce(events, #acc + .id, 0) > 1",
		"any(texts, # matches \"[ab]*a[ab]{12}c\")", "any(texts, # matches \"((a{1,9}){1,9}){1,9}\")", "len(map(events, map(events, .message + .message))) > 1",
		"product + product + product == os", "texts | filter(# contains \"a\") | len() > 3", "any(texts, # in texts)", "events == events", "-9223372036854775807 - len(codes) < 0",
		"len(codes) % (len(codes) - 200) == 1", "max(map(codes, .value)) > 0", "min(events) == 1", "\"\\xff\" == product", "`a` == os // comment", "/* ( */ dns.update",
		"any(codes, .value == 0xC00203E5 and .family != nil)", "\"é\" in roles", "not not not dns.update", "dns.update ?? true", "\"(((((\" == os",
		strings.Repeat("(", 5_000), strings.Repeat("!", 4_000) + "dns.update", strings.Repeat("[", 40), strings.Repeat("product + ", 300) + "os == os",
	} {
		f.Add(s)
	}
	empty := viewOf()
	f.Fuzz(func(t *testing.T, src string) {
		begin := time.Now()
		w, err := NewWhen(src)
		if err != nil {
			if ee, ok := err.(*ExprError); !ok || ee.Text == "" || ee.Line < 0 || ee.Column < 0 || strings.Contains(ee.Text, "\n") && !strings.Contains(src, "\n") {
				t.Fatalf("%T %v", err, err)
			} else if ee.Line > 1+strings.Count(src, "\n") {
				t.Fatalf("line %d of %q", ee.Line, src)
			}
			Suggest(err)
			return
		}
		if w.Cost() > maxCost {
			t.Fatalf("costs %d", w.Cost())
		}
		c := &Condition{When: w, Probe: &Probe{Kind: ProbeDNS, Type: "A"}}
		full := c.Eval(fullView())
		if d := time.Since(begin); d > bearable {
			t.Fatalf("took %s", d)
		}
		if full.Err != nil && full.State != Unknown {
			t.Fatalf("failed and is %s", full.State)
		}
		if r := c.Eval(empty); r.State == Missing || r.State == Seen && len(w.prog.dns) > 0 {
			t.Fatalf("%s in an empty case", r.State)
		}
		if anchors, ok := c.Anchors(); ok && len(anchors) == 0 {
			t.Fatal("no anchors, but they are said to stand for the expression")
		}
	})
}

// FuzzTemplate: a template that matches a text has its anchor words in it; a text without
// placeholders matches itself.
func FuzzTemplate(f *testing.F) {
	for _, s := range randomTemplates {
		f.Add(s, randomTexts[0])
	}
	f.Add("The <service name> service could not be started.", "the net logon service could not be started")
	f.Add("<x><y>abcd<z>", strings.Repeat("abc ", 200)+"abcd")
	f.Add("a<x>b<x>c<x>d<x>", strings.Repeat("a b c d ", 300))
	f.Add("\xff\x00 <x\xff> abcd", "\xff\x00 abcd")
	f.Add("“abcd”…. ", "\"abcd\"…")
	f.Add("İıſK abcd", "i̇ıſk ABCD")
	f.Fuzz(func(t *testing.T, source, text string) {
		tmpl, err := ParseTemplate(source)
		if err != nil {
			return
		}
		if len(source) > 1<<12 || len(text) > 1<<14 {
			return
		}
		if tmpl.String() != source {
			t.Fatalf("%q became %q", source, tmpl)
		}
		folded := facts.Fold(text)
		begin := time.Now()
		got := tmpl.Match(folded)
		if d := time.Since(begin); d > bearable {
			t.Fatalf("took %s", d)
		}
		if got {
			words := slices.Collect(Words(folded))
			for _, w := range tmpl.AnchorWords() {
				if !slices.Contains(words, w) {
					t.Fatalf("%q matches %q, which has no word %q", source, folded, w)
				}
			}
			if around := facts.Fold("before " + text + " after"); !tmpl.Match(around) {
				t.Fatalf("%q matches %q, but not %q", source, folded, around)
			}
		}
		if !strings.Contains(source, "<") && !tmpl.Match(facts.Fold("so: "+source+" .")) {
			t.Fatalf("%q does not match itself", source)
		}
		if !utf8.ValidString(strings.Join(tmpl.parts, "")) {
			t.Fatalf("%q: parts %q are not UTF-8", source, tmpl.parts)
		}
	})
}

// FuzzRange: a version and a range survive being written, and a range holds versions soundly.
func FuzzRange(f *testing.F) {
	for _, s := range []string{">=5.5 <6", "5.5 SP3", "=5", ">5.5 SP2, <=5.5 SP4", "=>5", ">=6 <5", "< >", ",", "5.5sp", "service pack 3", ">\x00=5", ">=5.5<6>4", "1.2.3.4.5.6.7.8", "4294967296", "٣"} {
		f.Add(s, "5.5 SP1")
	}
	f.Fuzz(func(t *testing.T, source, version string) {
		v, verr := ParseVersion(version)
		if verr == nil {
			again, err := ParseVersion(v.String())
			if err != nil || again.String() != v.String() {
				t.Fatalf("%q is %q, which is %q %v", version, v, again, err)
			}
			if v.Before(v) == Seen {
				t.Fatalf("%q is before itself", v)
			}
			listed, err := ParseRange(v.String())
			if err != nil || listed.Holds(v) == Missing {
				t.Fatalf("%q does not hold itself: %v", v, err)
			}
		}
		r, err := ParseRange(source)
		if err != nil {
			return
		}
		again, err := ParseRange(r.String())
		if err != nil || again.String() != r.String() {
			t.Fatalf("%q is %q, which is %q %v", source, r, again, err)
		}
		if verr == nil && again.Holds(v) != r.Holds(v) {
			t.Fatalf("%q holds %q: %s, then %s", source, v, r.Holds(v), again.Holds(v))
		}
	})
}
