package importer

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// isMarkup reports whether a text begins as HTML does: with a tag, behind
// comments and white space.
func isMarkup(text string) bool {
	text = strings.TrimLeft(text, " \t\n\f\x00")
	for strings.HasPrefix(text, "<!--") {
		_, after, closed := strings.Cut(text, "-->")
		if !closed {
			return false
		}
		text = strings.TrimLeft(after, " \t\n\f")
	}
	if len(text) < 2 || text[0] != '<' {
		return false
	}
	c := text[1] | 0x20
	return text[1] == '!' || text[1] == '?' || c >= 'a' && c <= 'z'
}

// parseHTML reads an article in HTML; nil when no heading of it is known.
func parseHTML(text string) *document {
	lines := htmlLines(text)
	if found, _ := hasSections(lines); !found {
		return nil
	}
	d := &document{}
	d.sections(lines)
	return d
}

// htmlLines turns HTML into lines: one for each paragraph, item, row of a table
// and line of a listing. It looks at one tag after the other and never at a tree,
// so it takes any nesting.
func htmlLines(text string) []marked {
	z := html.NewTokenizer(bytes.NewReader([]byte(text)))
	z.AllowCDATA(true)
	w := &flow{}
	for {
		switch z.Next() {
		case html.ErrorToken:
			w.flush()
			return w.lines
		case html.TextToken:
			w.text(string(z.Text())) // Text has resolved the entities
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			href := ""
			for tag == "a" && more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(key) == "href" {
					href = string(value)
				}
			}
			w.start(tag, href)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(string(name))
		}
	}
}

// How far a line may break off from the one before.
const (
	sameLine = iota
	nextLine
	nextParagraph
)

// Lists and quotations that are deeper than this are not indented more.
const deepest = 8

// flow gathers the text of a page into lines.
type flow struct {
	lines []marked

	now         strings.Builder // the line that is open
	blank       bool            // white space came since its last word
	bold, plain bool            // it has text in bold type, and other text
	mark        string          // of the item that begins
	indent      int             // of the line that is open
	want        int             // how far the next text is from this line

	heading, strong, pre, quote, nav int   // how many of their tags are open; heading is its level
	lists                            []int // the number of the last item of each list, -1 where it has bullets
	cells                            int   // of the row
	freshCell                        bool

	head   bool   // in <head>
	title  bool   // in <title>
	skip   string // the tag whose text is dropped
	href   string
	linkAt int // where the text of the link begins in the line that is open
	codeAt int
}

// at is where the next text will begin in its line.
func (w *flow) at() int {
	if w.want != sameLine {
		return 0
	}
	return w.now.Len()
}

func (w *flow) text(s string) {
	switch {
	case w.title:
		if s = plainLine(strings.Join(strings.Fields(s), " ")); s != "" {
			w.flush()
			w.lines = append(w.lines, marked{text: s, meta: true, article: true})
		}
	case w.skip != "" || w.head && strings.TrimSpace(s) == "":
	case w.pre > 0:
		for i, l := range strings.Split(lineEnds.Replace(s), "\n") {
			if i > 0 {
				w.flush()
				w.want = nextLine
				if l == "" && len(w.lines) > 0 && w.lines[len(w.lines)-1].text != "" {
					w.lines = append(w.lines, marked{})
				}
			}
			if l != "" {
				w.begin()
				w.now.WriteString(l)
				w.plain = true
			}
		}
	default:
		words := strings.FieldsFunc(s, isBlank)
		for i, word := range words {
			w.blank = w.blank || i > 0 || !strings.HasPrefix(s, word)
			w.word(word)
		}
		w.blank = w.blank || s != "" && (len(words) == 0 || !strings.HasSuffix(s, words[len(words)-1]))
	}
}

// isBlank is the white space of HTML, and the no-break space.
func isBlank(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == '\f' || r == '\r' || r == '\u00a0'
}

func (w *flow) word(s string) {
	w.begin()
	if s == ":" && w.strong == 0 && w.endLead() {
		return
	}
	if w.blank && w.now.Len() > 0 {
		w.now.WriteByte(' ')
	}
	w.blank = false
	w.now.WriteString(s)
	if w.strong > 0 {
		w.bold = true
	} else if s != ":" {
		w.plain = true
	}
}

