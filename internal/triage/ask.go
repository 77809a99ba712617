package triage

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/given"
)

// Prompt is the conversation with a person.
type Prompt struct {
	In  io.Reader
	Out io.Writer
}

// maxQuestions ends a conversation that leads nowhere.
const maxQuestions = 50

// conversation is one run of Ask.
type conversation struct {
	k    *Knowledge
	c    *facts.Case
	ctx  context.Context
	in   *bufio.Reader
	out  io.Writer
	done map[string]bool // checks and inputs that were put already
}

// Ask puts the best question, adds the answer to the case and diagnoses again,
// until there is nothing left to ask, the input ends, or the person has had
// enough. Automatic checks run in between when they are allowed and their inputs
// are known. An input is asked for once.
func (k *Knowledge) Ask(ctx context.Context, q *Request, c *facts.Case, d *result.Differential, p Prompt) *result.Differential {
	t := &conversation{k: k, c: c, ctx: ctx, in: bufio.NewReader(io.LimitReader(p.In, 1<<20)), out: p.Out, done: map[string]bool{}}
	probed := hasAnswers(c)
	for range maxQuestions {
		check := t.pick(d, q.Probe.Allowed && !probed)
		if ctx.Err() != nil {
			return d
		}
		if check == nil {
			fmt.Fprintln(p.Out, "\nThere is nothing left to ask."+t.left(d))
			return d
		}
		fmt.Fprintln(p.Out)
		var goOn bool
		if check.Kind == result.Probe {
			if goOn = t.inputs(check); goOn && !t.done[check.Check] {
				q.Probe.runProbes(ctx, c)
				probed, t.done[check.Check] = true, true
			}
		} else {
			goOn = t.question(check)
		}
		d = k.conclude(c, q)
		fmt.Fprint(p.Out, "\n", summary(d))
		if !goOn {
			return d
		}
	}
	return d
}

func hasAnswers(c *facts.Case) bool {
	for _, f := range c.Facts {
		if f.Kind == facts.KindDNSAnswer {
			return true
		}
	}
	return false
}

// pick is the best check that can be done now.
func (t *conversation) pick(d *result.Differential, probing bool) *result.Check {
	for i := range d.Next {
		if c := &d.Next[i]; !t.done[c.Check] && (c.Kind == result.Question || probing) {
			return c
		}
	}
	return nil
}

// left names an automatic check that could tell more and was not allowed.
func (t *conversation) left(d *result.Differential) string {
	for _, c := range d.Next {
		if c.Kind == result.Probe && !t.done[c.Check] {
			return " An automatic check could tell more: " + c.Text + " (" + c.Command + ")."
		}
	}
	return ""
}

// ask reads one line; ok is false when the person wants no more or the context
// ends. The read that waits is left behind then.
func (t *conversation) ask(format string, args ...any) (line string, ok bool) {
	fmt.Fprintf(t.out, format, args...)
	type answer struct {
		line string
		ok   bool
	}
	read := make(chan answer, 1)
	go func() {
		line, err := t.in.ReadString('\n')
		line = strings.TrimSpace(line)
		read <- answer{line, (err == nil || line != "") && line != "q" && line != "quit"}
	}()
	select {
	case a := <-read:
		return a.line, a.ok
	case <-t.ctx.Done():
		return "", false
	}
}

func dontKnow(line string) bool {
	switch strings.ToLower(line) {
	case "", "d", "dk", "?", "unknown", "don't know", "dont know":
		return true
	}
	return false
}

// question puts one question of the differential.
func (t *conversation) question(check *result.Check) bool {
	_, role, isRole := strings.Cut(check.Check, "role:")
	isValue := strings.HasPrefix(check.Command, "--set "+check.Check+"=...")
	choices := "yes/no/don't know"
	if isValue {
		choices = "a value, or Enter when not known"
	}
	for {
		line, ok := t.ask("%s [%s; q to stop] ", check.Text, choices)
		if !ok {
			return false
		}
		t.done[check.Check] = true
		switch {
		case dontKnow(line) && (isValue || isRole):
			return true
		case dontKnow(line):
			line = "unknown"
		case isRole:
			state, ok := given.State(line)
			if !ok {
				fmt.Fprintln(t.out, "Please answer yes, no or don't know.")
				continue
			}
			t.add(facts.Fact{Kind: facts.KindEnvironment, Environment: &facts.Environment{Field: facts.FieldRole, Value: roleName(t.k, role), Not: state == facts.False}})
			return true
		}
		added, err := Settings([]string{check.Check + "=" + line}, t.k.Set, "answer")
		switch {
		case err != nil && isValue:
			fmt.Fprintln(t.out, err)
			continue
		case err != nil:
			fmt.Fprintln(t.out, "Please answer yes, no or don't know.")
			continue
		}
		t.add(added...)
		return true
	}
}

func (t *conversation) add(list ...facts.Fact) {
	for _, f := range list {
		f.Origin.Path = "answer"
		t.c.Facts = append(t.c.Facts, f)
	}
}

// roleName is the name of the role as a rule has it, from its folded form.
func roleName(k *Knowledge, folded string) string {
	for _, r := range k.Set().Rules {
		for _, a := range r.AppliesTo {
			if facts.FoldName(a.Role) == folded {
				return a.Role
			}
		}
	}
	return folded
}

// inputs asks for what a probe needs. Enter leaves an input blank; without a
// name the probe is left out.
func (t *conversation) inputs(check *result.Check) bool {
	fmt.Fprintln(t.out, check.Text+":")
	for _, n := range check.Needs {
		for !t.done["input:"+n.Input] {
			line, ok := t.ask("  %s (%s)? [Enter when not known; q to stop] ", n.Ask, n.Input)
			if !ok {
				return false
			}
			if line == "" {
				t.done["input:"+n.Input] = true
				t.done[check.Check] = t.done[check.Check] || given.IsName(n.Input)
				break
			}
			added, err := Settings([]string{n.Input + "=" + line}, t.k.Set, "answer")
			if err != nil {
				fmt.Fprintln(t.out, "  "+err.Error())
				continue
			}
			t.done["input:"+n.Input] = true
			t.add(added...)
		}
	}
	return true
}

// summary is the state of affairs between two questions.
func summary(d *result.Differential) string {
	var b strings.Builder
	for _, x := range d.Diagnoses[:min(3, len(d.Diagnoses))] {
		fmt.Fprintf(&b, "  %3.0f %%  %s (%s)\n", 100*x.Probability, x.Title, x.Verdict)
	}
	fmt.Fprintf(&b, "  %3.0f %%  none of these\n", 100*d.None)
	return b.String()
}
