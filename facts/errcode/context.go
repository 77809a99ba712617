package errcode

// What stands before a number decides whether it is a code. backward looks at
// most this far.
const (
	maxBack      = 96 // bytes
	maxBackWords = 5
)

// context is what the words before a number say.
type context int

const (
	unclear context = iota // nothing either way
	near                   // an error word stands a few words before
	direct                 // an error word, or one of its fellows, stands directly before
	refused                // something that is no code is announced: an address, a size, an event
)

// wordClass is what a word before a number means for it.
type wordClass int

const (
	otherWord  wordClass = iota
	errorWord            // error, status, ...: a number that follows is a code
	weakWord             // result, return, exit: a small number needs "code" or a sign behind it as well
	failWord             // failed, failure: likewise, but any hexadecimal number will do
	joinerWord           // is, was, number, ...: may stand between the error word and the number
	codeWord             // code: enough for hexadecimal, not for decimal
	engineWord           // jet, ese: only before a wide or a negative number
	dataWord             // data: only with "word"
	idWord               // id: "ID no: c00203e5", but "Event ID 4058"
	otherThing           // at, address, size, ...: not a code
)

// classify needs its word in lower case.
func classify(word []byte) wordClass {
	switch string(word) {
	case "error", "errors", "err", "errno", "status", "hresult", "hr", "scode", "ntstatus", "winerror", "lasterror",
		"getlasterror", "exception", "errorcode", "dwerror", "fehler", "statuscode":
		return errorWord
	case "result", "results", "return", "returns", "returned", "exit", "reason", "completion", "rc", "reported", "termination", "sc":
		return weakWord
	case "jet", "ese", "esent":
		return engineWord
	case "failure", "failed", "fails", "failing":
		return failWord
	case "data": // "Data word: c0000022"
		return dataWord
	case "is", "was", "of", "number", "no", "nr", "num", "value", "message", "the", "a", "an", "following", "hex", "hexadecimal", "as", "to",
		"win32", "nt", "word", "with", "and", "or", "decimal":
		return joinerWord
	case "code", "codes":
		return codeWord
	case "id", "ids":
		return idWord
	case "at", "address", "addresses", "addr", "offset", "base", "module", "modules", "size", "length", "bytes", "memory", "location", "port",
		"ports", "range", "pid", "thread", "process", "handle", "line", "version", "build", "date", "time", "serial", "key", "guid", "clsid",
		"interrupt", "vector", "checksum", "timestamp", "datestamp", "image", "register", "irq", "dma", "io", "event", "events", "pointer", "ptr", "eax", "ebx", "ecx",
		"edx", "esi", "edi", "ebp", "esp", "eip", "efl", "cs", "ds", "es", "fs", "gs", "ss", "cr0", "cr2", "cr3", "cr4", "referenced", "sector", "block",
		"phone", "fax", "zip", "area", "article", "channel", "drive", "disk", "bug", "slot", "irql", "fault":
		return otherThing
	}
	return otherWord
}

// numberKind says how much of a context a number needs.
type numberKind int

const (
	wideNumber  numberKind = iota // hexadecimal of 32 bits: any error word will do
	shortHex                      // hexadecimal of less: the error word has to stand directly before
	smallNumber                   // a small decimal: likewise, and it has to be a strong word
)

