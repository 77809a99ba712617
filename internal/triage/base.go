// Package triage is the use cases: it opens inputs, builds the case, diagnoses,
// runs the checks that are allowed, and diagnoses again. It owns everything that
// touches the world: the engine below it does not, and the commands above it only
// pass flags and print.
package triage

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
)

// Knowledge is the rules that a command works with.
type Knowledge struct {
	Base    *engine.Base
	Sources *Sources // packs and overlays, where there are any

	all func() *rules.Set // decodes all rules, once; most diagnoses need only their candidates
}

func newKnowledge(base *engine.Base) *Knowledge {
	return &Knowledge{Base: base, Sources: &Sources{Packs: []LoadedPack{}, Overlays: []LoadedOverlay{}}, all: sync.OnceValue(func() *rules.Set {
		set := &rules.Set{}
		for i := range base.Len() {
			if r, err := base.Rule(i); err == nil { // one that cannot be decoded is a problem of each diagnosis
				set.Rules = append(set.Rules, r)
			}
		}
		return set
	})}
}

// BaseOptions says which rules to load.
type BaseOptions struct {
	Paths      []string // --kb: folders, files, packs and built bases, added to the embedded base
	NoEmbedded bool
	Drafts     bool // load drafts of the embedded base too

	Trust         []string // public keys, or files of them, whose packs are trusted
	RequireSigned bool     // Paths may name verified packs only
	Revoked       []string // revocation lists
	Overlays      []string // what the site changes of rules
	Today         string   // the day by which entries of overlays have ended, such as 2027-03-01

	unmapped bool // read files into memory, as they may change while they are used
}

// RuleError is rule files that cannot be loaded.
type RuleError struct{ Messages []source.Message }

// Error counts the messages.
func (e *RuleError) Error() string {
	return fmt.Sprintf("%d message(s) about rule files", len(e.Messages))
}

// LoadSet reads the rules. The error is a *RuleError when files have mistakes.
func LoadSet(o BaseOptions) (*rules.Set, error) {
	set, _, err := LoadSources(o)
	return set, err
}

// loadPath reads the rules of a folder or of one file that is no pack.
func loadPath(path string, unmapped bool) (*rules.Set, []source.Message, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, &UsageError{fmt.Sprintf("rules at %s: %v", path, err)}
	}
	if info.IsDir() {
		set, msgs := rules.Load(os.DirFS(path), filepath.ToSlash(filepath.Clean(path))+"/")
		return set, msgs, nil
	}
	if isBuilt(path) {
		set, err := builtSet(path, unmapped)
		return set, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, &UsageError{fmt.Sprintf("rules at %s: not a regular file or a folder", path)}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, &UsageError{fmt.Sprintf("rules at %s: %v", path, err)}
	}
	set := &rules.Set{}
	rule, msgs := rules.Parse(path, data)
	if rule != nil {
		set.Rules = append(set.Rules, rule)
	}
	return set, msgs, nil
}

// Set is all rules of the base.
func (k *Knowledge) Set() *rules.Set { return k.all() }

// Load reads and compiles the rules. It opens what is compiled already where
// nothing else is asked for: the embedded base, or one built base that holds it
// too, or that stands alone.
func Load(o BaseOptions) (*Knowledge, error) {
	plain := !o.Drafts && len(o.Overlays) == 0
	if len(o.Paths) == 0 && !o.NoEmbedded && plain {
		if _, err := newGate(o); err != nil { // keys and lists that nothing needs have to be right too
			return nil, err
		}
		base, err := engine.Open(kb.Base)
		if err != nil {
			return nil, err
		}
		return newKnowledge(base), nil
	}
	if len(o.Paths) == 1 && plain && !o.RequireSigned && isBuilt(o.Paths[0]) {
		if _, err := newGate(o); err != nil {
			return nil, err
		}
		base, err := openBuilt(o.Paths[0], o.unmapped)
		if err != nil {
			return nil, err
		}
		embedded, err := engine.Open(kb.Base)
		if err != nil {
			return nil, err
		}
		if o.NoEmbedded && base.Over() == "" || !o.NoEmbedded && base.Over() == embedded.Hash() {
			return newKnowledge(base), nil
		}
	}
	set, sources, err := LoadSources(o)
	if err != nil {
		return nil, err
	}
	weights, err := engine.ParseWeights(kb.Weights)
	if err != nil {
		return nil, err
	}
	base, err := engine.Compile(set, weights)
	if err != nil {
		return nil, err
	}
	k := newKnowledge(base)
	k.Sources = sources
	return k, nil
}

// LoadRule loads the rules and finds one of them.
func LoadRule(o BaseOptions, name string) (*Knowledge, *rules.Rule, error) {
	k, err := Load(o)
	if err != nil {
		return nil, nil, err
	}
	r, err := k.Rule(name)
	return k, r, err
}

// Rule finds a rule by its id or by one of its references, with its article.
func (k *Knowledge) Rule(name string) (*rules.Rule, error) {
	if i, ok := k.Base.Number(name); ok {
		return k.Base.Whole(i)
	}
	var names []string
	var found *rules.Rule
	for _, r := range k.Set().Rules {
		names = append(names, r.ID)
		for _, ref := range r.Refs {
			if ref.KB == name && found == nil {
				found = r
			}
		}
	}
	if found != nil {
		return k.Rule(found.ID)
	}
	text := fmt.Sprintf("there is no rule %q", name)
	if hint := source.DidYouMean(name, names); hint != "" {
		text += "; " + hint
	}
	return nil, &UsageError{text + " (kbtriage rules list shows all)"}
}

// UsageError is something wrong with what the user asked for, not with the inputs.
type UsageError struct{ Text string }

// Error is the text.
func (e *UsageError) Error() string { return e.Text }
