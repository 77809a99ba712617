//go:build js && wasm

// Program wasm is the playground in a browser. It defines one function,
// kbtriagePlayground: JSON of a playground.Question in, JSON of a
// playground.Answer out. It never ends by itself; a panic ends it, and whoever
// started it sees that and starts it anew.
package main

import (
	"syscall/js"

	"github.com/kbtriage/kbtriage/internal/playground"
)

func main() {
	p, err := playground.New()
	if err != nil {
		panic(err)
	}
	js.Global().Set("kbtriagePlayground", js.FuncOf(func(_ js.Value, args []js.Value) any {
		answer, err := p.JSON(args[0].String())
		if err != nil {
			panic(err)
		}
		return answer
	}))
	select {}
}
