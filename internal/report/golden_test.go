package report

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

var forms = []struct {
	form Form
	name string
}{{Text, "txt"}, {Markdown, "md"}, {HTML, "html"}, {CSV, "csv"}, {SARIF, "sarif"}}

// Every form of the samples is as it was looked at; KBTRIAGE_UPDATE=1 writes them anew.
func TestForms(t *testing.T) {
	f, d := sampleFleet(), sampleDifferential()
	for _, x := range forms {
		var fleet, differential bytes.Buffer
		if err := Fleet(&fleet, f, x.form, Style{}); err != nil {
			t.Fatal(err)
		}
		if err := Differential(&differential, d, x.form, Style{}); err != nil {
			t.Fatal(err)
		}
		golden(t, "fleet."+x.name, fleet.Bytes())
		golden(t, "differential."+x.name, differential.Bytes())
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("KBTRIAGE_UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another one; run with KBTRIAGE_UPDATE=1 and look at the difference. It is:\n%s", path, got)
	}
}
