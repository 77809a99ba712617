package hostprobe

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

// wordings are the texts that the comment of the package promises, as expressions.
func wordings(t *testing.T) map[string]*regexp.Regexp {
	t.Helper()
	source, err := os.ReadFile("hostprobe.go")
	if err != nil {
		t.Fatal(err)
	}
	promised := map[string]*regexp.Regexp{}
	variable := regexp.MustCompile(`YYYY-MM-DD|\bN days|\b(?:N|NAME|PATH|RESULT|LIST)\b`)
	for line := range strings.Lines(string(source)) {
		text, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "//\t")
		if !ok {
			continue
		}
		expr := variable.ReplaceAllStringFunc(regexp.QuoteMeta(text), func(word string) string {
			switch word {
			case "YYYY-MM-DD":
				return `\d{4}-\d{2}-\d{2}`
			case "N days":
				return `\d+ days?`
			case "N":
				return `\d+(?:\.\d+)?`
			}
			return `.+`
		})
		promised[text] = regexp.MustCompile("^" + strings.Replace(expr, "YYYY\\-MM\\-DD", `\d{4}-\d{2}-\d{2}`, 1) + "$")
	}
	return promised
}

// TestWordings holds the texts of the recorded machines against the promise: no
// other text comes, and each of them does.
func TestWordings(t *testing.T) {
	promised := wordings(t)
	met := map[string]bool{}
	for _, file := range machines(t) {
		for _, f := range probeTree(t, recording(t, file), Options{}).Case.Facts {
			if f.Kind != facts.KindText {
				continue
			}
			found := false
			for text, expr := range promised {
				if expr.MatchString(f.Text.Value) {
					found, met[text] = true, true
				}
			}
			if !found && !regexp.MustCompile(`^unit \S+ failed(?: \(result \S+\))?$`).MatchString(f.Text.Value) {
				t.Errorf("%q is not promised by the comment of the package", f.Text.Value)
			}
		}
	}
	for text := range promised {
		if !met[text] {
			t.Errorf("no recorded machine says %q", text)
		}
	}
}
