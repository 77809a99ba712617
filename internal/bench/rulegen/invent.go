package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var (
	things   = strings.Fields("service driver mailbox index catalog journal replica session account certificate printer volume folder directory queue connector adapter gateway backup cursor cluster resource licence module table transaction password address protocol scheduler archive filter")
	kinds    = strings.Fields("remote local primary secondary public private shared default temporary system user network domain binary external internal virtual active")
	failures = []string{"could not be opened", "failed to start", "is not registered", "has been damaged", "did not respond in time", "is already in use", "refused the connection", "cannot be found", "ran out of memory", "was ended by the system", "returned an unexpected result", "does not have the required rights", "is of a newer version", "was not closed properly"}
	reasons  = []string{"because the disk is full", "while it was being moved", "on the other node", "after an update", "during initialization", "because a parameter is wrong", "since the last restart", "with the given name", "at the given address", "for this type of object"}
)

// invent makes up n messages of a system that does not exist, one in six with
// a code, some of them a code alone.
func invent(n int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	known := map[string]bool{}
	var list []string
	for len(list) < n {
		code := fmt.Sprintf("0x%08X", 0xC0000000|r.Uint32N(1<<28))
		text := ""
		switch r.IntN(6) {
		case 0:
			text = code
		case 1:
			text = fmt.Sprintf("Error %s: the %s %s", code, pick(things), pick(failures))
		case 2:
			text = fmt.Sprintf("The %s %s %s %s", pick(kinds), pick(things), pick(failures), pick(reasons))
		case 3:
			text = fmt.Sprintf("%s of %s %d %s", pick(kinds), pick(things), r.IntN(5000), pick(failures))
		case 4:
			text = fmt.Sprintf("%s%d.dll %s", pick(things), r.IntN(400), pick(failures))
		case 5:
			text = fmt.Sprintf("The %s cannot use the %s %s %s", pick(things), pick(kinds), pick(things), pick(reasons))
		}
		if folded := strings.ToLower(text); !known[folded] {
			known[folded] = true
			list = append(list, text)
		}
	}
	return list
}
