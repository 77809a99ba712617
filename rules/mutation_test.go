package rules

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// breakage alters one line of a rule file. want is the line that must be named, and
// near the name that must be suggested, or "".
type breakage struct {
	text, what, near string
	want             int
}

// TestMutations breaks good rules in 400 ways, chosen by a seed: each file is refused
// with a message at the line that was altered, and where a name was misspelt the right
// one is suggested.
func TestMutations(t *testing.T) {
	files, err := filepath.Glob("../kb/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, ".test.yaml") })
	if len(files) < 20 {
		t.Fatalf("%d rule files", len(files))
	}
	r := rand.New(rand.NewPCG(2026, 11))
	done := map[string]int{}
	for n := 0; n < 400; {
		file := files[r.IntN(len(files))]
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b, ok := breakOne(r, string(data))
		if !ok {
			continue
		}
		n++
		done[b.what]++
		rule, msgs := Parse(file, []byte(b.text))
		if rule != nil {
			t.Errorf("%s: %s at line %d: the file loads", file, b.what, b.want)
			continue
		}
		named, suggested := false, b.near == ""
		for _, m := range msgs {
			named = named || m.Line == b.want
			suggested = suggested || m.Line == b.want && strings.Contains(m.Hint, `"`+b.near+`"`)
		}
		if !named || !suggested {
			t.Errorf("%s: %s at line %d, nearest name %q: %v", file, b.what, b.want, b.near, msgs)
		}
	}
	if len(done) < 14 {
		t.Errorf("only these were made: %v", done)
	}
	t.Log(done)
}

var (
	keyLine  = regexp.MustCompile(`^( *(?:- )?)(schema|id|version|title|status|symptoms|proof|cause|resolution|applies_to|inputs|steps|verify|suggests|expected|product|event|code|probe|when|ask|kind):(.*)$`)
	classKey = regexp.MustCompile(`(suggests|expected): [1-5]`)
)

// breakOne alters the text in one of the ways, at a place that the generator chooses.
func breakOne(r *rand.Rand, text string) (breakage, bool) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	at := r.IntN(len(lines))
	line := lines[at]
	if strings.HasPrefix(strings.TrimSpace(line), "#") || inText(text, at+1) {
		return breakage{}, false
	}
	with := func(what, near string, want int, changed ...string) (breakage, bool) {
		return breakage{strings.Join(slices.Replace(slices.Clone(lines), at, at+1, changed...), "\n") + "\n", what, near, want}, true
	}
	m := keyLine.FindStringSubmatch(line)
	switch r.IntN(16) {
	case 0: // a letter of a key is left out
		if m != nil && len(m[2]) > 4 {
			i := 1 + r.IntN(len(m[2])-1)
			return with("misspelt key", m[2], at+1, m[1]+m[2][:i]+m[2][i+1:]+":"+m[3])
		}
	case 1: // two letters of a key are swapped
		if m != nil && len(m[2]) > 4 {
			i := 1 + r.IntN(len(m[2])-2)
			if m[2][i] != m[2][i+1] {
				return with("swapped letters", m[2], at+1, m[1]+m[2][:i]+string(m[2][i+1])+string(m[2][i])+m[2][i+2:]+":"+m[3])
			}
		}
	case 2: // a key stands twice
		if m != nil && m[1] == "" && m[3] != "" && strings.TrimSpace(m[3]) != "" && !strings.HasPrefix(strings.TrimSpace(m[3]), "|") && !strings.HasPrefix(strings.TrimSpace(m[3]), ">") {
			return with("repeated key", "", at+2, line, line)
		}
	case 3: // a class that there is not
		if loc := classKey.FindStringIndex(line); loc != nil {
			return with("class out of range", "", at+1, line[:loc[1]-1]+"9"+line[loc[1]:])
		}
	case 4: // a class that is no number
		if loc := classKey.FindStringIndex(line); loc != nil {
			return with("class in words", "", at+1, line[:loc[1]-1]+"much"+line[loc[1]:])
		}
	case 5:
		if strings.HasPrefix(line, "status: ") {
			return with("misspelt status", "stable", at+1, "status: stabel")
		}
	case 6:
		if strings.HasPrefix(line, "id: ") {
			return with("bad id", "", at+1, "id: "+strings.ToUpper(strings.TrimPrefix(line, "id: ")))
		}
	case 7:
		if strings.HasPrefix(line, "schema: ") {
			return with("another schema", "", at+1, "schema: 7")
		}
	case 8: // a symptom that there is not
		if strings.HasPrefix(line, "  verify: [") {
			return with("undefined symptom", "", at+1, "  verify: [zzzzzzzzzz]")
		}
	case 9: // a tab for indentation
		if strings.HasPrefix(line, "  ") {
			return with("tab", "", at+1, "\t"+strings.TrimLeft(line, " "))
		}
	case 10: // a bracket that is not closed
		if i := strings.LastIndexByte(line, ']'); i > 0 && strings.Count(line, "[") == 1 && strings.HasSuffix(line, "]") {
			return with("open bracket", "", at+1, line[:i])
		}
	case 11: // a version that is none
		if i := strings.Index(line, `version: "`); i >= 0 {
			return with("bad version", "", at+1, line[:i]+`version: "five`+line[i+len(`version: "`):])
		}
	case 12: // a name in an expression that there is not
		if strings.Contains(line, "when: ") && strings.Contains(line, "dns.") {
			i := strings.Index(line, "dns.") + 4
			end := i + strings.IndexFunc(line[i:]+" ", func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') })
			if end-i > 4 {
				return with("misspelt variable", "", at+1, line[:i+1]+line[i+2:])
			}
		}
	case 13: // a placeholder that there is not
		if i := strings.Index(line, "{{ "); i >= 0 && strings.HasPrefix(strings.TrimSpace(line), "- ") {
			return with("unknown placeholder", "", at+1, line[:i+3]+"zz"+line[i+3:])
		}
	case 14: // a list element without anything in it
		if strings.HasPrefix(line, "    - ") {
			return with("empty element", "", at+1, "    -", line)
		}
	case 15: // a type of event id that is none
		if i := strings.Index(line, "id: "); i > 0 && strings.Contains(line, "event: {") {
			return with("event id in words", "", at+1, line[:i]+"id: x"+line[i+4:])
		}
	}
	return breakage{}, false
}

// inText reports whether the line belongs to a text of several lines.
func inText(text string, line int) bool {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(text), &doc) != nil {
		return true
	}
	inside := false
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && (n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || strings.Contains(n.Value, "\n")) {
			inside = inside || line > n.Line && line <= n.Line+strings.Count(n.Value, "\n")+strings.Count(n.Value, "  ")+2
		}
		if n.Kind == yaml.ScalarNode && n.Line < line && n.Style == 0 && len(n.Value) > 100 { // folded over lines
			inside = inside || line <= n.Line+len(n.Value)/80+1
		}
		for _, c := range n.Content {
			visit(c)
		}
	}
	visit(&doc)
	return inside
}
