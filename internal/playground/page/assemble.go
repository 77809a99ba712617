package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"regexp"
	"strings"

	"github.com/kbtriage/kbtriage/kb"
)

//go:embed page.html page.css js samples
var files embed.FS

// scripts of the page, in the order in which they stand in it.
var scripts = [...]string{"trusted.js", "machine.js", "editor.js", "show.js", "keep.js", "main.js"}

// mark is a place in page.html.
var mark = regexp.MustCompile(`\[\[[a-z]+\]\]`)

// assemble makes the page. The same parts give the same bytes.
func assemble(p *parts) ([]byte, error) {
	var wrong error
	file := func(name string) string {
		data, err := files.ReadFile(name)
		if err != nil && wrong == nil {
			wrong = err
		}
		return string(data)
	}
	style := file("page.css")
	var script strings.Builder
	for _, name := range scripts {
		script.WriteString(file("js/" + name))
	}
	worker := p.glue + "\n" + file("js/worker.js")
	samples, err := sampleData()
	if err != nil {
		return nil, err
	}
	program, err := packed(p.program)
	if err != nil {
		return nil, err
	}
	// What stands within <script> and <style> ends at the first end tag, and nothing in it
	// can be escaped.
	for name, text := range map[string]string{"script": script.String(), "worker": worker, "style": style, "samples": samples} {
		if lower := strings.ToLower(text); strings.Contains(lower, "</s") || strings.Contains(lower, "<!--") || strings.Contains(lower, "<script") {
			return nil, fmt.Errorf("the %s holds markup that would end it", name)
		}
	}
	values := map[string]string{
		"policy": policy(script.String(), style), "style": style, "script": script.String(), "worker": worker,
		"samples": samples, "program": program,
		"made":     html.EscapeString("Compiled with " + p.compiler + "."),
		"licences": html.EscapeString(p.licences),
	}
	page := mark.ReplaceAllStringFunc(file("page.html"), func(m string) string {
		text, ok := values[strings.Trim(m, "[]")]
		if !ok && wrong == nil {
			wrong = fmt.Errorf("page.html has the unknown mark %s", m)
		}
		return text
	})
	return []byte(page), wrong
}

// policy is the Content-Security-Policy: nothing may be loaded from anywhere. The one
// script and the one style sheet are allowed by their hashes, WebAssembly by its own
// word, and the worker by the only address that a page without a server can give it.
func policy(script, style string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src '" + hash(script) + "' 'wasm-unsafe-eval'",
		"style-src '" + hash(style) + "'",
		"worker-src blob:",
		"img-src data:", // the empty icon, so that a browser asks for none
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types playground",
	}, "; ")
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// packed is the program as it stands in the page.
func packed(program []byte) (string, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression) // without a name and a time
	if err != nil {
		return "", err
	}
	if _, err := w.Write(program); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(out.Bytes()), nil
}

// sample is a rule to begin with, as the page takes it.
type sample struct {
	Title string `json:"title"`
	Rule  string `json:"rule"`
	Tests string `json:"tests"`
	Facts string `json:"facts"`
}

// samples are those of this folder and, of the embedded base, the rule that the whole
// project began with. The page opens with the first.
func samples() ([]sample, error) {
	var list []sample
	for _, s := range [...]struct {
		fsys                      fs.FS
		title, rule, tests, facts string
	}{
		{files, "A code and a message", "samples/printer/rule.yaml", "samples/printer/rule.test.yaml", "samples/printer/facts.txt"},
		{files, "Lines of a log, a version with a fix", "samples/spooler/rule.yaml", "samples/spooler/rule.test.yaml", "samples/spooler/facts.txt"},
		{kb.Rules, "A rule of the embedded base, with DNS", "exchange/ims-setup-cluster-dns.yaml", "exchange/ims-setup-cluster-dns.test.yaml", "samples/cluster/facts.txt"},
		{files, "A new rule", "samples/new/rule.yaml", "", "samples/new/facts.txt"},
	} {
		one := sample{Title: s.title}
		for _, part := range [...]struct {
			fsys fs.FS
			name string
			to   *string
		}{{s.fsys, s.rule, &one.Rule}, {s.fsys, s.tests, &one.Tests}, {files, s.facts, &one.Facts}} {
			if part.name == "" {
				continue
			}
			data, err := fs.ReadFile(part.fsys, part.name)
			if err != nil {
				return nil, fmt.Errorf("sample: %w", err)
			}
			*part.to = string(data)
		}
		list = append(list, one)
	}
	return list, nil
}

func sampleData() (string, error) {
	list, err := samples()
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(list) // < and > are escaped
	return string(data), err
}
