package playground

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/facts/record"
	"github.com/kbtriage/kbtriage/internal/given"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
)

// mostFacts bounds the pane of the facts, in bytes. A log that is larger is a task
// for the program.
const mostFacts = 4 << 20

// setting is one KEY=VALUE pair and the line that it stands in.
type setting struct {
	pair string
	line int
}

// readFacts divides the pane: lines that begin with --set are settings, written as
// on a command line, and blank in the text that the others are.
func (a *Answer) readFacts(pane string) ([]setting, string) {
	if len(pane) > mostFacts {
		end := mostFacts
		for end > 0 && !utf8.RuneStart(pane[end]) {
			end--
		}
		a.say(PaneFacts, false, source.Message{
			Check: "facts.too-large", Text: fmt.Sprintf("the facts have %d bytes; the first %d are read", len(pane), end),
			Hint: "kbtriage reads logs of any size",
		})
		pane = pane[:end]
	}
	if !strings.Contains(pane, flag) {
		return nil, pane
	}
	var list []setting
	lines := strings.Split(pane, "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if rest, ok := strings.CutPrefix(l, flag); !ok || rest != "" && rest[0] != ' ' && rest[0] != '=' && rest[0] != '\t' {
			continue
		}
		pairs, err := settingsOf(l)
		if err != nil {
			a.sayWrong(i+1, err.Error())
		}
		for _, p := range pairs {
			list = append(list, setting{p, i + 1})
		}
		lines[i] = ""
	}
	return list, strings.Join(lines, "\n")
}

const flag = "--set"

// settingsOf reads "--set KEY=VALUE --set 'KEY=long value'". With an error the
// pairs are those before it.
func settingsOf(line string) (pairs []string, err error) {
	words, err := split(line)
	if err != nil { // nobody knows where the last word ends
		words = words[:len(words)-1]
		if n := len(words); n > 0 && words[n-1] == flag {
			words = words[:n-1]
		}
	}
	for i := 0; i < len(words); i++ {
		pair, joined := strings.CutPrefix(words[i], flag+"=")
		switch {
		case joined:
			pairs = append(pairs, pair)
		case words[i] != flag:
			return pairs, fmt.Errorf("expected --set KEY=VALUE, not %q; a value with a blank stands in quotes", words[i])
		case i+1 == len(words):
			return pairs, errors.New("expected KEY=VALUE behind --set")
		default:
			i++
			pairs = append(pairs, words[i])
		}
	}
	return pairs, err
}

// split divides a line into words as a shell does, with ' and " and without anything
// else that a shell knows.
func split(line string) (words []string, err error) {
	var word strings.Builder
	in, quote := false, rune(0)
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			in, quote = true, r
		case unicode.IsSpace(r):
			if in {
				words = append(words, word.String())
				word.Reset()
			}
			in = false
		default:
			in = true
			word.WriteRune(r)
		}
	}
	if in {
		words = append(words, word.String())
	}
	if quote != 0 {
		return words, fmt.Errorf("the quote %c is not closed", quote)
	}
	return words, nil
}

// mostSettings bounds how many pairs are tried one by one.
const mostSettings = 200

// settings turns the pairs into facts. Wrong ones are left out and named: a pair is
// wrong that cannot stand beside those before it.
func (a *Answer) settings(list []setting, set *rules.Set) []facts.Fact {
	if more := len(list) - mostSettings; more > 0 {
		list = list[:mostSettings]
		a.sayWrong(list[mostSettings-1].line, fmt.Sprintf("%d more settings are left out: at most %d are read", more, mostSettings))
	}
	said, err := factsOf(list, set)
	if err == nil {
		return said
	}
	groups := func(s setting) bool { return strings.HasPrefix(s.pair, "account.groups=") }
	slices.SortStableFunc(list, func(x, y setting) int { // an account is wrong without its groups
		switch {
		case groups(x) == groups(y):
			return 0
		case groups(x):
			return -1
		}
		return 1
	})
	said = nil
	var kept []setting
	for _, s := range list {
		more, err := factsOf(append(kept, s), set)
		var wrong *given.Error
		if !errors.As(err, &wrong) {
			kept, said = append(kept, s), more
			continue
		}
		for _, l := range wrong.Lines {
			a.sayWrong(s.line, l)
		}
	}
	return said
}

func (a *Answer) sayWrong(line int, text string) {
	a.say(PaneFacts, false, source.Message{Position: source.Position{Line: line, Column: 1}, Check: "facts.set", Text: text})
}

func factsOf(list []setting, set *rules.Set) ([]facts.Fact, error) {
	pairs := make([]string, len(list))
	for i, s := range list {
		pairs[i] = s.pair
	}
	return given.Facts(pairs, func() *rules.Set { return set }, flag)
}

// gather makes the case of what was pasted and said, with all that follows from it.
// The text is read as the program reads its standard input.
func gather(base *engine.Base, pasted string, said []facts.Fact) (*facts.Case, error) {
	c := &facts.Case{Version: facts.CaseVersion}
	if strings.TrimSpace(pasted) != "" {
		var damaged, err error
		filter := func() record.Filter {
			f, _, err := base.Filter()
			if err != nil {
				damaged = err
				return nil
			}
			return f
		}
		c, err = intake.Reader{Stdin: strings.NewReader(pasted), Filter: filter}.Read(context.Background(), []string{"-"})
		if err := cmp.Or(err, damaged); err != nil {
			return nil, err
		}
	}
	c.Facts = append(given.Override(c.Facts, said), said...)
	c.Problems = append(c.Problems, given.Contradictions(c)...)
	derive.Findings(c)
	return c, nil
}
