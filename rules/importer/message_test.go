package importer

import (
	"slices"
	"testing"
)

func TestMessages(t *testing.T) {
	for _, x := range []struct {
		name, text string
		want       []string
	}{
		{"records of a log are one each", `The log shows:

    2024-02-01 09:10:11 ERROR tunnel[442]: rekey failed for peer 10.2.3.4:500
    2024-02-01T09:10:12.5Z ERROR tunnel[442]: giving up, checksum 9f8a7b6c5d
`, []string{"ERROR tunnel[<number>]: rekey failed for peer <address>", "ERROR tunnel[<number>]: giving up, checksum <value>"}},
		{"a syslog", "This appears:\n\n    Feb  1 09:10:11 the daemon has lost its socket\n", []string{"the daemon has lost its socket"}},
		{"the name of a message stays", `The error "ORA-28000: the account of user 12345 is locked" appears.`, []string{"ORA-28000: the account of user <number> is locked"}},
		{"a path and a code", "The message:\n\n    Cannot open file C:\\temp\\x.dat, error 0x80070005\n", []string{"Cannot open file <path>, error <number>"}},
		{"the middle of a sentence is none", "You may see:\n\n    show this or a similar result when it is off:\n", nil},
		{"a UUID", "The message:\n\n    Class 6f9619ff-8b86-d011-b42d-00c04fc964ff is not registered\n", []string{"Class <value> is not registered"}},
	} {
		if got := messages(x.text); !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}
