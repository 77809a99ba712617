package literal

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(1, &u) // RUSAGE_THREAD
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestDev(t *testing.T) {
	if os.Getenv("DEV") == "" {
		t.Skip()
	}
	runtime.LockOSThread()
	text, _ := os.ReadFile("/tmp/litexp/mix64.log")
	lb, _ := os.ReadFile("/tmp/litexp/lits.txt")
	var lits []string
	for _, l := range strings.Split(strings.TrimSpace(string(lb)), "\n") {
		if isFolded(l) {
			lits = append(lits, l)
		}
	}
	for _, n := range []int{100, 1000, len(lits)} {
		t0 := cpu()
		set := mustOpen(t, asPatterns(lits[:n]))
		tb := cpu() - t0
		sc := new(Scratch)
		best := time.Hour
		hits := 0
		for range 5 {
			hits = 0
			t0 = cpu()
			for rest := text; len(rest) > 0; {
				c := rest[:min(len(rest), 1<<20)]
				set.Scan(c, sc, func(uint32, int, int) bool { hits++; return true })
				rest = rest[len(c):]
			}
			best = min(best, cpu()-t0)
		}
		// parts
		l := &set.lanes[0]
		run := scan{set: set, text: text, scratch: sc, hit: func(uint32, int, int) bool { return true }}
		c1, c2 := 0, 0
		tp, ts, tc, to := time.Hour, time.Hour, time.Hour, time.Hour
		for range 7 {
			t0 = cpu()
			c1 = 0
			for from := 0; from+blockSize+8 < len(text); from += blockSize {
				n, _ := l.probe(text[from:from+blockSize+8], &sc.windows)
				c1 += n
			}
			tp = min(tp, cpu()-t0)
			t0 = cpu()
			c2 = 0
			for from := 0; from+blockSize+8 < len(text); from += blockSize {
				n, _ := l.probe(text[from:from+blockSize+8], &sc.windows)
				if from > 3 {
					c2 += l.sift(text[from-3:], 3, sc.windows[:n], &sc.places)
				}
			}
			ts = min(ts, cpu()-t0)
			t0 = cpu()
			for from := 0; from+blockSize+8 < len(text); from += blockSize {
				run.block(l, from)
			}
			tc = min(tc, cpu()-t0)
			t0 = cpu()
			run.cursor = 0
			run.findOdd(len(text))
			to = min(to, cpu()-t0)
		}
		fmt.Printf("n=%d blanks=%v foreign=%v bits=%d: %.0f MB/s build %v hits %d | probe %v +sift %v +confirm %v odd %v | cand %.2f%% sifted %.3f%% of probes\n", n, set.blanks, set.foreign, len(l.bits),
			float64(len(text))/1e6/best.Seconds(), tb, hits, tp, ts-tp, tc-ts, to, 300*float64(c1)/float64(len(text)), 300*float64(c2)/float64(len(text)))
	}
}

func TestDevWin(t *testing.T) {
	if os.Getenv("DEV") == "" {
		t.Skip()
	}
	text, _ := os.ReadFile("/tmp/litexp/mix64.log")
	lb, _ := os.ReadFile("/tmp/litexp/lits.txt")
	lits := strings.Split(strings.TrimSpace(string(lb)), "\n")
	set := mustOpen(t, asPatterns(lits))
	l := &set.lanes[0]
	own := map[string]string{}
	m := newModel()
	at := m.choose(l, asPatterns(lits), func() []int {
		x := make([]int, len(lits))
		for i := range x {
			x[i] = i
		}
		return x
	}())
	for i, p := range lits {
		for k := range 3 {
			w := p[at[i]+k : at[i]+k+6]
			own[w] = own[w] + "|" + p
		}
	}
	c := map[string]int{}
	for p := 0; p+8 < len(text)/8; p += 3 {
		if l.begins(load(text, p)) {
			c[strings.ToLower(string(text[p:p+6]))]++
		}
	}
	type e struct {
		w string
		n int
	}
	var es []e
	tot := 0
	for w, n := range c {
		es = append(es, e{w, n})
		tot += n
	}
	sort.Slice(es, func(i, j int) bool { return es[i].n > es[j].n })
	cum := 0
	for _, e := range es[:60] {
		cum += e.n
		fmt.Printf("%q %d %.1f%% %.100s\n", e.w, e.n, 100*float64(cum)/float64(tot), own[e.w])
	}
}

func TestDevPlace(t *testing.T) {
	text, _ := os.ReadFile("/tmp/litexp/mix64.log")
	lb, _ := os.ReadFile("/tmp/litexp/lits.txt")
	lits := strings.Split(strings.TrimSpace(string(lb)), "\n")
	set := mustOpen(t, asPatterns(lits))
	l := &set.lanes[0]
	sc := new(Scratch)
	walk, same, places := 0, 0, 0
	c := map[string]int{}
	for from := blockSize; from+blockSize+8 < len(text); from += blockSize {
		n, _ := l.probe(text[from:from+blockSize+8], &sc.windows)
		n = l.sift(text[from-3:], 3, sc.windows[:n], &sc.places)
		for _, p := range sc.places[:n] {
			places++
			key := l.key(load(text, from-3+int(p)))
			for i, e := l.bucket(key); i < e; i++ {
				walk++
				if l.keyOf(i) == key {
					same++
					c[strings.ToLower(string(text[from-3+int(p):from+5+int(p)]))]++
				}
			}
		}
	}
	fmt.Println(places, walk, same)
	type e struct {
		w string
		n int
	}
	var es []e
	for w, n := range c {
		es = append(es, e{w, n})
	}
	sort.Slice(es, func(i, j int) bool { return es[i].n > es[j].n })
	for _, e := range es[:20] {
		fmt.Println(e)
	}
}

func BenchmarkOdd(b *testing.B) {
	text, _ := os.ReadFile("/tmp/litexp/mix64.log")
	text = text[:16<<20]
	lb, _ := os.ReadFile("/tmp/litexp/lits.txt")
	lits := strings.Split(strings.TrimSpace(string(lb)), "\n")
	set := mustOpen(b, asPatterns(lits))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		run := scan{set: set, text: text, scratch: new(Scratch), hit: func(uint32, int, int) bool { return true }}
		run.findOdd(len(text))
	}
}
