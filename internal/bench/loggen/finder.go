package main

import (
	"bytes"
	"slices"
)

// finder tells which literals are in a line, whatever their case. It is
// simple, not fast: it looks at the lines of the ledger alone.
type finder struct {
	folded [][]byte
	head   int              // bytes by which literals are filed
	byHead map[string][]int // numbers from 0
}

func newFinder(literals [][]byte) *finder {
	f := &finder{head: 8, byHead: map[string][]int{}}
	for _, l := range literals {
		f.head = min(f.head, len(l))
	}
	for i, l := range literals {
		l = bytes.ToLower(l)
		f.folded = append(f.folded, l)
		f.byHead[string(l[:f.head])] = append(f.byHead[string(l[:f.head])], i)
	}
	return f
}

// find returns the numbers of the literals in a line, from 1, rising.
func (f *finder) find(line []byte) []int {
	line = bytes.ToLower(line)
	var found []int
	for at := 0; at+f.head <= len(line); at++ {
		for _, i := range f.byHead[string(line[at:at+f.head])] {
			if bytes.HasPrefix(line[at:], f.folded[i]) {
				found = append(found, i+1)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