// endLead ends a line that is in bold type so far if that is the heading of the
// text that follows it: "<b>Cause:</b> The disk is full".
func (w *flow) endLead() bool {
	if !w.bold || w.plain || w.mark != "" || w.pre > 0 || w.cells > 0 || len(w.lists) > 0 || !leads(w.now.String()) {
		return false
	}
	w.flush()
	w.want = nextParagraph
	return true
}

// begin puts the line that is open away if what comes is on another.
func (w *flow) begin() {
	w.freshCell = false
	if w.want == sameLine {
		return
	}
	apart := w.want == nextParagraph
	w.flush()
	w.want = sameLine
	if apart && len(w.lines) > 0 && w.lines[len(w.lines)-1].text != "" {
		w.lines = append(w.lines, marked{})
	}
	w.indent = 3*min(len(w.lists), deepest) + 3*min(w.quote, deepest)
	if w.pre > 0 {
		w.indent += len(codeIndent)
	}
	if w.mark != "" {
		w.indent = max(w.indent-3, 0)
	}
}

// flush ends the line that is open.
func (w *flow) flush() {
	if w.now.Len() == 0 {
		w.linkAt, w.codeAt = 0, 0
		return
	}
	l := marked{text: plainLine(w.now.String())}
	w.now.Reset()
	w.linkAt, w.codeAt = 0, 0
	level := w.heading
	if level == 0 && w.bold && !w.plain && w.mark == "" && w.pre == 0 && w.cells == 0 && len(w.lists) == 0 {
		level = boldLevel
	}
	switch {
	case strings.TrimSpace(l.text) == "":
		l.text = ""
	case level > 0:
		l.text, l.level = strings.TrimSpace(strings.TrimSuffix(l.text, ":")), level
	default:
		l.text = strings.Repeat(" ", w.indent) + w.mark + l.text
	}
	w.mark, w.bold, w.plain, w.blank = "", false, false, false
	w.indent = 0
	l.meta = w.nav > 0
	w.lines = append(w.lines, l)
}

// apart says how far what comes is from what was.
func (w *flow) apart(how int) { w.want = max(w.want, how) }

func (w *flow) start(tag, href string) {
	if w.skip != "" {
		if !isBlock(tag) || isRaw(w.skip) {
			return
		}
		w.skip = ""
	}
	if isBlock(tag) {
		w.head = false
		w.strong = 0 // of one that was never closed
		w.endHeading()
		w.block(tag)
		return
	}
	switch tag {
	case "head":
		w.head = true
	case "title":
		w.title = true
	case "b", "strong":
		w.strong++
	case "br":
		if w.pre > 0 {
			w.flush()
		}
		if w.heading > 0 {
			w.blank = true
		} else {
			w.apart(nextLine)
		}
	case "a":
		w.href, w.linkAt = href, w.at()
	case "code", "kbd", "samp", "tt":
		w.codeAt = w.at()
	default:
		if isRaw(tag) || tag == "ac:parameter" {
			w.skip = tag
		}
	}
}

// block takes a tag that begins a paragraph or something larger.
func (w *flow) block(tag string) {
	switch tag {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		w.apart(nextParagraph)
		w.begin()
		w.heading = int(tag[1] - '0')
	case "dt":
		w.apart(nextParagraph)
		w.strong++
	case "pre", "xmp", "ac:plain-text-body":
		w.apart(nextParagraph)
		w.pre++
	case "blockquote":
		w.apart(nextParagraph)
		w.quote++
	case "nav":
		w.flush()
		w.nav++
	case "ul", "ol", "menu", "dir":
		if len(w.lists) == 0 {
			w.apart(nextParagraph)
		}
		number := -1
		if tag == "ol" {
			number = 0
		}
		w.flush()
		w.lists = append(w.lists, number)
	case "li":
		w.apart(nextLine)
		w.flush()
		w.mark = "- "
		if n := len(w.lists); n > 0 && w.lists[n-1] >= 0 {
			w.lists[n-1]++
			w.mark = strconv.Itoa(w.lists[n-1]) + ". "
		}
	case "tr":
		w.apart(nextLine)
		w.cells = 0
	case "td", "th":
		if w.cells > 0 && w.now.Len() > 0 {
			w.now.WriteString(" | ")
			w.want, w.blank, w.plain = sameLine, false, true
		}
		w.cells++
		w.freshCell = true
	default:
		switch {
		case w.pre > 0:
			w.flush()
		case w.freshCell || w.mark != "" && w.now.Len() == 0:
		case tag == "p" || tag == "hr" || tag == "table":
			w.apart(nextParagraph)
		default:
			w.apart(nextLine)
		}
	}
}

