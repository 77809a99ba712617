package facts

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" \t\n", ""},
		{"  Overlapped I/O\r\n   operation\tis in progress. ", "overlapped i/o operation is in progress."},
		{"a\u00a0b\u2003c\ufeffd\x00e\u0085f", "a b c d e f"},
		{"\ufeffBOM", "bom"},
		{"“It’s” ‘so’", `"it's" 'so'`},
		{"a\u2010b\u2011c–d—e", "a-b-c-d-e"},
		{"ÄÖÜ ΣΑΣ İ K", "äöü σασ i k"},
		{"bad \xff byte", "bad \ufffd byte"},
	} {
		if got := Fold(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestFoldRunes: folding is idempotent for every character up to the last that has a case.
func TestFoldRunes(t *testing.T) {
	for r := rune(0); r < 0x20000; r++ {
		once := Fold("x" + string(r) + "y")
		if twice := Fold(once); once != twice {
			t.Errorf("%U: %q, then %q", r, once, twice)
		}
		name := FoldName(string(r))
		if again := FoldName(name); name != again {
			t.Errorf("%U: name %q, then %q", r, name, again)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte(" \n\xe2\x80\x9c\xc2\xa0")))).Draw(t, "text"))
		once := Fold(s)
		switch {
		case Fold(once) != once:
			t.Fatalf("%q: %q, then %q", s, once, Fold(once))
		case !utf8.ValidString(once):
			t.Fatalf("%q: %q is not UTF-8", s, once)
		case strings.TrimSpace(once) != once, strings.Contains(once, "  "), strings.ContainsAny(once, "\n\t\r\x00“”"):
			t.Fatalf("%q: %q", s, once)
		case Fold(strings.ReplaceAll(s, " ", " \r\n\t")) != once:
			t.Fatalf("%q: wrapping changes %q", s, once)
		}
	})
}

func TestFoldName(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"MSExchangeIMC", "MS Exchange IMC"},
		{"Initialization/Termination", "initialization termination"},
		{"Service Control Manager", "service-control_manager"},
		{"", " -/"},
	} {
		if FoldName(c.a) != FoldName(c.b) {
			t.Errorf("%q is %q, %q is %q", c.a, FoldName(c.a), c.b, FoldName(c.b))
		}
	}
	if FoldName("MSExchangeMTA") == FoldName("MSExchangeIMC") {
		t.Error("different names fold alike")
	}
}

func TestExcerpt(t *testing.T) {
	if got := Excerpt(" two\n lines "); got != "two lines" {
		t.Errorf("%q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aé 😀\n")), 100, 140, -1).Draw(t, "text")
		got := Excerpt(s)
		if n := utf8.RuneCountInString(got); n > 120 || strings.Contains(got, "\n") || !utf8.ValidString(got) {
			t.Fatalf("%d characters: %q", n, got)
		}
		if rest, cut := strings.CutSuffix(got, "…"); cut && !strings.HasPrefix(strings.Join(strings.Fields(s), " "), rest) {
			t.Fatalf("%q of %q", got, s)
		}
	})
}
