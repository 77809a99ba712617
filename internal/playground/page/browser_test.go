package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/kbtriage/kbtriage/internal/playground"
	"github.com/kbtriage/kbtriage/internal/report"
)

// An author makes a mistake, sees it beside its line, mends it, and pastes facts.
func TestAuthor(t *testing.T) {
	b := open(t, program, "")
	b.until(`document.querySelector("#differential .diagnosis")?.dataset.rule === "print/rpc-privacy"`)
	rule := value[string](b, "editors.rule.text")
	at := strings.Index(rule, "stable") + len("stab")
	b.run(
		chromedp.Focus("#rule"),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`byID("rule").setSelectionRange(%d, %d)`, at, at+1)),
		chromedp.KeyEvent("\b"),
	)
	b.until(`byID("rule-messages").childElementCount > 0`)
	if got := value[string](b, `byID("rule-messages").innerText`); !strings.Contains(got, `line 6:9`) || !strings.Contains(got, `"stabe" is no status; did you mean "stable"? rule.value`) {
		t.Errorf("the message is %q", got)
	}
	if got := value[string](b, `document.querySelector("#rule-editor .gutter .refused").innerText`); strings.Join(strings.Fields(got), "") != "✗6" {
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

// Hostile text stays text: nothing of it becomes an element or a script, and what
// turns the direction of writing, or is not seen at all, is shown as an escape.
func TestHostile(t *testing.T) {
	const planted = `<img src=x onerror="planted=1"><script>planted=1</script>` + "\u202e\u2066\u200b"
	list, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, program, "")
	b.run(chromedp.Evaluate[chromedp.Void](`globalThis.planted = 0; document.querySelector("#differential details").open = true`))
	elements := func() string {
		return value[string](b, `[...new Set([...document.body.querySelectorAll("*")].map((e) => e.localName))].sort().join(" ")`)
	}
	before := elements()
	rule := strings.ReplaceAll(list[0].Rule, "Shared printer", `Shared `+strings.ReplaceAll(planted, `"`, `'`)+` printer`)
	for _, q := range []playground.Question{
		{Rule: rule, Tests: strings.ReplaceAll(list[0].Tests, "the code alone", "'"+planted+"'"), Facts: "0x0000011b " + planted + "\n--set " + planted + "=1\n", Neighbours: true},
		{Rule: strings.ReplaceAll(rule, "stable", `"`+strings.ReplaceAll(planted, `"`, `'`)+`"`), Tests: planted, Facts: planted},
		{Rule: planted + "\x1b[31m", Tests: list[0].Tests, Facts: "\x00\x07" + planted},
	} {
		b.ask(q)
		shown := value[string](b, `[...document.querySelectorAll("#differential, .messages, .tests, #state, #spoken")].map((e) => e.textContent).join(" ") + [...document.querySelectorAll("[title]")].map((e) => e.title).join(" ")`)
		if i := strings.IndexFunc(shown, func(r rune) bool { return r != '\n' && report.Clean(string(r)) != string(r) }); i >= 0 {
			t.Errorf("the page shows %q", shown[max(0, i-100):min(len(shown), i+100)])
		}
		if !strings.Contains(shown, "<img src=x") || !strings.Contains(shown, "U+202E") {
			t.Errorf("what was planted is not shown: %.1000q", shown)
		}
	}
	if value[int](b, "planted") != 0 {
		t.Error("a planted script ran")
	}
	for name := range strings.FieldsSeq(elements()) {
		if !strings.Contains(" "+before+" span ", " "+name+" ") {
			t.Errorf("there is a new element: %s", name)
		}
	}
	b.quiet()
}

