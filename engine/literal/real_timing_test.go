package literal

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
)

// realLiterals are quoted messages, indented messages and codes of the symptoms
// of articles, but for those that are common in the logs.
func realLiterals(b *testing.B, data string, logs string, n int) []string {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(data, "[0-9][0-9][0-9]", "*.TXT"))
	if err != nil || len(files) == 0 {
		b.Skipf("no articles: %v", err)
	}
	r := rand.New(rand.NewPCG(5, 5))
	r.Shuffle(len(files), func(i, k int) { files[i], files[k] = files[k], files[i] })
	symptoms := regexp.MustCompile(`(?s)\nSYMPTOMS\n=+\n(.*?)\n[A-Z ]{4,}\n=+\n`)
	message := regexp.MustCompile(`"([^"]{8,160})"|\n {3,}([^\n]{8,160})|(0x[0-9a-fA-F]{8})`)
	seen := map[string]bool{}
	var list []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		m := symptoms.FindStringSubmatch(strings.ReplaceAll(string(text), "\r", ""))
		if m == nil {
			continue
		}
		for _, groups := range message.FindAllStringSubmatch(m[1], -1) {
			s := facts.Fold(strings.Join(groups[1:], ""))
			if len(s) >= 8 && len(s) <= 160 && !seen[s] {
				seen[s] = true
				list = append(list, s)
			}
		}
		if len(list) > n+n/10 {
			break
		}
	}
	// Drop those that occur in the sample logs more than 8 times.
	patterns := asPatterns(list)
	counts := make([]int, len(patterns))
	mustOpen(b, patterns).Scan([]byte(logs), new(Scratch), func(p uint32, _, _ int) bool {
		counts[p]++
		return true
	})
	var rare []string
	for i, s := range list {
		if counts[i] <= 8 {
			rare = append(rare, s)
		}
	}
	return rare[:min(n, len(rare))]
}

func BenchmarkReal(b *testing.B) {
	data := os.Getenv("KBTRIAGE_DATA")
	if data == "" {
		b.Skip("KBTRIAGE_DATA is not set: not measured on real logs")
	}
	files, _ := filepath.Glob(filepath.Join(data, "loghub", "*", "*_2k.log"))
	var all, trained, others []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(text), "\r", "")), "\n")
		all = append(all, lines...)
		if slices.Contains(trainingKinds, filepath.Base(filepath.Dir(f))) {
			trained = append(trained, lines...)
		} else {
			others = append(others, lines...)
		}
	}
	if len(all) == 0 {
		b.Skip("no logs: not measured on real logs")
	}
	literals := realLiterals(b, data, strings.Join(all, "\n"), 20000)
	for _, c := range []struct {
		name  string
		lines []string
	}{{"all", all}, {"trained", trained}, {"others", others}} {
		for _, n := range []int{100, 1000, 20000} {
			b.Run(fmt.Sprint(c.name, "/", n), func(b *testing.B) {
				timeScan(b, literals[:n], amplify(c.lines, literals[:n], 64<<20, "\n"))
			})
		}
	}
	b.Run("crlf/20000", func(b *testing.B) {
		timeScan(b, literals, amplify(all, literals, 64<<20, "\r\n"))
	})
	b.Run("build", func(b *testing.B) {
		size := 0
		for b.Loop() {
			data, err := Build(asPatterns(literals))
			if err != nil {
				b.Fatal(err)
			}
			size = len(data)
		}
		b.ReportMetric(float64(size), "bytes")
	})
}

// amplify repeats lines with other digits, in the order of a shuffle.
func amplify(lines, literals []string, size int, end string) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	text := make([]byte, 0, size+4096)
	for n := 1; len(text) < size; n++ {
		from := len(text)
		text = append(text, lines[r.IntN(len(lines))]...)
		for i := from; i < len(text); i++ {
			if text[i]-'0' < 10 {
				text[i] = '0' + byte(r.IntN(10))
			}
		}
		if n%2000 == 0 {
			text = append(append(text, ' '), literals[r.IntN(len(literals))]...)
		}
		text = append(text, end...)
	}
	return text
}
