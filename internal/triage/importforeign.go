package triage

import (
	"path"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/rules/importer"
	"github.com/kbtriage/kbtriage/rules/importer/cre"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
	"github.com/kbtriage/kbtriage/rules/importer/sigma"
)

// ForeignRules counts what became of the rules of another program. Rules is the
// sum of Made, Parts and Refused.
type ForeignRules struct {
	Form    string `json:"form"`    // "sigma" or "cre"
	Files   int    `json:"files"`   // that were read
	Rules   int    `json:"rules"`   // in them
	Made    int    `json:"made"`    // that became rules
	Parts   int    `json:"parts"`   // that are only parts of correlations
	Refused int    `json:"refused"` // that cannot be expressed; the messages say why
}

// imported is what a file gave.
type imported struct {
	importer.Result
	form    importForm
	foreign *rulefile.Foreign // of a file of rules
}

// importForm is what a file is.
type importForm string

const (
	formArticle importForm = "article"
	formSigma   importForm = "sigma"
	formCRE     importForm = "cre"
	formYAML    importForm = "yaml" // of something else
)

// formOf tells the form of a file by its content. Articles that show a rule are
// articles: a form of text or HTML is never one of rules.
func formOf(name string, data []byte) importForm {
	ext := strings.ToLower(path.Ext(name))
	switch {
	case ext == ".md" || ext == ".markdown" || ext == ".html" || ext == ".htm":
		return formArticle
	case sigma.Is(data):
		return formSigma
	case cre.Is(data):
		return formCRE
	case ext == ".yaml" || ext == ".yml":
		return formYAML
	}
	return formArticle
}

// another is how a rule gets another id.
func (f importForm) another() string {
	switch f {
	case formSigma:
		return "the rule another title"
	case formCRE:
		return "the rule another id"
	}
	return "the article another number"
}

// count adds what became of a file of rules.
func (r *Imported) count(form importForm, f *rulefile.Foreign, file string) {
	at := slices.IndexFunc(r.Foreign, func(x ForeignRules) bool { return x.Form == string(form) })
	if at < 0 {
		r.Foreign = append(r.Foreign, ForeignRules{Form: string(form)})
		slices.SortFunc(r.Foreign, func(a, b ForeignRules) int { return -strings.Compare(a.Form, b.Form) })
		at = slices.IndexFunc(r.Foreign, func(x ForeignRules) bool { return x.Form == string(form) })
	}
	x := &r.Foreign[at]
	x.Files++
	x.Rules += f.Rules
	x.Made += len(f.Drafts)
	x.Parts += f.Parts
	x.Refused += f.Refused
	for _, m := range f.Messages {
		m.File = file
		r.Messages = append(r.Messages, m)
	}
}
