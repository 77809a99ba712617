package rules

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// checkRule looks at what spans several keys: names that must be declared, and
// what a rule needs to be of any use.
func (d *decoder) checkRule(root *yaml.Node, r *Rule) {
	names := map[string]bool{}
	for i := range r.Symptoms {
		s := &r.Symptoms[i]
		names[s.Name] = true
		s.Condition.Leaves(func(member string, leaf *cond.Condition) {
			if member != "" {
				names[member] = true
			}
			if leaf.Probe == nil {
				return
			}
			for n, in := range leaf.Probe.Names {
				if r.input(in) == nil || r.input(in).Kind != Endpoint {
					d.say(d.probed[leaf.Probe][n], "rule.undefined-input", source.DidYouMean(in, r.endpoints()),
						"the probe of %q needs the input %q, which is not declared as an endpoint", s.Name, in)
				}
			}
		})
	}
	if d.cause == nil && r.Status != Imported && root.Kind == yaml.MappingNode {
		d.say(root, "rule.missing-key", "", "a rule needs the key %q", "cause")
	}
	if len(r.Presenting()) == 0 && r.Status != Retired && (r.Article == nil || r.Article.Symptoms == "") {
		d.say(root, "rule.no-symptom", "", "the rule has no symptom that could bring it up: add symptoms, a proof with presents: true, or an article with symptoms")
	}
	for i, v := range r.Resolution.Verify {
		if v != "" && !names[v] {
			d.say(d.verify[i], "rule.undefined-symptom", source.DidYouMean(v, keys(names)), "verify names %q, which is no symptom of the rule", v)
		}
	}
	for i, s := range r.Resolution.Steps {
		if s.If != "" && !names[s.If] {
			d.say(d.ifs[i], "rule.undefined-symptom", source.DidYouMean(s.If, keys(names)), "if names %q, which is no symptom of the rule", s.If)
		}
		d.checkTemplate(d.steps[i], r, s.Text)
	}
	if d.cause != nil {
		d.checkTemplate(d.cause, r, r.Cause)
	}
}

// checkTemplate looks at the placeholders of a text, which stands at n.
func (d *decoder) checkTemplate(n *yaml.Node, r *Rule, text string) {
	pieces, err := ParseTemplate(text)
	if err != nil {
		d.say(n, "rule.template", "", "%v", err)
		return
	}
	for _, p := range pieces {
		if len(p.Words) == 0 {
			continue
		}
		valid := []string{"product", "version", "os"}
		for _, in := range r.Inputs {
			for _, a := range in.Ask {
				valid = append(valid, a.Key)
			}
		}
		if len(p.Words) == 1 && slices.Contains(valid, p.Words[0]) {
			continue
		}
		known := false
		for _, f := range Fills() {
			valid = append(valid, f.Name)
			if f.Name != p.Words[0] {
				continue
			}
			known = true
			if len(p.Words) != 1+len(f.Args) {
				d.say(n, "rule.template", "", "%s takes %d argument (%s): %s", f.Name, len(f.Args), f.Args[0], f.Doc)
				continue
			}
			arg := p.Words[1]
			if f.Args[0] == "probe" {
				if _, c := r.Find(arg); c == nil || c.Probe == nil {
					d.say(n, "rule.template", "", "%s needs a symptom with a probe; %q is none", f.Name, arg)
				}
			} else if !slices.Contains([]string{"list", "windows", "resolv.conf"}, arg) {
				d.say(n, "rule.template", source.DidYouMean(arg, []string{"list", "windows", "resolv.conf"}), "%q is no form of resolver_order", arg)
			}
		}
		if !known {
			d.say(n, "rule.template", source.DidYouMean(p.Words[0], valid), "{{ %s }} is neither an input of the rule nor a known placeholder", p.Words[0])
		}
	}
}

func (r *Rule) input(name string) *Input {
	for i := range r.Inputs {
		if r.Inputs[i].Name == name {
			return &r.Inputs[i]
		}
	}
	return nil
}

func (r *Rule) endpoints() []string {
	var list []string
	for _, in := range r.Inputs {
		if in.Kind == Endpoint {
			list = append(list, in.Name)
		}
	}
	return list
}

func keys(m map[string]bool) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
