package triage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/kb"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/overlay"
)

// Sources says what the rules of a base were taken from, where that is more than
// rule files: packs, what they override, and overlays.
type Sources struct {
	Packs    []LoadedPack    `json:"packs"`
	Overlays []LoadedOverlay `json:"overlays"`

	expired []source.Message
}

// LoadedOverlay is an overlay and how many of its entries act.
type LoadedOverlay struct {
	Path    string `json:"path"`
	Acting  int    `json:"acting"`
	Expired int    `json:"expired"`
}

// Notes are what a person should know of the sources although nothing is wrong:
// rules that took the place of others, entries that have ended.
func (s *Sources) Notes() []string {
	var notes []string
	for i := range s.Packs {
		p := &s.Packs[i]
		for _, x := range p.Overrides {
			notes = append(notes, fmt.Sprintf("the rule %s is that of the pack %s %s, as its manifest says, and not that of %s", x.Rule, p.Name, p.Version, x.File))
		}
	}
	for _, m := range s.expired {
		notes = append(notes, m.String())
	}
	return notes
}

// part is the rules of one source, before they are joined.
type part struct {
	set  *rules.Set
	pack *LoadedPack     // nil where it is none
	over map[string]bool // ids whose place the rules of the pack take
}

// LoadSources reads the rules and says where they are from. The error is a
// *RuleError when something of them cannot be loaded.
func LoadSources(o BaseOptions) (*rules.Set, *Sources, error) {
	s := &Sources{Packs: []LoadedPack{}, Overlays: []LoadedOverlay{}}
	g, err := newGate(o)
	if err != nil {
		return nil, nil, err
	}
	var parts []*part
	var msgs []source.Message
	if !o.NoEmbedded {
		embedded, m := rules.Load(kb.Rules, "kb/")
		embedded.Keep(func(r *rules.Rule) bool { return o.Drafts || r.Status != rules.Draft })
		msgs = append(msgs, m...)
		parts = append(parts, &part{set: embedded})
	}
	for _, path := range o.Paths {
		p, m, err := g.part(path, o.unmapped)
		if err != nil {
			return nil, nil, err
		}
		if msgs = append(msgs, m...); p != nil {
			parts = append(parts, p)
		}
	}
	set, m := join(parts)
	msgs = append(msgs, m...)
	if len(msgs) > 0 {
		return nil, nil, &RuleError{source.Sort(msgs)}
	}
	for _, p := range parts {
		if p.pack != nil {
			s.Packs = append(s.Packs, *p.pack)
		}
	}
	if err := s.tune(set, o); err != nil {
		return nil, nil, err
	}
	return set, s, nil
}

// part reads what is at one path.
func (g *gate) part(path string, unmapped bool) (*part, []source.Message, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, &UsageError{fmt.Sprintf("rules at %s: %v", path, err)}
	}
	layout := layoutOf(path, info)
	if layout == "" {
		if g.requireSigned {
			return nil, []source.Message{{
				Position: source.Position{File: path}, Check: "pack.unsigned", Text: "not a pack, and only signed packs may be loaded (--require-signed)",
				Hint: "kbtriage pack build makes one of a folder",
			}}, nil
		}
		set, msgs, err := loadPath(path, unmapped)
		return &part{set: set}, msgs, err
	}
	x, l, msgs, err := g.open(path, layout)
	if err != nil || len(msgs) > 0 {
		return nil, msgs, err
	}
	within := filepath.ToSlash(filepath.Clean(path)) + "/"
	if layout != FolderLayout {
		within = path + "!"
	}
	set, msgs := x.Rules(within)
	p := &part{set: set, pack: l, over: map[string]bool{}}
	l.Rules = len(set.Rules)
	var ids []string
	for _, r := range set.Rules {
		ids = append(ids, r.ID)
	}
	for _, id := range x.Manifest.Overrides {
		if p.over[id] = true; len(msgs) == 0 && !slices.Contains(ids, id) {
			msgs = append(msgs, source.Message{
				Position: source.Position{File: within + rules.ManifestFile}, Check: "pack.overrides",
				Text: fmt.Sprintf("overrides names %q, and the pack has no such rule", id), Hint: source.DidYouMean(id, ids),
			})
		}
	}
	return p, msgs, nil
}

// join puts the parts together. An id that two of them have is refused, unless
// exactly one of them is a pack whose manifest overrides it: then its rule stays. The
// order of the parts says nothing.
func join(parts []*part) (*rules.Set, []source.Message) {
	for _, p := range parts {
		if len(p.over) == 0 {
			continue
		}
		for _, other := range parts {
			if other == p {
				continue
			}
			other.set.Keep(func(r *rules.Rule) bool {
				mine := slices.ContainsFunc(p.set.Rules, func(x *rules.Rule) bool { return x.ID == r.ID })
				if !p.over[r.ID] || other.over[r.ID] || !mine {
					return true
				}
				p.pack.Overrides = append(p.pack.Overrides, Overridden{r.ID, r.File})
				return false
			})
		}
	}
	set := &rules.Set{}
	var msgs []source.Message
	for _, p := range parts {
		more := set.Add(p.set)
		for i := range more {
			if slices.ContainsFunc(parts, func(p *part) bool { return p.pack != nil }) {
				more[i].Hint = "one pack may name the id under overrides in its manifest; then its rule counts"
			}
		}
		msgs = append(msgs, more...)
	}
	return set, msgs
}

// maxOverlay bounds the file of an overlay, in bytes.
const maxOverlay = 4 << 20

// tune applies the overlays of the site.
func (s *Sources) tune(set *rules.Set, o BaseOptions) error {
	var list []*overlay.Overlay
	var msgs []source.Message
	for _, path := range o.Overlays {
		data, err := readPlain(path, maxOverlay)
		if err != nil {
			return &UsageError{fmt.Sprintf("--overlay %s: %v", path, err)}
		}
		x, m := overlay.Parse(path, data)
		msgs = append(msgs, m...)
		if x != nil {
			list = append(list, x)
			s.Overlays = append(s.Overlays, LoadedOverlay{Path: path, Acting: len(x.Entries)})
		}
	}
	if len(msgs) == 0 && len(list) > 0 {
		if !overlay.IsDay(o.Today) {
			return &UsageError{fmt.Sprintf("--today %q: expected a day such as 2027-03-01", o.Today)}
		}
		s.expired, msgs = overlay.Apply(set, list, o.Today)
	}
	if len(msgs) > 0 {
		return &RuleError{source.Sort(msgs)}
	}
	for _, m := range s.expired {
		i := slices.IndexFunc(s.Overlays, func(x LoadedOverlay) bool { return x.Path == m.File })
		s.Overlays[i].Expired++
		s.Overlays[i].Acting--
	}
	return nil
}
