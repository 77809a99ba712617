package errcode

import "testing"

// Messages.In says what CheckMessage confirms, for every code of the tables
// with its own text, a neighbour's, and both within other words.
func TestMessagesAgainstCheckMessage(t *testing.T) {
	for _, f := range []Family{Win32, Winsock, HRESULT, NTSTATUS} {
		entries := tableOf(f).entries
		for i := 0; i < len(entries); i += 7 {
			e, n := entries[i], entries[(i+1)%len(entries)]
			for _, c := range []Code{{Value: e.value}, {Value: e.value, Family: f}, {Value: 0xC0020000 | e.value&0xFFFF}, {Value: 0x80070000 | e.value&0xFFFF}} {
				m := MessagesOf(c)
				for _, text := range []string{e.text, n.text, "Error: " + e.text + " Try again.", "it said " + e.text, e.name} {
					a, _ := CheckMessage(c, text)
					if m.In(text) != (a == Confirms) {
						t.Errorf("%v and %q: In %v, CheckMessage %s", c, text, m.In(text), a)
					}
				}
			}
		}
	}
	for _, a := range otherTexts {
		if !MessagesOf(Code{Value: a.value}).In(a.text) {
			t.Errorf("%d does not have %q", a.value, a.text)
		}
	}
}
