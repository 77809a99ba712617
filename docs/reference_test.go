package docs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/internal/overlap"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/internal/triage"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/cond"
	"github.com/kbtriage/kbtriage/rules/importer/sigma"
	"github.com/kbtriage/kbtriage/rules/overlay"
	"github.com/kbtriage/kbtriage/rules/pack"
	"github.com/kbtriage/kbtriage/rules/pack/trust"
	"github.com/kbtriage/kbtriage/rules/tests"
)

const module = "github.com/kbtriage/kbtriage"

// generated makes the parts of pages between the marks.
var generated = map[string]func(*testing.T) []string{
	"when-variables": whenVariables,
	"when-functions": func(t *testing.T) []string { return []string{whenFunctions(t) + "."} },
	"when-bounds":    whenBounds,
	"placeholders":   placeholders,
	"classes":        classes,
	"background":     background,
	"priors":         priors,
	"run":            readmeRun,
	"example":        example,
	"imports":        imports,
	"sigma-features": sigmaFeatures,
	"lints":          lints,
	"rule-keys":      ruleKeys,
}

var marks = regexp.MustCompile(`^<!-- generated: ([a-z-]+) -->$`)

// TestGenerated holds the generated parts against the code.
func TestGenerated(t *testing.T) {
	used := map[string]bool{}
	for _, p := range pages(t) {
		changed := false
		for i := 0; i < len(p.lines); i++ {
			m := marks.FindStringSubmatch(p.lines[i])
			if m == nil {
				continue
			}
			end := i + 1 + slices.Index(p.lines[i+1:], "<!-- end -->")
			f := generated[m[1]]
			if f == nil || end == i {
				t.Fatalf("%s:%d: nothing makes %q, or its end is not marked", p.path, i+1, m[1])
			}
			used[m[1]] = true
			want := slices.Concat([]string{""}, f(t), []string{""})
			if slices.Equal(want, p.lines[i+1:end]) {
				continue
			}
			if !update {
				t.Errorf("%s:%d: %q is not what the code says; KBTRIAGE_UPDATE=1 go test ./docs writes it anew. It is:\n%s", p.path, i+1, m[1], strings.Join(want, "\n"))
				continue
			}
			p.lines, changed = slices.Replace(p.lines, i+1, end, want...), true
		}
		if changed {
			p.write(t)
		}
	}
	for name := range generated {
		if !used[name] {
			t.Errorf("no page has the generated part %q", name)
		}
	}
}

// field is a field of a struct, as its source has it.
type field struct{ name, typ, comment string }

// fields reads the fields of a struct that have a tag of the kind, from the source.
func fields(t *testing.T, path, name, tag string) []field {
	t.Helper()
	var list []field
	ast.Inspect(parse(t, path), func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != name {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			if f.Tag == nil {
				continue
			}
			value, _ := strconv.Unquote(f.Tag.Value)
			key, _, _ := strings.Cut(reflect.StructTag(value).Get(tag), ",")
			list = append(list, field{key, typeName(f.Type), strings.TrimSpace(f.Comment.Text())})
		}
		return false
	})
	if len(list) == 0 {
		t.Fatalf("%s has no struct %s with tags %q", path, name, tag)
	}
	return list
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(path), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		switch e.Name {
		case "string":
			return "text"
		case "int", "uint32":
			return "number"
		case "bool":
			return "true or false"
		}
		return strings.ToLower(e.Name)
	case *ast.ArrayType:
		return "list of " + typeName(e.Elt)
	}
	return ""
}

// constants reads the constants of a block whose names begin with a prefix.
func constants(t *testing.T, path, prefix string) []field {
	t.Helper()
	var list []field
	for _, d := range parse(t, path).Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			value := ""
			switch e := v.Values[0].(type) {
			case *ast.BasicLit:
				value = e.Value
			case *ast.BinaryExpr: // 128 << 10
				x, y := e.X.(*ast.BasicLit), e.Y.(*ast.BasicLit)
				value = constant.Shift(constant.MakeFromLiteral(x.Value, x.Kind, 0), e.Op, shift(y)).String()
			}
			if value != "" && strings.HasPrefix(v.Names[0].Name, prefix) {
				list = append(list, field{v.Names[0].Name, value, strings.TrimSpace(v.Comment.Text())})
			}
		}
	}
	return list
}

