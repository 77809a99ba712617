package triage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/ruletest"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/importer"
	"github.com/kbtriage/kbtriage/rules/lint"
	"github.com/kbtriage/kbtriage/rules/sketch"
	"github.com/kbtriage/kbtriage/rules/tests"
)

// NewRuleOptions say what a new rule is made of.
type NewRuleOptions struct {
	Out     string // folder
	Sketch  sketch.Sketch
	Article string       // a file that the rule is made of, or ""
	Inputs  []string     // as for a diagnosis: codes, events, texts, files, saved cases
	Set     []facts.Fact // what is known of the host
	Stdin   io.Reader
	Ask     *Prompt // nil: nothing is asked
}

// mostObserved bounds the observations that become symptoms where nobody is asked.
const mostObserved = 6

// NewRule writes a rule and its test. Both are tried before: the rule lints clean,
// and its test holds. A file that is there is never replaced.
func NewRule(ctx context.Context, o NewRuleOptions) (files []string, err error) {
	s := &o.Sketch
	if o.Article != "" {
		return newFromArticle(o.Out, o.Article)
	}
	if len(o.Inputs) > 0 {
		c, err := (&intake.Reader{Stdin: o.Stdin}).Read(ctx, o.Inputs)
		if err != nil {
			return nil, err
		}
		s.Facts = append(s.Facts, c.Facts...)
	}
	s.Facts = append(s.Facts, o.Set...)
	var environment []facts.Fact
	for _, f := range s.Facts {
		if f.Environment != nil {
			environment = append(environment, f)
		}
	}
	seen := sketch.Observations(s.Facts)
	if o.Ask != nil {
		d := &dialogue{in: bufio.NewReader(io.LimitReader(o.Ask.In, 1<<20)), out: o.Ask.Out}
		seen = d.rule(s, seen)
	}
	var lacks []string
	for _, l := range []struct {
		missing bool
		what    string
	}{
		{s.ID == "", "an id (--id product/name)"},
		{s.Title == "", "a title (--title TEXT)"},
		{s.Cause == "", "a cause (--cause TEXT)"},
		{len(seen) == 0, "something that a person or a log shows: a code, an event, or the words of a message"},
	} {
		if l.missing {
			lacks = append(lacks, l.what)
		}
	}
	if len(lacks) > 0 {
		return nil, &UsageError{"a rule needs more: " + strings.Join(lacks, "; ")}
	}
	if o.Ask == nil {
		seen = seen[:min(len(seen), mostObserved)]
	}
	s.Facts = append(slices.Clone(seen), environment...)
	rule, test := s.Files()
	return writeNew(o.Out, s.ID, rule, test)
}

// IsArticle reports whether a file is one that a rule can be made of, and no saved case.
func IsArticle(file string) bool {
	data, err := readArticle(file)
	return err == nil && !facts.IsCase(data) && len(importer.Import(filepath.Base(file), data).Drafts) > 0
}

func newFromArticle(out, file string) ([]string, error) {
	data, err := readArticle(file)
	if err != nil {
		return nil, &UsageError{err.Error()}
	}
	drafts := importer.Import(filepath.Base(file), data).Drafts
	if len(drafts) != 1 {
		return nil, &UsageError{fmt.Sprintf("%s gives %d rules; kbtriage rules import writes them", file, len(drafts))}
	}
	r, msgs := rules.Parse(file, drafts[0].YAML)
	if r == nil {
		return nil, &RuleError{msgs}
	}
	return writeNew(out, r.ID, drafts[0].YAML, sketch.Test(r))
}

// writeNew tries a rule and its test, and writes them where nothing is.
func writeNew(out, id string, rule, test []byte) (files []string, err error) {
	name := filepath.Join(out, filepath.FromSlash(id))
	if msgs := tryRule(name, rule, test); len(msgs) > 0 {
		return nil, &RuleError{source.Sort(msgs)}
	}
	test, msgs := besideEmbedded(name, rule, test)
	if len(msgs) > 0 {
		return nil, &RuleError{source.Sort(msgs)}
	}
	files = []string{name + ".yaml", name + ".test.yaml"}
	for _, f := range files {
		if _, err := os.Lstat(f); !errors.Is(err, fs.ErrNotExist) {
			return nil, &UsageError{f + " is there already; give the rule another id"}
		}
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return nil, err
	}
	return files, errors.Join(writeWhole(files[0], rule), writeWhole(files[1], test))
}

