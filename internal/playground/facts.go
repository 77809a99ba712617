package playground

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
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
			a.say(PaneFacts, false, source.Message{Position: source.Position{Line: i + 1, Column: 1}, Check: "facts.set", Text: err.Error()})
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

// settings turns the pairs into facts. Wrong ones are left out and named.
func (a *Answer) settings(list []setting, set *rules.Set) []facts.Fact {
	said, err := factsOf(list, set)
	if err == nil {
		return said
	}
	var alone, account []setting
	for _, s := range list {
		if strings.HasPrefix(strings.TrimSpace(s.pair), "account.") { // its parts need each other
			account = append(account, s)
		}
	}
	placed := map[string]bool{}
	for _, s := range list {
		_, wrong := factsOf(append([]setting{s}, account...), set)
		if wrong == nil {
			alone = append(alone, s)
			continue
		}
		if !placed[wrong.Error()] {
			a.sayWrong(s.line, wrong)
		}
		placed[wrong.Error()] = true
	}
	said, wrong := factsOf(alone, set)
	var e *given.Error
	if errors.As(wrong, &e) { // what is wrong with some beside others
		for _, l := range e.Lines {
			if !placed[l] {
				a.sayWrong(about(list, l), errors.New(l))
			}
		}
	}
	return said
}

func (a *Answer) sayWrong(line int, err error) {
	a.say(PaneFacts, false, source.Message{Position: source.Position{Line: line, Column: 1}, Check: "facts.set", Text: err.Error()})
}

func factsOf(list []setting, set *rules.Set) ([]facts.Fact, error) {
	pairs := make([]string, len(list))
	for i, s := range list {
		pairs[i] = s.pair
	}
	return given.Facts(pairs, func() *rules.Set { return set }, flag)
}

// about is the last line with a key that the text begins with, or the last line
// with a setting.
func about(list []setting, text string) int {
	for _, s := range slices.Backward(list) {
		if key, _, _ := strings.Cut(s.pair, "="); strings.HasPrefix(text, strings.TrimSpace(key)) {
			return s.line
		}
	}
	return list[len(list)-1].line
}

// gather makes the case of what was pasted and said, with all that follows from it.
func (a *Answer) gather(pasted string, said []facts.Fact) *facts.Case {
	c := &facts.Case{Version: facts.CaseVersion}
	if strings.TrimSpace(pasted) != "" {
		c = intake.Pasted(factsPath, pasted)
	}
	c.Facts = append(given.Override(c.Facts, said), said...)
	c.Problems = append(c.Problems, given.Contradictions(c)...)
	derive.Findings(c)
	return c
}
