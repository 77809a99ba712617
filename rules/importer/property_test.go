package importer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
)

// lineCount is how many lines an article has, or its converter gives.
func lineCount(data []byte) int {
	if isArchive(data) {
		return len(archiveLines(data))
	}
	text := decoded(data)
	if isMarkup(text) && parseHTML(text) != nil {
		return len(htmlLines(text))
	}
	return strings.Count(text, "\n") + 1
}

type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// complete checks that each line is in exactly one part, in order.
func complete(t failer, path string, data []byte) {
	t.Helper()
	d, err := parse(path, data)
	if err != nil {
		return
	}
	next := 1
	for _, p := range d.parts {
		if p.from != next || p.to < p.from {
			t.Errorf("%s: %s has the lines %d to %d, expected its begin at %d", path, p.kind, p.from, p.to, next)
			return
		}
		next = p.to + 1
	}
	if want := lineCount(data); next != want+1 {
		t.Errorf("%s: the parts end at line %d of %d", path, next-1, want)
	}
}

// sound checks that what is made of an article loads, is the same again, and has
// the digest of what was made.
func sound(t failer, path string, data []byte) {
	t.Helper()
	complete(t, path, data)
	r, again := Import(path, data), Import(path, data)
	if len(r.Drafts) == 0 && r.Reason == "" {
		t.Errorf("%s: neither a rule nor a reason", path)
	}
	if len(r.Drafts) != len(again.Drafts) {
		t.Errorf("%s: %d rules, then %d", path, len(r.Drafts), len(again.Drafts))
		return
	}
	for i, d := range r.Drafts {
		if !bytes.Equal(d.YAML, again.Drafts[i].YAML) {
			t.Errorf("%s: %s is another one the second time", path, d.ID)
		}
		rule, msgs := rules.Parse(d.ID+".yaml", d.YAML)
		if len(msgs) > 0 || rule == nil {
			t.Errorf("%s: %s does not load: %v\n%s", path, d.ID, msgs, d.YAML)
			continue
		}
		if rule.ID != d.ID {
			t.Errorf("%s: the rule %s is in the file of %s", path, rule.ID, d.ID)
		}
		if rulefile.Edited(d.YAML) {
			t.Errorf("%s: %s counts as edited", path, d.ID)
		}
		for _, more := range []string{"# a note\n", "verify: x\n"} {
			if !rulefile.Edited(append(bytes.Clone(d.YAML), more...)) {
				t.Errorf("%s: %s does not count as edited with %q behind it", path, d.ID, more)
			}
		}
	}
}

func TestFixturesAreSound(t *testing.T) {
	for path, data := range articles(t) {
		sound(t, path, data)
	}
}

// TestEdited: a change is seen by the digest.
func TestEdited(t *testing.T) {
	r := Import("mail/Q900002.TXT", articles(t)["mail/Q900002.TXT"])
	if len(r.Drafts) != 2 {
		t.Fatal(r)
	}
	text := bytes.Replace(r.Drafts[0].YAML, []byte("filters"), []byte("rules"), 1)
	if bytes.Equal(text, r.Drafts[0].YAML) || !rulefile.Edited(text) {
		t.Error("a change is not seen")
	}
	with := Import("a.md", []byte("## Symptoms\nIt stops.\n\n## Cause\nThe settings are wrong:\norigin:\n    made: x\nand more"))
	if len(with.Drafts) != 1 || rulefile.Edited(with.Drafts[0].YAML) {
		t.Errorf("a cause that looks like an origin: %+v", with)
	}
}

// TestRandom: articles put together of lines that mean something keep every line
// and give rules that load.
func TestRandom(t *testing.T) {
	pieces := []string{
		"", "", "SYMPTOMS", "========", "CAUSE", "=====", "RESOLUTION", "==========", "STATUS", "------", "======", strings.Repeat("=", 70), strings.Repeat("-", 79),
		"DOCUMENT:Q900100  01-JAN-2001  [mail]", "TITLE   :A title", "PRODUCT :Larkspur", "Keywords          : kbtest", "Additional query words: one two", "THE INFORMATION PROVIDED IS NOT",
		" - Larkspur Gateway, version 2.1, on platform(s):", "    - the operating system: Fenwick OS", "The message appears:", "   The relay of <site> was lost at 0x80070005.", "-or-", "Event ID: 4107", "1. Do this:", "   - or that", "\tx {{ y", "{{{", "see Q900001",
		"# Title", "## Symptoms", "## Cause", "### Method 1", "**Resolution**", "**Note:**", "Environment", "-----------", "---", "id: KB1234567", "```", "~~~ text", "> quoted", "| a | b |", "[a](http://b) `c d e` **f** _g_ \\* &lt;h&gt;",
		"<html>", "<h2>Symptoms</h2>", "<p>text</p>", "<b>Cause</b><br>", "<ul><li>a", "</ul>", "<pre>", "</pre>", "<table><tr><td>x<td>y", "<!-- c -->", "<script>", "<ac:parameter>",
		"\u2028", "caf\u00e9", "\x93old\x94", "\x00\x01\x7f", "\xff", strings.Repeat("word ", 80),
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "lines")
		begin := rapid.SampledFrom([]string{"", "DOCUMENT:Q900100  01-JAN-2001  [mail]\n", "<html>", "---\ntitle: a\n---\n", "## Symptoms\n"}).Draw(t, "begin")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end")
		path := rapid.SampledFrom([]string{"a.md", "mail/KB99999 x.html", "", "/", "..", "a/b/c", `x\y.txt`, "\xff/\x00", "---/---.md"}).Draw(t, "path")
		sound(t, path, []byte(begin+strings.Join(lines, end)))
	})
}

