package archive

import (
	"fmt"
	"maps"
	"slices"
)

// tallyMax is the number of members of one archive that are named for the same
// reason; the others are counted.
const tallyMax = 20

// tally reports what is wrong with the members of one archive.
type tally struct {
	w     *walk
	path  string
	count map[string]int
}

func (w *walk) tally(path string) *tally {
	return &tally{w: w, path: path, count: map[string]int{}}
}

// add reports one, or counts it if there were many.
func (t *tally) add(c *cut) {
	t.count[c.reason]++
	if t.count[c.reason] <= tallyMax {
		t.w.report(c)
	}
}

// refuse reports a member that was not opened.
func (t *tally) refuse(path, reason, text string) {
	t.count[reason]++
	if t.count[reason] <= tallyMax {
		t.w.refuse(path, reason, text)
	}
}

// finish is the finish of a member.
func (t *tally) finish(s *stream) {
	if s.note != nil {
		t.add(s.note)
	}
	if s.cut != nil && (s.below == nil || s.below.cut != s.cut) {
		t.add(s.cut)
	}
}

// close tells how many were only counted.
func (t *tally) close() {
	for _, reason := range slices.Sorted(maps.Keys(t.count)) {
		if more := t.count[reason] - tallyMax; more > 0 {
			t.w.refuse(t.path, reason, fmt.Sprintf("has %s more with the same problem", plural(more, "member")))
		}
	}
}

// take counts one member. It reports false, and says what is not read, when the
// budget is at its end. Left is the number of members from this one on, -1 if
// that is not known.
func (t *tally) take(left int) bool {
	number := "the other members"
	if left >= 0 {
		number = plural(left, "member")
	}
	switch {
	case t.w.stopped() != nil:
		return false
	case t.w.budget.spent():
		t.w.refuse(t.path, reasonLarge, fmt.Sprintf("was not read to its end: more than %s were expanded in all, and %s are left out; give fewer files, or unpack them first",
			bytesText(t.w.budget.limits.Total), number))
		return false
	case !t.w.budget.member():
		t.w.refuse(t.path, reasonMembers, fmt.Sprintf("was not read to its end: there are more than %s in all, and %s are left out; give fewer files, or unpack them first",
			plural(int(t.w.budget.limits.Members), "member"), number))
		return false
	}
	return true
}
