package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/kbtriage/kbtriage/engine/result"
)

// TestTicketsReload lets tickets come one by one while a rule changes, breaks and
// comes back: each is ranked by the rules of its time, and the error stream says
// what changed.
func TestTicketsReload(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := t.TempDir()
	write := func(title string) {
		t.Helper()
		text := fmt.Sprintf("schema: 1\nid: mail/late\n%s\nstatus: stable\nsymptoms:\n  code: {code: \"0xC0DE0002\", suggests: 5, expected: 5}\ncause: The clock is behind.\nresolution: {steps: [Set the clock.]}\n", title)
		temp := filepath.Join(dir, "new")
		if err := os.WriteFile(temp, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temp, filepath.Join(dir, "late.yaml")); err != nil {
			t.Fatal(err)
		}
	}
	write("title: one")
	ticketsIn, tickets := io.Pipe()
	answers, answersOut := io.Pipe()
	told, toldOut := io.Pipe()
	w := quietWorld(answersOut, toldOut)
	w.in = ticketsIn
	code := make(chan int, 1)
	go func() {
		code <- run(t.Context(), w, []string{"tickets", "-", "--no-embedded", "--kb", dir, "--reload", "--reload-every", "1ms", "-o", "jsonl"})
		answersOut.Close()
		toldOut.Close()
	}()
	lines, notes := bufio.NewReader(answers), bufio.NewReader(told)
	ask := func(title string) string {
		t.Helper()
		if _, err := io.WriteString(tickets, "{\"id\": 1, \"text\": \"error 0xC0DE0002\"}\n"); err != nil {
			t.Fatal(err)
		}
		line, err := lines.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		var x result.Ticket
		if err := json.Unmarshal(line, &x); err != nil || len(x.Ranked) != 1 || x.Ranked[0].Title != title || !strings.HasPrefix(x.Base, "sha256:") {
			t.Fatalf("%s, want %s (%v)", line, title, err)
		}
		return x.Base
	}
	expect := func(beginning string) {
		t.Helper()
		line, err := notes.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, beginning) {
			t.Fatalf("%q, want %q (%v)", line, beginning, err)
		}
	}
	one := ask("one")
	write("title: two")
	expect("kbtriage: the rules changed; from now on sha256:")
	expect("kbtriage: changed: mail/late")
	two := ask("two")
	write("titel: three")
	expect("kbtriage: the rules changed and cannot be loaded; those from before are used still:")
	expect("kbtriage: " + filepath.ToSlash(dir) + "/late.yaml:1:1: a rule needs the key \"title\"")
	expect("kbtriage: " + filepath.ToSlash(dir) + "/late.yaml:3:1: a rule has no key \"titel\"; did you mean \"title\"?")
	if still := ask("two"); still != two || two == one {
		t.Errorf("bases %s, %s, %s", one, two, still)
	}
	write("title: one")
	expect("kbtriage: the rules changed; from now on " + one)
	expect("kbtriage: changed: mail/late")
	if again := ask("one"); again != one {
		t.Errorf("the same rules, another base: %s, %s", one, again)
	}
	tickets.Close()
	go func() { _, _ = io.Copy(io.Discard, notes) }()
	if c := <-code; c != exitComplete {
		t.Errorf("exit %d", c)
	}
}

// What --reload cannot mean is a usage error.
func TestReloadFlags(t *testing.T) {
	for _, args := range [][]string{{"--reload", "--reload-every", "0s"}, {"--reload-every", "3s"}, {"--reload", "--kb", "nowhere"}} {
		if code := run(t.Context(), quietWorld(io.Discard, io.Discard), append([]string{"tickets", "-"}, args...)); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}
