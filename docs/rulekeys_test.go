package docs_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/rules/schema"
)

// ruleKeys is every key of a rule file, of the schema that is made of the types: JSON is
// YAML, whose nodes keep the order.
func ruleKeys(t *testing.T) []string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(schema.JSON, &doc); err != nil {
		t.Fatal(err)
	}
	root := doc.Content[0]
	out := []string{"| place | key | | type | meaning | example |", "| --- | --- | --- | --- | --- | --- |"}
	rows := func(place string, form *yaml.Node) {
		var required []string
		if r := under(form, "required"); r != nil {
			for _, k := range r.Content {
				required = append(required, k.Value)
			}
		}
		properties := under(form, "properties")
		if properties == nil {
			return
		}
		for i := 0; i+1 < len(properties.Content); i += 2 {
			key, p := properties.Content[i].Value, properties.Content[i+1]
			needed := ""
			if slices.Contains(required, key) {
				needed = "needed"
			}
			var example any
			if err := under(p, "examples").Content[0].Decode(&example); err != nil {
				t.Fatal(err)
			}
			shown, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(shown))
			if s, ok := example.(string); ok {
				text = s
			}
			out = append(out, fmt.Sprintf("| %s | `%s` | %s | %s | %s | `%s` |", place, key, needed, kindOf(p),
				strings.ReplaceAll(under(p, "description").Value, "|", `\|`), strings.ReplaceAll(text, "|", `\|`)))
		}
	}
	rows("a rule", root)
	names := map[string]string{
		"applies": "applies_to", "ref": "refs", "input": "inputs.NAME", "endpointQuestions": "inputs.NAME.ask", "symptom": "symptoms.NAME",
		"proof": "proof.NAME", "condition": "a member of any or all", "eventMapping": "event", "stepMapping": "a step", "way": "resolution.ways",
		"dnsProbe": "probe.dns", "namesProbe": "probe.resolvers, probe.update",
	}
	defs := under(root, "$defs")
	for i := 0; i+1 < len(defs.Content); i += 2 {
		place := defs.Content[i].Value
		if n := names[place]; n != "" {
			place = n
		}
		rows(place, defs.Content[i+1])
	}
	return out
}

// under is the value of a key of a mapping, or nil.
func under(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		if n.Kind == yaml.MappingNode && n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// kindOf is the type of a key in a word or two.
func kindOf(p *yaml.Node) string {
	switch {
	case under(p, "enum") != nil:
		var words []string
		for _, w := range under(p, "enum").Content {
			words = append(words, w.Value)
		}
		return strings.Join(words, ", ")
	case under(p, "type") != nil:
		switch under(p, "type").Value {
		case "integer":
			least, most := under(p, "minimum"), under(p, "maximum")
			if least != nil && most != nil && len(most.Value) < 3 {
				return "number " + least.Value + " to " + most.Value
			}
			return "number"
		case "string":
			return "text"
		case "boolean":
			return "flag"
		case "object":
			return "mapping"
		case "array":
			return "list"
		}
		return under(p, "type").Value
	case under(p, "allOf") != nil:
		return "mapping"
	}
	var kinds []string
	if any := under(p, "anyOf"); any != nil {
		for _, a := range any.Content {
			k := kindOf(a)
			if under(a, "$ref") != nil {
				k = "mapping"
			}
			for one := range strings.SplitSeq(k, " or ") {
				if !slices.Contains(kinds, one) {
					kinds = append(kinds, one)
				}
			}
		}
	}
	return strings.Join(kinds, " or ")
}
