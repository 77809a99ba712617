// Command generate writes the schema of rule files from types that mirror their form.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	form, err := os.ReadFile("generate/form.go")
	if err != nil {
		return err
	}
	out, err := generate(form)
	if err != nil {
		return err
	}
	return os.WriteFile("rule.schema.json", out, 0o666)
}