func (w *flow) end(tag string) {
	if w.skip == tag {
		w.skip = ""
		return
	}
	switch tag {
	case "head":
		w.head = false
	case "title":
		w.title = false
	case "b", "strong":
		if w.strong = max(w.strong-1, 0); w.strong == 0 && strings.HasSuffix(w.now.String(), ":") {
			w.endLead()
		}
	case "a":
		w.endLink()
	case "code", "kbd", "samp", "tt":
		w.endCode()
	case "h1", "h2", "h3", "h4", "h5", "h6":
		w.endHeading()
		w.apart(nextParagraph)
	case "dt":
		w.strong = max(w.strong-1, 0)
		w.apart(nextLine)
	case "pre", "xmp", "ac:plain-text-body":
		w.flush()
		w.pre = max(w.pre-1, 0)
		w.apart(nextParagraph)
	case "blockquote":
		w.flush()
		w.quote = max(w.quote-1, 0)
		w.apart(nextParagraph)
	case "ul", "ol", "menu", "dir":
		w.flush()
		w.mark = ""
		if n := len(w.lists); n > 0 {
			w.lists = w.lists[:n-1]
		}
		w.apart(nextLine)
		if len(w.lists) == 0 {
			w.apart(nextParagraph)
		}
	case "nav":
		w.flush()
		w.nav = max(w.nav-1, 0)
		w.apart(nextParagraph)
	case "table":
		w.cells, w.freshCell = 0, false
		w.apart(nextParagraph)
	case "td", "th", "br":
	case "tr":
		w.flush()
		w.cells, w.freshCell = 0, false
		w.apart(nextLine)
	case "p":
		w.apart(nextParagraph)
	default:
		if isBlock(tag) {
			w.endHeading()
			w.apart(nextLine)
		}
	}
}

// endHeading ends a heading, closed or not.
func (w *flow) endHeading() {
	if w.heading > 0 {
		w.flush()
		w.heading = 0
		w.want = nextParagraph
	}
}

// endLink adds the address of a link to its text where it is another.
func (w *flow) endLink() {
	href := strings.TrimSpace(w.href)
	w.href = ""
	if !strings.HasPrefix(href, "http://") && !strings.HasPrefix(href, "https://") || len(href) > 500 || w.heading > 0 || w.now.Len() <= w.linkAt {
		return
	}
	if text := strings.TrimSpace(w.now.String()[w.linkAt:]); text != href && "http://"+text != href && "https://"+text != href {
		w.now.WriteString(" (" + plainLine(href) + ")")
	}
}

// Of a longer line what is in type of a fixed width is not put in quotes.
const longLine = 4096

// endCode puts a phrase in type of a fixed width in quotes, as those in back quotes.
func (w *flow) endCode() {
	if w.pre > 0 || w.heading > 0 || w.now.Len() <= w.codeAt || w.now.Len() > longLine {
		return
	}
	s := w.now.String()
	before, code := s[:w.codeAt], s[w.codeAt:]
	text := strings.TrimLeft(code, " ")
	w.now.Reset()
	w.now.WriteString(before + code[:len(code)-len(text)] + spoken(text))
	w.codeAt = w.now.Len()
}

// isRaw reports whether the content of a tag is nothing to read.
func isRaw(tag string) bool {
	switch tag {
	case "script", "style", "noscript", "iframe", "noembed", "noframes":
		return true
	}
	return false
}

// isBlock reports whether a tag stands on lines of its own.
func isBlock(tag string) bool {
	switch tag {
	case "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl", "dt",
		"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li",
		"main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
		"ac:structured-macro", "ac:rich-text-body", "ac:plain-text-body", "ac:layout", "ac:layout-section", "ac:layout-cell", "ac:task", "ac:task-body":
		return true
	}
	return false
}
