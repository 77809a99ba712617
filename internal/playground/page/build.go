package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// parts is what a page is put together from, beside the files of this folder.
type parts struct {
	program  []byte // WebAssembly
	glue     string // wasm_exec.js of the compiler that made it
	compiler string // "go1.26.8"
	licences string // of everything that is in program and glue
}

// build compiles the package of a program for js/wasm. The same sources and the same
// compiler give the same bytes.
func build(pkg string) (*parts, error) {
	root, err := goTool(nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	version, err := goTool(nil, "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	p := &parts{compiler: strings.TrimSpace(string(version))}
	goroot := strings.TrimSpace(string(root))
	glue, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("the compiler's glue for WebAssembly: %w", err)
	}
	p.glue = string(glue)
	dir, err := os.MkdirTemp("", "playground")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "program.wasm")
	if _, err := goTool(forBrowser(), "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, pkg); err != nil {
		return nil, err
	}
	if p.program, err = os.ReadFile(file); err != nil {
		return nil, err
	}
	p.licences, err = licences(goroot, p.compiler, pkg)
	return p, err
}

// forBrowser is the environment that compiles for a browser, whatever the caller has
// set for other builds.
func forBrowser() []string {
	return append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOWASM=", "GOFLAGS=")
}

func goTool(env []string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Env = env
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, wrong.Bytes())
	}
	return out, nil
}

// licences gathers the licence files of Go and of every module in the program.
func licences(goroot, version, pkg string) (string, error) {
	out, err := goTool(forBrowser(), "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}", pkg)
	if err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var text strings.Builder
	if err := licencesOf(&text, "Go "+version, goroot); err != nil {
		return "", err
	}
	for _, line := range slices.Compact(lines) {
		name, dir, ok := strings.Cut(line, "\t")
		if !ok { // a package of Go
			continue
		}
		if err := licencesOf(&text, strings.TrimSpace(name), dir); err != nil {
			return "", err
		}
	}
	return text.String(), nil
}

func licencesOf(text *strings.Builder, name, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("licence of %s: %w", name, err)
	}
	before := text.Len()
	for _, e := range entries {
		upper := strings.ToUpper(e.Name())
		if !e.Type().IsRegular() || !slices.ContainsFunc([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE"}, func(p string) bool { return strings.HasPrefix(upper, p) }) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return fmt.Errorf("licence of %s: %w", name, err)
		}
		fmt.Fprintf(text, "%s: %s\n\n%s\n\n\n", name, e.Name(), strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n")))
	}
	if text.Len() == before {
		return fmt.Errorf("%s has no licence file in %s, and may not be passed on without", name, dir)
	}
	return nil
}
