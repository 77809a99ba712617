package cond

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/vm"

	"github.com/kbtriage/kbtriage/facts"
)

// maxOpen is how many unknown findings an expression is tried out over: with
// all combinations of true and false of six there are 64 evaluations. A dear
// expression is tried over fewer, so that all of them stay within maxCost.
const maxOpen = 6

// evalWhen evaluates the expression of a probe, or a free one. What is not
// known makes the result unknown only if it matters: the expression is tried
// with every possible value of the unknown findings, and where all agree that
// is the result.
func (c *Condition) evalWhen(v *View) Result {
	if c.When == nil {
		return Result{Why: "the probe was not run"}
	}
	p, err := c.When.checked()
	if err != nil {
		return Result{Why: "its expression cannot be used", Err: err}
	}
	env, used, unknown := v.plainEnv(p.reads)
	if len(unknown) > 0 {
		return Result{Facts: used, Why: strings.Join(unknown, ", ") + " not known"}
	}
	recordFacts, more, possible := v.records(&env, p)
	if !possible {
		if v.coveredAll(p.reads) {
			return Result{State: Missing, Facts: v.looked(p.reads), Why: c.When.source + " does not hold"}
		}
		return Result{Why: "the input was not read in full"}
	}
	used = append(used, recordFacts...)

	var open []openFinding
	var why []string
	looked := false // there is a finding for at least one of the fields
	for _, name := range p.dns {
		f, known := dnsFieldOf(name)
		if !known {
			continue
		}
		yes, undecided, from := v.dnsStates(c.Probe, f)
		looked = looked || len(from) > 0
		if len(yes)+len(undecided) == 0 && len(from) == 0 {
			return Result{Facts: used, Why: "the probe was not run, or could not tell"}
		}
		if len(yes) > maxItems {
			return Result{Facts: used, Why: fmt.Sprintf("%s holds for more than %d subjects", f.id, maxItems)}
		}
		used = append(used, from...)
		f.set(&env.DNS, yes)
		for _, subject := range undecided {
			open = append(open, openFinding{f, yes, subject})
			why = append(why, fmt.Sprintf("%s of %s is unknown", f.id, subject))
		}
	}
	if len(p.dns) > 0 && !looked {
		return Result{Facts: used, Why: "the probe was not run, or could not tell"}
	}
	if len(open) > maxOpen || p.cost<<len(open) > maxCost {
		return Result{Facts: used, Why: strings.Join(why, "; ")}
	}
	return c.decide(v, p, env, open, used, why, more)
}

// openFinding is a finding whose truth is not known: subject may belong to the
// field's list besides yes.
type openFinding struct {
	field   dnsField
	yes     []string
	subject string
}

func (c *Condition) decide(v *View, p *program, env Env, open []openFinding, used []int, why []string, more bool) Result {
	code, err := p.compiled()
	if err != nil {
		return Result{Facts: used, Why: "its expression cannot be used", Err: err}
	}
	var machine vm.VM
	truths, falses := 0, 0
	for mask := range 1 << len(open) {
		lists := map[facts.FindingID][]string{}
		for i, o := range open {
			list, begun := lists[o.field.id]
			if !begun {
				list = append([]string(nil), o.yes...)
			}
			if mask>>i&1 == 1 {
				list = append(list, o.subject)
			}
			lists[o.field.id] = list
		}
		for _, o := range open {
			o.field.set(&env.DNS, lists[o.field.id])
		}
		out, err := machine.Run(code, env)
		if err != nil {
			return Result{Facts: used, Why: "its expression failed", Err: fmt.Errorf("condition %q: %w", c.When.source, exprError(err))}
		}
		if out.(bool) {
			truths++
		} else {
			falses++
		}
	}
	if len(used) == 0 { // what shows that there is none of something is everything that was looked at
		used = v.looked(p.reads)
	}
	full := !more && v.coveredAll(p.reads)
	switch {
	case truths > 0 && falses > 0:
		return Result{Facts: used, Why: strings.Join(why, "; ")}
	case falses == 0 && (p.rising || full):
		return Result{State: Seen, Facts: v.relevant(used, facts.True), Why: v.reasons(used, facts.True, c.When.source+" holds")}
	case truths == 0 && full:
		return Result{State: Missing, Facts: v.relevant(used, facts.False), Why: v.reasons(used, facts.False, c.When.source+" does not hold")}
	}
	return Result{Facts: used, Why: "the input was not read in full"}
}

// looked lists the records that an expression reads, as many as it would see.
func (v *View) looked(reads map[string]bool) (list []int) {
	for _, l := range []struct {
		name string
		kind facts.Kind
	}{{listCodes, facts.KindCode}, {listEvents, facts.KindEvent}, {listTexts, facts.KindText}} {
		if all := v.ofKind(l.kind); reads[l.name] {
			list = append(list, all[:min(len(all), maxItems)]...)
		}
	}
	return list
}

// coveredAll reports whether the records that the expression reads were looked for in full.
func (v *View) coveredAll(reads map[string]bool) bool {
	return (!reads["codes"] || v.covered(facts.KindCode, "")) &&
		(!reads["events"] || v.covered(facts.KindEvent, "")) &&
		(!reads["texts"] || v.covered(facts.KindText, ""))
}

// relevant keeps, of the facts that an expression read, the findings that are
// in the state and everything that is no finding; all of them where that leaves
// nothing, as for "not dns.update".
func (v *View) relevant(used []int, state facts.State) []int {
	var list []int
	for _, i := range used {
		if f := v.Fact(i).Finding; f == nil || f.State == state {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return used
	}
	return list
}

func (v *View) reasons(used []int, state facts.State, otherwise string) string {
	var why []string
	for _, i := range used {
		if f := v.Fact(i).Finding; f != nil && f.State == state {
			if text := strings.TrimSuffix(f.Text, "."); !slices.Contains(why, text) {
				why = append(why, text)
			}
		}
	}
	if len(why) == 0 {
		return otherwise
	}
	const most = 4
	if len(why) > most {
		why = append(why[:most], fmt.Sprintf("and %d more", len(why)-most))
	}
	return strings.Join(why, "; ")
}
