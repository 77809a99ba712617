//go:build ignore

// Writes base.kbt, the compiled form of the rules and weights of this folder.
package main

import (
	"fmt"
	"os"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/rules"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write() error {
	entries, err := os.ReadDir(".")
	if err != nil {
		return err
	}
	set := &rules.Set{}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		more, msgs := rules.Load(os.DirFS(e.Name()), "kb/"+e.Name()+"/")
		msgs = append(msgs, set.Add(more)...)
		for _, m := range msgs {
			fmt.Fprintln(os.Stderr, m)
		}
		if len(msgs) > 0 {
			return fmt.Errorf("kb/%s has mistakes", e.Name())
		}
	}
	set.Keep(func(r *rules.Rule) bool { return r.Status != rules.Draft })
	data, err := os.ReadFile("weights.yaml")
	if err != nil {
		return err
	}
	weights, err := engine.ParseWeights(data)
	if err != nil {
		return err
	}
	base, err := engine.Compile(set, weights)
	if err != nil {
		return err
	}
	return os.WriteFile("base.kbt", base.Bytes(), 0o644)
}
