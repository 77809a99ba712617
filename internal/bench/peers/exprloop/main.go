// Command exprloop does what a rule engine does that tries every rule on every
// event: an expression a rule, all of them run for each event. It prints how
// many rules held.
//
//	exprloop -rules rules.jsonl -events events.jsonl [-n N]
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/kbtriage/kbtriage/internal/bench/peers/stream"
)

// event is what an expression sees.
type event struct {
	ID      int    `expr:"id"`
	Source  string `expr:"source"`
	Message string `expr:"message"`
}

func main() {
	rules := flag.String("rules", "", "rules.jsonl")
	events := flag.String("events", "", "events.jsonl")
	most := flag.Int("n", 1000, "number of events to look at")
	flag.Parse()
	if err := run(*rules, *events, *most); err != nil {
		fmt.Fprintln(os.Stderr, "exprloop:", err)
		os.Exit(1)
	}
}

func run(rules, events string, most int) error {
	var programs []*vm.Program
	if err := stream.Rules(rules, func(r *stream.Rule) error {
		p, err := expr.Compile(fmt.Sprintf("id == %d && source == %q && message contains %q", r.ID, r.Source, r.Literal), expr.Env(event{}), expr.AsBool())
		programs = append(programs, p)
		return err
	}); err != nil {
		return err
	}
	var machine vm.VM
	n, held := 0, 0
	begin := time.Now()
	err := stream.Events(events, most, func(b *stream.Event) error {
		n++
		id, err := strconv.Atoi(b.Event.Code)
		if err != nil {
			return err
		}
		var env any = event{id, b.Event.Provider, b.Message}
		for _, p := range programs {
			yes, err := machine.Run(p, env)
			if err != nil {
				return err
			}
			if yes.(bool) {
				held++
			}
		}
		return nil
	})
	fmt.Printf("%d matches of %d events, %.0f events/s without loading\n", held, n, float64(n)/time.Since(begin).Seconds())
	return err
}
