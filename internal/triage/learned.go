package triage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/facts/intake"
)

// Learned is a text that articles have beside a code.
type Learned struct {
	Text   string   `json:"text"`
	Refs   []string `json:"refs"`   // the articles that say so
	Agreed bool     `json:"agreed"` // two articles and more say it, and no other text is said by more
}

// The bounds of what is learned of a code.
const (
	mostLearned  = 10  // texts listed
	mostArticles = 400 // articles read for one code
)

// Learned lists what the articles of the base have as the text of a code, what
// most of them say first. It follows from their symptoms when it is asked for, so
// that a base holds no second table of it.
func (k *Knowledge) Learned(c errcode.Code) ([]Learned, error) {
	byText := map[string]*Learned{}
	read := 0
	for _, i := range k.Base.Naming(c.Value) {
		r, err := k.Base.Whole(i)
		if err != nil {
			return nil, err
		}
		if r.Article == nil || read == mostArticles {
			continue
		}
		read++
		said := map[string]bool{}
		for _, text := range textsOf(c, r.Article.Symptoms) {
			key := strings.TrimRight(facts.Fold(text), " .!")
			if said[key] || len(key) < 4 {
				continue
			}
			said[key] = true
			if byText[key] == nil {
				byText[key] = &Learned{Text: text}
			}
			ref := r.ID
			if len(r.Refs) > 0 {
				ref = r.Refs[0].String()
			}
			byText[key].Refs = append(byText[key].Refs, ref)
		}
	}
	list := []Learned{}
	for _, l := range byText {
		slices.Sort(l.Refs)
		list = append(list, *l)
	}
	slices.SortFunc(list, func(a, b Learned) int {
		return cmp.Or(cmp.Compare(len(b.Refs), len(a.Refs)), cmp.Compare(a.Text, b.Text))
	})
	for i := range list {
		list[i].Agreed = len(list[i].Refs) >= 2 && len(list[i].Refs) == len(list[0].Refs)
	}
	return list[:min(len(list), mostLearned)], nil
}

// textsOf are the texts beside a code in a description.
func textsOf(c errcode.Code, text string) (list []string) {
	for _, f := range intake.Text("article", text) {
		stop := f.Kind == facts.KindCode && errcode.Family(f.Code.Family) == errcode.Bugcheck
		if f.Kind == facts.KindCode && f.Code.Value == c.Value && stop == (c.Family == errcode.Bugcheck) && f.Code.Message != "" && len(f.Code.Message) < 300 {
			list = append(list, strings.Join(strings.Fields(f.Code.Message), " "))
		}
	}
	return list
}