// The policy holds against the page's own scripts: no request, no evaluation of text,
// no text that becomes markup. What the browser says about each try is expected.
func TestPolicy(t *testing.T) {
	b := open(t, program, "")
	b.quiet()
	for name, try := range map[string]string{
		"a request":                `fetch("http://127.0.0.1:9/").then(() => "done", () => "refused")`,
		"a request for a blob":     `fetch(URL.createObjectURL(new Blob(["x"]))).then(() => "done", () => "refused")`,
		"a socket":                 `new Promise((r) => { try { const s = new WebSocket("ws://127.0.0.1:9/"); s.onopen = () => r("done"); s.onerror = () => r("refused"); } catch { r("refused"); } })`,
		"a picture":                `new Promise((r) => { const i = new Image(); i.onload = () => r("done"); i.onerror = () => r("refused"); i.src = "http://127.0.0.1:9/x.png"; })`,
		"markup":                   `(async () => { try { document.body.innerHTML = "<b>x</b>"; return "done"; } catch { return "refused"; } })()`,
		"evaluation":               `(async () => { try { return setTimeout("1") && "done"; } catch { return "refused"; } })()`,
		"a worker from elsewhere":  `(async () => { try { new Worker("http://127.0.0.1:9/w.js"); return "done"; } catch { return "refused"; } })()`,
		"another policy for types": `(async () => { try { trustedTypes.createPolicy("other", {}); return "done"; } catch { return "refused"; } })()`,
		"a frame":                  `new Promise((r) => { document.addEventListener("securitypolicyviolation", () => r("refused"), { once: true }); const f = document.createElement("iframe"); f.onload = () => setTimeout(() => r("done"), 200); f.src = "http://127.0.0.1:9/"; document.body.append(f); })`,
	} {
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](try, chromedp.EvalAwaitPromise))
		if err != nil || got != "refused" {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.wrong) == 0 {
		t.Error("the browser says nothing of what it refused, so that the silence of the other tests means nothing")
	}
	for _, w := range b.wrong {
		if strings.HasPrefix(w, "the proxy") {
			t.Error(w)
		}
	}
}

// A program that dies, runs out of stack or memory, or hangs, takes nothing with it:
// the page says so, and the next input is answered.
func TestRestart(t *testing.T) {
	b := open(t, "./testdata/faulty", "")
	typed := func(rule string) {
		b.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`byID("rule").value = %q; byID("rule").dispatchEvent(new Event("input"))`, rule)))
	}
	deaths := 0
	alive := func(after string) {
		t.Helper()
		deaths++
		b.until(fmt.Sprintf("playground.deaths === %d", deaths))
		if shown := value[string](b, `byID("alarm").innerText`); !strings.Contains(shown, after) || !strings.Contains(shown, "started again") {
			t.Errorf("the page says %q", shown)
		}
		text := fmt.Sprintf("after %d", deaths)
		typed(text)
		b.until(fmt.Sprintf(`byID("rule-messages").textContent.includes("read: %s") && byID("alarm").hidden`, text))
	}
	typed("panic")
	alive("the faulty program was told to")
	typed("deep")
	alive("stack")
	typed("memory")
	alive("out of memory")
	typed("hang")
	b.until(`!byID("stop").hidden`)
	b.run(chromedp.Click("#stop"))
	alive("it was stopped")
	b.run(chromedp.Evaluate[chromedp.Void](`playground.machine.limits.hung = 3000`))
	typed("hang")
	b.until(`!byID("stop").hidden`)
	typed("behind one that hangs") // is answered by the next instance
	b.until(fmt.Sprintf("playground.deaths === %d", deaths+1))
	deaths++
	b.until(`byID("rule-messages").textContent.includes("read: behind one that hangs")`)

	// Where one dies after the other, a person says when to go on.
	for range 4 {
		typed("panic")
		deaths++
		b.until(fmt.Sprintf("playground.deaths === %d", deaths))
	}
	if value[bool](b, `byID("restart").hidden`) {
		t.Error("there is no button to start again")
	}
	b.run(chromedp.Evaluate[chromedp.Void](`byID("rule").value = "well"`), chromedp.Click("#restart"))
	b.until(`byID("rule-messages").textContent.includes("read: well") && byID("alarm").hidden`)
	b.quiet()
}

// The address keeps what was typed, and only when it is told to.
func TestAddress(t *testing.T) {
	b := open(t, program, "")
	rule := "# Ä 🖨\n" + value[string](b, "editors.rule.text")
	b.ask(playground.Question{Rule: rule, Facts: "0x0000011b"})
	if hash := value[string](b, "location.hash"); hash != "" {
		t.Errorf("the address has %q before anybody asked", hash)
	}
	b.run(chromedp.Click("#link"))
	b.until(`location.hash.startsWith("#1")`)
	hash := value[string](b, "location.hash")
	b.run(chromedp.Evaluate[chromedp.Void](`byID("facts").value = crypto.getRandomValues(new Uint8Array(60000)).join()`), chromedp.Click("#link"))
	b.until(`byID("said").textContent.startsWith("It is too long for an address")`)
	if value[string](b, "location.hash") != hash {
		t.Error("the address was changed")
	}

	b.visit(hash)
	if got := value[string](b, "editors.rule.text"); got != rule {
		t.Errorf("the address gives back %q", got)
	}
	if value[bool](b, `byID("neighbours").checked`) || value[string](b, "editors.facts.text") != "0x0000011b" {
		t.Error("the address gives back something else")
	}
	for _, bad := range []string{"#1", "#1!!!", "#1AAAA", "#1" + hash[2:len(hash)/2]} {
		b.visit(bad)
		if got := value[string](b, `byID("said").textContent`); !strings.HasPrefix(got, "The address cannot be read") {
			t.Errorf("%.20s: the page says %q", bad, got)
		}
	}
	b.quiet()
}

