package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// writeTextRules writes a rule for each literal, FOLDER/rule-NNNNN.yaml. The
// number is the line of the literal.
func writeTextRules(o options) error {
	literals, err := readLines(o.literals, o.n)
	if err != nil {
		return err
	}
	return writeRules(o.out, len(literals), func(i int) (name, text string) {
		name = fmt.Sprintf("rule-%05d", i+1)
		return name, fmt.Sprintf(`schema: 1
id: bench/%s
title: Message %05d of the benchmark
status: imported
symptoms:
  message:
    text: %s
    suggests: 3
    expected: 3
cause: Made for a benchmark.
resolution: {kind: none}
`, name, i+1, scalar(literals[i]))
	})
}

// writeRules writes n files into a folder that it makes.
func writeRules(folder string, n int, rule func(i int) (name, text string)) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for i := range n {
		name, text := rule(i)
		if err := os.WriteFile(filepath.Join(folder, name+".yaml"), []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// scalar writes a text of printable ASCII as a double-quoted scalar of YAML,
// which escapes what Go escapes in such a text.
func scalar(text string) string { return strconv.Quote(text) }

// constant writes a text as a constant of an expression.
func constant(text string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", `\'`) + "'"
}
