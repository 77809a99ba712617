package redact

import (
	"strconv"
	"strings"
)

// sid replaces S-1-5-21-a-b-c-rid. RIDs below 1000 are well known and stay.
func (c *scan) sid(i int) int {
	s := c.s
	if !hasPrefixFold(s[i:], "S-1-5-21-") || isWord(byteAt(s, i-1)) || c.r.off[KindSID] {
		return 0
	}
	start := i + len("S-1-5-21-")
	end := run(s, start, func(b byte) bool { return isDigit(b) || b == '-' })
	for end > start && s[end-1] == '-' {
		end--
	}
	parts := strings.SplitN(s[start:end], "-", 6)
	if len(parts) < 3 || len(parts) > 4 || c.r.kept(s[i:end]) {
		return end
	}
	if parts[0] == "0" && parts[1] == "0" {
		c.r.issued.met("S-1-5-21-0-0-" + parts[2])
		if len(parts) == 4 {
			c.r.issued.met("S-1-5-21-0-0-" + parts[2] + "-" + parts[3])
		}
		return end
	}
	token, fresh := c.r.issued.token("sid", strings.Join(parts[:3], "-"), "S-1-5-21-0-0-", "")
	if len(parts) == 4 {
		if rid, err := strconv.ParseUint(parts[3], 10, 32); err == nil && rid < 1000 {
			token += "-" + parts[3]
		} else {
			token, fresh = c.r.issued.token("sid", strings.Join(parts, "-"), token+"-100", "")
		}
	}
	c.r.count(KindSID, fresh)
	c.replace(i, end, token)
	return end
}
