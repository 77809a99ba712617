package playground

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// What the playground prints is what the program prints for the same rule, loaded
// with --kb, the same text on standard input and the same --set.
func TestLikeTheProgram(t *testing.T) {
	printer, spooler := readFile(t, "page/samples/printer/rule.yaml"), readFile(t, "page/samples/spooler/rule.yaml")
	p := newPlayground(t)
	for _, c := range []struct {
		name, rule, text string
		set              []string
	}{
		{"a code and its message", printer, "Windows cannot connect to the printer.\nOperation failed with error 0x0000011b", []string{"os=Windows 10"}},
		{"answers", printer, "0x0000011b", []string{"print.rpc_levels_differ=no", "print/rpc-privacy.since_updates=yes", "server=prn1"}},
		{"a log", spooler, readFile(t, "page/samples/spooler/facts.txt"), nil},
		{"syslog", spooler, strings.Repeat("Mar  2 10:11:12 web1 kernel: Out of memory: Killed process 4711 (java)\n", 20) + "Mar  2 10:11:13 web1 AcmeSpooler: cannot allocate page 7 of plan.dwg", nil},
		{"JSON lines", spooler, `{"@timestamp":"2026-03-02T10:11:12Z","message":"cannot allocate page 7 of plan.dwg","host":{"name":"web1"}}` + "\n" + `{"@timestamp":"2026-03-02T10:11:13Z","message":"No space left on device","host":{"name":"web1"}}`, nil},
		{"events that others explain", printer, "ID no: 0xc00203e5\n\nEvent ID: 4058 Source: MSExchangeIMC", []string{"product=Exchange Server", "version=5.5 SP3", "os=Windows 2000", "cluster=true"}},
		{"nothing", printer, "", nil},
	} {
		for _, neighbours := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "rule.yaml")
				if err := os.WriteFile(file, []byte(c.rule), 0o600); err != nil {
					t.Fatal(err)
				}
				var text strings.Builder
				for l := range strings.Lines(c.text) { // the settings of a sample are given apart
					if !strings.HasPrefix(l, "--set") {
						text.WriteString(l)
					}
				}
				k, err := triage.Load(triage.BaseOptions{Paths: []string{file}, NoEmbedded: !neighbours})
				if err != nil {
					t.Fatal(err)
				}
				q := &triage.Request{Set: c.set, Engine: engine.Settings{Top: mostListed}}
				if text.Len() > 0 {
					q.Args, q.Stdin = []string{"-"}, strings.NewReader(text.String())
				}
				d, _, err := k.Diagnose(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				var want bytes.Buffer
				if err := report.Differential(&want, d, report.Text, report.Style{}); err != nil {
					t.Fatal(err)
				}
				facts := text.String()
				for _, s := range c.set {
					facts += "\n--set '" + s + "'"
				}
				a, err := p.Answer(&Question{Rule: c.rule, Facts: facts, Neighbours: neighbours})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want.String(), a.Ranking.Printed); diff != "" {
					t.Errorf("the program prints (-), the playground (+):\n%s", diff)
				}
			})
		}
	}
}

// The package that a browser runs compiles for it, and nothing in it can open a socket
// or reads a configuration.
func TestForBrowsers(t *testing.T) {
	goTool := func(args ...string) string {
		cmd := exec.Command("go", args...)
		cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	goTool("vet", "./wasm", "./page/testdata/faulty")
	for _, pkg := range strings.Fields(goTool("list", "-deps", "./wasm")) {
		for _, bad := range []string{
			"net", "net/http", "os/exec", "github.com/miekg/dns", "github.com/spf13/viper", "github.com/spf13/cobra", "testing",
			"github.com/kbtriage/kbtriage/facts/dnsprobe", "github.com/kbtriage/kbtriage/facts/hostprobe", "github.com/kbtriage/kbtriage/internal/triage",
		} {
			if pkg == bad || strings.Contains(bad, ".") && strings.HasPrefix(pkg, bad+"/") {
				t.Errorf("the program of the page holds %s", pkg)
			}
		}
	}
}
