package report

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// How much an HTML page holds. Browsers and mail get slow with more; JSON has
// everything. Each bound that is hit is named on the page.
const (
	pageCases    = 2000     // in full
	pageRows     = 2000     // of a table
	pageHeads    = 7 << 20  // bytes of causes without their cases
	pageMost     = 14 << 20 // bytes of causes and cases
	pageWhole    = 18 << 20 // bytes of the page
	pageOrdinary = 1 << 20  // bytes of a piece
	pageLinks    = 50       // from a cause to cases in which another leads
	pageMoment   = 200      // moments of the timeline as text
)

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/page.css
	pageCSS string
)

// sheet writes a page piece by piece, so that its size is known while it grows.
// What is not allowed to print is made visible in each piece, whatever field it
// came from.
type sheet struct {
	pieces *template.Template
	out    bytes.Buffer
	piece  bytes.Buffer
	used   int  // bytes that were rendered and are kept
	most   int  // of those
	full   bool // an ordinary piece did not fit: nothing more is tried
	err    error
}

func newSheet() *sheet {
	s := &sheet{most: pageWhole}
	s.pieces, s.err = template.New("page").Funcs(template.FuncMap{
		"short": func(x string) string { return shorten(x, mostRunes) }, "long": func(x string) string { return shorten(x, longRunes) },
		"when": moment, "stretch": stretch, "host": hostTitle, "hosts": hostNames, "joined": joined,
		"count": counted, "n": func(n any) string { return grouped(n) }, "size": size, "percent": Percent, "finding": func(f facts.Finding) string { return findingWord(&f) },
		"len64": func(n int) int64 { return int64(n) }, "minus": func(a, b int) int { return a - b },
	}).Parse(pageHTML)
	return s
}

func grouped(n any) string {
	switch n := n.(type) {
	case int:
		return thousands(int64(n))
	case int64:
		return thousands(n)
	}
	return fmt.Sprint(n)
}

// put writes a piece.
func (s *sheet) put(name string, data any) {
	s.keep(s.render(name, data))
}

// fits writes a piece if the page stays below its bound with it.
func (s *sheet) fits(name string, data any) bool {
	text, ok := s.bounded(name, data)
	s.keep(text)
	return ok
}

// keep writes a piece that was rendered.
func (s *sheet) keep(text string) { s.out.WriteString(text) }

// bounded renders a piece if the page stays below its bound with it.
func (s *sheet) bounded(name string, data any) (text string, ok bool) {
	if s.full || s.err != nil {
		return "", false
	}
	before := s.used
	text = s.render(name, data)
	if s.used <= s.most {
		return text, s.err == nil
	}
	s.full = len(text) < pageOrdinary
	s.used = before
	return "", false
}

func (s *sheet) render(name string, data any) string {
	if s.err != nil {
		return ""
	}
	s.piece.Reset()
	if err := s.pieces.ExecuteTemplate(&s.piece, name, data); err != nil {
		s.err = fmt.Errorf("page: %w", err)
		return ""
	}
	text := CleanText(s.piece.String())
	s.used += len(text)
	return text
}

// table writes a table row by row, as many rows as fit, and how many do not.
func table[T any](s *sheet, name string, data any, rows []T) {
	if len(rows) == 0 {
		return
	}
	s.put(name+"-begin", data)
	shown := 0
	for i := range rows[:min(len(rows), pageRows)] {
		if !s.fits(name+"-row", rows[i]) {
			break
		}
		shown++
	}
	s.put(name+"-end", len(rows)-shown)
}

func (s *sheet) print(w io.Writer) error {
	if s.err != nil {
		return s.err
	}
	_, err := w.Write(s.out.Bytes())
	return err
}

// pageTop is the head of a page and its summary.
type pageTop struct {
	Title    string
	Style    template.CSS
	Lead     string
	Status   string
	Whole    bool // nothing is missing
	Problems int
	Tiles    []tile
	Facts    []tile // as a list below the tiles
	Sections []section
}

type tile struct{ Value, Label, Class string }

type section struct{ ID, Title string }

func newTop(title, status string, problems int) pageTop {
	return pageTop{Title: title, Style: template.CSS(pageCSS), Status: shorten(status, mostRunes), Whole: status == result.Complete, Problems: problems}
}

// add names a section in the list at the top, if it has content.
func (t *pageTop) add(has bool, id, title string) {
	if has {
		t.Sections = append(t.Sections, section{id, title})
	}
}
