// Package schema is the form of rule files as a JSON Schema, for editors: with it
// they complete keys, show what each means, and mark mistakes while one types. The
// loader is stricter: it knows codes, expressions and references as well.
package schema

import (
	_ "embed" // the schema is a file
)

//go:generate go run ./generate

// JSON is the schema, as `kbtriage rules schema` prints it.
//
//go:embed rule.schema.json
var JSON []byte
