// Program page writes the playground for rule authors as one HTML file that needs
// no server and asks nobody for anything:
//
//	go run ./internal/playground/page --out playground.html
//
// It needs the Go tool and the sources: the program for the page is compiled anew,
// and Go's own glue for WebAssembly is taken from the compiler that made it.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "playground.html", "`file` to write; it must not be there yet")
	force := flag.Bool("force", false, "replace the file")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "page: %q is no flag; see --help\n", flag.Arg(0))
		os.Exit(64)
	}
	size, err := write(*out, *force)
	if err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		os.Exit(1)
	}
	fmt.Printf("%s: %d bytes\n", *out, size)
}

// write builds the page and puts it into a file, whole or not at all.
func write(out string, force bool) (size int, err error) {
	if _, err := os.Lstat(out); err == nil && !force {
		return 0, fmt.Errorf("%s is there already; --force replaces it", out)
	}
	parts, err := build("github.com/kbtriage/kbtriage/internal/playground/wasm")
	if err != nil {
		return 0, err
	}
	page, err := assemble(parts)
	if err != nil {
		return 0, err
	}
	part := out + ".part"
	defer os.Remove(part)
	if err := os.WriteFile(part, page, 0o644); err != nil {
		return 0, err
	}
	return len(page), os.Rename(part, out)
}
