package cond

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
)

// TestFactGroups: facts that are one observation count once.
func TestFactGroups(t *testing.T) {
	in := func(f facts.Fact, path string) facts.Fact { f.Origin.Path = path; return f }
	withMessage := code("5")
	withMessage.Code.Message = "Some words of our own that stood beside the code."
	for _, c := range []struct {
		name string
		list []facts.Fact
		one  bool
	}{
		{"the same code twice", []facts.Fact{in(code("0xC00203E5"), "a"), in(code("-1073609755"), "b")}, true},
		{"two codes", []facts.Fact{code("5"), code("997")}, false},
		{"one number of two families", []facts.Fact{code("HTTP 503"), code("503")}, false},
		{"the same event twice", []facts.Fact{in(event(1, "Netlogon"), "a"), in(event(1, "NETLOGON"), "b")}, true},
		{"an event without source twice", []facts.Fact{in(event(1, ""), "a"), in(event(1, ""), "b")}, true},
		{"one id of two sources", []facts.Fact{event(1, "Netlogon"), event(1, "Disk")}, false},
		{"one id, with and without source", []facts.Fact{event(1, "Netlogon"), event(1, "")}, false},
		{"two ids", []facts.Fact{event(1, "Netlogon"), event(2, "Netlogon")}, false},
		{"a code and its own message", []facts.Fact{in(code("997"), "a"), in(text("Overlapped I/O operation is in progress."), "b")}, true},
		{"a code and the message of the code inside", []facts.Fact{code("0xC00203E5"), text("overlapped i/o\noperation is in progress")}, true},
		{"a code and the message that stood beside it", []facts.Fact{withMessage, text("Some words of our own that stood beside the code")}, true},
		{"a code and a long text with its message", []facts.Fact{
			withMessage,
			text("Some words of our own that stood beside the code. But this says a lot more: what was tried, what happened, what was tried then, and who was told about it."),
		}, false},
		{"a code and the message of another", []facts.Fact{code("997"), text("Access is denied.")}, false},
		{"a text twice", []facts.Fact{in(text("something odd happened"), "a"), in(text("something odd happened"), "b")}, false},
	} {
		v := viewOf(c.list...)
		if v.Len() != 2 {
			t.Fatalf("%s: %d facts", c.name, v.Len())
		}
		if got := v.Group(0) == v.Group(1); got != c.one {
			t.Errorf("%s: one group %v", c.name, got)
		}
	}

	// Families are told apart whichever of them comes first.
	v := viewOf(in(code("503"), "a"), in(code("HTTP 503"), "b"), in(code("HTTP 503"), "c"))
	if v.Group(1) != v.Group(2) || v.Group(0) == v.Group(1) {
		t.Errorf("503, HTTP 503, HTTP 503: groups %d %d %d", v.Group(0), v.Group(1), v.Group(2))
	}
}

func TestWithout(t *testing.T) {
	v := viewOf(code("997"), text("Overlapped I/O operation is in progress."), event(1, "A"), event(2, "A"), answer("k", facts.True))
	c := &Condition{Codes: codes("997")}
	less := v.Without([]int{slices.Index(v.tables.group, v.Group(kindAt(v, facts.KindCode)))})
	if r := c.Eval(less); r.State != Unknown {
		t.Errorf("the code is still seen: %+v", r)
	}
	if r := (&Condition{Texts: texts("overlapped i/o")}).Eval(less); r.State != Unknown {
		t.Errorf("the text of the code is still seen: %+v", r)
	}
	if r := (&Condition{Event: &Event{IDs: []uint32{1}}}).Eval(less); r.State != Seen {
		t.Errorf("something else is hidden: %+v", r)
	}
	least := less.Without([]int{kindAt(v, facts.KindAnswer)})
	if r := (&Condition{Ask: &Ask{Key: "k", SeenIf: true}}).Eval(least); r.State != Unknown {
		t.Errorf("the answer is still seen: %+v", r)
	}
	if r := c.Eval(least); r.State != Unknown {
		t.Errorf("what was hidden before has come back: %+v", r)
	}
	if r := c.Eval(v); r.State != Seen || less.Len() != v.Len() {
		t.Errorf("the view itself has changed: %+v", r)
	}
}

func kindAt(v *View, k facts.Kind) int { return v.tables.kinds[k][0] }

// TestGroupsShareNothing: hiding one group hides its facts and no others, in any case.
func TestGroupsShareNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := NewView(randomCase(t))
		if v.Len() == 0 {
			return
		}
		gone := rapid.IntRange(0, v.Len()-1).Draw(t, "fact")
		less := v.Without([]int{gone})
		for i := range v.Len() {
			if less.Hidden(i) != (v.Group(i) == v.Group(gone)) {
				t.Fatalf("%s is hidden %v with %s", v.Fact(i), less.Hidden(i), v.Fact(gone))
			}
			if v.Group(v.Group(i)) != v.Group(i) {
				t.Fatalf("the group of %s has a group of its own", v.Fact(i))
			}
		}
	})
}
