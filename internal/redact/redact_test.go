package redact_test

import (
	"os"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/internal/redact"
	"github.com/kbtriage/kbtriage/internal/redact/corpus"
)

func fresh(t testing.TB) *redact.Redactor {
	t.Helper()
	r, err := redact.New(redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func samples(t testing.TB, seed uint64) []corpus.Sample {
	t.Helper()
	list, err := corpus.Samples(seed)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// idempotent fails for a text that a second redaction changes, with the same
// redactor or with another one.
func idempotent(t testing.TB, r *redact.Redactor, text, once string) {
	t.Helper()
	if again := r.Text(once); again != once {
		t.Errorf("%q\nonce  %q\ntwice %q", text, once, again)
	}
	if again := fresh(t).Text(once); again != once {
		t.Errorf("%q\nonce           %q\nby another one %q", text, once, again)
	}
}

func TestEveryKindOfSecretGoes(t *testing.T) {
	kinds := map[string]bool{}
	for seed := range uint64(20) {
		for _, x := range samples(t, seed) {
			kinds[x.Kind] = true
			r := fresh(t)
			got := r.Text(x.Text)
			if strings.Contains(got, x.Secret) {
				t.Errorf("%s: %q survives in\n%s\n%s", x.Kind, x.Secret, x.Text, got)
				continue
			}
			found := false
			for _, c := range r.Counts() {
				found = found || c.Kind == x.Kind
			}
			if !found {
				t.Errorf("%s: %s\ncounted as %v\n%s", x.Kind, x.Text, r.Counts(), got)
			}
			idempotent(t, r, x.Text, got)
		}
	}
	for _, k := range redact.Kinds() {
		if !kinds[k] && k != redact.KindHost && k != redact.KindWord {
			t.Errorf("no template for %s", k)
		}
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	data, err := os.ReadFile("testdata/untouched.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if got := fresh(t).Text(line); got != line {
			t.Errorf("\n     %s  is %s", line, got)
		}
	}
}

// TestAddressBehindALongRun: an address behind any number of signs that names may
// hold is hidden.
func TestAddressBehindALongRun(t *testing.T) {
	for _, sign := range []string{"-", ".", "*", "#", "x", "_"} {
		for _, n := range []int{0, 50, 200, 255, 256, 257, 300, 1000} {
			text := "Contact " + strings.Repeat(sign, n) + "joe.smith@corp.com now"
			if got := fresh(t).Text(text); strings.Contains(got, "smith") || strings.Contains(got, "corp.com") {
				t.Errorf("%d of %q: %q", n, sign, got)
			}
		}
	}
}
