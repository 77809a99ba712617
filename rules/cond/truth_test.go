package cond

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"pgregory.net/rapid"
)

func TestTruth(t *testing.T) {
	for _, c := range []struct {
		src  string
		want Truth
	}{
		{`len(codes) > 3 and len(codes) < 3`, Never},
		{`len(codes) > 3 and len(codes) < 5`, Depends},
		{`len(codes) > 3 and len(codes) < 4`, Never},
		{`len(codes) >= 0`, Always},
		{`0 <= len(codes)`, Always},
		{`len(dns.missing) < 0`, Never},
		{`any(events, .id == 1 and .id == 2)`, Never},
		{`any(events, .id == 1) and any(events, .id == 2)`, Depends},
		{`any(codes, .value == -2147467259)`, Never},
		{`any(codes, .value == 2147500037)`, Depends},
		{`any(events, .id in [4, 5] and .id > 5)`, Never},
		{`any(events, .id in [4, 5] and .id > 4)`, Depends},
		{`none(events, .id < 0)`, Always},
		{`not any(events, .id == 1 and .id == 2)`, Always},
		{`os == "a" and os == "b"`, Never},
		{`os == "a" or os == "b"`, Depends},
		{`os != "a" or os != "b"`, Always},
		{`os != "a" and os != "b"`, Depends},
		{`os == "windows 2000" and os contains "xp"`, Never},
		{`os == "windows xp" and os contains "xp"`, Depends},
		{`os startsWith "windows nt" and not (os contains "windows")`, Never},
		{`os in ["a", "b"] and os != "a" and os != "b"`, Never},
		{`any(texts, # contains "Time-out")`, Depends}, // Unfolded says it
		{`any(texts, # contains "time-out")`, Depends},
		{`"Administrators" in account.groups`, Depends}, // Unfolded says it
		{`dns.order_wrong and not dns.order_wrong`, Never},
		{`dns.order_wrong or not dns.order_wrong`, Always},
		{`any(events, .source == "A") and not any(events, .source == "A")`, Never},
		{`any(events, .id * 0.5 > 1 and .id * 0.5 < 2)`, Depends},
		{`true or len(codes) > 1`, Always},
		{`indexOf(os, "x") >= -1`, Always},
		{`product == "Exchange" ? len(codes) > 1 : len(codes) < 0`, Depends},
	} {
		w, err := NewWhen(c.src)
		if err != nil {
			t.Fatalf("%s: %v", c.src, err)
		}
		if got := w.Truth(); got != c.want {
			t.Errorf("%s: %v, want %v", c.src, got, c.want)
		}
	}
}

func TestIdle(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`len(codes) > 1 or any(events, .id == 1 and .id == 2)`, `any(events, .id == 1 and .id == 2) 2`},
		{`len(codes) > 1 and len(texts) >= 0`, `len(texts) >= 0 1`},
		{`any(events, .id == 1 or .id < 0)`, `.id < 0 2`},
		{`len(codes) < 0 ? os == "a" : os == "b"`, `len(codes) < 0 2`},
		{`len(codes) < 0`, ``},
		{`len(codes) > 1 or os == "x"`, ``},
	} {
		w, err := NewWhen(c.src)
		if err != nil {
			t.Fatalf("%s: %v", c.src, err)
		}
		var got []string
		for _, i := range w.Idle() {
			got = append(got, fmt.Sprint(i.Part, " ", i.Truth))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.src, got, c.want)
		}
	}
}

func TestUnfolded(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`any(texts, # contains "Time-out")`, "Time-out"},
		{`any(events, .message contains "A b" or .source == "MSExchangeIMC")`, "A b"},
		{`"Administrators" in account.groups`, "Administrators"},
		{`any(roles, # == "Cluster")`, "Cluster"},
		{`any(texts, hasPrefix(#, "X")) and any(texts, # in ["a", "B"])`, "X B"},
		{`os == "Windows 2000"`, ""},
	} {
		w, err := NewWhen(c.src)
		if err != nil {
			t.Fatalf("%s: %v", c.src, err)
		}
		if got := strings.Join(w.Unfolded(), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.src, got, c.want)
		}
	}
}

// TestTruthHolds: what is said to be the same in every case is, in all cases of a
// small world.
func TestTruthHolds(t *testing.T) {
	var world []Env
	for codes := range 4 {
		for _, os := range []string{"", "a", "ab", "b"} {
			for _, ids := range [][]int{{}, {1}, {2}, {1, 2}, {3, 3}} {
				e := Env{OS: os}
				for range codes {
					e.Codes = append(e.Codes, EnvCode{Value: 7})
				}
				for _, id := range ids {
					e.Events = append(e.Events, EnvEvent{ID: id, Message: os})
				}
				world = append(world, e)
			}
		}
	}
	number := rapid.IntRange(-1, 4)
	text := rapid.SampledFrom([]string{`"a"`, `"b"`, `"ab"`, `"A"`})
	compare := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="})
	var boolean func(t *rapid.T, depth int, inside bool) string
	boolean = func(t *rapid.T, depth int, inside bool) string {
		pick := rapid.IntRange(0, 9).Draw(t, "what")
		if depth == 0 {
			pick %= 5
		}
		switch {
		case pick >= 5 && pick < 7:
			return "(" + boolean(t, depth-1, inside) + " and " + boolean(t, depth-1, inside) + ")"
		case pick == 7:
			return "(" + boolean(t, depth-1, inside) + " or " + boolean(t, depth-1, inside) + ")"
		case pick == 8:
			return "not (" + boolean(t, depth-1, inside) + ")"
		case pick == 9 && !inside:
			loop := rapid.SampledFrom([]string{"any", "all", "none", "one"}).Draw(t, "loop")
			return loop + "(events, " + boolean(t, depth-1, true) + ")"
		case inside && pick%2 == 0:
			return fmt.Sprintf(".id %s %d", compare.Draw(t, "op"), number.Draw(t, "n"))
		case inside:
			return fmt.Sprintf(".message %s %s", rapid.SampledFrom([]string{"==", "contains", "startsWith", "endsWith"}).Draw(t, "op"), text.Draw(t, "s"))
		case pick == 0:
			return fmt.Sprintf("len(codes) %s %d", compare.Draw(t, "op"), number.Draw(t, "n"))
		case pick == 1:
			return fmt.Sprintf("%d %s len(codes)", number.Draw(t, "n"), compare.Draw(t, "op"))
		case pick == 2:
			return fmt.Sprintf("os in [%s, %s]", text.Draw(t, "s"), text.Draw(t, "s"))
		}
		return fmt.Sprintf("os %s %s", rapid.SampledFrom([]string{"==", "!=", "contains", "startsWith", "endsWith"}).Draw(t, "op"), text.Draw(t, "s"))
	}
	found := map[Truth]int{}
	rapid.Check(t, func(t *rapid.T) {
		src := boolean(t, 3, false)
		w, err := NewWhen(src)
		if err != nil {
			t.Skip(err)
		}
		truth := w.Truth()
		found[truth]++
		if truth == Depends {
			return
		}
		p, _ := w.checked()
		code, err := p.compiled()
		if err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(world, func(e Env) bool {
			got, err := expr.Run(code, e)
			if err != nil {
				t.Fatal(err)
			}
			return got.(bool) != (truth == Always)
		}); i >= 0 {
			t.Fatalf("%s is said to be %v, and is not for %+v", src, truth, world[i])
		}
	})
	if found[Always] == 0 || found[Never] == 0 {
		t.Errorf("the generator made %v", found)
	}
}
