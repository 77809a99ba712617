package literal

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// trainingKinds are the kinds of logs behind the table; the rates of the package
// are measured on the others too.
var trainingKinds = []string{"Android", "BGL", "HPC", "HealthApp", "Mac", "OpenStack", "Spark", "Windows"}

// TestFrequencies makes the table anew, where the logs are at hand, and compares.
func TestFrequencies(t *testing.T) {
	data := os.Getenv("KBTRIAGE_DATA")
	if data == "" {
		t.Skip("KBTRIAGE_DATA is not set: the table of frequencies is not made anew")
	}
	var counts [classCount + 1][classCount]float64
	for _, kind := range trainingKinds {
		text, err := os.ReadFile(filepath.Join(data, "loghub", kind, kind+"_2k.log"))
		if err != nil {
			t.Skipf("the table of frequencies is not made anew: %v", err)
		}
		before := classOf(' ')
		for _, c := range text { // each kind weighs the same
			after := classOf(c)
			counts[before][after] += 1 / float64(len(text))
			counts[classCount][after] += 1 / float64(len(text))
			before = after
		}
	}
	var rows [classCount + 1]string
	for x, row := range counts {
		total := 0.0
		for _, n := range row {
			total += n + 1e-5
		}
		var b strings.Builder
		for _, n := range row {
			halves := min(31, math.Round(-2*math.Log2((n+1e-5)/total)))
			b.WriteByte("0123456789abcdefghijklmnopqrstuv"[int(halves)])
		}
		rows[x] = b.String()
	}
	if rows != frequencies() {
		t.Errorf("the table is now:\n\t\t%q,", rows)
		for _, row := range rows {
			t.Logf("\t\t%q,", row)
		}
	}
}
