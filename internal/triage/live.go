package triage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/internal/source"
)

// Live is rules that follow their files. Whoever answers a request takes the
// Knowledge once and uses it from begin to end; it never changes. New files are
// loaded beside it, with all checks that a start makes, and take its place only if
// they pass.
type Live struct {
	options BaseOptions
	today   func() string
	current atomic.Pointer[Knowledge]

	// Of the one goroutine that calls Check.
	loaded  liveState        // what current was made of
	refused *liveState       // what was tried last and refused
	told    []source.Message // why it was refused
	waiting *liveState       // what was met last and may still be being written
}

// liveState is the files that a base was made of, and the day.
type liveState struct {
	files stamps
	day   string
}

func (s liveState) same(other liveState) bool { return s.day == other.day && s.files.same(other.files) }

// Change is what a check of the files found: another base, or why there is none.
type Change struct {
	engine.Difference
	Base    string           // hash of the base that is used now
	Refused []source.Message // about the new files; the base is as it was
	Notes   []string         // of the sources of the new base
}

// Lines say the change in words, a line each.
func (c *Change) Lines() []string {
	if len(c.Refused) > 0 {
		lines := []string{"the rules changed and cannot be loaded; those from before are used still:"}
		for _, m := range c.Refused {
			lines = append(lines, m.String())
		}
		return lines
	}
	lines := []string{"the rules changed; from now on " + c.Base + " is used"}
	for _, x := range []struct {
		what string
		ids  []string
	}{{"added", c.Added}, {"removed", c.Removed}, {"changed", c.Changed}} {
		for _, id := range x.ids {
			lines = append(lines, x.what+": "+id)
		}
	}
	return append(lines, c.Notes...)
}

// mostTries is how often files that change while they are read are read again
// before the next tick is waited for.
const mostTries = 5

// NewLive loads the rules for the first time; an error is that of Load. today gives
// the day for overlays, which may end while the program runs; nil keeps that of the
// options.
func NewLive(o BaseOptions, today func() string) (*Live, error) {
	o.unmapped = true
	if today == nil {
		today = func() string { return o.Today }
	}
	l := &Live{options: o, today: today}
	for range mostTries {
		at := l.look(nil)
		k, err := l.load(at)
		if err != nil {
			return nil, err
		}
		if at.same(l.look(nil)) {
			l.loaded = at
			l.current.Store(k)
			return l, nil
		}
	}
	return nil, &UsageError{"the rules change while they are read; start again when they are written"}
}

// Knowledge is the rules as they are now. A request takes it once.
func (l *Live) Knowledge() *Knowledge { return l.current.Load() }

// look takes the stamps of all files. Files that look as they did in old are
// not read.
func (l *Live) look(old *liveState) liveState {
	var before stamps
	if old != nil {
		before = old.files
	}
	paths := slices.Concat(l.options.Paths, l.options.Overlays, l.options.Revoked, l.options.Trust)
	s := liveState{files: takeStamps(paths, before)}
	if len(l.options.Overlays) > 0 {
		s.day = l.today()
	}
	return s
}

func (l *Live) load(at liveState) (*Knowledge, error) {
	o := l.options
	if at.day != "" {
		o.Today = at.day
	}
	return Load(o)
}

// Check looks at the files once, and loads them if they changed. A change has to be
// the same in two checks before it is loaded, so that a file that is being written
// is left alone; one that changes while it is loaded is left for the next check.
// What was refused is not tried again until it changes. Nil is that there is
// nothing to say. Check must not be called by two goroutines at a time.
func (l *Live) Check() *Change {
	now := l.look(&l.loaded)
	switch {
	case now.same(l.loaded):
		l.waiting, l.refused, l.told = nil, nil, nil // what was refused is taken back
		return nil
	case l.refused != nil && now.same(*l.refused):
		l.waiting = nil
		return nil
	case l.waiting == nil || !now.same(*l.waiting):
		l.waiting = &now
		return nil
	}
	k, err := l.load(now)
	if again := l.look(nil); !again.same(now) { // what was loaded is of no one liveState
		l.waiting = &again
		return nil
	}
	l.waiting = nil
	old := l.current.Load()
	if err != nil {
		return l.refuse(now, err)
	}
	c := &Change{Base: k.Base.Hash(), Notes: k.Sources.Notes()}
	if c.Difference, err = old.Base.Compare(k.Base); err != nil {
		return l.refuse(now, err)
	}
	l.loaded, l.refused, l.told = now, nil, nil
	l.current.Store(k)
	if old.Base.Hash() == k.Base.Hash() { // a comment was changed, or a file copied anew
		return nil
	}
	return c
}

// refuse keeps the base, and says why unless that was said already: other files may
// have changed beside those that are wrong.
func (l *Live) refuse(now liveState, err error) *Change {
	messages := messagesOf(err)
	l.refused = &now
	if slices.Equal(messages, l.told) {
		return nil
	}
	l.told = messages
	return &Change{Base: l.Knowledge().Base.Hash(), Refused: messages}
}

// Watch checks at each tick until the context ends, and tells what changed.
func (l *Live) Watch(ctx context.Context, ticks <-chan time.Time, tell func(*Change)) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, more := <-ticks:
			if !more {
				return
			}
			if c := l.Check(); c != nil {
				tell(c)
			}
		}
	}
}

// messagesOf is an error of Load as messages.
func messagesOf(err error) []source.Message {
	var rules *RuleError
	if errors.As(err, &rules) {
		return rules.Messages
	}
	return []source.Message{{Position: source.Position{File: "rules"}, Check: "rules.load", Text: fmt.Sprint(err)}}
}
