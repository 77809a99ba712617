package cond

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

// fullView is the worst that an expression can see: lists as long and texts as
// large as the bounds allow, for patterns that nearly match.
var fullView = sync.OnceValue(func() *View {
	var list []facts.Fact
	filler := strings.Repeat("a", maxBytes/maxItems)
	for i := range maxItems {
		e := event(uint32(i), "source")
		e.Event.Message = fmt.Sprintf("%s%03d", filler[:len(filler)-20], i)
		c := code(fmt.Sprint(10_000 + i))
		list = append(list, e, c, text(fmt.Sprintf("%s%03d", filler[:len(filler)-3], i)), env(facts.FieldRole, fmt.Sprintf("role %d", i)))
	}
	for i := range 3 {
		list = append(list, text(fmt.Sprintf("%d%s", i, strings.Repeat("a", maxText-1)))) // sorted first
	}
	list = append(list, account(filler), env(facts.FieldProduct, filler), env(facts.FieldVersion, "5.5"), env(facts.FieldOS, filler))
	for _, id := range randomFindings {
		list = append(list, finding(id, "a", facts.True), finding(id, "b", facts.Unknown))
	}
	k := &facts.Case{Facts: list}
	for _, kind := range all {
		k.Coverage = append(k.Coverage, facts.Coverage{Kind: kind})
	}
	k.Sort()
	// Groups are not what is measured, and comparing 200 codes with 200 texts takes seconds.
	for i := range k.Facts {
		if k.Facts[i].Kind == facts.KindText {
			k.Facts[i].Origin.Path = "texts"
		}
	}
	k.Sort()
	return NewView(k)
})

// bearable is far above what the bounds mean to allow (about 100 ms), so that a slow
// machine or the race detector does not matter, and far below what one expression
// that slips through takes.
const bearable = 20 * time.Second

// TestHostile: an expression is refused when it is read, or it stays within its bounds.
func TestHostile(t *testing.T) {
	calls := func(n int, s string) string { return strings.Repeat(s+" or ", n) + s }
	for _, src := range []string{
		"any(events, any(events, any(events, .id == -1)))",
		"any(events, any(events, .message == \"x\"))",
		"any(events, any(events, .message contains \"aaaaaaaaaaaaaaaaaaaaab\"))",
		"any(texts, any(texts, # in texts))",
		"any(texts, # in map(texts, lower(#)))",
		"any(events, any(events, len(string(events)) == 0))",
		"count(events, len(string(events)) > 0) < 0",
		"any(events, any(events, string(.id) + string(.message) == \"x\"))",
		"len(map(events, map(events, .message + .message))) < 0",
		"any(events, len(" + strings.Repeat(".message + ", 200) + ".message) < 0)",
		"len(" + strings.Repeat("product + ", 300) + "product) < 0",
		"len(map(events, map(events, lower(.message)))) < 0",
		"len(map(texts, lower(#) + upper(#))) < 0",
		"map(events, map(events, .message)) == map(events, map(events, .message))",
		"any(texts, # matches \"(a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?){1,1}b\")",
		"any(texts, # matches \"[ab]*a[ab]{12}c\")",
		"any(texts, # matches \"(a*)*(a*)*(a*)*(a*)*(a*)*b\")",
		calls(11, "any(texts, # matches \"[ab]*a[ab]{4}c\")"),
		"any(texts, # matches \"a{1,1000}b\")",
		"any(texts, # matches \"((a{0,10}){0,10}){0,10}\")",
		"any(texts, any(texts, # matches \"b\"))",
		calls(60, "any(events, .message contains \"aaaaab\")"),
		calls(150, "product contains \"aab\""),
		strings.Repeat("not ", 900) + "dns.update",
		strings.Repeat("!", 4000) + "dns.update",
		strings.Repeat("-", 4000) + "1 == len(events)",
		strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + " == events",
		strings.Repeat("dns.update ? ", 200) + "dns.update" + strings.Repeat(" : dns.update", 200),
		strings.Repeat("(", 5_000_000),
		strings.Repeat("(", 2000) + "dns.update" + strings.Repeat(")", 2000),
		`"` + strings.Repeat(")", 1500) + `" == product and ` + strings.Repeat("(", 1500),
		"/*" + strings.Repeat("(", 1000) + "*/ dns.update",
		strings.Repeat("a.", 2000) + "b",
		strings.Repeat("x|", 2000) + "y",
		"events" + strings.Repeat("[0]", 300) + " == 1",
		"$env == $env",
		"any(1..999999999, # == len(events))",
		"repeat(product, 1000000000) == product",
		"len(dns.missing) + len(dns.wrong) + len(dns.lame) > 3 and any(events, any(codes, .value == 1))",
	} {
		name := src[:min(len(src), 60)]
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		w, err := NewWhen(src)
		if err != nil {
			var ee *ExprError
			if !errors.As(err, &ee) || ee.Text == "" || len(ee.Text) > 6000 {
				t.Errorf("%s: refused with %T %v", name, err, err)
			}
		} else {
			(&Condition{When: w, Probe: &Probe{Kind: ProbeDNS, Type: "A"}}).Eval(fullView())
		}
		runtime.ReadMemStats(&after)
		if d := time.Since(begin); d > bearable {
			t.Errorf("%s: took %s", name, d)
		}
		if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 512 {
			t.Errorf("%s: allocated %d MiB", name, grown)
		}
	}
}