func shift(e *ast.BasicLit) uint {
	n, _ := strconv.ParseUint(e.Value, 0, 8)
	return uint(n)
}

// whenVariables is the table of what an expression can read, from the expr tags
// and the comments of cond.Env.
func whenVariables(t *testing.T) []string {
	out := []string{"| variable | type | meaning |", "| --- | --- | --- |"}
	also := map[string]string{ // what the source leaves to the name
		"codes": "the codes of the case", "codes.family": "code system, where the notation names it", "events": "the events of the case",
		"events.id": "event id", "events.source": "source, empty where the record names none", "events.log": "log", "events.category": "category",
		"account.name": "the account, where it was given",
	}
	row := func(name string, f field) {
		text := f.comment
		if text == "" {
			text = also[name]
		}
		if text == "" {
			t.Errorf("nothing explains the variable %s", name)
		}
		out = append(out, fmt.Sprintf("| `%s` | %s | %s |", name, f.typ, text))
	}
	const env = "../rules/cond/whenenv.go"
	parts := map[string]string{"dns": "DNS", "account": "Account", "codes": "EnvCode", "events": "EnvEvent"}
	for _, f := range fields(t, env, "Env", "expr") {
		f.typ = strings.NewReplacer("list of envcode", "list", "list of envevent", "list").Replace(f.typ)
		if f.typ == "dns" || f.typ == "account" {
			f.typ = "group"
		}
		row(f.name, f)
		if parts[f.name] != "" {
			for _, g := range fields(t, env, parts[f.name], "expr") {
				row(f.name+"."+g.name, g)
			}
		}
	}
	return out
}

// sigmaFeatures is the table of what Sigma rules may ask for.
func sigmaFeatures(*testing.T) []string {
	out := []string{"| modifier or correlation | | where, or why not |", "| --- | --- | --- |"}
	for _, f := range sigma.Features() {
		state := "refused"
		if f.Supported {
			state = "supported"
		}
		out = append(out, fmt.Sprintf("| `%s` | %s | %s |", f.Name, state, f.Text))
	}
	return out
}

// TestForeignChecks: the page names every check of the importers of foreign rules,
// and no other.
func TestForeignChecks(t *testing.T) {
	id := regexp.MustCompile(`"((?:sigma|cre)\.[a-z-]+)"`)
	want := map[string]bool{}
	for _, dir := range []string{"sigma", "cre"} {
		files, err := filepath.Glob("../rules/importer/" + dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range id.FindAllSubmatch(data, -1) {
				want[string(m[1])] = true
			}
		}
	}
	page, err := os.ReadFile("commands.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `((?:sigma|cre)\\.[a-z-]+)` \\|").FindAllSubmatch(page, -1) {
		if !want[string(m[1])] {
			t.Errorf("commands.md has the check %s, which no importer says", m[1])
		}
		delete(want, string(m[1]))
	}
	for check := range want {
		t.Errorf("commands.md does not have the check %s", check)
	}
}

// whenFunctions is the list in the message about a function that is not allowed.
func whenFunctions(t *testing.T) string {
	t.Helper()
	_, err := cond.NewWhen("sort(texts)")
	_, list, ok := strings.Cut(fmt.Sprint(err), "expected one of ")
	if !ok {
		t.Fatalf("the message about a function that is not allowed lists none: %v", err)
	}
	return "`" + strings.ReplaceAll(list, ", ", "`, `") + "`"
}

