// Package kb embeds the rules and the weights that come with the program, as
// files and compiled, and does nothing else.
package kb

import "embed"

//go:generate go run generate.go

// Rules holds the rule files and their tests, as <product>/<name>.yaml.
//
//go:embed */*.yaml
var Rules embed.FS

// Weights is the weights file; see engine.ParseWeights.
//
//go:embed weights.yaml
var Weights []byte

// Base is the same rules, drafts left out, and weights compiled; engine.Open
// reads it in place, which spares a program the reading of YAML at its start.
// go generate writes it, and a test holds it against the files.
//
//go:embed base.kbt
var Base []byte
