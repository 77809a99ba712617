package main

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/redact/corpus"
)

// planted are samples of secrets in each kind of input.
type planted struct {
	samples []corpus.Sample
	text    string // text log
	json    string // JSON log
	csv     string
	xml     string // events
	saved   string // case
}

// stays is what a redaction must leave alone in every input.
const stays = "0xc00203e5 event 4058 at 2026-11-22 10:11:12 version 5.5.2653"

// plant writes the samples into files of every kind.
func plant(t *testing.T, folder string, seed uint64) *planted {
	t.Helper()
	samples, err := corpus.Samples(seed)
	if err != nil {
		t.Fatal(err)
	}
	p := &planted{samples: samples}
	file := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var text, lines, table, events strings.Builder
	w := csv.NewWriter(&table)
	_ = w.Write([]string{"time", "level", "source", "message"})
	c := facts.Case{Version: facts.CaseVersion}
	for i, x := range samples {
		at := fmt.Sprintf("2026-11-22 10:%02d:%02d", i/60%60, i%60)
		fmt.Fprintf(&text, "%s web1 app[7]: error 0xc00203e5\n%s\n\n", at, x.Text)
		line, err := json.Marshal(map[string]string{"timestamp": "2026-11-22T10:11:12Z", "level": "error", "message": "error 0xc00203e5 " + x.Text})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
		_ = w.Write([]string{at, "error", "app", "error 0xc00203e5\n" + x.Text})
		var escaped strings.Builder
		if err := xml.EscapeText(&escaped, []byte(x.Text)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&events, `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="MSExchangeIMC"/><EventID>4058</EventID><Level>2</Level><TimeCreated SystemTime="2026-11-22T10:11:12Z"/><EventRecordID>%d</EventRecordID><Channel>Application</Channel><Computer>web1</Computer></System><EventData><Data>error 0xc00203e5 %s</Data></EventData></Event>`+"\n", i+1, escaped.String())
		c.Facts = append(c.Facts, facts.Fact{Kind: facts.KindText, Origin: facts.Origin{Path: "app.log", Line: i + 1, Host: "web1"}, Text: &facts.Text{Value: "error 0xc00203e5\n" + x.Text}})
	}
	for _, b := range []*strings.Builder{&text, &lines} {
		fmt.Fprintln(b, map[bool]string{true: stays, false: `{"timestamp":"2026-11-22T10:11:12Z","message":"` + stays + `"}`}[b == &text])
	}
	w.Flush()
	saved, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	p.text, p.json, p.csv = file("app.log", []byte(text.String())), file("app.jsonl", []byte(lines.String())), file("app.csv", []byte(table.String()))
	p.xml, p.saved = file("events.xml", []byte(events.String())), file("case.json", saved)
	return p
}

func (p *planted) files() []string { return []string{p.text, p.json, p.csv, p.xml, p.saved} }

// none fails for a secret that survives in what was shown.
func (p *planted) none(t *testing.T, where, shown string) {
	t.Helper()
	plain := strings.NewReplacer(`\\`, `\`, `\/`, `/`, `\"`, `"`, "&amp;", "&", "&#34;", `"`, "&lt;", "<", "&gt;", ">", `\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(shown)
	for _, x := range p.samples {
		if survives(shown, x.Secret) || survives(plain, x.Secret) {
			at := strings.Index(plain, x.Secret)
			t.Errorf("%s: %s %q survives: …%s…", where, x.Kind, x.Secret, plain[max(0, at-80):min(len(plain), max(at, 0)+120)])
			return
		}
	}
}

// survives reports whether a secret stands in a text as a word of its own.
func survives(text, secret string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], secret)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(secret)
		word := regexp.MustCompile(`^[A-Za-z0-9]$`)
		if (i == 0 || !word.MatchString(text[i-1:i])) && (end == len(text) || !word.MatchString(text[end:end+1])) {
			return true
		}
		from = i + 1
	}
}