func whenBounds(t *testing.T) []string {
	out := []string{"| bound | value | |", "| --- | --: | --- |"}
	also := map[string]string{
		"maxItems": "elements of `codes`, `events`, `texts` and `account.groups` that an expression sees", "maxText": "bytes of each text that an expression sees",
		"maxBytes": "bytes of all texts that an expression sees", "maxStates": "states of the pattern of `matches`",
		"maxOpen": "unknown findings that an expression is tried out over",
	}
	for _, path := range []string{"../rules/cond/when.go", "../rules/cond/whenenv.go", "../rules/cond/evalwhen.go"} {
		for _, c := range constants(t, path, "max") {
			text := c.comment
			if also[c.name] != "" {
				text = also[c.name]
			}
			if text == "" {
				t.Errorf("nothing explains the bound %s", c.name)
			}
			out = append(out, fmt.Sprintf("| `%s` | %s | %s |", c.name, strings.ReplaceAll(c.typ, "_", ","), text))
		}
	}
	return out
}

func placeholders(*testing.T) []string {
	out := []string{"| placeholder | what it becomes |", "| --- | --- |"}
	for _, f := range rules.Fills() {
		args := ""
		for _, a := range f.Args {
			args += " " + strings.ToUpper(a)
		}
		out = append(out, fmt.Sprintf("| `{{ %s%s }}` | %s |", f.Name, args, f.Doc))
	}
	return out
}

