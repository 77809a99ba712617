// Command rulegen makes what the comparisons look for: literals, rules and
// streams of events.
//
//	rulegen literals -out FILE [-articles FOLDER] [-samples FOLDER] [-n N] [-max-lines N]
//	rulegen rules    -out FOLDER -literals FILE [-n N]
//	rulegen events   -out FOLDER -literals FILE [-samples FOLDER] [-n N] [-events N] [-join all|when]
//	rulegen imported -out FOLDER -articles FOLDER [-n N]
//	rulegen authored -out FOLDER [-n N]
//
// The same options give the same bytes on every machine. FOLDER of articles
// holds support articles as plain text, NNN/QNNNNNN.TXT; without it messages
// are made up.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

type options struct {
	out, articles, samples, literals, join string
	n, maxLines, events                    int
	seed                                   uint64
}

func main() {
	modes := map[string]func(options) error{
		"literals": writeLiterals,
		"rules":    writeTextRules,
		"events":   writeEvents,
		"imported": writeImported,
		"authored": writeAuthored,
	}
	if len(os.Args) < 2 || modes[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "rulegen: the first argument is literals, rules, events, imported or authored")
		os.Exit(2)
	}
	var o options
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	flags.StringVar(&o.out, "out", "", "file or folder to write (needed)")
	flags.StringVar(&o.articles, "articles", "", "folder of articles; none: made-up messages")
	flags.StringVar(&o.samples, "samples", "", "folder of loghub samples")
	flags.StringVar(&o.literals, "literals", "", "file of literals, one a line")
	flags.StringVar(&o.join, "join", "all", "how a rule for events says event and message: all (a group) or when (an expression)")
	flags.IntVar(&o.n, "n", 20000, "number of literals or rules")
	flags.IntVar(&o.maxLines, "max-lines", 8, "a literal in more sample lines than this is left out")
	flags.IntVar(&o.events, "events", 200000, "number of events")
	flags.Uint64Var(&o.seed, "seed", 1, "what the choices begin with")
	_ = flags.Parse(os.Args[2:]) // ends the program itself
	err := errors.New("-out is needed, and -n must be above 0")
	if o.out != "" && o.n > 0 {
		err = modes[os.Args[1]](o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rulegen:", err)
		os.Exit(1)
	}
}

// readLines returns the lines of a file, at most n.
func readLines(path string, n int) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if len(lines) == n {
			break
		}
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s is empty", path)
	}
	return lines, nil
}

// sampleLines returns the lines of all samples, FOLDER/*/*_2k.log.
func sampleLines(folder string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*", "*_2k.log"))
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, path := range paths {
		more, err := readLines(path, -1)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("no file */*_2k.log in %s", folder)
	}
	return lines, nil
}

// writeFile hands a buffered file to write.
func writeFile(path string, write func(*bufio.Writer)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<16)
	write(w)
	return errors.Join(w.Flush(), f.Close())
}
