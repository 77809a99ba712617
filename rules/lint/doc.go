package lint

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/kbtriage/kbtriage/internal/source"
)

// checks holds a file for each check and for each reason to refuse a file:
//
//	title: what is wrong, in a few words
//	fix: what to do
//	today: the day of the examples, where it matters
//
//	Why it is wrong.
//	-- bad/print/jam.yaml --
//	...
//
// The files below bad cause just this message, those below good none. Those below
// fixed are what --fix makes of the bad ones, and those below before are the rules as
// they were.
//
//go:embed checks/*.txtar
var checks embed.FS

// Doc is what is known of a check.
type Doc struct {
	Code  string // "lint.no-verify", "rule.unknown-key"
	Title string
	Fix   string
	Why   string
	Today string // of the examples, YYYY-MM-DD, or ""

	Bad, Good, Fixed, Before []File // examples
}

// File is a file of an example.
type File struct{ Name, Text string }

// Refusal reports whether a file with it cannot be loaded.
func (d *Doc) Refusal() bool { return !strings.HasPrefix(d.Code, prefix) }

// Docs describes every check, and every reason for which a file is refused: the checks
// in their order, then the reasons by name.
func Docs() ([]Doc, error) {
	files, err := checks.ReadDir("checks")
	if err != nil {
		return nil, err
	}
	var list []Doc
	for _, f := range files {
		data, err := checks.ReadFile("checks/" + f.Name())
		if err != nil {
			return nil, err
		}
		d, err := parseDoc(strings.TrimSuffix(f.Name(), ".txtar"), data)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	order := names()
	place := func(d Doc) int {
		if d.Refusal() {
			return len(order)
		}
		return slices.Index(order, strings.TrimPrefix(d.Code, prefix))
	}
	slices.SortStableFunc(list, func(a, b Doc) int { return place(a) - place(b) })
	return list, nil
}

// Explain is the description of one check, with or without the prefix.
func Explain(code string) (Doc, error) {
	list, err := Docs()
	if err != nil {
		return Doc{}, err
	}
	var codes []string
	for _, d := range list {
		if d.Code == code || d.Code == prefix+code {
			return d, nil
		}
		codes = append(codes, d.Code)
	}
	text := fmt.Sprintf("there is no check %q", code)
	if hint := source.DidYouMean(code, append(codes, names()...)); hint != "" {
		text += "; " + hint
	}
	return Doc{}, fmt.Errorf("%s", text)
}

func parseDoc(name string, data []byte) (Doc, error) {
	d := Doc{Code: name}
	if !strings.Contains(name, ".") {
		d.Code = prefix + name
	}
	a := txtar.Parse(data)
	head, why, _ := strings.Cut(string(a.Comment), "\n\n")
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "title":
			d.Title = value
		case "fix":
			d.Fix = value
		case "today":
			d.Today = value
		default:
			return d, fmt.Errorf("the description of %s has a line %q", name, line)
		}
	}
	d.Why = strings.TrimSpace(why)
	for _, f := range a.Files {
		dir, rest, _ := strings.Cut(path.Clean(f.Name), "/")
		into := map[string]*[]File{"bad": &d.Bad, "good": &d.Good, "fixed": &d.Fixed, "before": &d.Before}[dir]
		if into == nil {
			return d, fmt.Errorf("the description of %s has a file %s", name, f.Name)
		}
		*into = append(*into, File{rest, string(f.Data)})
	}
	return d, nil
}
