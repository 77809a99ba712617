// Command loggen makes large text logs out of small samples. The lines keep
// their shape and get other times, hosts and numbers; one line in K carries a
// literal, and a ledger says which. The same options give the same bytes on
// every machine.
//
//	loggen -out FOLDER [-samples FOLDER] [-literals FILE] [-bytes N] [-parts N] [-every K] [-seed N]
//
// The samples are those of loghub (FOLDER/*/*_2k.log); without them a few
// invented kinds of logs are used. The ledger is FOLDER.ledger.jsonl, beside
// the folder, so that the folder holds logs alone.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

type options struct {
	out, samples, literals string
	bytes                  int64
	parts, every           int
	seed                   uint64
}

func main() {
	var o options
	flag.StringVar(&o.out, "out", "", "folder to write the logs into (needed)")
	flag.StringVar(&o.samples, "samples", "", "folder of loghub samples; none: invented lines")
	flag.StringVar(&o.literals, "literals", "", "file of literals, one a line; none: no line carries one")
	flag.Int64Var(&o.bytes, "bytes", 1<<30, "size of all logs together")
	flag.IntVar(&o.parts, "parts", 0, "number of files; 0: one for each kind of log")
	flag.IntVar(&o.every, "every", 2000, "one line in so many carries a literal")
	flag.Uint64Var(&o.seed, "seed", 1, "what the numbers begin with")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "loggen:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.out == "" || o.bytes <= 0 || o.parts < 0 || o.every <= 0 {
		return errors.New("-out is needed, and -bytes and -every must be above 0")
	}
	samples := inventedSamples()
	if o.samples != "" {
		var err error
		if samples, err = readSamples(o.samples); err != nil {
			return err
		}
	}
	var literals [][]byte
	if o.literals != "" {
		text, err := os.ReadFile(o.literals)
		if err != nil {
			return err
		}
		literals = linesOf(text)
	}
	if o.parts == 0 {
		o.parts = len(samples)
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return err
	}
	finder := newFinder(literals)
	logs := newLogs(samples, o.parts, o.seed)
	ledgers := make([]bytes.Buffer, len(logs))
	lines := make([]int, len(logs))
	failed := make([]error, len(logs))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i, l := range logs {
		all.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			lines[i], failed[i] = writeFile(filepath.Join(o.out, l.name), &ledgers[i], l, o, literals, finder)
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	var ledger bytes.Buffer
	total := 0
	for i := range logs {
		ledger.Write(ledgers[i].Bytes())
		total += lines[i]
	}
	name := filepath.Clean(o.out) + ".ledger.jsonl"
	if err := os.WriteFile(name, ledger.Bytes(), 0o666); err != nil {
		return err
	}
	fmt.Printf("%d files, %d lines, %d with a literal\n", len(logs), total, bytes.Count(ledger.Bytes(), []byte{'\n'}))
	return nil
}

func writeFile(path string, ledger *bytes.Buffer, l log, o options, literals [][]byte, finder *finder) (int, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	lines, err := writeLog(f, ledger, l, o.bytes/int64(o.parts), o.every, literals, finder)
	return lines, errors.Join(err, f.Close())
}