func weights(t *testing.T) engine.Weights {
	t.Helper()
	w, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

func classes(t *testing.T) []string {
	w := weights(t)
	out := []string{"| class | `expected`: P(seen given the cause) | `suggests`: most bits |", "| --: | --: | --: |"}
	for i := range w.Expected {
		out = append(out, fmt.Sprintf("| %d | %s | %s |", i+1, number(w.Expected[i]), number(w.Suggests[i])))
	}
	return out
}

func background(t *testing.T) []string {
	b := weights(t).Background
	out := []string{"| what is looked for | P(seen given another cause) |", "| --- | --: |"}
	for _, r := range []struct {
		what string
		p    float64
	}{
		{"a code without a count", b.Code},
		{"an event without a count", b.Event},
		{"an environment", b.Environment},
		{"a correlation", b.Correlate},
		{"a probe", b.Probe},
		{"a question, and an expression without probe", b.Ask},
		{"a text of one word", b.Text},
	} {
		out = append(out, fmt.Sprintf("| %s | %s |", r.what, number(r.p)))
	}
	return append(out,
		fmt.Sprintf("| each further word of a text | divided by %s |", number(b.TextWord)),
		fmt.Sprintf("| the least for a text, or for a group `all` | %s |", number(b.TextLeast)))
}

func priors(t *testing.T) []string {
	w := weights(t)
	out := []string{"| status | prior bits | odds against none |", "| --- | --: | --: |"}
	for _, s := range []rules.Status{rules.Stable, rules.Imported, rules.Draft} {
		out = append(out, fmt.Sprintf("| %s | %s | 1 : %.0f |", s, number(w.Priors[s]), math.Exp2(-w.Priors[s])))
	}
	return out
}

// example is the arithmetic of three symptoms of one rule.
func example(t *testing.T) []string {
	w := weights(t)
	set, msgs := rules.Load(kb.Rules, "kb/")
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	at := slices.IndexFunc(set.Rules, func(r *rules.Rule) bool { return r.ID == "exchange/ims-setup-cluster-dns" })
	b := w.Background
	share := func(count int) float64 { return float64(count+1) / float64(b.Documents+2) }
	seen := func(s *rules.Symptom, q float64) string {
		p, limit := w.Expected[s.Expected-1], w.Suggests[s.Suggests-1]
		return fmt.Sprintf("log2(%s / %.5f) = %.1f bits; the limit of class %d is %s: **%+.1f**", number(p), q, math.Log2(p/q), s.Suggests, number(limit), math.Min(limit, math.Log2(p/q)))
	}
	symptom := func(name string) *rules.Symptom {
		s, _ := set.Rules[at].Find(name)
		if s == nil {
			t.Fatalf("%s has no symptom %s", set.Rules[at].ID, name)
		}
		return s
	}
	io := symptom("io_pending")
	code := io.Condition.Codes[0].Code.String()
	words := len(io.Condition.Texts[0].AnchorWords())
	qCode := share(b.Codes[code])
	qText := math.Max(b.TextLeast, b.Text/math.Pow(b.TextWord, float64(words-1)))
	event := symptom("event_4058")
	id := event.Condition.Event.IDs[0]
	proof := symptom("dns_unfit")
	q := 1 - math.Pow(1-b.Probe, float64(len(proof.Condition.Any)))
	p := w.Expected[proof.Expected-1]
	return []string{
		fmt.Sprintf("- `io_pending` is a code or a text. The code is in %d of %d descriptions: q = %d / %d = %.5f. The text has %d words: q = %.5f.",
			b.Codes[code], b.Documents, b.Codes[code]+1, b.Documents+2, qCode, words, qText),
		fmt.Sprintf("  Together q = %.5f. %s.", 1-(1-qCode)*(1-qText), seen(io, 1-(1-qCode)*(1-qText))),
		fmt.Sprintf("- `event_4058`: the event is in %d descriptions, q = %.5f. %s.", b.Events[id], share(b.Events[id]), seen(event, share(b.Events[id]))),
		fmt.Sprintf("- `dns_unfit` is unknown here: 0. If the probe found a missing record it would be seen: q = %.5f (%d probes), %s.", q, len(proof.Condition.Any), seen(proof, q)),
		fmt.Sprintf("  If all were in order it would be missing: log2(%s / %.4f) = **%+.1f**.", number(1-p), 1-q, math.Log2((1-p)/(1-q))),
	}
}

// readmeRun computes the run of the README and shows the arithmetic.
func readmeRun(t *testing.T) []string {
	k, err := triage.Load(triage.BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := intake.Reader{}.Read(t.Context(), []string{"0xc00203e5", "event 4058"})
	if err != nil {
		t.Fatal(err)
	}
	set, err := triage.Settings([]string{"product=Exchange Server", "version=5.5 SP3", "os=Windows 2000", "cluster=true"}, k.Set, "--set")
	if err != nil {
		t.Fatal(err)
	}
	c.Facts = append(c.Facts, set...)
	derive.Findings(c)
	d := k.Base.Diagnose(c, engine.Settings{})
	out := []string{"| | prior | bits | prior + bits | 2^(prior + bits) | probability |", "| --- | --: | --: | --: | --: | --: |"}
	sum := 1.0
	for _, x := range d.Diagnoses {
		odds := math.Exp2(x.PriorBits + x.Bits)
		sum += odds
		out = append(out, fmt.Sprintf("| `%s` | %.1f | %+.1f | %+.1f | %.4f | %.4f |", x.Rule, x.PriorBits, x.Bits, x.PriorBits+x.Bits, odds, x.Probability))
	}
	return append(out,
		fmt.Sprintf("| none of these | | | 0 | 1.0000 | %.4f |", d.None),
		fmt.Sprintf("| sum | | | | %.4f | 1.0000 |", sum))
}

// imports is the table of what each package imports of ours.
func imports(t *testing.T) []string {
	out := []string{"| package | imports of ours | libraries |", "| --- | --- | --- |"}
	for _, p := range packages(t) {
		var ours, others []string
		for _, i := range p.Imports {
			if inside, ok := strings.CutPrefix(i, module+"/"); ok {
				ours = append(ours, "`"+inside+"`")
			} else if first, _, _ := strings.Cut(i, "/"); strings.Contains(first, ".") {
				others = append(others, library(i))
			}
		}
		slices.Sort(others)
		out = append(out, strings.ReplaceAll(fmt.Sprintf("| `%s` | %s | %s |", p.name(), strings.Join(ours, " "), strings.Join(slices.Compact(others), " ")), "  ", " "))
	}
	return out
}

// library is the short name of the module that a package is of.
func library(path string) string {
	for _, m := range []struct{ prefix, name string }{
		{"github.com/expr-lang/expr", "expr"},
		{"github.com/miekg/dns", "miekg/dns"},
		{"github.com/spf13/", strings.TrimPrefix(path, "github.com/spf13/")},
		{"go.yaml.in/yaml/", "yaml"},
		{"golang.org/x/text", "x/text"},
	} {
		if strings.HasPrefix(path, m.prefix) {
			return m.name
		}
	}
	return path
}

type goPackage struct {
	ImportPath string
	GoFiles    []string
	Imports    []string
}

func (p goPackage) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// packages lists the packages of the module that have code besides tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,GoFiles,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			list = append(list, p)
		}
	}
}

