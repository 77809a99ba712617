package archive

import (
	"fmt"
	"sync/atomic"
)

// Limits bound what archives may cost. All sizes are in bytes.
type Limits struct {
	Total      int64 // what may come out of all decoders together
	Member     int64 // what is read of one member, or of one archive inside another
	Ratio      int64 // most bytes out of a decoder for a byte into it,
	RatioAfter int64 // counted when so much has come out of it
	Depth      int   // containers inside one another; a compressed tar is two
	Members    int64 // members of all archives together
	Window     int64 // window of zstd, dictionary of xz and 7z
	Spill      int64 // a zip or 7z inside another container that is larger goes to a temporary file
	Memory     int64 // windows and held archives of one Walk at a time
}

// DefaultLimits are the limits of the program.
func DefaultLimits() Limits {
	return Limits{
		Total: 4 << 30, Member: 1 << 30, Ratio: 1000, RatioAfter: 64 << 20,
		Depth: 8, Members: 20_000, Window: 128 << 20, Spill: 64 << 20, Memory: 192 << 20,
	}
}

// Budget is what is left of Limits.Total and Limits.Members. Walks that share
// one may run at the same time; which of them meets the end of it then depends
// on their timing.
type Budget struct {
	limits       Limits
	bytes        atomic.Int64
	members      atomic.Int64
	dictionaries atomic.Int64
	gate         Gate
}

// Gate lets one Walk at a time hold much memory, of those whose budgets share
// it. The others wait: what is read does not depend on how many there are.
type Gate chan struct{}

// NewGate returns a gate that is open.
func NewGate() Gate { return make(Gate, 1) }

// much is the memory from which on a Walk has to pass the gate.
const much = 24 << 20

// Behind puts the budget behind the gate, and returns it.
func (b *Budget) Behind(g Gate) *Budget {
	b.gate = g
	return b
}

// pass waits until the Walk may hold much memory.
func (w *walk) pass() error {
	if w.budget.gate == nil || w.passed {
		return nil
	}
	select {
	case w.budget.gate <- struct{}{}:
		w.passed = true
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// leave opens the gate again.
func (w *walk) leave() {
	if w.passed {
		<-w.budget.gate
	}
}

// NewBudget returns a full budget.
func NewBudget(l Limits) *Budget { return &Budget{limits: l} }

// spend takes n expanded bytes and returns how many of them are too many.
func (b *Budget) spend(n int64) int64 {
	return min(n, max(0, b.bytes.Add(n)-b.limits.Total))
}

// spent reports whether there is nothing left to expand with.
func (b *Budget) spent() bool { return b.bytes.Load() > b.limits.Total }

// member takes one member, and reports whether there was one left.
func (b *Budget) member() bool { return b.members.Add(1) <= b.limits.Members }

// remaining is the number of members that are left.
func (b *Budget) remaining() int64 { return max(0, b.limits.Members-b.members.Load()) }

// reserve takes memory for a window or a dictionary until release is called.
// Dictionaries are zeroed when they are made: their sum is bounded too, against
// thousands of tiny blocks that each ask for a large one.
func (w *walk) reserve(n int64) (release func(), refused *cut) {
	l := w.budget.limits
	switch {
	case n > l.Window || w.memory+n > l.Memory:
		return nil, &cut{reason: reasonWindow, text: fmt.Sprintf("needs a window of %s, more than the %s that are allowed; "+
			"unpack it and give its files", bytesText(n), bytesText(min(l.Window, l.Memory-w.memory)))}
	case w.budget.dictionaries.Add(n) > 4*l.Total:
		return nil, &cut{reason: reasonBomb, text: "asks for windows again and again; unpack it and give its files if it is no attack"}
	}
	if w.memory+n > much {
		if err := w.pass(); err != nil {
			return nil, &cut{reason: reasonRead, text: "was not read: " + err.Error()}
		}
	}
	w.memory += n
	return func() { w.memory -= n }, nil
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return plural(int(n), "byte")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
