package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

// schemaID is where the schema says that it is found.
const schemaID = "https://github.com/kbtriage/kbtriage/rules/schema/rule.schema.json"

// generate makes the schema of the types of form.go, whose source has the
// descriptions.
func generate(form []byte) ([]byte, error) {
	docs, err := comments(form)
	if err != nil {
		return nil, err
	}
	r := &jsonschema.Reflector{ExpandedStruct: true, Anonymous: true}
	root := r.Reflect(ruleFile{})
	for _, t := range []any{
		ref{},
		applies{},
		environment{},
		input{},
		endpointQuestions{},
		symptom{},
		proof{},
		condition{},
		eventMapping{},
		correlate{},
		probe{},
		resolution{},
		stepMapping{},
		way{},
		article{},
		origin{},
	} {
		name := reflect.TypeOf(t).Name()
		s := r.Reflect(t)
		for k, d := range s.Definitions {
			root.Definitions[k] = d
		}
		s.Definitions, s.Version, s.ID = nil, "", ""
		root.Definitions[name] = s
	}
	delete(root.Definitions, "ruleFile")
	single := jsonschema.Definitions{} // forms without a name worth showing stand where they are used
	for name, d := range root.Definitions {
		if d.Properties == nil {
			single[name] = d
			delete(root.Definitions, name)
		}
	}
	if err := describe("ruleFile", root, docs, single); err != nil {
		return nil, err
	}
	for name, d := range root.Definitions {
		if err := describe(name, d, docs, single); err != nil {
			return nil, err
		}
	}
	if err := exemplify("a rule", root); err != nil {
		return nil, err
	}
	for name, d := range root.Definitions {
		if err := exemplify(name, d); err != nil {
			return nil, err
		}
	}
	restrict(root.Definitions)
	root.ID, root.Title = schemaID, "kbtriage rule"
	var b bytes.Buffer
	plain, err := json.Marshal(root)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	if err := json.Indent(&b, plain, "", "  "); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// comments are those of the types and fields of a source: "type" and "type.Field".
func comments(source []byte) (map[string]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "form.go", source, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	docs := map[string]string{}
	clean := func(g *ast.CommentGroup) string { return strings.Join(strings.Fields(g.Text()), " ") }
	for _, decl := range file.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, spec := range g.Specs {
			t := spec.(*ast.TypeSpec)
			body, ok := t.Type.(*ast.StructType)
			if !ok {
				continue
			}
			doc := strings.TrimPrefix(clean(g.Doc), t.Name.Name+" is ")
			docs[t.Name.Name] = strings.ToUpper(doc[:1]) + doc[1:]
			for _, f := range body.Fields.List {
				if f.Tag == nil {
					docs[t.Name.Name+" embeds"] += " " + fmt.Sprint(f.Type)
					continue
				}
				key, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
				docs[t.Name.Name+"."+key] = clean(f.Doc)
			}
		}
	}
	return docs, nil
}

// describe puts the comments into a schema. A key without one is an error.
func describe(name string, s *jsonschema.Schema, docs map[string]string, single jsonschema.Definitions) error {
	s.Description = docs[name]
	if s.Properties == nil {
		return nil
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		text := docs[name+"."+p.Key]
		for _, from := range strings.Fields(docs[name+" embeds"]) {
			if text == "" {
				text = docs[from+"."+p.Key]
			}
		}
		if text == "" {
			return fmt.Errorf("schema: %s.%s has no description", name, p.Key)
		}
		if form, ok := single[strings.TrimPrefix(p.Value.Ref, "#/$defs/")]; ok {
			copied := *form
			p.Value = &copied
		} else if p.Value.Ref != "" { // a description beside a reference is not shown everywhere
			p.Value = &jsonschema.Schema{AllOf: []*jsonschema.Schema{{Ref: p.Value.Ref}}}
		}
		p.Value.Description = text
		if p.Value.Type == "boolean" {
			p.Value.Examples = []any{true}
		}
	}
	return nil
}

// restrict says which keys exclude each other, and which of them is needed.
func restrict(defs jsonschema.Definitions) {
	needs := func(keys ...string) (list []*jsonschema.Schema) {
		for _, k := range keys {
			list = append(list, &jsonschema.Schema{Required: []string{k}})
		}
		return list
	}
	tests := []string{"code", "event", "text", "environment", "correlate", "probe", "when", "ask"}
	for _, name := range []string{"symptom", "proof", "condition"} {
		alone := append(needs("any", "all"), &jsonschema.Schema{AnyOf: needs(tests...)})
		defs[name].OneOf = alone
		defs[name].DependentRequired = map[string][]string{"probe": {"when"}, "key": {"ask"}, "seen": {"ask"}}
	}
	defs["probe"].OneOf = needs("dns", "resolvers", "update")
	defs["eventMapping"].AnyOf = needs("id", "source")
}
