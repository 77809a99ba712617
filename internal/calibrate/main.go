// Command calibrate fits the numbers by which the words, codes and events of
// imported rules become bits, and shows how far the probabilities mean what they
// say. See docs/ranking.md.
//
//	go run ./internal/calibrate -base articles.kbt -tickets tickets.jsonl [-fit]
//
// A ticket is a JSON line with id, kind, query, relevant (references of the rules
// that are right), and optionally ignore (references that count neither way).
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "calibrate:", err)
		os.Exit(1)
	}
}

func run(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("calibrate", flag.ContinueOnError)
	base := flags.String("base", "", "built base of the imported articles")
	tickets := flags.String("tickets", "", "tickets with what is right")
	fit := flags.Bool("fit", false, "look for better weights on one half of the tickets")
	sample := flags.Int("sample", 1, "take one ticket of so many")
	rounds := flags.Int("rounds", 3, "rounds of the search")
	groups := flags.Int("without", 0, "for what the base does not know, compile it without what is right, for each of so many groups of tickets; 0: take that out of the lists")
	timed := flags.Bool("time", false, "measure how long a ticket takes, one after the other, and nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *sample < 1 {
		return fmt.Errorf("-sample %d: expected a number above 0", *sample)
	}
	b, list, err := load(*base, *tickets, *sample)
	if err != nil {
		return err
	}
	if *timed {
		return latency(out, b, list)
	}
	learn, check := split(list)
	if *fit {
		w := search(b, learn, *rounds, progress)
		b = b.Reweighted(w)
		printWeights(out, &w)
	}
	fmt.Fprintf(out, "\n## %d tickets that a fit does not see\n", len(check))
	known := outcomes(b, check)
	if *groups > 0 {
		if err := without(b, check, known, *groups); err != nil {
			return err
		}
	}
	return report(out, known)
}