// The page fits a small screen, and everything in it can be reached with the keyboard.
func TestNarrow(t *testing.T) {
	b := open(t, program, "")
	rule := value[string](b, "editors.rule.text")
	b.ask(playground.Question{Rule: strings.Replace(rule, "suggests: 2", "sugest: 2", 1) + strings.Repeat("x", 500), Tests: "rule: print/rpc-privacy\ntests: [{name: " + strings.Repeat("long", 100) + ", given: {inputs: [x]}, expect: {first: x}}]\n", Facts: strings.Repeat("y", 3000), Neighbours: true})
	b.ask(playground.Question{Rule: rule, Facts: "0x0000011b " + strings.Repeat("y", 3000) + "\n0xc00203e5", Neighbours: true})
	for _, width := range []int64{360, 800, 1280} {
		b.run(chromedp.EmulateViewport(width, 800))
		if got := value[int64](b, "document.documentElement.scrollWidth"); got > width {
			t.Errorf("at %d pixels the page is %d wide", width, got)
		}
	}
	b.run(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	var reached []string
	for range 30 {
		b.run(chromedp.KeyEvent("\t"))
		id := value[string](b, `document.activeElement.id || document.activeElement.localName`)
		if slices.Contains(reached, "summary") && id == "body" {
			break
		}
		reached = append(reached, id)
	}
	for _, id := range []string{"sample", "neighbours", "copy", "save", "save-tests", "link", "rule", "tests", "facts", "summary"} {
		if !slices.Contains(reached, id) {
			t.Errorf("the keyboard does not reach %s: %q", id, reached)
		}
	}
	b.quiet()
}

// Samples are chosen, and rule and tests go out of the page as they are.
func TestButtons(t *testing.T) {
	list, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, program, "")
	leaves := `(() => { const e = new Event("beforeunload", { cancelable: true }); dispatchEvent(e); return !e.defaultPrevented; })()`
	if !value[bool](b, leaves) {
		t.Error("the page warns before anything was typed")
	}
	rule := "# \u00e4 \U0001f5a8 kept\n" + list[0].Rule
	b.ask(playground.Question{Rule: rule, Tests: list[0].Tests})
	if value[bool](b, leaves) {
		t.Error("what was typed would be lost without a warning")
	}
	dir := t.TempDir()
	b.run(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir})
		return err
	}))
	for button, want := range map[string]struct{ name, text string }{"#save": {"rpc-privacy.yaml", rule}, "#save-tests": {"rpc-privacy.test.yaml", list[0].Tests}} {
		b.run(chromedp.Click(button))
		deadline := time.Now().Add(patience)
		for got := ""; got != want.text; time.Sleep(20 * time.Millisecond) {
			data, _ := os.ReadFile(filepath.Join(dir, want.name))
			got = string(data)
			if time.Now().After(deadline) {
				t.Fatalf("%s: the file has %q", want.name, got)
			}
		}
	}
	if !value[bool](b, leaves) {
		t.Error("the page warns although everything was saved")
	}
	b.run(chromedp.Click("#copy"))
	b.until(`byID("said").textContent.startsWith("The rule is in the clipboard")`)
	for i := len(list) - 1; i >= 0; i-- {
		before := value[int](b, "playground.answers")
		b.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`byID("sample").value = "%d"; byID("sample").dispatchEvent(new Event("change"))`, i)))
		b.until(fmt.Sprintf("playground.answers > %d", before))
		if got := value[string](b, "editors.rule.text"); got != list[i].Rule {
			t.Errorf("sample %d gives %.200q", i, got)
		}
	}
	b.quiet()
}