// besideEmbedded is the test as it holds beside the embedded base, where rules test runs
// it: another rule may come first for what was seen, and then the place of the new one is
// what it is. An id that is taken there is refused.
func besideEmbedded(name string, rule, test []byte) ([]byte, []source.Message) {
	set, err := LoadSet(BaseOptions{})
	if err != nil {
		return test, nil // the embedded base is tested elsewhere
	}
	r, _ := rules.Parse(name+".yaml", rule)
	if msgs := set.Add(&rules.Set{Rules: []*rules.Rule{r}}); len(msgs) > 0 {
		return nil, msgs
	}
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		return test, nil
	}
	base, err := engine.Compile(set, weights)
	if err != nil {
		return test, nil
	}
	f, _ := tests.Parse(name+".test.yaml", test)
	for _, x := range ruletest.Failures(ruletest.Run(base, f, ruletest.Options{Settings: func(pairs []string) ([]facts.Fact, error) {
		return Settings(pairs, func() *rules.Set { return set }, "--set")
	}})) {
		if len(x.Path) == 2 && x.Path[1] == "rank" && x.Got != "" {
			test = bytes.Replace(test, []byte("rank: 1"), []byte("rank: "+x.Got), 1)
		}
	}
	return test, nil
}

// tryRule says what is wrong with a rule and its test.
func tryRule(name string, rule, test []byte) []source.Message {
	r, msgs := rules.Parse(name+".yaml", rule)
	f, more := tests.Parse(name+".test.yaml", test)
	if msgs = append(msgs, more...); len(msgs) > 0 {
		return msgs
	}
	set := &rules.Set{Rules: []*rules.Rule{r}}
	text := map[string][]byte{r.File: rule, f.Path: test}
	for _, x := range lint.Run(&lint.Base{Rules: set, Tests: []*tests.File{f}, Text: func(file string) []byte { return text[file] }}) {
		msgs = append(msgs, x.Message)
	}
	if len(msgs) > 0 {
		return msgs
	}
	weights, err := engine.ParseWeights(kb.Weights)
	if err == nil {
		var base *engine.Base
		if base, err = engine.Compile(set, weights); err == nil {
			for _, x := range ruletest.Failures(ruletest.Run(base, f, ruletest.Options{Settings: func(pairs []string) ([]facts.Fact, error) {
				return Settings(pairs, func() *rules.Set { return set }, "--set")
			}})) {
				msgs = append(msgs, source.Message{Position: x.Position, Check: "new.test", Text: x.Text, Hint: "this observation cannot be looked for as it is; leave it out"})
			}
		}
	}
	if err != nil {
		msgs = append(msgs, source.Message{Position: source.Position{File: name + ".yaml", Line: 1, Column: 1}, Check: "new.rule", Text: err.Error()})
	}
	return msgs
}

// dialogue asks an author for what is not known yet.
type dialogue struct {
	in  *bufio.Reader
	out io.Writer
}

func (d *dialogue) rule(s *sketch.Sketch, seen []facts.Fact) []facts.Fact {
	for d.fill(&s.ID, "Id of the rule, product/name"); s.ID != "" && !rules.IsID(s.ID); d.fill(&s.ID, "Id of the rule, product/name") {
		fmt.Fprintf(d.out, "%q is no rule id; expected product/name in lower case letters, digits and -\n", s.ID)
		s.ID = ""
	}
	d.fill(&s.Title, "Title, one line")
	if len(seen) > 0 {
		fmt.Fprintln(d.out, "What was seen:")
		for i, f := range seen {
			fmt.Fprintf(d.out, "  %d. %s\n", i+1, f.String())
		}
		answer, _ := d.line("Which of them belong to the error? Numbers, or nothing for all")
		seen = chosen(seen, answer)
	} else {
		lines := d.lines("What does a person see? A code, an event or a message, one a line; an empty line ends")
		for _, l := range lines {
			seen = append(seen, intake.Text("dialogue", l)...)
		}
		seen = sketch.Observations(seen)
	}
	d.fill(&s.Cause, "Why does it happen?")
	if len(s.Steps) == 0 {
		s.Steps = d.lines("What is to be done? One step a line; an empty line ends")
	}
	return seen
}

// chosen are the observations whose numbers an answer names; all where it names none.
func chosen(list []facts.Fact, answer string) (out []facts.Fact) {
	for w := range strings.FieldsFuncSeq(answer, func(r rune) bool { return r == ' ' || r == ',' }) {
		if n, err := strconv.Atoi(w); err == nil && n >= 1 && n <= len(list) {
			out = append(out, list[n-1])
		}
	}
	if len(out) == 0 {
		return slices.Clone(list)
	}
	return out
}

func (d *dialogue) fill(into *string, question string) {
	if *into == "" {
		*into, _ = d.line(question)
	}
}

func (d *dialogue) lines(question string) (list []string) {
	for {
		l, more := d.line(question)
		if l != "" {
			list = append(list, l)
		}
		if l == "" || !more {
			return list
		}
		question = ""
	}
}

// line is an answer, and whether another may follow.
func (d *dialogue) line(question string) (answer string, more bool) {
	if question != "" {
		question += ":"
	}
	fmt.Fprintf(d.out, "%s ", question)
	l, err := d.in.ReadString('\n')
	return strings.TrimSpace(l), err == nil
}
