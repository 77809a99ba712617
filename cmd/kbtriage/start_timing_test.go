package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// linked is a program that only links the libraries; what is behind never does
// not run, but the linker cannot know.
const linked = `package main

import (
	"fmt"

	"github.com/expr-lang/expr"
	"github.com/miekg/dns"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v4"
)

var never = false

func main() {
	fmt.Println("hello")
	if never {
		_, _ = expr.Compile("1")
		_ = new(dns.Client)
		_ = (&cobra.Command{}).Execute()
		_ = viper.New().ReadInConfig()
		_ = yaml.Load(nil, nil)
	}
}
`

// TestColdStart compares the program, from start to exit, with one that only
// links the same libraries: at most three times as long. The two run in turn, the
// ratio is taken pair by pair, and the median counts. A busy machine gets
// three tries.
func TestColdStart(t *testing.T) {
	if os.Getenv("KBTRIAGE_TIMING") == "" {
		t.Skip("a timed test: set KBTRIAGE_TIMING=1 to run it")
	}
	dir, err := os.MkdirTemp(".", "linked") // within the module, to link the very same versions
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(linked), 0o644); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for _, build := range []struct{ out, path string }{{"hello", "./" + dir}, {"kbtriage", "."}} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, build.out), build.path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	run := func(name string, args ...string) float64 {
		start := time.Now()
		if err := exec.Command(filepath.Join(bin, name), args...).Run(); err != nil {
			t.Fatal(err)
		}
		return time.Since(start).Seconds()
	}
	const pairs = 61
	best := 0.0
	for try := range 3 {
		ratios := make([]float64, pairs)
		for i := range ratios {
			hello := run("hello")
			ratios[i] = run("kbtriage", "0xc00203e5") / hello
		}
		slices.Sort(ratios)
		median := ratios[pairs/2]
		t.Logf("try %d: median %.2f times (%.2f to %.2f)", try+1, median, ratios[pairs/10], ratios[pairs-pairs/10])
		if best == 0 || median < best {
			best = median
		}
		if best <= 3 {
			return
		}
	}
	t.Errorf("%.2f times as long as a program that only links the libraries; at most 3 are allowed", best)
}
