package sigma

import (
	"os"
	"strings"
	"testing"
)

// TestMade: the rules of testdata/made, and what is said of them, are those that
// were looked at; KBTRIAGE_UPDATE=1 writes them anew.
func TestMade(t *testing.T) {
	data, err := os.ReadFile("testdata/made/windows.yml")
	if err != nil {
		t.Fatal(err)
	}
	f := Import("jobs/windows.yml", data)
	var b strings.Builder
	for _, d := range f.Drafts {
		b.WriteString("=== " + d.ID + "\n" + string(d.YAML))
	}
	for _, flag := range f.Flags {
		b.WriteString("=== flag: " + flag + "\n")
	}
	for _, m := range f.Messages {
		b.WriteString("=== " + m.String() + "\n")
	}
	const golden = "testdata/made/windows.golden"
	if os.Getenv("KBTRIAGE_UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != b.String() {
		t.Errorf("it is another one (%v); run with KBTRIAGE_UPDATE=1 and look at the difference. It is:\n%s", err, b.String())
	}
}

// TestIs: a file is one of Sigma rules by its keys, whatever is wrong with it.
func TestIs(t *testing.T) {
	for _, c := range []struct {
		data string
		want bool
	}{
		{"title: x\nlogsource: {}\ndetection: [\n", true},
		{"---\r\ntitle: x\r\ncorrelation:\r\n", true},
		{"logsource: x\nfilter: y\n", true},
		{"title: x\n", false},
		{"# An article\n\n## Detection\n", false},
		{"schema: 1\nid: a/b\ntitle: x\ndetection: y\n", false},
		{"  title: x\n  detection: y\n", false},
		{"", false},
	} {
		if got := Is([]byte(c.data)); got != c.want {
			t.Errorf("%q: %v", c.data, got)
		}
	}
}
