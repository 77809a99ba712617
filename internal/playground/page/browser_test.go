package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/kbtriage/kbtriage/internal/playground"
)

// An author makes a mistake, sees it beside its line, mends it, and pastes facts.
func TestAuthor(t *testing.T) {
	b := open(t, program, "")
	b.until("playground.answers > 0")
	b.until(`document.querySelector("#differential .diagnosis")?.dataset.rule === "print/rpc-privacy"`)
	rule := value[string](b, "editors.rule.text")
	at := strings.Index(rule, "stable") + len("stab")
	b.run(
		chromedp.Focus("#rule"),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`byID("rule").setSelectionRange(%d, %d)`, at, at+1)),
		chromedp.KeyEvent("\b"),
	)
	b.until(`byID("rule-messages").childElementCount > 0`)
	if got := value[string](b, `byID("rule-messages").innerText`); !strings.Contains(got, `line 5:9`) || !strings.Contains(got, `"stabe" is no status; did you mean "stable"? rule.value`) {
		t.Errorf("the message is %q", got)
	}
	if got := value[string](b, `document.querySelector("#rule-editor .gutter .refused").innerText`); strings.Join(strings.Fields(got), "") != "✗5" {
		t.Errorf("the sign in the gutter is %q", got)
	}
	if !value[bool](b, `byID("differential").classList.contains("old")`) {
		t.Error("the differential of the rule as it was is shown as the one of the rule as it is")
	}
	b.run(chromedp.Click("#rule-messages button"))
	if got := value[int](b, `byID("rule").selectionStart`); got != strings.Index(rule, "stable") {
		t.Errorf("a click on the message puts the caret at %d", got)
	}
	b.run(
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`byID("rule").setSelectionRange(%d, %d)`, at, at)),
		chromedp.KeyEvent("l"),
	)
	b.until(`byID("rule-messages").childElementCount === 0 && !byID("differential").classList.contains("old")`)
	b.run(
		chromedp.Focus("#facts"),
		chromedp.Evaluate[chromedp.Void](`byID("facts").select()`),
		chromedp.KeyEvent("nothing of the kind"),
	)
	b.until(`byID("account") !== null`)
	if got := value[string](b, `byID("account").innerText`); !strings.Contains(got, "none of its presenting symptoms was seen") {
		t.Errorf("the rule that is not listed: %q", got)
	}
	b.run(chromedp.Evaluate[chromedp.Void](`byID("facts").select()`), chromedp.KeyEvent("error 0x0000011b\r--set print.rpc_levels_differ=yes"))
	b.until(`document.querySelector("#differential .diagnosis")?.innerText.includes("confirmed")`)
	if got := value[string](b, `document.querySelector("#differential .diagnosis").innerText`); !strings.Contains(got, "1. Shared printer cannot be connected") || !strings.Contains(got, "print/rpc-privacy (your rule)") {
		t.Errorf("the first is %q", got)
	}
	if got := value[int](b, `document.querySelectorAll("#tests-results .pass").length`); got != 3 {
		t.Errorf("%d tests pass", got)
	}
	b.quiet()
}

// What the page shows is what the same code gives natively.
func TestSame(t *testing.T) {
	list, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	var table []playground.Question
	for _, s := range list {
		for _, neighbours := range []bool{false, true} {
			table = append(table, playground.Question{Rule: s.Rule, Tests: s.Tests, Facts: s.Facts, Neighbours: neighbours})
		}
	}
	first := list[0]
	table = append(table,
		playground.Question{Facts: "event 4058", Neighbours: true},
		playground.Question{Rule: strings.Replace(first.Rule, "suggests", "sugests", 1), Tests: first.Tests, Facts: first.Facts},
		playground.Question{Rule: first.Rule, Tests: first.Tests, Facts: "--set product=A --set product=B --set osx=1 \"\n" + first.Facts},
		playground.Question{Rule: first.Rule, Tests: strings.Replace(first.Tests, "rank: 1", "rank: 2", 1), Facts: "\u202e0x11b \U0001f5a8 \x01"},
		playground.Question{Rule: first.Rule, Facts: strings.Repeat("Mar  2 10:11:12 web1 kernel: Out of memory: Killed process 4711 (java)\n", 2000), Neighbours: true},
		playground.Question{Rule: strings.Repeat("# a line of a comment\n", 200000), Facts: "x"},
	)
	p, err := playground.New()
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, program, "")
	b.until("playground.answers > 0")
	for i, q := range table {
		q.Columns = value[int](b, columnsOf)
		text, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		want, err := p.JSON(string(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := b.ask(q); got != want {
			t.Errorf("%d: the page has\n%.3000s\nand the native function gives\n%.3000s", i, got, want)
			continue
		}
		compareShown(t, b, i, want)
	}
	b.quiet()
}

// columnsOf is what the page asks for.
const columnsOf = `Math.max(40, Math.min(110, Math.floor(byID("differential").clientWidth / 8.2) - 4))`

// compareShown holds the elements of the page against an answer.
func compareShown(t *testing.T, b *tab, i int, answer string) {
	t.Helper()
	var a playground.Answer
	if err := json.Unmarshal([]byte(answer), &a); err != nil {
		t.Fatal(err)
	}
	texts := func(selector string) []string {
		return value[[]string](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.textContent)`, selector))
	}
	var messages []string
	for _, m := range a.Messages {
		line := ""
		if m.Line > 0 {
			line = fmt.Sprintf("line %d:%d ", m.Line, m.Column)
		}
		if m.Hint != "" {
			m.Text += "; " + m.Hint
		}
		messages = append(messages, line+m.Text+" "+m.Check)
	}
	same(t, i, "messages", texts(".messages button"), messages)
	var outcomes []string
	for _, x := range a.Tests {
		state := "pass "
		if len(x.Failures) > 0 {
			state = "fail "
		}
		outcomes = append(outcomes, state+x.Name)
	}
	same(t, i, "tests", value[[]string](b, `[...document.querySelectorAll("#tests-results li")].map((e) => e.className + " " + e.querySelector("button").textContent)`), outcomes)
	if a.Ranking == nil {
		return
	}
	var rows []string
	for n, r := range a.Ranking.Rows {
		rows = append(rows, fmt.Sprintf("%d. %s%s", n+1, r.Title, r.Percent))
	}
	same(t, i, "rows", texts("#differential .diagnosis[data-rule] .top"), rows)
	same(t, i, "none", texts("#differential .none .percent"), []string{a.Ranking.None})
	same(t, i, "printed", texts("#differential .printed"), []string{a.Ranking.Printed})
}

func same(t *testing.T, i int, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%d: %s: the page shows\n%s\nthe answer has\n%s", i, what, g, w)
	}
}