// TestHostile: no input makes the importer fall over. What takes time as the square
// of the input runs into the limit of the test.
func TestHostile(t *testing.T) {
	const n = 10_000
	for name, s := range map[string]string{
		"nested tags":    "<h2>Symptoms</h2>" + strings.Repeat("<div>", 10*n) + "x",
		"nested lists":   "<h2>Symptoms</h2>" + strings.Repeat("<ul><li>a", n),
		"nested bold":    "<h2>Symptoms</h2>" + strings.Repeat("<b>a", n),
		"quotations":     "<h2>Symptoms</h2>" + strings.Repeat("<blockquote>a", n),
		"unclosed tag":   "<h2>Symptoms</h2>" + strings.Repeat("<a href=\"", n),
		"open angles":    "<h2>Symptoms</h2>" + strings.Repeat("<", 5*n),
		"comments":       "<h2>Symptoms</h2>" + strings.Repeat("<!--", n),
		"leading":        strings.Repeat("<!---->", n) + "<h2>Symptoms</h2>a",
		"script":         "<h2>Symptoms</h2>a<script>" + strings.Repeat("</scrip", n),
		"entities":       "<h2>Symptoms</h2>" + strings.Repeat("&amp", n),
		"code":           "<h2>Symptoms</h2>" + strings.Repeat("<code>a b c</code>", n),
		"links":          "<h2>Symptoms</h2>" + strings.Repeat("<a href='http://a'>b</a>", n),
		"cells":          "<h2>Symptoms</h2><table><tr>" + strings.Repeat("<td>b", n),
		"NUL":            "<h2>Symptoms</h2>" + strings.Repeat("\x00", n),
		"broken UTF-8":   "## Symptoms\n" + strings.Repeat("\xff\xfe", n),
		"back quotes":    "## Symptoms\n" + strings.Repeat("`` ` ", n),
		"brackets":       "## Symptoms\n" + strings.Repeat("[", n) + strings.Repeat("](", n),
		"stars":          "## Symptoms\n" + strings.Repeat("**a*", n),
		"quote marks":    "## Symptoms\n" + strings.Repeat("> ", n),
		"fences":         "## Symptoms\n" + strings.Repeat("```\n~~~\n", n),
		"headings":       "## Symptoms\n" + strings.Repeat("## Symptoms\n## Cause\n", n/50),
		"steps":          "## Symptoms\na\n## Resolution\n1. b:\n\n" + strings.Repeat("   - c\n\n", n),
		"messages":       "## Symptoms\na:\n\n" + strings.Repeat("   some words of a message\n\n", n),
		"one message":    "## Symptoms\na:\n\n   " + strings.Repeat("some <words> 0x12345678 ", n),
		"tabs":           "## Symptoms\n" + strings.Repeat("\t", n),
		"front matter":   "---\n" + strings.Repeat("a: [b, c]\n", n),
		"archive":        "DOCUMENT:Q900100  01-JAN-2001  [mail]\n\n" + strings.Repeat("SYMPTOMS\n========\n\na\n\n", n/50),
		"archive quotes": "DOCUMENT:Q900100  01-JAN-2001  [mail]\n\nSYMPTOMS\n========\n\n" + strings.Repeat("\"", n),
	} {
		r := Import("a/"+name, []byte(s))
		if len(r.Drafts) == 0 && r.Reason == "" {
			t.Errorf("%s: neither a rule nor a reason", name)
		}
	}
}

func FuzzImport(f *testing.F) {
	list := articles(f)
	for path, data := range list {
		f.Add(path, data)
	}
	f.Add("a", []byte("## Symptoms\n\na {{{ b"))
	f.Add("a/b.html", []byte("<h1>Issue</h1><pre>a\n\nb</pre><ol><li>c<p>d"))
	f.Add("0", []byte("## Workaround\n\n0"))
	f.Add("0", []byte("# &nbsp;\n\n## Symptoms\n&nbsp;\n## Fix\nx"))
	f.Fuzz(func(t *testing.T, path string, data []byte) { sound(t, path, data) })
}

func BenchmarkImport(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("testdata", "articles", "mail", "Q900001.TXT"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if r := Import("mail/Q900001.TXT", data); len(r.Drafts) != 1 {
			b.Fatal(r.Reason)
		}
	}
}
