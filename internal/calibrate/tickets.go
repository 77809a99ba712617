package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/facts/intake"
)

// ticket is a ticket with what is right, read once.
type ticket struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Query    string   `json:"query"`
	Relevant []string `json:"relevant"`
	Ignore   []string `json:"ignore"`

	facts *facts.Case
}

func load(basePath, ticketPath string, sample int) (*engine.Base, []*ticket, error) {
	data, err := os.ReadFile(basePath)
	if err != nil {
		return nil, nil, err
	}
	b, err := engine.Open(data)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(ticketPath)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	var list []*ticket
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for n := 1; in.Scan(); n++ {
		t := new(ticket)
		if err := json.Unmarshal(in.Bytes(), t); err != nil {
			return nil, nil, fmt.Errorf("%s, line %d: %w", ticketPath, n, err)
		}
		if n%sample == 0 {
			list = append(list, t)
		}
	}
	each(len(list), func(i int) {
		c := intake.Pasted("ticket", list[i].Query)
		derive.Findings(c)
		list[i].facts = c
	})
	return b, list, in.Err()
}

// split divides the tickets by a hash of what is right, so that two tickets of one
// article are on the same side.
func split(list []*ticket) (learn, check []*ticket) {
	for _, t := range list {
		h := fnv.New32a()
		if len(t.Relevant) > 0 {
			_, _ = h.Write([]byte(t.Relevant[0]))
		}
		if h.Sum32()>>3%2 == 0 {
			learn = append(learn, t)
		} else {
			check = append(check, t)
		}
	}
	return learn, check
}

// each runs a function for each number below n on all processors.
func each(n int, do func(i int)) {
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wg.Wait()
}

// candidate is a rule with log2(probability / none).
type candidate struct {
	odds  float64
	right bool
}

// outcome is what came of a ticket.
type outcome struct {
	kind string
	list []candidate // likeliest first, without those to be ignored
	rest []candidate // the same without the right ones: as if the base did not know them
}

// farthest is how far down a list what is right is looked for.
const farthest = 60

func outcomes(b *engine.Base, list []*ticket) []outcome {
	out := make([]outcome, len(list))
	each(len(list), func(i int) {
		t := list[i]
		c := *t.facts
		c.Facts = slices.Clone(c.Facts)
		o := outcome{kind: t.Kind}
		for _, r := range b.Rank(&c, farthest).List {
			right, ignored := false, false
			for _, ref := range r.Rule.Refs {
				right = right || slices.Contains(t.Relevant, ref.String())
				ignored = ignored || slices.Contains(t.Ignore, ref.String())
			}
			x := candidate{r.Odds, right}
			if right || !ignored {
				o.list = append(o.list, x)
			}
			if !right && !ignored {
				o.rest = append(o.rest, x)
			}
		}
		out[i] = o
	})
	return out
}
