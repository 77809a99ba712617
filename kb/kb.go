// Package kb embeds the rules and the weights that come with the program, and
// does nothing else.
package kb

import "embed"

// Rules holds the rule files and their tests, as <product>/<name>.yaml.
//
//go:embed */*.yaml
var Rules embed.FS

// Weights is the weights file; see engine.ParseWeights.
//
//go:embed weights.yaml
var Weights []byte
