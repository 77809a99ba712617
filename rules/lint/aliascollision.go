package lint

import (
	"strings"

	"github.com/kbtriage/kbtriage/rules"
)

// aliasCollision finds names of articles that name more than one thing: RULE on the
// command line is an id or the number of an article.
func aliasCollision() check {
	return check{code: "alias-collision", base: func(w *whole) {
		ids := map[string]*rules.Rule{}
		for _, r := range w.base.Rules.Rules {
			ids[r.ID] = r
		}
		spelt := map[string]string{} // number -> as the first rule spells it
		by := map[string]*rules.Rule{}
		for _, r := range w.base.Rules.Rules {
			for i, ref := range r.Refs {
				if ref.KB == "" {
					continue
				}
				if other := ids[ref.KB]; other != nil {
					w.say(w.document(r.File).At("refs", i, "kb"), "%q is the id of a rule, so nobody can ask for the article", ref.KB)
				}
				number := articleNumber(ref.KB)
				if have, taken := spelt[number]; taken && have != ref.KB {
					w.say(w.document(r.File).At("refs", i, "kb"), "%s calls this article %q; the same article needs the same number everywhere", by[number].ID, have)
				} else if !taken {
					spelt[number], by[number] = ref.KB, r
				}
			}
		}
	}}
}

// articleNumber is what is the same in Q263029, KB263029 and 263029.
func articleNumber(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, p := range []string{"kb", "q"} {
		if rest := strings.TrimPrefix(s, p); rest != s && strings.Trim(rest, "0123456789") == "" && rest != "" {
			return strings.TrimLeft(rest, "0")
		}
	}
	return s
}
