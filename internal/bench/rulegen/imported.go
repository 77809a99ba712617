package main

import (
	"fmt"
	"strings"
)

// Most of each kind of symptom in an imported rule.
const (
	mostMessages = 3
	mostCodes    = 8
	mostEvents   = 4
	mostProducts = 6
)

// writeImported writes rules for old products as an importer of articles
// would: facts that an article states, and no sentence of it but the messages.
// They serve to find false alarms: on logs of today none of them should hold.
func writeImported(o options) error {
	paths, err := articlePaths(o.articles)
	if err != nil {
		return err
	}
	shuffle(paths, o.seed)
	type file struct{ name, text string }
	var list []file
	for _, path := range paths {
		if len(list) == o.n {
			break
		}
		a, err := readArticle(path)
		if err != nil {
			return err
		}
		if text, ok := importedYAML(&a); ok {
			list = append(list, file{strings.ToLower(a.number), text})
		}
	}
	if len(list) == 0 {
		return fmt.Errorf("no article NNN/Q*.TXT with products and symptoms in %q", o.articles)
	}
	return writeRules(o.out, len(list), func(i int) (name, text string) { return list[i].name, list[i].text })
}

// importedYAML returns the rule of an article, or false for one that names no
// product or no symptom that can be looked for.
func importedYAML(a *article) (string, bool) {
	var products, symptoms strings.Builder
	first := ""
	n := 0
	for _, line := range a.products {
		name, version := product(line)
		if name = printable(name); name == "" || n == mostProducts {
			continue
		}
		if n++; n == 1 {
			first = name
		}
		fmt.Fprintf(&products, "  - {product: %s", scalar(name))
		if version != "" {
			fmt.Fprintf(&products, ", version: %s", scalar(version))
		}
		products.WriteString("}\n")
	}
	symptom := func(name, test string) {
		fmt.Fprintf(&symptoms, "  %s:\n    %s\n    suggests: 3\n    expected: 3\n", name, test)
	}
	messages := a.messages()
	for i, text := range messages[:min(len(messages), mostMessages)] {
		symptom(fmt.Sprintf("message_%d", i+1), "text: "+scalar(text))
	}
	if codes := a.codes(); len(codes) > 0 {
		symptom("code", "code: ["+strings.Join(codes[:min(len(codes), mostCodes)], ", ")+"]")
	}
	events := a.events()
	for i, e := range events[:min(len(events), mostEvents)] {
		test := "event: {id: " + e.id
		if e.source != "" {
			test += ", source: " + scalar(e.source)
		}
		symptom(fmt.Sprintf("event_%d", i+1), test+"}")
	}
	if products.Len() == 0 || symptoms.Len() == 0 {
		return "", false
	}
	return fmt.Sprintf(`schema: 1
id: imported/%s
title: %s
status: imported
refs: [{kb: %s}]
applies_to:
%ssymptoms:
%scause: Described in %s.
resolution: {kind: none}
`, strings.ToLower(a.number), scalar(a.number+" for "+first), a.number, products.String(), symptoms.String(), a.number), true
}

// printable leaves printable ASCII, so that scalar is right for it.
func printable(text string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return ' '
		}
		return c
	}, text))
}
