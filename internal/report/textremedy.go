package report

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
)

// The bounds of what is printed of a cause, in bytes, and of steps, for the first
// diagnosis and for others; --verbose has all.
const (
	mostCause    = 2000
	mostSteps    = 40
	mostStepsOff = 12
)

func (p *page) causeOf(text string) {
	if strings.TrimSpace(text) == "" {
		p.line("   Cause: not known")
		return
	}
	rest := 0
	if len(text) > mostCause && !p.style.Verbose {
		kept := strings.ToValidUTF8(text[:mostCause], "")
		if cut := strings.LastIndexAny(kept, " \n"); cut > mostCause/2 {
			kept = kept[:cut]
		}
		rest = len(text) - len(kept)
		text = kept + " ..."
	}
	first := "   Cause: "
	for _, l := range paragraphs(text) {
		p.wrapped(first, "          ", Clean(l))
		first = "          "
	}
	if rest > 0 {
		p.line("          (%d more bytes: -v)", rest)
	}
}

// paragraphs are those of a text, and the items of its lists, each on one line.
func paragraphs(text string) (list []string) {
	fresh := true
	for l := range strings.SplitSeq(text, "\n") {
		t := strings.TrimSpace(l)
		switch {
		case t == "":
			fresh = true
			continue
		case fresh || listItem.MatchString(t) || strings.HasPrefix(l, "   "):
			list = append(list, t)
		default:
			list[len(list)-1] += " " + t
		}
		fresh = false
	}
	return list
}

var listItem = regexp.MustCompile(`^(?:\d{1,2}[.)]|[-*•]) `)

func (p *page) resolution(d *result.Diagnosis) {
	r := &d.Resolution
	head := map[string]string{"fix": "To do:", "workaround": "Workaround:", "by-design": "By design:", "none": "No solution is known."}[r.Kind]
	if len(r.Steps) == 0 && r.Kind != "none" {
		return
	}
	p.line("   %s", p.paint(bold, head))
	most := mostSteps
	if d.Rank > 1 {
		most = mostStepsOff
	}
	for i := range r.Steps {
		if i == most && !p.style.Verbose {
			p.line("     and %d more steps (-v)", len(r.Steps)-i)
			break
		}
		number, way, s := r.Step(i)
		if way != "" {
			p.line("     %s", p.paint(bold, Clean(way)+":"))
		}
		for k, l := range cleanLines(s) {
			if k == 0 {
				first := fmt.Sprintf("     %d. ", number)
				p.wrapped(first, strings.Repeat(" ", len(first)), l)
				continue
			}
			if t := strings.TrimSpace(l); t == result.DerivedMark || t == result.BlankMark {
				p.line("          %s", p.paint(faint, t))
			} else if strings.HasPrefix(l, "    ") {
				p.line("            %s", p.paint(bold, t))
			} else {
				p.wrapped("        ", "        ", l)
			}
		}
	}
	for _, b := range r.Blanks {
		p.wrapped("     Blank: ", "            ", fmt.Sprintf("%s  (--set %s=...)", Clean(b.Ask), b.Input))
	}
	for _, v := range r.Verify {
		p.wrapped("     Afterwards: ", "                 ", Clean(v))
	}
}
