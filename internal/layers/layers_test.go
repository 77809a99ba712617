package layers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/kbtriage/kbtriage"

// rule says what the packages under a path may import of ours, and what they
// must not import of others. The longest matching path counts.
type rule struct {
	path    string
	ours    []string // paths under the module; "" means anything
	refused []string // prefixes of other packages
}

// doing is what touches the world.
var doing = []string{"os", "net", "log", "io/ioutil", "net/http", "os/exec", "github.com/spf13/viper", "github.com/spf13/cobra"}

func rulesOfTheHouse() []rule {
	facts := []string{"facts", "facts/errcode", "facts/dnsfinding", "facts/derive", "facts/intake"}
	return []rule{
		{"facts", nil, doing},
		{"facts/errcode", nil, doing},
		{"facts/dnsfinding", []string{"facts"}, doing[:8]},
		{"facts/derive", []string{"facts", "facts/errcode", "facts/dnsfinding"}, doing},
		{"facts/dnsprobe", []string{"facts", "facts/dnsfinding"}, []string{"github.com/spf13", "log"}},
		{"facts/record", []string{"facts"}, doing},
		{"facts/tally", []string{"facts"}, doing},
		{"facts/scan", []string{"facts", "facts/evtx", "facts/intake", "facts/record", "facts/tally"}, []string{"net", "net/http", "os/exec", "github.com/spf13", "log"}},
		{"facts/evtx", []string{"facts", "facts/record"}, doing},
		{"facts/evt", []string{"facts", "facts/record"}, doing},
		{"facts/eventxml", []string{"facts", "facts/record"}, doing},
		{"facts/record/bounded", []string{"facts", "facts/record"}, doing},
		{"facts/record/stamp", []string{"facts"}, doing},
		{"facts/syslog", []string{"facts", "facts/record", "facts/record/bounded", "facts/record/stamp"}, doing},
		{"facts/journal", []string{"facts", "facts/record", "facts/record/bounded", "facts/record/stamp", "facts/syslog"}, doing},
		{"facts/jsonlog", []string{"facts", "facts/record", "facts/record/bounded", "facts/record/stamp", "facts/syslog"}, doing},
		{"facts/csvlog", []string{"facts", "facts/record"}, doing},
		{"facts/weblog", []string{"facts", "facts/record", "facts/record/bounded", "facts/record/stamp"}, doing},
		{"facts/archive", []string{"facts"}, []string{"net", "net/http", "os/exec", "github.com/spf13", "log"}},
		{"facts/hostprobe", []string{"facts", "facts/dnsfinding", "facts/dnsprobe"}, []string{"net/http", "github.com/spf13", "log"}},
		{"facts/intake", []string{"facts", "facts/errcode", "facts/archive", "facts/csvlog", "facts/eventxml", "facts/evt", "facts/evtx", "facts/journal", "facts/jsonlog", "facts/record", "facts/syslog", "facts/weblog"}, []string{"net/http", "github.com/spf13", "log"}},
		{"internal/source", nil, doing},
		{"internal/given", []string{"facts", "facts/dnsfinding", "internal/source", "rules", "rules/cond"}, doing}, // --set for programs without a host, such as the playground
		{"internal/redact", []string{"engine/result", "facts"}, doing},
		{"internal/redact/corpus", nil, doing},
		{"internal/bench/loggen", []string{""}, nil},
		{"internal/bench/rulegen", []string{""}, nil},
		{"internal/bench/eventgen", []string{""}, nil},
		{"internal/bench/measure", nil, nil},
		{"internal/dnslab", nil, []string{"github.com/miekg/dns"}},
		{"kb", nil, doing},
		{"rules", []string{"facts/errcode", "facts", "internal/source", "rules/cond"}, doing},
		{"rules/cond", []string{"facts", "facts/errcode", "internal/source"}, doing},
		{"rules/tests", []string{"facts", "internal/source", "rules"}, doing},
		{"rules/lint", []string{"facts", "facts/errcode", "internal/redact", "internal/source", "rules", "rules/cond", "rules/tests"}, doing},
		{"rules/pack", []string{"internal/source", "rules"}, doing},
		{"rules/pack/trust", []string{"internal/source", "rules", "rules/pack"}, doing},
		{"rules/overlay", []string{"internal/source", "rules", "rules/cond"}, doing},
		{"rules/sketch", []string{"facts", "facts/errcode", "rules", "rules/cond"}, doing},
		{"rules/schema", nil, doing},
		{"rules/schema/generate", []string{"internal/source", "kb", "rules", "rules/schema"}, doing[1:]},
		{"rules/importer", []string{"facts", "facts/errcode", "facts/intake", "rules/cond", "rules/importer/rulefile"}, doing},
		{"rules/importer/rulefile", []string{"internal/source"}, doing},
		{"rules/importer/sigma", []string{"facts", "internal/source", "rules", "rules/cond", "rules/importer/rulefile"}, doing},
		{"rules/importer/cre", []string{"facts", "internal/source", "rules", "rules/cond", "rules/importer/rulefile"}, doing},
		{"internal/overlap", []string{"facts", "facts/errcode", "rules", "rules/cond"}, doing},
		{"internal/calibrate", []string{""}, nil},
		{"engine/lexicon", []string{"facts", "rules/cond"}, doing},
		{"engine", append([]string{"engine/index", "engine/lexicon", "engine/literal", "engine/rank", "engine/result", "facts/record", "rules", "rules/cond"}, facts[:3]...), doing},
		{"engine/index", []string{"facts", "rules/cond"}, doing},
		{"engine/literal", nil, doing},
		{"engine/rank", nil, doing},
		{"engine/result", []string{"facts"}, doing},
		{"engine/ruletest", append([]string{"engine", "engine/result", "internal/source", "rules", "rules/cond", "rules/tests"}, facts...), doing},
		{"internal/report", []string{"engine/result", "facts", "internal/overlap", "rules", "rules/cond", "rules/lint"}, doing},
		{"internal/triage", []string{""}, []string{"github.com/spf13", "github.com/miekg/dns", "github.com/expr-lang"}},
		// The page for rule authors: a pure function, the program around it for a browser, and what makes the page.
		{"internal/playground", []string{"engine", "engine/result", "engine/ruletest", "facts", "facts/derive", "facts/intake", "facts/record", "internal/given", "internal/report", "internal/source", "kb", "rules", "rules/lint", "rules/tests"}, doing},
		{"internal/playground/wasm", []string{"internal/playground"}, doing},
		{"internal/playground/page", []string{"kb"}, []string{"net", "net/http", "github.com/spf13", "log"}},
		{"internal/layers", nil, nil},
		{"docs", nil, nil},
		{"cmd/kbtriage", []string{"engine", "engine/result", "facts", "facts/errcode", "facts/hostprobe", "facts/scan", "internal/overlap", "internal/report", "internal/source", "internal/triage", "rules", "rules/lint", "rules/schema", "rules/sketch"}, []string{"github.com/miekg/dns", "github.com/expr-lang"}},
	}
}

