package redact

import "strings"

// homeFolder replaces the account in C:\Users\joe\ and /home/joe/.
func (c *scan) homeFolder(i, j int) int {
	s := c.s
	word := strings.ToLower(s[i:j])
	before, sep := pathBreak(s, i)
	after, next := pathStep(s, j)
	if sep == "" || after == "" || c.r.off[KindUser] {
		return 0
	}
	switch word {
	case "settings":
		if !strings.HasSuffix(strings.ToLower(s[max(0, i-len("documents and ")):i]), "documents and ") {
			return 0
		}
	case "home":
		if isName(byteAt(s, before-1)) || sep == `\` {
			return 0
		}
	case "profiles":
		if root := strings.ToLower(s[max(0, before-5):before]); root != "winnt" {
			return 0
		}
	default:
		if b := byteAt(s, before-1); b != ':' && (isName(b) || b == '%') && !strings.EqualFold(s[max(0, before-3):before], "%3A") && !dollarDrive(s, before) {
			return 0
		}
	}
	end := next
	for end < len(s) && end-next < 64 && strings.IndexByte("\\/\r\n\t\"'<>|:*?;,%&)]}`", s[end]) < 0 {
		end++
	}
	if sp := strings.IndexByte(s[next:end], ' '); sp >= 0 { // a blank is of the name only where the path goes on
		if b := byteAt(s, end); b != '\\' && b != '/' || strings.Contains(s[next+sp+1:end], " ") && !strings.EqualFold(s[next:end], "all users") || isUpperDriveAhead(s, end) {
			end = next + sp
		}
	}
	for end > next && s[end-1] == '.' {
		end--
	}
	v := s[next:end]
	if v == "" || wellKnown(v) || numbered(v, "user-") || bracketed(v) > 0 || c.r.kept(v) {
		c.meet(v)
		return 0
	}
	c.replace(next, end, c.r.user(v))
	return end
}

func isUpperDriveAhead(s string, end int) bool { return byteAt(s, end-1) == ':' }

// dollarDrive reports whether a path goes on behind the share of a drive: \\server\c$.
func dollarDrive(s string, i int) bool { return byteAt(s, i-1) == '$' && isAlpha(byteAt(s, i-2)) }

// pathBreak is where the separator of paths starts that ends at i ("Documents
// and " may stand between), and the separator, "" where there is none.
func pathBreak(s string, i int) (start int, sep string) {
	const documents = "documents and "
	if i >= len(documents) && strings.EqualFold(s[i-len(documents):i], documents) {
		i -= len(documents)
	}
	switch {
	case byteAt(s, i-1) == '\\':
		for i > 0 && s[i-1] == '\\' {
			i--
		}
		return i, `\`
	case byteAt(s, i-1) == '/':
		if i--; byteAt(s, i-1) == '\\' {
			i--
		}
		return i, "/"
	case i >= 3 && (strings.EqualFold(s[i-3:i], "%5c") || strings.EqualFold(s[i-3:i], "%2f")):
		return i - 3, s[i-3 : i]
	}
	return i, ""
}

// pathStep is the separator of paths at i, and what is behind it.
func pathStep(s string, i int) (sep string, next int) {
	k := run(s, i, func(b byte) bool { return b == '\\' })
	switch {
	case byteAt(s, k) == '/':
		return "/", k + 1
	case k > i:
		return `\`, k
	case hasPrefixFold(s[i:], "%5c") || hasPrefixFold(s[i:], "%2f"):
		return s[i : i+3], i + 3
	}
	return "", i
}
