package triage

import (
	"bytes"
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

// openBuilt opens a built base in place, or in memory where the file may change.
func openBuilt(path string, unmapped bool) (*engine.Base, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("not a regular file")
	}
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("built base %s: %v", path, err)}
	}
	read := fileBytes
	if unmapped {
		read = os.ReadFile
	}
	data, err := read(path)
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
func builtSet(path string, unmapped bool) (*rules.Set, error) {
	base, err := openBuilt(path, unmapped)
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

// BuiltCheck is what is to be said of a built base.
type BuiltCheck struct {
	Rules int
	Hash  string
	engine.Difference
	Embedded bool // it was built over another embedded base than this program's
}

// Fits reports whether it is sound and that of its rules.
func (c *BuiltCheck) Fits() bool { return c.Same() && !c.Embedded }

// CheckBuilt says whether a built base is sound, and where paths are named, how it
// differs from what they give. The error of one that is not sound is a *RuleError.
func CheckBuilt(path string, o BaseOptions) (*BuiltCheck, error) {
	base, err := openBuilt(path, false)
	if err != nil {
		return nil, err
	}
	c := &BuiltCheck{Rules: base.Len(), Hash: base.Hash()}
	if len(o.Paths) > 0 {
		data, _, err := Build(o)
		if err != nil {
			return nil, err
		}
		now, err := engine.Open(data)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(now.Bytes(), base.Bytes()) {
			return c, nil
		}
		if c.Difference, err = base.Compare(now); err != nil {
			return nil, damagedBase(path, err)
		}
		c.Embedded = base.Over() != now.Over()
		if !c.Fits() {
			return c, nil
		}
	}
	if err := base.Check(); err != nil {
		return nil, damagedBase(path, err)
	}
	return c, nil
}
