// Command clips writes rules and events in the language of CLIPS: rules.clp,
// facts.clp and run.clp, which loads both, runs, and prints how many rules
// fired. The net of CLIPS joins id and source; the message is tested last.
//
//	clips -rules rules.jsonl -events events.jsonl -out FOLDER [-n N]
//	clips -f2 FOLDER/run.clp     (of CLIPS)
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kbtriage/kbtriage/internal/bench/peers/stream"
)

// batch is how many events are asserted at once; all of them would have to be
// held at the same time.
const batch = 1000

func main() {
	rules := flag.String("rules", "", "rules.jsonl")
	events := flag.String("events", "", "events.jsonl")
	out := flag.String("out", "", "folder to write into")
	most := flag.Int("n", 200000, "number of events")
	flag.Parse()
	if err := run(*rules, *events, *out, *most); err != nil {
		fmt.Fprintln(os.Stderr, "clips:", err)
		os.Exit(1)
	}
}

func run(rules, events, out string, most int) error {
	var script strings.Builder
	path := func(name string) string { return filepath.Join(out, name) }
	err := write(path("rules.clp"), func(w *bufio.Writer) error {
		fmt.Fprintln(w, "(deftemplate event (slot id) (slot source) (slot message))\n(defglobal ?*fired* = 0)")
		return stream.Rules(rules, func(r *stream.Rule) error {
			_, err := fmt.Fprintf(w, "(defrule r%d (event (id %d) (source %s) (message ?m&:(str-index %s ?m))) => (bind ?*fired* (+ ?*fired* 1)))\n", r.Number, r.ID, quote(r.Source), quote(r.Literal))
			return err
		})
	})
	fmt.Fprintf(&script, "(load %s)\n", quote(path("rules.clp")))
	n := 0
	var facts strings.Builder
	flush := func() error {
		if facts.Len() == 0 {
			return nil
		}
		name := path(fmt.Sprintf("facts-%04d.clp", n/batch))
		fmt.Fprintf(&script, "(load-facts %s)\n(run)\n(reset)\n", quote(name))
		err := os.WriteFile(name, []byte(facts.String()), 0o666)
		facts.Reset()
		return err
	}
	err = errors.Join(err, stream.Events(events, most, func(b *stream.Event) error {
		fmt.Fprintf(&facts, "(event (id %s) (source %s) (message %s))\n", b.Event.Code, quote(b.Event.Provider), quote(b.Message))
		if n++; n%batch == 0 {
			return flush()
		}
		return nil
	}), flush())
	script.WriteString("(printout t ?*fired* \" matches\" crlf)\n(exit)\n")
	// (reset) between the batches must not set the count back.
	return errors.Join(err, os.WriteFile(path("run.clp"), []byte("(unwatch compilations)\n(set-reset-globals FALSE)\n"+script.String()), 0o666))
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func write(path string, use func(*bufio.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(use(w), w.Flush(), f.Close())
}