// TestNoSecretSurvives plants secrets of every kind in every kind of input, and
// looks for them in what every command prints and saves, in every form.
func TestNoSecretSurvives(t *testing.T) {
	for seed := range uint64(3) {
		folder := t.TempDir()
		p := plant(t, folder, seed)
		secret := []string{"--set", "exchange.name=exchvs1.secretcorp.example", "--set", "exchange.address=10.77.8.9", "--set", `account.name=SECRETCORP\joedoe`, "--set", `account.groups=SECRETCORP\Mail Operators`}
		p.samples = append(p.samples, corpus.Sample{Kind: "host", Secret: "exchvs1"}, corpus.Sample{Kind: "domain", Secret: "secretcorp"},
			corpus.Sample{Kind: "ip", Secret: "10.77.8.9"}, corpus.Sample{Kind: "user", Secret: "joedoe"})
		n := 0
		try := func(where string, args ...string) session {
			n++
			s := program(t, append(args, "--redact")...)
			if s.code == 64 || s.code == 4 || s.code == 2 {
				t.Fatalf("%s: exit %d: %s", where, s.code, s.err)
			}
			p.none(t, where, s.out)
			p.none(t, where+", notes", s.err)
			return s
		}
		for _, input := range p.files() {
			name := filepath.Base(input)
			for _, form := range []string{"text", "json", "jsonl", "markdown"} {
				saved := filepath.Join(folder, fmt.Sprintf("saved%d.json", n))
				out := try("diagnose "+name+" "+form, append([]string{"diagnose", input, "-o", form, "-v", "--save", saved}, secret...)...)
				data, err := os.ReadFile(saved)
				if err != nil {
					t.Fatal(err, out.err)
				}
				p.none(t, "saved case of "+name, string(data))
				again := program(t, "diagnose", saved, "-o", form, "-v")
				if again.out != out.out {
					t.Errorf("%s %s: the saved case gives another result", name, form)
				}
			}
			for _, form := range []string{"text", "json"} {
				try("explain "+name+" "+form, append([]string{"explain", "Q263029", input, "-o", form}, secret...)...)
				try("verify "+name+" "+form, append([]string{"verify", "Q263029", input, "-o", form}, secret...)...)
			}
		}
		for _, form := range scanForms() {
			one := try("scan "+string(form), append([]string{"scan", p.text, p.json, p.csv, p.xml, "-o", string(form), "--workers", "1", "-q"}, secret...)...)
			two := try("scan "+string(form), append([]string{"scan", p.text, p.json, p.csv, p.xml, "-o", string(form), "--workers", "4", "-q"}, secret...)...)
			if one.out != two.out {
				t.Errorf("scan -o %s: the number of workers changes the tokens", form)
			}
		}
		var all strings.Builder
		for _, x := range p.samples {
			all.WriteString(x.Text + "\n")
		}
		s := program(t, "diagnose", all.String(), "-o", "json", "--redact")
		p.none(t, "diagnose an argument", s.out)
	}
}

// TestWhatIsNoSecretStays holds codes, events, times and versions against every
// output of the redaction.
func TestWhatIsNoSecretStays(t *testing.T) {
	p := plant(t, t.TempDir(), 1)
	for _, input := range p.files() {
		open, _ := differential(t, "diagnose", input)
		shown, _ := differential(t, "diagnose", input, "--redact")
		codes := func(list []string) []string { slices.Sort(list); return slices.Compact(list) }
		var a, b []string
		for _, c := range open.Codes {
			a = append(a, c.Literal)
		}
		for _, c := range shown.Codes {
			b = append(b, c.Literal)
		}
		for _, c := range codes(a) {
			if strings.HasPrefix(c, "0x") && !slices.Contains(b, c) {
				t.Errorf("%s: the code %s is gone", filepath.Base(input), c)
			}
		}
		if len(open.Diagnoses) != 0 && (len(shown.Diagnoses) == 0 || open.Diagnoses[0].Rule != shown.Diagnoses[0].Rule) {
			t.Errorf("%s: another diagnosis is first", filepath.Base(input))
		}
	}
}

