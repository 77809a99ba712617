package engine

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/kbtriage/kbtriage/rules"
)

// sectionNames are what the sections of a base hold, in their order.
var sectionNames = [8]string{"header", "ends of the rules", "rules", "index", "filter", "ends of the articles", "articles", "words"}

// Check compiles the rules that the base holds once more, and says what is not as
// that gives it: a base that was damaged, or made by a version that compiles in
// another way. It takes as long as compiling them did. Open looks only whether the
// sections are there, so as not to read the whole of them.
func (b *Base) Check() error {
	set := &rules.Set{}
	for i := range b.Len() {
		r, err := b.Whole(i)
		if err != nil {
			return err
		}
		set.Rules = append(set.Rules, r)
	}
	again, err := compileOver(b.header.Over, set, b.header.Weights)
	if err != nil {
		return fmt.Errorf("engine: the rules of the compiled base: %w", err)
	}
	if again.header.Hash != b.header.Hash {
		return fmt.Errorf("engine: the compiled base says that its rules have the hash %.12s, and they have %.12s", b.header.Hash, again.header.Hash)
	}
	if bytes.Equal(again.data, b.data) {
		return nil
	}
	have, err := divide(b.data)
	if err != nil {
		return err
	}
	want, err := divide(again.data)
	if err != nil {
		return err
	}
	for i := range have {
		if !bytes.Equal(have[i], want[i]) {
			return fmt.Errorf("engine: in the compiled base, the section %q is not that of its rules", sectionNames[i])
		}
	}
	return fmt.Errorf("engine: the compiled base has bytes outside of its sections that do not belong there")
}

// Difference is how the rules of two bases differ, by their ids.
type Difference struct {
	Added, Removed, Changed []string
	Weights                 bool // they were compiled with different weights
}

// Same reports whether they do not differ.
func (d Difference) Same() bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed) == 0 && !d.Weights
}

// Compare says what another base has that this one has not, and the reverse.
func (b *Base) Compare(other *Base) (Difference, error) {
	var d Difference
	mine, theirs := 0, 0
	for mine < b.Len() || theirs < other.Len() {
		switch {
		case theirs == other.Len() || mine < b.Len() && b.id(mine) < other.id(theirs):
			d.Removed = append(d.Removed, b.id(mine))
			mine++
		case mine == b.Len() || other.id(theirs) < b.id(mine):
			d.Added = append(d.Added, other.id(theirs))
			theirs++
		default:
			same := bytes.Equal(b.body(mine), other.body(theirs))
			if same {
				one, err := b.article(mine)
				if err != nil {
					return d, err
				}
				two, err := other.article(theirs)
				if err != nil {
					return d, err
				}
				same = bytes.Equal(one, two)
			}
			if !same {
				d.Changed = append(d.Changed, b.id(mine))
			}
			mine++
			theirs++
		}
	}
	one, err := json.Marshal(b.header.Weights)
	if err != nil {
		return d, fmt.Errorf("engine: weights: %w", err)
	}
	two, err := json.Marshal(other.header.Weights)
	if err != nil {
		return d, fmt.Errorf("engine: weights: %w", err)
	}
	d.Weights = !bytes.Equal(one, two)
	return d, nil
}