// section is the lines under a heading, up to the next one of its level or above.
func (p *page) section(t *testing.T, heading string) []string {
	t.Helper()
	level := 0
	var out []string
	for _, l := range p.lines {
		n := len(l) - len(strings.TrimLeft(l, "#"))
		switch {
		case n > 0 && strings.TrimSpace(l[n:]) == heading:
			level = n
		case level > 0 && n > 0 && n <= level:
			return out
		case level > 0:
			out = append(out, l)
		}
	}
	if level == 0 {
		t.Errorf("%s has no heading %q", p.path, heading)
	}
	return out
}

// rows are the first cells of table rows, where they are code.
func rows(lines []string) []string {
	var out []string
	for _, l := range lines {
		if rest, ok := strings.CutPrefix(l, "| `"); ok {
			name, _, _ := strings.Cut(rest, "`")
			out = append(out, name)
		}
	}
	return out
}

// same reports where the rows of a section are not the names that the code knows.
func (p *page) same(t *testing.T, heading string, want []string) {
	t.Helper()
	have := p.section(t, heading)
	if i := slices.IndexFunc(have, func(l string) bool { return strings.HasPrefix(l, "#") }); i >= 0 {
		have = have[:i] // what stands under headings below it is of those
	}
	have = rows(have)
	for _, w := range want {
		if !slices.Contains(have, w) {
			t.Errorf("%s, %s: there is no row for `%s`", p.path, heading, w)
		}
	}
	for _, h := range have {
		if !slices.Contains(want, h) {
			t.Errorf("%s, %s: the code knows no `%s`", p.path, heading, h)
		}
	}
}

// expected is the list of valid names in the hint of the message about "zzzzzzzz".
func expected(t *testing.T, msgs []source.Message) []string {
	t.Helper()
	for _, m := range msgs {
		if _, list, ok := strings.Cut(m.Hint, "expected one of "); ok && strings.Contains(m.Text, "zzzzzzzz") {
			return strings.Split(list, ", ")
		}
	}
	t.Fatalf("no message lists the valid names: %v", msgs)
	return nil
}

