package lexicon

import (
	"slices"
	"strings"
	"sync"
)

// People and articles name the same thing differently. Each line is words, or two
// words behind each other, that count as the last of them; those before a "="
// count as all behind it. Both sides go through it.
const synonyms = `
freeze frozen hung lockup unresponsive hang
lock-up stop-respond stops-responding stopped-responding not-respond freeze-up hang-up hang
pc pcs machine box workstation computer
app apps application program
email e-mail mail
msg message
err error
errmsg = error message
dir directory folder
doc document
docs document
mgr manager
svr server
wkst workstation computer
db database
info information
config configuration
pwd password
wrong improper bad invalid incorrect
launch boot begin start
start-up startup start
damaged damage corrupted corrupt
erase remove delete
couldn unable cannot
can-not could-not not-able unable-to cannot
gpf ipf fault
av = access violation
vanish disappear missing
show shown pop-up appear display
shows displayed display
popup display
dialog-box dialog
check-box checkbox
list-box listbox
text-box textbox
set-up setup
log-on logon
log-in login logon
give-back gives-back return
open-up open
win95 = windows 95
win98 = windows 98
win2k = windows 2000
w2k = windows 2000
wfw workgroups
wfwg workgroups
nt4 = windows nt 4
ie = internet explorer
iis = internet information server
vb = visual basic
vc = visual c
xl excel
ppt powerpoint
sms = systems management server
ras = remote access
rras = routing remote access
imc = internet mail
ims = internet mail
mta = message transfer agent
nic = network adapter
`

// courtesy is words of letters that say nothing of a problem.
const courtesy = "urgent asap please pls plz thanks thank thx hello hi hey dear regards anyone"

// same holds stems, or two stems with a blank between them, and what they count as.
type same struct {
	words, pairs map[string][]string
	skip         map[string]bool
}

func newSame() *same {
	s := &same{words: map[string][]string{}, pairs: map[string][]string{}, skip: map[string]bool{}}
	for line := range strings.SplitSeq(strings.TrimSpace(synonyms), "\n") {
		fields := strings.Fields(line)
		from, to := fields[:len(fields)-1], fields[len(fields)-1:]
		if at := slices.Index(fields, "="); at >= 0 {
			from, to = fields[:at], fields[at+1:]
		}
		canon := make([]string, len(to))
		for i, w := range to {
			canon[i] = stem(w)
		}
		for _, w := range from {
			first, second, pair := strings.Cut(w, "-")
			switch {
			case pair:
				s.pairs[stem(first)+" "+stem(second)] = canon
			case stem(w) != canon[0] || len(canon) > 1:
				s.words[stem(w)] = canon
			}
		}
	}
	for w := range strings.FieldsSeq(courtesy) {
		s.skip[stem(w)] = true
	}
	return s
}

// sameWords is made when it is first needed, in 50 µs.
var sameWords = sync.OnceValue(newSame)