// before looks back from s[start:] at a number that needs a context.
func before(s string, start int, kind numberKind) context {
	var (
		lower     [24]byte
		pos       = start
		limit     = max(0, start-maxBack)
		adjacent  = true  // only joiners so far
		sawCode   = false // "code" on the way
		sawSign   = false // ":" "=" or "#" on the way
		sawNumber = false // "no" or "number" on the way
		sawWord   = false // "word" on the way
		others    = 0     // other words on the way
	)
	for words := 0; words < maxBackWords; words++ {
		// the gap before the word
		newlines, full := 0, false
		for pos > limit && !isWord(s[pos-1]) {
			switch c := s[pos-1]; c {
			case '\n':
				newlines++
			case '.', ';', '!', '?':
				full = true
			case ':', '=', '#':
				sawSign = true
			case ',', ')', ']', '|', '/', '\\', '$', '@', '+', '&', '{', '}':
				adjacent = false
			}
			pos--
		}
		if newlines > 1 || pos <= limit && pos > 0 && !isWord(s[pos-1]) {
			return unclear
		}
		end := pos
		for pos > limit && isWord(s[pos-1]) {
			pos--
		}
		n := end - pos
		if n == 0 {
			return unclear
		}
		if n > len(lower) || isDigit(s[pos]) {
			adjacent = false
			others++
			if full && words > 0 {
				return unclear
			}
			continue
		}
		for i := range n {
			lower[i] = s[pos+i]
			if 'A' <= lower[i] && lower[i] <= 'Z' {
				lower[i] |= 0x20
			}
		}
		word := lower[:n]
		class := classify(word)
		if full && !(class == joinerWord && (string(word) == "no" || string(word) == "nr" || string(word) == "num")) {
			return unclear // the sentence before
		}
		switch class {
		case otherThing:
			if adjacent || others < 2 {
				return refused
			}
			adjacent = false
		case errorWord:
			if adjacent {
				return direct
			}
			if kind == wideNumber {
				return near
			}
			return unclear
		case engineWord:
			if kind == wideNumber {
				return near
			}
			adjacent = false
		case dataWord:
			if adjacent && sawWord {
				return direct
			}
			adjacent = false
		case weakWord, failWord:
			switch {
			case adjacent && (sawCode || kind == wideNumber || sawSign || kind == shortHex && class == failWord):
				return direct
			case kind == wideNumber:
				return near
			}
			adjacent = false
		case codeWord:
			switch {
			case kind == wideNumber && !adjacent:
				return near
			case kind == wideNumber:
				return direct
			}
			sawCode = true
		case idWord:
			switch isError := words == 0 && endsWithWord(s, pos, "error"); {
			case endsWithWord(s, pos, "event"):
				return refused
			case sawNumber || isError:
			case kind == wideNumber:
				return unclear // "NT ID: 0xC0020005"
			default:
				return refused
			}
			if adjacent {
				return direct
			}
			return near
		case joinerWord:
			sawWord = sawWord || string(word) == "word"
			sawNumber = sawNumber || word[0] == 'n' && n <= 6 && string(word) != "nt"
		default:
			adjacent = false
			others++
		}
	}
	return unclear
}

// endsWithWord reports whether the word before s[:end], behind a gap, is w.
func endsWithWord(s string, end int, w string) bool {
	for n := 0; end > 0 && n < 8 && !isWord(s[end-1]); n++ {
		end--
	}
	if end < len(w) || end > len(w) && isWord(s[end-len(w)-1]) {
		return false
	}
	for i := range len(w) {
		if s[end-len(w)+i]|0x20 != w[i] {
			return false
		}
	}
	return true
}

// errorFollows reports whether "error" stands directly behind s[:i]: "c0000005
// error", "C0000005 Fatal Error".
func errorFollows(s string, i int) bool {
	c := cursor{s, i}
	if !c.gap("'\")") {
		return false
	}
	if c.word("fatal") {
		c.gap("")
	}
	return c.word("error") || c.word("errors") || c.word("exception")
}

// countedThing reports whether a word that is counted follows a number: "error 5
// times", "status 3 of 7", "result 5 %".
func countedThing(s string, i int) bool {
	if i < len(s) && s[i] == '%' {
		return true
	}
	if i >= len(s) || s[i] != ' ' {
		return false
	}
	end := wordEnd(s, i+1, 12)
	switch s[i+1 : end] {
	case "bytes", "byte", "KB", "MB", "GB", "times", "seconds", "minutes", "hours", "days", "of", "files", "users", "items", "percent",
		"lines", "entries", "warnings":
		return true
	}
	return end == i+1 && i+1 < len(s) && s[i+1] == '%'
}
