//go:build js && wasm

// Program faulty stands for the playground in the tests of its page: it dies, hangs
// or answers, as the rule says.
package main

import (
	"encoding/json"
	"syscall/js"

	"github.com/kbtriage/kbtriage/internal/playground"
)

func main() {
	js.Global().Set("kbtriagePlayground", js.FuncOf(func(_ js.Value, args []js.Value) any {
		var q playground.Question
		if err := json.Unmarshal([]byte(args[0].String()), &q); err != nil {
			panic(err)
		}
		switch q.Rule {
		case "panic":
			panic("the faulty program was told to")
		case "deep":
			deep(0)
		case "memory":
			var all [][]byte
			for {
				all = append(all, make([]byte, 1<<26))
				all[len(all)-1][0] = 1
			}
		case "hang":
			for {
			}
		}
		answer, _ := json.Marshal(&playground.Answer{
			Messages: []playground.Message{{Pane: playground.PaneRule, Line: 1, Column: 1, Check: "faulty", Text: "read: " + q.Rule}},
			Tests:    []playground.Test{},
		})
		return string(answer)
	}))
	select {}
}

func deep(n int) int { return deep(n+1) + 1 }