// TestRuleKeys asks the loader for the keys that it takes at each place of a
// rule file and of a test file, and compares them with the tables of rules.md.
func TestRuleKeys(t *testing.T) {
	p := readPage(t, "rules.md")
	rule := func(text string) []string {
		_, msgs := rules.Parse("x.yaml", []byte(text))
		return expected(t, msgs)
	}
	for _, x := range []struct{ heading, text string }{
		{"The file", "zzzzzzzz: 1"},
		{"refs", "refs: [{zzzzzzzz: 1}]"},
		{"applies_to", "applies_to: [{zzzzzzzz: 1}]"},
		{"article", "article: {zzzzzzzz: 1}"},
		{"origin", "article: {origin: {zzzzzzzz: 1}}"},
		{"inputs", "inputs: {a: {zzzzzzzz: 1}}"},
		{"Questions of an endpoint", "inputs: {a: {kind: endpoint, ask: {zzzzzzzz: 1}}}"},
		{"symptoms and proof", "proof: {a: {zzzzzzzz: 1}}"},
		{"event", "symptoms: {a: {event: {zzzzzzzz: 1}}}"},
		{"environment", "symptoms: {a: {environment: {zzzzzzzz: 1}}}"},
		{"correlate", "symptoms: {a: {correlate: {zzzzzzzz: 1}}}"},
		{"probe", "symptoms: {a: {probe: {zzzzzzzz: 1}}}"},
		{"Keys of a probe", "symptoms: {a: {probe: {dns: {zzzzzzzz: 1}}}}"},
		{"resolution", "resolution: {zzzzzzzz: 1}"},
		{"Steps", "resolution: {steps: [{zzzzzzzz: 1}]}"},
		{"Ways", "resolution: {ways: [{zzzzzzzz: 1}]}"},
	} {
		p.same(t, x.heading, rule(x.text))
	}
	for _, x := range []struct{ heading, text string }{
		{"The file", "status: zzzzzzzz"},
		{"inputs", "inputs: {a: {kind: zzzzzzzz}}"},
		{"symptoms and proof", "symptoms: {a: {seen: zzzzzzzz}}"},
		{"Keys of a probe", "symptoms: {a: {probe: {dns: {type: zzzzzzzz}}}}"},
		{"Keys of a probe", "symptoms: {a: {probe: {dns: {server: zzzzzzzz}}}}"},
		{"resolution", "resolution: {kind: zzzzzzzz}"},
	} {
		text := strings.Join(p.section(t, x.heading), "\n")
		for _, value := range rule(x.text) {
			if !strings.Contains(text, "`"+value+"`") {
				t.Errorf("%s, %s: the value `%s` is not explained", p.path, x.heading, value)
			}
		}
	}
	file := func(text string) []string {
		_, msgs := tests.Parse("x.test.yaml", []byte(text))
		return expected(t, msgs)
	}
	for _, x := range []struct{ heading, text string }{
		{"The test file", "zzzzzzzz: 1"},
		{"A test", "tests: [{zzzzzzzz: 1}]"},
		{"given", "tests: [{given: {zzzzzzzz: 1}}]"},
		{"DNS answers", "tests: [{given: {dns: [{zzzzzzzz: 1}]}}]"},
		{"expect", "tests: [{expect: {zzzzzzzz: 1}}]"},
	} {
		p.same(t, x.heading, file(x.text))
	}
}

// TestFindings compares findings.md with the ids of package facts.
func TestFindings(t *testing.T) {
	p := readPage(t, "findings.md")
	ids := constants(t, "../facts/finding.go", "Finding")
	for _, c := range ids {
		id := strings.Trim(c.typ, `"`)
		if len(p.section(t, id)) == 0 {
			t.Errorf("%s says nothing of %s", p.path, id)
		}
	}
	var known []string
	for _, c := range ids {
		known = append(known, strings.Trim(c.typ, `"`))
	}
	for _, l := range p.lines {
		if id, ok := strings.CutPrefix(l, "### "); ok && !slices.Contains(known, id) {
			t.Errorf("%s explains %s, which no code knows", p.path, id)
		}
	}
}

