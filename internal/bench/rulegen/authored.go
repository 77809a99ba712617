package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// writeAuthored writes rules as an author would: an event with its source, a code, a
// message with a placeholder, an expression, a proof, steps. They are in 50 folders, and
// lint has nothing to say of them.
func writeAuthored(o options) error {
	r := rand.New(rand.NewPCG(o.seed, 5))
	list := strings.Fields("queue spool mail store driver cache index ticket session token letter volume folder record bridge switch cluster sensor ledger window")
	words := func(n int) string {
		var b []string
		for range n {
			b = append(b, list[r.IntN(len(list))])
		}
		return strings.Join(b, " ")
	}
	for i := range o.n {
		dir := filepath.Join(o.out, fmt.Sprintf("p%02d", i%50))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		event, source := 1+r.IntN(60_000), fmt.Sprintf("Source %d", i%400)
		var b strings.Builder
		fmt.Fprintf(&b, "schema: 1\nid: p%02d/r%05d\nversion: 1\ntitle: The %s number %d stands still\nstatus: draft\nrefs: [{kb: Q%d}]\n", i%50, i, words(3), i, 900_000+i)
		fmt.Fprintf(&b, "applies_to: [{product: Product %d, version: \">=5.5 <7\", os: Windows 2000}]\n", i%300)
		fmt.Fprintf(&b, "inputs:\n  server_%d: {kind: value, ask: Name of the server}\nsymptoms:\n", i%40)
		fmt.Fprintf(&b, "  event:\n    event: {log: Application, id: %d, source: %s}\n    suggests: 4\n    expected: 5\n", event, source)
		fmt.Fprintf(&b, "  said:\n    code: 0x%08X\n    text: The %s gave up after <number> tries\n    suggests: 4\n    expected: 4\n", 0x80040000+r.IntN(0x40000), words(5))
		fmt.Fprintf(&b, "  together:\n    when: any(events, .id == %d and .source == %q) and len(texts) > 2\n    suggests: 3\n    expected: 3\n", event, source)
		fmt.Fprintf(&b, "proof:\n  shown:\n    ask: Is the %s of rule %d full?\n    suggests: 5\n    expected: 5\n", words(2), i)
		fmt.Fprintf(&b, "cause: The %s of number %d has no space left, and nobody was told of it.\n", words(4), i)
		fmt.Fprintf(&b, "resolution:\n  steps:\n    - \"Make room on the %s of {{ server_%d }}.\"\n    - Start the %s again.\n  verify: [shown]\n", words(2), i%40, words(1))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("r%05d.yaml", i)), []byte(b.String()), 0o666); err != nil {
			return err
		}
	}
	return nil
}
