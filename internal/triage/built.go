package triage

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
)

// builtEnding is the ending of the files that hold a built base.
const builtEnding = ".kbt"

func isBuilt(path string) bool { return strings.EqualFold(filepath.Ext(path), builtEnding) }

// openBuilt opens a built base in place.
func openBuilt(path string) (*engine.Base, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("not a regular file")
	}
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("built base %s: %v", path, err)}
	}
	data, err := fileBytes(path)
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("built base %s: %v", path, err)}
	}
	base, err := engine.Open(data)
	if err != nil {
		return nil, damagedBase(path, err)
	}
	return base, nil
}

// damagedBase says that the rules of a built base cannot be loaded.
func damagedBase(path string, err error) error {
	return &RuleError{[]source.Message{{
		Position: source.Position{File: path}, Check: "base.damaged", Text: err.Error(), Hint: "build it again with kbtriage rules build",
	}}}
}

// builtSet is the rules of a built base without those of the base that it was
// built over.
func builtSet(path string) (*rules.Set, error) {
	base, err := openBuilt(path)
	if err != nil {
		return nil, err
	}
	embedded, err := engine.Open(kb.Base)
	if err != nil {
		return nil, err
	}
	set := &rules.Set{}
	for i := range base.Len() {
		r, err := base.Whole(i)
		if err != nil {
			return nil, damagedBase(path, err)
		}
		if _, own := embedded.Find(r.ID); own && base.Over() != "" {
			continue
		}
		set.Rules = append(set.Rules, r)
	}
	return set, nil
}

// Build compiles rules into the bytes of a built base: over the embedded base,
// so that one file holds all that a command needs, unless that is left out.
func Build(o BaseOptions) (data []byte, count int, err error) {
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		return nil, 0, err
	}
	own := o
	own.NoEmbedded = true
	set, err := LoadSet(own)
	if err != nil {
		return nil, 0, err
	}
	if o.NoEmbedded {
		base, err := engine.Compile(set, weights)
		if err != nil {
			return nil, 0, err
		}
		return base.Bytes(), base.Len(), nil
	}
	if _, err := LoadSet(o); err != nil { // ids that the embedded base has as well
		return nil, 0, err
	}
	embedded, err := engine.Open(kb.Base)
	if err != nil {
		return nil, 0, err
	}
	base, err := engine.CompileOver(embedded, set, weights)
	if err != nil {
		return nil, 0, err
	}
	return base.Bytes(), base.Len(), nil
}