// only says which package alone may import a library.
var only = map[string]string{
	"github.com/miekg/dns":      "facts/dnsprobe",
	"github.com/expr-lang/expr": "rules/cond",
	"github.com/spf13/viper":    "cmd/kbtriage",
	"github.com/spf13/cobra":    "cmd/kbtriage",
	"go.yaml.in/yaml/v4":        "rules rules/overlay rules/pack rules/pack/trust rules/tests rules/importer/sigma rules/importer/cre engine", // the importers walk the nodes that rules.StrictDocuments hands them
	"aead.dev/minisign":         "rules/pack/trust",
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestLayers(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		r := find(path)
		if r == nil {
			t.Errorf("%s has no place in the layers; give it one in this test and in docs/architecture.md", path)
			continue
		}
		for _, imp := range p.Imports {
			if inside, ours := strings.CutPrefix(imp, module+"/"); ours {
				if !slices.Contains(r.ours, inside) && !slices.Contains(r.ours, "") {
					t.Errorf("%s must not import %s", path, inside)
				}
				continue
			}
			for _, bad := range r.refused {
				if imp == bad || strings.Contains(bad, ".") && strings.HasPrefix(imp, bad) {
					t.Errorf("%s must not import %s", path, imp)
				}
			}
			for library, owner := range only {
				if (imp == library || strings.HasPrefix(imp, library+"/")) && !slices.Contains(strings.Fields(owner), path) {
					t.Errorf("%s must not import %s; only %s does", path, imp, owner)
				}
			}
		}
	}
}

func find(path string) *rule {
	for _, r := range rulesOfTheHouse() {
		if r.path == path {
			return &r
		}
	}
	return nil
}

// packages lists the packages of the module with what their code, not their
// tests, imports, here and in a browser.
func packages(t *testing.T) []pkg {
	t.Helper()
	return append(listed(t), listed(t, "GOOS=js", "GOARCH=wasm")...)
}

func listed(t *testing.T, env ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []pkg
	d := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}