// TestCommands compares commands.md with the help, the configuration and the
// types behind the JSON.
func TestCommands(t *testing.T) {
	p := readPage(t, "commands.md")
	program := build(t)
	for _, command := range []string{"diagnose", "decode", "verify", "explain", "rules lint", "rules test", "rules list", "rules show", "rules import", "rules overlap", "rules build", "pack build", "pack key", "pack sign", "pack verify", "pack show", "tickets", "info", "version"} {
		out, err := exec.Command(program, append(strings.Fields(command), "--help")...).Output()
		if err != nil {
			t.Fatalf("%s --help: %v", command, err)
		}
		text := strings.Join(p.section(t, "kbtriage "+command), "\n") + strings.Join(p.section(t, "Flags"), "\n")
		for _, m := range regexp.MustCompile(`(?m)^ +(?:-[a-z], )?--([a-z-]+)`).FindAllStringSubmatch(string(out), -1) {
			if m[1] != "help" && !strings.Contains(text, "`--"+m[1]) {
				t.Errorf("%s: the flag --%s of %s is not explained", p.path, m[1], command)
			}
		}
	}
	var keys []string
	for _, f := range fields(t, "../cmd/kbtriage/config.go", "config", "mapstructure") {
		keys = append(keys, f.name)
	}
	p.same(t, "Configuration", keys)

	for _, x := range []any{
		result.Differential{},
		result.Code{},
		result.Diagnosis{},
		result.Evidence{},
		result.Fact{},
		result.Resolution{},
		result.Blank{},
		result.Exclusion{},
		result.Check{},
		result.Unexplained{},
		result.Rules{},
		result.Case{},
		result.Fleet{},
		result.Totals{},
		result.Cause{},
		result.Host{},
		result.Moment{},
		result.Common{},
		result.TunedOut{},
		facts.Finding{},
		facts.Proof{},
		facts.Problem{},
		facts.Source{},
		result.Ticket{},
		result.RankedRule{},
		overlap.Overlap{},
		overlap.Shared{},
		overlap.Apart{},
		overlap.Duplicates{},
		overlap.Swallowed{},
		overlap.Same{},
		overlap.Neighbour{},
		triage.Verification{},
		triage.VerifiedCheck{},
		triage.Explanation{},
		triage.EnvironmentPart{},
		triage.SymptomPart{},
		triage.Part{},
		triage.Author{},
		triage.AnchorsOf{},
		triage.AnchorInCase{},
	} {
		typ := reflect.TypeOf(x)
		var names []string
		for i := range typ.NumField() {
			if name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ","); name != "-" {
				names = append(names, name)
			}
		}
		p.same(t, typ.Name(), names)
	}
}

// TestPackReference compares the tables of packs.md with what the loaders take, and
// with the types behind the JSON.
func TestPackReference(t *testing.T) {
	p := readPage(t, "packs.md")
	_, manifest := pack.ParseManifest("x", []byte("zzzzzzzz: 1"))
	p.same(t, "The manifest", expected(t, manifest))
	p.same(t, "Revocation", expected(t, new(trust.Policy).Revoke("x", []byte("entries: [{zzzzzzzz: 1}]"))))
	_, entries := overlay.Parse("x", []byte("entries: [{zzzzzzzz: 1}]"))
	p.same(t, "Overlays", expected(t, entries))
	for _, x := range []any{triage.LoadedPack{}, triage.Overridden{}, triage.LoadedOverlay{}} {
		typ := reflect.TypeOf(x)
		var names []string
		for i := range typ.NumField() {
			names = append(names, typ.Field(i).Tag.Get("json"))
		}
		p.same(t, typ.Name(), names)
	}
	var checks []string
	for _, pattern := range []string{"../rules/pack/*.go", "../rules/pack/trust/*.go", "../internal/triage/*.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			ast.Inspect(parse(t, path), func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && regexp.MustCompile(`^"pack\.[a-z-]+"$`).MatchString(lit.Value) && lit.Value != `"pack.yaml"` {
					if id := strings.Trim(lit.Value, `"`); !slices.Contains(checks, id) {
						checks = append(checks, id)
					}
				}
				return true
			})
		}
	}
	p.same(t, "What is refused", checks)
}

// TestArchitecture looks for each package in the tree of architecture.md.
func TestArchitecture(t *testing.T) {
	p := readPage(t, "architecture.md")
	tree := strings.Join(p.section(t, "The tree"), "\n")
	for _, k := range packages(t) {
		if k.name() != "" && !regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(k.name())+`/? `).MatchString(tree) {
			t.Errorf("%s: the tree has no line for %s", p.path, k.name())
		}
	}
}

// TestDecisions finds the decisions that the list of them leaves out.
func TestDecisions(t *testing.T) {
	p := readPage(t, "architecture.md")
	paths, err := filepath.Glob("adr/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no decisions: %v", err)
	}
	for _, path := range paths {
		if !slices.ContainsFunc(p.lines, func(l string) bool { return strings.Contains(l, "("+filepath.ToSlash(path)+")") }) {
			t.Errorf("%s does not name %s", p.path, path)
		}
	}
}
