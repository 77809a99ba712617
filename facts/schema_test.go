package facts

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// Every field of every kind is documented, and nothing else is.
func TestSchemaFitsTypes(t *testing.T) {
	fact := reflect.TypeFor[Fact]()
	documented := map[string]KindDoc{}
	for _, k := range Schema() {
		documented[string(k.Kind)] = k
	}
	for i := range fact.NumField() {
		f := fact.Field(i)
		if f.Type.Kind() != reflect.Pointer || f.Type == reflect.TypeFor[*Repeated]() { // which is about any kind
			continue
		}
		name := jsonName(f)
		doc, ok := documented[name]
		if !ok {
			t.Errorf("kind %s is not in Schema", name)
			continue
		}
		delete(documented, name)
		compareFields(t, name, f.Type.Elem(), doc.Fields)
	}
	for name := range documented {
		t.Errorf("Schema documents %s, which is no kind", name)
	}
	compareFields(t, "origin", reflect.TypeFor[Origin](), OriginDoc())
}

func compareFields(t *testing.T, kind string, typ reflect.Type, docs []FieldDoc) {
	t.Helper()
	var want, got []string
	for i := range typ.NumField() {
		if name := jsonName(typ.Field(i)); name != "-" {
			want = append(want, name)
		}
	}
	for _, d := range docs {
		got = append(got, d.Name)
		if d.Text == "" {
			t.Errorf("%s.%s has no text", kind, d.Name)
		}
	}
	if fmt.Sprint(want) != fmt.Sprint(got) {
		t.Errorf("%s: fields are %v, Schema has %v", kind, want, got)
	}
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// docs/facts.md is made from Schema; KBTRIAGE_UPDATE=1 writes it anew.
func TestFactsPage(t *testing.T) {
	const page = "../docs/facts.md"
	var b strings.Builder
	b.WriteString("# Facts\n\nThe closed vocabulary of what kbtriage can know, made from `facts/schema.go`. A saved case (`--save`) holds\nfacts in this form. Names marked ECS are those of the Elastic Common Schema.\n")
	table := func(fields []FieldDoc) {
		b.WriteString("\n| field | ECS | meaning |\n| --- | --- | --- |\n")
		for _, f := range fields {
			ecs := ""
			if f.ECS {
				ecs = "yes"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, ecs, f.Text)
		}
	}
	b.WriteString("\n## Origin\n\nEvery fact says where it was learned, in `origin`.\n")
	table(OriginDoc())
	for _, k := range Schema() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", k.Kind, k.Text)
		table(k.Fields)
	}
	if os.Getenv("KBTRIAGE_UPDATE") == "1" {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != b.String() {
		t.Errorf("%s is not what Schema says; run with KBTRIAGE_UPDATE=1 and look at the difference", page)
	}
}