// TestAllowed: what a rule author may want is not refused by the bounds.
func TestAllowed(t *testing.T) {
	sum := "len(dns.missing)"
	for range 12 {
		sum += " + len(dns.wrong)"
	}
	for _, src := range []string{
		sum + " > 0",
		"-1 < len(dns.missing) and !dns.update and not (dns.order_wrong)",
		`any(events, .id in [4058, 4067] and .source == "MSExchangeIMC" and .message contains "overlapped")`,
		`any(events, .message matches "^(setup|wizard) .{0,20} (failed|stopped)\\b")`,
		`any(texts, # matches "(--------------------------------------------------)")`,
		`any(texts, # contains "(((((((((((((((((((((((((((((((((((((((((")`,
		`count(events, .id == 4058 and lower(.category) startsWith "init") >= 3`,
		`any(events, string(.id) startsWith "40")`,
		`any(events, any(codes, .value == 997)) and "cluster node" in roles`,
		`len(filter(codes, .family == "win32")) > len(map(codes, .value)) - 1`,
		`(product startsWith "Exchange") == (version endsWith "SP3")`,
		`indexOf(trim(product), "x") > max(1, len(account.groups)) ? abs(-1) == 1 : min(1, 2) == 1 and int(version) > 5 and hasPrefix(os, "W") and hasSuffix(os, "s") and upper(os) == "X"`,
		`all(texts, len(#) > 3) or none(texts, # == "x") or one(texts, # == "y")`,
		`dns?.missing == [] or dns["missing"] == []`,
	} {
		w, err := NewWhen(src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if w.String() != src || w.Cost() < 1 || w.Cost() > maxCost {
			t.Errorf("%s: %q costs %d", src, w, w.Cost())
		}
	}
}

func TestSuggest(t *testing.T) {
	for src, want := range map[string]string{
		"any(evnts, true)":             `did you mean "events"?`,
		"prodct == 1":                  `did you mean "product"?`,
		"len(dns.mising) > 0":          `did you mean "missing"?`,
		"dns.order_wrogn":              `did you mean "order_wrong"?`,
		"dns.x":                        "expected one of bogus, disagree, failing, hijacked, lame, missing, no_tcp, order_wrong, refusing, same, unreachable, update, wrong, wrong_suffix",
		"any(events, .idd == 1)":       `did you mean "id"?`,
		"any(codes, .valeu == 1)":      `did you mean "value"?`,
		"account.group == []":          `did you mean "groups"?`,
		"len(dns.missing":              "",
		"uniq(texts) == []":            "",
		strings.Repeat("(", maxSource): "",
	} {
		_, err := NewWhen(src)
		if err == nil {
			t.Errorf("%.40s: accepted", src)
			continue
		}
		if got := Suggest(err); got != want {
			t.Errorf("%.40s: %q, want %q", src, got, want)
		}
	}
	if got := Suggest(errors.New("unknown name evnts")); got != "" {
		t.Errorf("an error of another kind: %q", got)
	}
}
