package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/schema"
)

func TestSchemaIsGenerated(t *testing.T) {
	form, err := os.ReadFile("form.go")
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(form)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, schema.JSON) {
		t.Error("rule.schema.json is not what the types give: go generate ./rules/schema")
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.JSON))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaID, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(schemaID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate holds a rule file against the schema.
func validate(s *jsonschema.Schema, data []byte) error {
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		return err
	}
	return s.Validate(v)
}

// TestExamples: every key has an example, and each of them is what the schema takes
// there.
func TestExamples(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(schema.JSON, &root); err != nil {
		t.Fatal(err)
	}
	n := 0
	check := func(name string, form any) {
		properties, _ := form.(map[string]any)["properties"].(map[string]any)
		for key, p := range properties {
			examples, _ := p.(map[string]any)["examples"].([]any)
			if len(examples) == 0 {
				t.Errorf("%s.%s has no example", name, key)
			}
			for _, x := range examples {
				n++
				doc := map[string]any{"$schema": root["$schema"], "$id": "https://example.com/x.json", "$defs": root["$defs"], "allOf": []any{p}}
				c := jsonschema.NewCompiler()
				if err := c.AddResource("https://example.com/x.json", doc); err != nil {
					t.Fatal(err)
				}
				s, err := c.Compile("https://example.com/x.json")
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Validate(x); err != nil {
					t.Errorf("%s.%s: the example %v is not what is taken there: %v", name, key, x, err)
				}
			}
		}
	}
	check("a rule", root)
	for name, form := range root["$defs"].(map[string]any) {
		check(name, form)
	}
	if n < 100 {
		t.Errorf("%d examples", n)
	}
}

// keysOf asks the loader for the keys that it takes at the place of zzzzzzzz.
func keysOf(t *testing.T, text string) []string {
	t.Helper()
	_, msgs := rules.Parse("x.yaml", []byte(text))
	for _, m := range msgs {
		if _, list, ok := strings.Cut(m.Hint, "expected one of "); ok && strings.Contains(m.Text, "zzzzzzzz") {
			return strings.Split(list, ", ")
		}
	}
	t.Fatalf("%s: no message lists the keys: %v", text, msgs)
	return nil
}

// TestKeys: schema and loader know the same keys, at every place. Each key has a
// description, and each that holds a value an example.
func TestKeys(t *testing.T) {
	root := compiled(t)
	for place, text := range map[string]string{
		"":                  "zzzzzzzz: 1",
		"ref":               "refs: [{zzzzzzzz: 1}]",
		"applies":           "applies_to: [{zzzzzzzz: 1}]",
		"environment":       "symptoms: {a: {environment: {zzzzzzzz: 1}}}",
		"input":             "inputs: {a: {zzzzzzzz: 1}}",
		"endpointQuestions": "inputs: {a: {kind: endpoint, ask: {zzzzzzzz: 1}}}",
		"symptom":           "symptoms: {a: {zzzzzzzz: 1}}",
		"proof":             "proof: {a: {zzzzzzzz: 1}}",
		"condition":         "symptoms: {a: {any: {b: {zzzzzzzz: 1}}}}",
		"eventMapping":      "symptoms: {a: {event: {zzzzzzzz: 1}}}",
		"correlate":         "symptoms: {a: {correlate: {zzzzzzzz: 1}}}",
		"probe":             "symptoms: {a: {probe: {zzzzzzzz: 1}}}",
		"dnsProbe":          "symptoms: {a: {probe: {dns: {zzzzzzzz: 1}}}}",
		"namesProbe":        "symptoms: {a: {probe: {update: {zzzzzzzz: 1}}}}",
		"resolution":        "resolution: {zzzzzzzz: 1}",
		"stepMapping":       "resolution: {steps: [{zzzzzzzz: 1}]}",
		"way":               "resolution: {ways: [{zzzzzzzz: 1}]}",
		"article":           "article: {zzzzzzzz: 1}",
		"origin":            "article: {origin: {zzzzzzzz: 1}}",
	} {
		def := root
		if place != "" {
			def = definition(t, place)
		}
		have := []string{}
		for key, p := range def.Properties {
			have = append(have, key)
			if p.Description == "" {
				t.Errorf("%s.%s has no description", place, key)
			}
			holds := p.Types != nil && p.Types.String() != "[object]"
			if holds && len(p.Examples) == 0 {
				t.Errorf("%s.%s has no example", place, key)
			}
		}
		want := keysOf(t, text)
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s: the schema has %v, the loader %v", place, have, want)
		}
	}
}

// definition is one of $defs, compiled by itself.
func definition(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.JSON))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaID, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(schemaID + "#/$defs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestGoodFiles: what loads is valid.
func TestGoodFiles(t *testing.T) {
	s := compiled(t)
	count := 0
	for _, fsys := range []fs.FS{kb.Rules, os.DirFS("../../testdata/good"), os.DirFS("../../importer/testdata/golden")} {
		err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(name) != ".yaml" || strings.HasSuffix(name, ".test.yaml") {
				return err
			}
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			if rule, _ := rules.Parse(name, data); rule == nil {
				return nil
			}
			count++
			if err := validate(s, data); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if count < 40 {
		t.Errorf("only %d files", count)
	}
}

// beyond are the checks of the loader that no schema can make.
func beyond(check string) bool {
	switch check {
	case "rule.code", "rule.when", "rule.text", "rule.template", "rule.undefined-input", "rule.undefined-symptom", "rule.no-symptom",
		"rule.repeated-key", "rule.duplicate-way", "rule.duplicate-id", "rule.version", "rule.duration", "rule.no-test", "test.rule":
		return true
	}
	return strings.HasPrefix(check, "yaml.")
}

// TestBadFiles: of the marked bad files those are invalid that the schema can tell.
func TestBadFiles(t *testing.T) {
	s := compiled(t)
	told := 0
	for _, name := range badFiles(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, msgs := rules.Parse(name, data)
		tells := slices.DeleteFunc(slices.Clone(msgs), func(m source.Message) bool { return beyond(m.Check) })
		if len(tells) == 0 || bytes.Contains(data, []byte("<<:")) { // a merge is no key to a validator
			continue
		}
		told++
		if validate(s, data) == nil {
			t.Errorf("%s is valid, but the loader says: %v", name, tells)
		}
	}
	if told < 15 {
		t.Errorf("only %d files", told)
	}
}

func badFiles(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob("../../testdata/bad/*.yaml")
	if err != nil || len(list) == 0 {
		t.Fatal(fmt.Errorf("no bad files: %w", err))
	}
	return list
}
