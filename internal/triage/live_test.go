package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts/intake"
	"github.com/kbtriage/kbtriage/internal/source"
)

// liveRule is the text of a rule; version tells its texts apart.
func liveRule(id string, code uint32, version int) string {
	return fmt.Sprintf(`schema: 1
id: %s
version: %d
title: %s in version %d
status: stable
symptoms:
  code: {code: "0x%08X", suggests: 5, expected: 5}
cause: The clock is behind.
resolution: {steps: [Set the clock.]}
`, id, version, id, version, code)
}

// writeRule puts a rule file in place in one go, as a program should.
func writeRule(t testing.TB, dir, name, text string) {
	t.Helper()
	temp := filepath.Join(dir, name+".tmp")
	if err := os.WriteFile(temp, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temp, filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func newLive(t testing.TB, o BaseOptions) *Live {
	t.Helper()
	l, err := NewLive(o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// settle checks until there is something to say, or three times.
func settle(l *Live) *Change {
	for range 3 {
		if c := l.Check(); c != nil {
			return c
		}
	}
	return nil
}

func checksOf(msgs []source.Message) (list []string) {
	for _, m := range msgs {
		list = append(list, m.Check)
	}
	return list
}

// TestLive follows what happens to a folder: what changed is named by its ids, and
// what cannot be loaded is named and changes nothing.
func TestLive(t *testing.T) {
	dir := t.TempDir()
	writeRule(t, dir, "a.yaml", liveRule("live/a", 0xC0DE0001, 1))
	writeRule(t, dir, "b.yaml", liveRule("live/b", 0xC0DE0002, 1))
	l := newLive(t, BaseOptions{Paths: []string{dir}, NoEmbedded: true})
	first := l.Knowledge()
	if first.Base.Len() != 2 || settle(l) != nil {
		t.Fatal("the begin")
	}
	writeRule(t, dir, "c.yaml", liveRule("live/c", 0xC0DE0003, 1))
	writeRule(t, dir, "b.yaml", liveRule("live/b", 0xC0DE0002, 2))
	if err := os.Remove(filepath.Join(dir, "a.yaml")); err != nil {
		t.Fatal(err)
	}
	if l.Check() != nil {
		t.Error("a change that nobody has seen twice was loaded")
	}
	c := l.Check()
	if c == nil || !slices.Equal(c.Added, []string{"live/c"}) || !slices.Equal(c.Removed, []string{"live/a"}) || !slices.Equal(c.Changed, []string{"live/b"}) {
		t.Fatalf("%+v", c)
	}
	if c.Base != l.Knowledge().Base.Hash() || first.Base.Len() != 2 {
		t.Error("the base is not the one that was told, or the old one changed")
	}
	if want := "the rules changed; from now on " + c.Base + " is used\nadded: live/c\nremoved: live/a\nchanged: live/b"; strings.Join(c.Lines(), "\n") != want {
		t.Errorf("%q", c.Lines())
	}

	// A broken file is refused once, and the base stays.
	now := l.Knowledge()
	writeRule(t, dir, "c.yaml", "schema: 1\nid: live/c\n")
	c = settle(l)
	if c == nil || !slices.Contains(checksOf(c.Refused), "rule.missing-key") || l.Knowledge() != now {
		t.Fatalf("%+v", c)
	}
	if lines := c.Lines(); !strings.Contains(lines[1], "c.yaml:1:1") {
		t.Errorf("%q", lines)
	}
	if c := settle(l); c != nil {
		t.Errorf("said twice: %+v", c)
	}
	writeRule(t, dir, "notes.txt", "still working on it")
	if c := settle(l); c != nil {
		t.Errorf("said again, as another file changed: %+v", c)
	}
	// The same file again, as it was: nothing to say, and the next change is one.
	writeRule(t, dir, "c.yaml", liveRule("live/c", 0xC0DE0003, 1))
	if c := settle(l); c != nil || l.Knowledge().Base.Hash() != now.Base.Hash() {
		t.Errorf("put back: %+v", c)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if c := settle(l); c == nil || len(c.Refused) == 0 || l.Knowledge().Base.Hash() != now.Base.Hash() {
		t.Errorf("the folder is gone: %+v", c)
	}
}

// A change that size and time do not show is seen by the content.
func TestLiveSameSizeAndTime(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.yaml")
	writeRule(t, dir, "a.yaml", liveRule("live/a", 0xC0DE0001, 1))
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	l := newLive(t, BaseOptions{Paths: []string{dir}, NoEmbedded: true})
	writeRule(t, dir, "a.yaml", liveRule("live/a", 0xC0DE0001, 2))
	if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if c := settle(l); c == nil || !slices.Equal(c.Changed, []string{"live/a"}) {
		t.Errorf("%+v", c)
	}
}

// Packs and their signatures, overlays and lists are followed as folders are.
func TestLivePack(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	secret, public, err := NewKeys("")
	if err != nil {
		t.Fatal(err)
	}
	write("site.key", string(secret))
	write("site.pub", string(public))
	write("list.yaml", "revoked: 1\nentries:\n  - {pack: live, version: 0.0.1, reason: old}\n")
	write("overlay.yaml", "overlay: 1\nentries:\n  - {rule: live/a, symptom: code, suggests: 2, reason: x, expires: 2027-03-01}\n")
	build := func(version int, sign bool) {
		t.Helper()
		write("pack/pack.yaml", fmt.Sprintf("pack: 1\nname: live\nversion: 1.0.%d\nlicense: MIT\nkbtriage: 0.1.0\n", version))
		write("pack/a.yaml", liveRule("live/a", 0xC0DE0001, version))
		data, _, err := BuildPack(file("pack"), BaseOptions{})
		if err != nil {
			t.Fatal(err)
		}
		write("live.kbpack", string(data))
		if !sign {
			return
		}
		s, err := Sign(file("live.kbpack"), file("site.key"), "")
		if err != nil {
			t.Fatal(err)
		}
		write("live.kbpack.minisig", string(s.Signature))
	}
	build(1, true)
	today := "2026-11-22"
	l, err := NewLive(BaseOptions{
		Paths: []string{file("live.kbpack")}, Trust: []string{file("site.pub")}, RequireSigned: true, NoEmbedded: true,
		Revoked: []string{file("list.yaml")}, Overlays: []string{file("overlay.yaml")},
	}, func() string { return today })
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what, check string) {
		t.Helper()
		before := l.Knowledge()
		if c := settle(l); c == nil || !slices.Contains(checksOf(c.Refused), check) || l.Knowledge() != before {
			t.Errorf("%s: %+v", what, c)
		}
	}
	changed := func(what string) {
		t.Helper()
		if c := settle(l); c == nil || !slices.Equal(c.Changed, []string{"live/a"}) {
			t.Errorf("%s: %+v", what, c)
		}
	}
	build(2, false)
	refused("a new pack with the old signature", "pack.tampered")
	build(2, true)
	changed("a new pack with its signature")
	write("overlay.yaml", "overlay: 1\nentries:\n  - {rule: live/x, off: true, reason: x, expires: 2027-03-01}\n")
	refused("an overlay with an unknown rule", "overlay.rule")
	write("overlay.yaml", "overlay: 1\nentries:\n  - {rule: live/a, off: true, reason: x, expires: 2027-03-01}\n")
	changed("another overlay")
	today = "2027-03-01"
	before := l.Knowledge()
	changed("the overlay has ended")
	if after := l.Knowledge(); after == before || len(after.Sources.Notes()) != 1 {
		t.Errorf("%v", after.Sources.Notes())
	}
	write("list.yaml", "revoked: 1\nentries:\n  - {pack: live, version: 1.0.2, reason: it sends mail}\n")
	refused("the pack was revoked", "pack.revoked")
	if err := os.Remove(file("live.kbpack.minisig")); err != nil {
		t.Fatal(err)
	}
	refused("the signature was taken away", "pack.unsigned")
}

// TestReloadUnderLoad: while rule files change, break and come back, every
// diagnosis is answered, and each answer is, byte for byte, that of one of the
// bases that were valid.
func TestReloadUnderLoad(t *testing.T) {
	defer goleak.VerifyNone(t)
	const (
		versions = 12
		enough   = 2000 // diagnoses
	)
	dir := t.TempDir()
	texts := func(version int) map[string]string {
		files := map[string]string{}
		for i := range 8 { // all rules of a base are of one version
			files[fmt.Sprintf("r%d.yaml", i)] = liveRule(fmt.Sprintf("live/r%d", i), 0xC0DE0001, version)
		}
		return files
	}
	lay := func(version int) {
		for name, text := range texts(version) {
			writeRule(t, dir, name, text)
		}
	}
	answer := func(k *Knowledge) string {
		d := k.Base.Diagnose(concluded(intake.Pasted("x", "error 0xC0DE0001")), engine.Settings{Workers: 1})
		out, err := json.Marshal(d)
		if err != nil {
			t.Error(err)
		}
		return string(out)
	}
	valid := map[string]int{}
	for v := range versions {
		lay(v + 1)
		k, err := Load(BaseOptions{Paths: []string{dir}, NoEmbedded: true})
		if err != nil {
			t.Fatal(err)
		}
		valid[answer(k)] = v + 1
	}
	if len(valid) != versions {
		t.Fatalf("%d answers of %d bases", len(valid), versions)
	}
	lay(1)
	l := newLive(t, BaseOptions{Paths: []string{dir}, NoEmbedded: true})

	ctx, cancel := context.WithCancel(t.Context())
	var done, wrong atomic.Int64
	var seen sync.Map
	var clients sync.WaitGroup
	begin := time.Now()
	for range 4 {
		clients.Go(func() {
			for ctx.Err() == nil {
				v, ok := valid[answer(l.Knowledge())]
				if !ok {
					wrong.Add(1)
				}
				seen.Store(v, true)
				done.Add(1)
			}
		})
	}
	ticks := make(chan time.Time)
	told := make(chan *Change, 1)
	var watcher sync.WaitGroup
	watcher.Go(func() { l.Watch(ctx, ticks, func(c *Change) { told <- c }) })
	await := func(what string) *Change {
		t.Helper()
		for range 10 {
			ticks <- time.Time{}
			select {
			case c := <-told:
				return c
			default:
			}
		}
		select {
		case c := <-told:
			return c
		case <-time.After(time.Minute):
			t.Fatalf("%s: nothing is told", what)
			return nil
		}
	}
	loaded, refusals := 0, 0
	for v := 2; v <= versions || done.Load() < enough; v++ {
		version := (v-1)%versions + 1
		lay(version)
		if c := await("a new version"); len(c.Refused) > 0 || len(c.Changed) != 8 {
			t.Errorf("version %d: %+v", version, c)
		}
		loaded++
		writeRule(t, dir, "r3.yaml", liveRule("live/r3", 0xC0DE0001, version)[:80]) // as if writing had stopped there
		before := l.Knowledge()
		if c := await("a broken file"); len(c.Refused) == 0 || l.Knowledge() != before {
			t.Errorf("version %d, broken: %+v", version, c)
		}
		refusals++
		lay(version)
	}
	cancel()
	clients.Wait()
	watcher.Wait()
	if wrong.Load() > 0 {
		t.Errorf("%d of %d answers are of no valid base", wrong.Load(), done.Load())
	}
	count := 0
	seen.Range(func(any, any) bool { count++; return true })
	t.Logf("%d diagnoses, %.0f a second, by %d of %d bases; %d loaded, %d refused", done.Load(), float64(done.Load())/time.Since(begin).Seconds(), count, versions, loaded, refusals)
	if count < 2 {
		t.Errorf("all answers are of one base")
	}
}

// What is loaded while its files change is of no one state: it is thrown away, and
// the files are looked at again. A rule that is cut short may well be valid.
func TestLiveChangesWhileRead(t *testing.T) {
	dir := t.TempDir()
	whole := liveRule("live/a", 0xC0DE0001, 2) + "article:\n  symptoms: It comes late.\n"
	half, _, _ := strings.Cut(whole, "article:")
	writeRule(t, dir, "a.yaml", liveRule("live/a", 0xC0DE0001, 1))
	writeRule(t, dir, "overlay", "overlay: 1\nentries: [{rule: live/a, symptom: code, suggests: 2, reason: x, expires: 2027-03-01}]\n")
	var between func() // is called when the stamps of a look have been taken, before anything is loaded
	l, err := NewLive(BaseOptions{Paths: []string{filepath.Join(dir, "a.yaml")}, Overlays: []string{filepath.Join(dir, "overlay")}, NoEmbedded: true}, func() string {
		if between != nil {
			between()
		}
		return "2026-11-22"
	})
	if err != nil {
		t.Fatal(err)
	}
	first := l.Knowledge()
	writeRule(t, dir, "a.yaml", half)
	if l.Check() != nil {
		t.Fatal("loaded at the first look")
	}
	looks := 0
	between = func() {
		if looks++; looks == 1 { // the second half comes behind the stamps, before the load
			writeRule(t, dir, "a.yaml", whole)
		}
	}
	if c := l.Check(); c != nil || looks != 2 || l.Knowledge() != first {
		t.Fatalf("%+v after %d looks", c, looks)
	}
	between = nil
	if c := settle(l); c == nil || len(c.Changed) != 1 {
		t.Fatalf("%+v", c)
	}
	if r, err := l.Knowledge().Rule("live/a"); err != nil || r.Article == nil {
		t.Errorf("half of the rule was loaded: %v", err)
	}
}

// TestLiveTickets: each ticket is ranked by the rules as they are when it comes, and
// says by which.
func TestLiveTickets(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := t.TempDir()
	writeRule(t, dir, "a.yaml", liveRule("live/a", 0xC0DE0001, 1))
	l := newLive(t, BaseOptions{Paths: []string{dir}, NoEmbedded: true})
	in, out := newPipe(t)
	answers := make(chan result.Ticket)
	finished := make(chan error, 1)
	go func() {
		_, err := l.Tickets(t.Context(), "in", in, TicketOptions{Top: 3, Workers: 2}, func(x result.Ticket) error { answers <- x; return nil })
		finished <- err
	}()
	ask := func() result.Ticket {
		if _, err := out.WriteString("{\"id\":1,\"text\":\"error 0xC0DE0001\"}\n"); err != nil {
			t.Fatal(err)
		}
		return <-answers
	}
	one := ask()
	if one.Base != l.Knowledge().Base.Hash() || len(one.Ranked) != 1 || one.Ranked[0].Title != "live/a in version 1" {
		t.Errorf("%+v", one)
	}
	writeRule(t, dir, "a.yaml", liveRule("live/a", 0xC0DE0001, 2))
	if settle(l) == nil {
		t.Fatal("nothing changed")
	}
	if two := ask(); two.Base == one.Base || two.Base != l.Knowledge().Base.Hash() || two.Ranked[0].Title != "live/a in version 2" {
		t.Errorf("%+v", two)
	}
	_ = out.Close()
	if err := <-finished; err != nil {
		t.Error(err)
	}
}

func newPipe(t *testing.T) (in, out *os.File) {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); out.Close() })
	return in, out
}
