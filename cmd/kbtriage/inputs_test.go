package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts"
)

// TestInputsOfEveryKind holds every command against a good input and against
// inputs that are unreadable, cut off, of an unknown format and empty: the exit
// code, and for results in JSON the status and the reasons of the problems.
func TestInputsOfEveryKind(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.log", "code 0xc00203e5\n")
	saved := filepath.Join(dir, "case.json")
	if s := program(t, "0xc00203e5", "--save", saved); s.code != 0 {
		t.Fatalf("exit %d: %s", s.code, s.err)
	}
	whole, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]string{
		"good":        good,
		"unreadable":  filepath.Join(good, "below"),
		"truncated":   file("cut.json", string(whole[:len(whole)/2])),
		"unsupported": file("a.pdf", "%PDF-1.4\n\x00\x00"),
		"empty":       file("empty.log", ""),
	}
	commands := map[string]func(path string) []string{
		"diagnose":         func(p string) []string { return []string{"diagnose", p} },
		"diagnose, beside": func(p string) []string { return []string{"diagnose", p, "event 4058"} },
		"scan":             func(p string) []string { return []string{"scan", p} },
		"explain":          func(p string) []string { return []string{"explain", "Q263029", p} },
		"verify":           func(p string) []string { return []string{"verify", "Q263029", p} },
		"verify, held":     func(p string) []string { return []string{"verify", "Q194128", p, "--set", "exchange.msexcimc_old=no"} },
		"decode":           func(p string) []string { return []string{"decode", p} },
		"rules lint":       func(p string) []string { return []string{"rules", "lint", p} },
		"rules test":       func(p string) []string { return []string{"rules", "test", p, "--no-embedded"} },
		"--kb":             func(p string) []string { return []string{"diagnose", "997", "--kb", p} },
		"--facts":          func(p string) []string { return []string{"diagnose", "997", "--facts", p} },
		"--config":         func(p string) []string { return []string{"diagnose", "997", "--config", p} },
		"--resolv-conf":    func(p string) []string { return []string{"diagnose", "997", "--resolv-conf", p} },
	}
	for _, tt := range []struct {
		command, input string
		code           int
		status         string
		reasons        []string
	}{
		{"diagnose", "good", 0, "complete", nil},
		{"diagnose", "unreadable", 5, "failed", []string{"file.not-found"}},
		{"diagnose", "truncated", 5, "failed", []string{"case.invalid"}},
		{"diagnose", "unsupported", 5, "failed", []string{"format.unsupported"}},
		{"diagnose", "empty", 0, "complete", nil},

		{"diagnose, beside", "good", 0, "complete", nil},
		{"diagnose, beside", "unreadable", 3, "partial", []string{"file.not-found"}},
		{"diagnose, beside", "truncated", 3, "partial", []string{"case.invalid"}},
		{"diagnose, beside", "unsupported", 3, "partial", []string{"format.unsupported"}},
		{"diagnose, beside", "empty", 0, "complete", nil},

		{"explain", "good", 0, "complete", nil},
		{"explain", "unreadable", 5, "failed", []string{"file.not-found"}},
		{"explain", "truncated", 5, "failed", []string{"case.invalid"}},
		{"scan", "good", 0, "complete", nil},
		{"scan", "unreadable", 5, "failed", []string{"file.unreadable"}},
		{"scan", "truncated", 5, "failed", []string{"case.invalid"}},
		{"scan", "unsupported", 5, "failed", []string{"format.unsupported"}},
		{"scan", "empty", 0, "complete", nil},
		{"explain", "unsupported", 5, "failed", []string{"format.unsupported"}},
		{"explain", "empty", 0, "complete", nil},

		{"verify", "good", 1, "complete", nil},
		{"verify", "unreadable", 5, "failed", []string{"file.not-found"}},
		{"verify", "truncated", 5, "failed", []string{"case.invalid"}},
		{"verify", "unsupported", 5, "failed", []string{"format.unsupported"}},
		{"verify", "empty", 1, "complete", nil},

		// What a person answered is a result, and something was not read.
		{"verify, held", "good", 0, "complete", nil},
		{"verify, held", "unreadable", 3, "partial", []string{"file.not-found"}},
		{"verify, held", "truncated", 3, "partial", []string{"case.invalid"}},
		{"verify, held", "unsupported", 3, "partial", []string{"format.unsupported"}},
		{"verify, held", "empty", 0, "complete", nil},

		// decode takes codes, not files.
		{"decode", "good", 64, "", nil},
		{"decode", "unreadable", 64, "", nil},
		{"decode", "truncated", 64, "", nil},
		{"decode", "unsupported", 64, "", nil},
		{"decode", "empty", 64, "", nil},

		{"--kb", "good", 4, "", nil},
		{"--kb", "unreadable", 64, "", nil},
		{"--kb", "truncated", 4, "", nil},
		{"--kb", "unsupported", 4, "", nil},
		{"--kb", "empty", 4, "", nil},

		{"rules lint", "unreadable", 64, "", nil},
		{"rules test", "unreadable", 64, "", nil},

		{"--facts", "good", 64, "", nil},
		{"--facts", "unreadable", 64, "", nil},
		{"--facts", "truncated", 64, "", nil},
		{"--facts", "unsupported", 64, "", nil},
		{"--facts", "empty", 64, "", nil},

		{"--config", "good", 64, "", nil},
		{"--config", "unreadable", 64, "", nil},
		{"--config", "truncated", 64, "", nil},
		{"--config", "unsupported", 64, "", nil},
		{"--config", "empty", 0, "complete", nil},

		{"--resolv-conf", "unreadable", 64, "", nil},
	} {
		t.Run(tt.command+" "+tt.input, func(t *testing.T) {
			s := program(t, append(commands[tt.command](inputs[tt.input]), "-o", "json")...)
			if s.code != tt.code {
				t.Fatalf("exit %d, want %d\n%s%s", s.code, tt.code, s.out, s.err)
			}
			if tt.status == "" {
				if s.out != "" || s.err == "" {
					t.Errorf("want a message and nothing on standard output\n%s%s", s.out, s.err)
				}
				return
			}
			var d struct {
				Status   string
				Problems []facts.Problem
			}
			if err := json.Unmarshal([]byte(s.out), &d); err != nil {
				t.Fatalf("%v\n%s", err, s.out)
			}
			var reasons []string
			for _, p := range d.Problems {
				reasons = append(reasons, p.Reason)
				if p.Source != inputs[tt.input] || p.Text == "" || p.Stage == "" {
					t.Errorf("a problem without source, stage or text: %+v", p)
				}
			}
			if d.Status != tt.status || !slices.Equal(reasons, tt.reasons) {
				t.Errorf("status %s, want %s; reasons %s", d.Status, tt.status, cmp.Diff(tt.reasons, reasons))
			}
			if tt.code == 0 && s.err != "" {
				t.Errorf("complete, and yet: %s", s.err)
			}
		})
	}
}

// TestDamagedInputsHideNothing adds damaged and healthy inputs to a case: the
// diagnoses stay, and partial never becomes complete.
func TestDamagedInputsHideNothing(t *testing.T) {
	dir := t.TempDir()
	damaged := filepath.Join(dir, "a.gz")
	healthy := filepath.Join(dir, "well.log")
	for path, text := range map[string]string{damaged: "\x1f\x8b\x08\x00", healthy: "All is well.\n"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	first, _ := differential(t, "0xc00203e5", "event 4058")
	for _, more := range [][]string{{damaged}, {healthy}, {damaged, healthy}, {damaged, filepath.Join(dir, "none.log")}} {
		d, s := differential(t, append([]string{"0xc00203e5", "event 4058"}, more...)...)
		if diff := cmp.Diff(first.Diagnoses, d.Diagnoses); diff != "" {
			t.Errorf("%s: other diagnoses\n%s", strings.Join(more, " "), diff)
		}
		if partial := slices.Contains(more, damaged); partial != (s.code == 3) || partial != (d.Status == "partial") {
			t.Errorf("%s: exit %d, status %s", strings.Join(more, " "), s.code, d.Status)
		}
	}
}