// TestRedactedBundles plants the secrets in the logs of a machine, and looks for
// them in every member of its bundle.
func TestRedactedBundles(t *testing.T) {
	for seed := range uint64(3) {
		p := plant(t, t.TempDir(), seed)
		tree := machineTree(t, "debian-healthy")
		for _, path := range p.files() {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tree["files/var/log/nginx/"+filepath.Base(path)+".log"] = &fstest.MapFile{Data: data}
		}
		wide := []byte("\xff\xfe")
		for _, c := range []byte("password=Geheim123! from 10.77.8.9\r\n" + stays + "\r\n") {
			wide = append(wide, c, 0)
		}
		tree["files/var/log/nginx/wide.log"] = &fstest.MapFile{Data: wide}
		p.samples = append(p.samples, corpus.Sample{Kind: "password", Secret: "Geheim123!"}, corpus.Sample{Kind: "ip", Secret: "10.77.8.9"})
		bundle := filepath.Join(t.TempDir(), "x.tar.zst")
		s := onMachine(t, tree, "collect", "--redact", "--out", bundle, "--set", "exchange.address=10.77.8.9")
		if s.code != 0 {
			t.Fatalf("exit %d: %s%s", s.code, s.out, s.err)
		}
		p.none(t, "collect", s.out+s.err)
		kept := 0
		for _, m := range unpacked(t, bundle) {
			p.none(t, m.name, string(m.data))
			if strings.Contains(string(m.data), stays) {
				kept++
			}
		}
		if kept < 3 {
			t.Errorf("codes, times and versions stayed in %d logs only", kept)
		}
		live := onMachine(t, tree, "diagnose", "--host", "--redact", "-o", "json", "--set", "exchange.address=10.77.8.9")
		p.none(t, "diagnose --host", live.out+live.err)
		if here := program(t, "diagnose", bundle, "-o", "json"); here.out != live.out {
			t.Error("the bundle does not give what the host gives")
		}
	}
}

func TestRedactionIsConfigurable(t *testing.T) {
	folder := t.TempDir()
	log := filepath.Join(folder, "a.log")
	if err := os.WriteFile(log, []byte("error 0xc00203e5 of Project Falke, staff E123456, from 10.1.2.3, user=joe\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "config.yaml")
	if err := os.WriteFile(file, []byte("redact: true\nredact-words: [Project Falke]\nredact-keep: [joe]\nredact-off: [ip]\nredact-patterns: ['staff-number=\\b(E\\d{6})\\b']\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := []string{"--redact", "--redact-words", "Project Falke", "--redact-keep", "joe", "--redact-off", "ip", "--redact-patterns", `staff-number=\b(E\d{5,6})\b`}
	for _, args := range [][]string{flags, {"--config", file}} {
		saved := filepath.Join(folder, "saved.json")
		s := program(t, append([]string{"diagnose", log, "--force", "--save", saved}, args...)...)
		data, err := os.ReadFile(saved)
		if err != nil {
			t.Fatal(err, s.err)
		}
		want := "of [redacted:word-1], staff [redacted:staff-number-1], from 10.1.2.3, user=joe"
		if !strings.Contains(string(data), want) {
			t.Errorf("%v: %q is not in\n%s", args, want, data)
		}
	}
	for _, bad := range [][]string{{"--redact-off", "emial"}, {"--redact-patterns", "x"}, {"--redact-patterns", "a=("}} {
		if s := program(t, append([]string{"diagnose", "997"}, bad...)...); s.code != 64 {
			t.Errorf("%v: exit %d: %s", bad, s.code, s.err)
		}
	}
	if s := program(t, "diagnose", "997", "--redact", "--set", "password=Geheim123!"); s.code != 64 || strings.Contains(s.err, "Geheim123!") {
		t.Errorf("exit %d: %s", s.code, s.err)
	}
}
