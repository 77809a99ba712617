//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestReadJobs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.tsv")
	for text, want := range map[string]string{
		"a\t1.5\techo x\nb c\t2\tprintf '\ty'\n": "",
		"a\t1\n":                                 "expected NAME",
		"a\tmany\tx":                             "invalid syntax",
		"\n":                                     "expected NAME",
		"a b\t1 \t x":                            "invalid syntax",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		jobs, err := readJobs(path)
		if want == "" && (err != nil || len(jobs) != 2 || jobs[1].command != "printf '\ty'") {
			t.Errorf("%q: %+v, %v", text, jobs, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestRun(t *testing.T) {
	for _, test := range []struct{ command, said, failed string }{
		{"echo one; echo two", "two", ""},
		{"echo found nothing; exit 1", "found nothing", ""},
		{"echo broken >&2; exit 1", "", "broken"},
		{"exit 2", "", "exit status 2"},
		{"no-such-program-here", "", "127"},
	} {
		j := job{command: test.command}
		j.run()
		if j.said != test.said || (j.failed == "") != (test.failed == "") || !strings.Contains(j.failed, test.failed) {
			t.Errorf("%s: said %q, failed %q", test.command, j.said, j.failed)
		}
		if j.failed == "" && (len(j.runs) != 1 || j.runs[0].memory == 0 || j.runs[0].wall == 0) {
			t.Errorf("%s: %+v", test.command, j.runs)
		}
	}
}

func TestTable(t *testing.T) {
	s := func(n float64) run {
		return run{cpu: time.Duration(n * 1e9), wall: time.Duration(n * 2e9), memory: 50e6}
	}
	got := table("T", "MB", []job{
		{name: "a", units: 100, runs: []run{s(3), s(1), s(2)}, said: "5 | 6"},
		{name: "b", units: 10, runs: []run{s(2)}},
		{name: "c", failed: "no\nway"},
	})
	want := `### T

| program | found | CPU s (least–most) | wall s | memory MB | MB/CPU s | first is faster |
|---|---|--:|--:|--:|--:|--:|
| a | 5 / 6 | 2.00 (1.00–3.00) | 4.00 | 50 | 50.0 | 1.00 |
| b |  | 2.00 (2.00–2.00) | 4.00 | 50 | 5.00 | 10.00 |
| c | failed: no way | | | | | |

`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
