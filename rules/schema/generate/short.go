package main

import (
	"reflect"

	"github.com/invopop/jsonschema"
)

// oneOrMany is a value, or a list of them.
type oneOrMany[T any] []T

// JSONSchema allows both forms.
func (oneOrMany[T]) JSONSchema() *jsonschema.Schema {
	item := schemaOf[T]()
	least := uint64(1)
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{item, {Type: "array", Items: item, MinItems: &least}}}
}

// named is a mapping whose keys are names that the author chooses.
type named[T any] map[string]T

// JSONSchema allows names as rules have them.
func (named[T]) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "object", PropertyNames: &jsonschema.Schema{Pattern: namePattern}, AdditionalProperties: schemaOf[T](),
	}
}

const namePattern = "^[a-z][a-z0-9_]*$"

// schemaOf is the schema of a type: its own, or a reference to it.
func schemaOf[T any]() *jsonschema.Schema {
	var t T
	if own, ok := any(t).(interface{ JSONSchema() *jsonschema.Schema }); ok {
		return own.JSONSchema()
	}
	return &jsonschema.Schema{Ref: "#/$defs/" + reflect.TypeFor[T]().Name()}
}

// text is a text with examples.
func text(description, pattern string, examples ...any) *jsonschema.Schema {
	least := uint64(1)
	return &jsonschema.Schema{Type: "string", MinLength: &least, Pattern: pattern, Description: description, Examples: examples}
}

// scalar is a text, or a number that stands there without quotes.
func scalar(description string, examples ...any) *jsonschema.Schema {
	return &jsonschema.Schema{Description: description, Examples: examples, AnyOf: []*jsonschema.Schema{text("", ""), {Type: "number"}}}
}

// The forms of single values.
type (
	ruleID      struct{}
	version     struct{}
	code        struct{}
	messageText struct{}
	eventNumber struct{}
	inputName   struct{}
	symptomName struct{}
	reference   struct{}
	keyword     struct{}
	partLines   struct{}
	remark      struct{}
)

// The forms that are a single value or a mapping.
type (
	eventForm     struct{}
	stepForm      struct{}
	inputQuestion struct{}
)

// JSONSchema is a text of that form.
func (ruleID) JSONSchema() *jsonschema.Schema {
	return text("", "^[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*)+$", "exchange/ims-setup-cluster-dns")
}

// JSONSchema is a version or a range of versions.
func (version) JSONSchema() *jsonschema.Schema {
	return scalar("", ">=5.5 <6", "5.5 SP2")
}

// JSONSchema is a code in any notation.
func (code) JSONSchema() *jsonschema.Schema {
	return scalar("An error code in any notation.", "0xC00203E5", -1018, "STOP 0x7B", "ERROR_IO_PENDING")
}

// JSONSchema is a message.
func (messageText) JSONSchema() *jsonschema.Schema {
	return text("A message as the system prints it.", "", "Cannot open <file>: disk full")
}

// JSONSchema is the number of an event.
func (eventNumber) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Description: "Number of an event.", Examples: []any{4058},
		AnyOf: []*jsonschema.Schema{{Type: "integer", Minimum: "0", Maximum: "4294967295"}, text("", "^[0-9]{1,10}$")},
	}
}

// JSONSchema is the name of an input, or all.
func (inputName) JSONSchema() *jsonschema.Schema {
	return text("Name of an endpoint input, or all.", namePattern, "all")
}

// JSONSchema is the name of a symptom.
func (symptomName) JSONSchema() *jsonschema.Schema {
	return text("Name of a symptom, a proof or a member of a group.", namePattern, "no_record")
}

// JSONSchema is the number of an article.
func (reference) JSONSchema() *jsonschema.Schema { return text("Number of an article.", "", "Q260215") }

// JSONSchema is a word.
func (keyword) JSONSchema() *jsonschema.Schema { return text("A word.", "", "spooler") }

// JSONSchema is a part and its lines.
func (partLines) JSONSchema() *jsonschema.Schema {
	return text("A part and its lines.", "", "cause 35-43")
}

// JSONSchema is a remark.
func (remark) JSONSchema() *jsonschema.Schema { return text("A remark.", "", "no cause") }

// JSONSchema is the number of an event, or a mapping.
func (eventForm) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{eventNumber{}.JSONSchema(), {Ref: "#/$defs/eventMapping"}}}
}

// JSONSchema is an instruction, or a mapping.
func (stepForm) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{text("An instruction.", "", "Stop the service."), {Ref: "#/$defs/stepMapping"}}}
}

// JSONSchema is a question, or a mapping.
func (inputQuestion) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{text("The question for a value.", "", "Which server is it?"), {Ref: "#/$defs/endpointQuestions"}}}
}
