package redact_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What must stay in real logs: codes, times with a date, and GUIDs.
var stays = regexp.MustCompile(`\b0x[0-9a-fA-F]{8}\b|\b\d\d:\d\d:\d\d,\d{3}\b|\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b|\bQ\d{6}\b`)

func TestRealTexts(t *testing.T) {
	dir := os.Getenv("KBTRIAGE_DATA")
	if dir == "" {
		t.Skip("KBTRIAGE_DATA is not set: real logs and articles are not tried")
	}
	var files []string
	for _, pattern := range []string{"loghub/*/*.log", "1[0-4]0/*.TXT", "1[0-4]0/*/*.TXT"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skip("neither loghub/ nor articles are in KBTRIAGE_DATA")
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r := fresh(t)
		text := string(data[:min(len(data), 256<<10)])
		once := r.Text(text)
		if again := r.Text(once); again != once {
			t.Errorf("%s is changed by a second redaction", path)
		}
		a, b := strings.Split(text, "\n"), strings.Split(once, "\n")
		if len(a) != len(b) {
			t.Errorf("%s: %d lines became %d", path, len(a), len(b))
			continue
		}
		for i := range a {
			if x, y := stays.FindAllString(a[i], -1), stays.FindAllString(b[i], -1); !slices.Equal(x, y) {
				t.Errorf("%s:%d: %q became %q\n%s\n%s", filepath.Base(path), i+1, x, y, a[i], b[i])
			}
		}
	}
}
