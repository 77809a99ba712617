package intake

import (
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
)

// fieldKind is what a field of an event says.
type fieldKind uint8

const (
	fieldNone fieldKind = iota
	fieldSource
	fieldLog
	fieldCategory
	fieldLevel
	fieldDate
	fieldTime
	fieldHost
	fieldUser
	fieldOther   // a field that no fact keeps
	fieldMessage // the description: the rest of its line belongs to it, and the lines below
	fieldID      // PowerShell's "Id", which is an event only beside other fields
	fieldKinds
)

// fieldName is one spelling of a field, folded by facts.FoldName.
type fieldName struct {
	name string
	kind fieldKind
	bare bool // it is also met without colon
}

func fieldNames() []fieldName {
	return []fieldName{
		{"source", fieldSource, true},
		{"eventsource", fieldSource, true},
		{"sourcename", fieldSource, false},
		{"providername", fieldSource, false},
		{"provider", fieldSource, false},
		{"log", fieldLog, true},
		{"logname", fieldLog, true},
		{"eventlog", fieldLog, false},
		{"logfile", fieldLog, false},
		{"channel", fieldLog, false},
		{"category", fieldCategory, true},
		{"eventcategory", fieldCategory, true},
		{"taskcategory", fieldCategory, true},
		{"task", fieldCategory, false},
		{"taskdisplayname", fieldCategory, false},
		{"type", fieldLevel, true},
		{"eventtype", fieldLevel, true},
		{"level", fieldLevel, true},
		{"entrytype", fieldLevel, false},
		{"leveldisplayname", fieldLevel, false},
		{"severity", fieldLevel, true},
		{"date", fieldDate, true},
		{"dateandtime", fieldDate, false},
		{"datetime", fieldDate, false},
		{"logged", fieldDate, false},
		{"timecreated", fieldDate, false},
		{"timegenerated", fieldDate, false},
		{"time", fieldTime, true},
		{"computer", fieldHost, true},
		{"computername", fieldHost, false},
		{"machinename", fieldHost, false},
		{"machine", fieldHost, false},
		{"user", fieldUser, true},
		{"username", fieldUser, false},
		{"userid", fieldUser, false},
		{"description", fieldMessage, false},
		{"eventdescription", fieldMessage, false},
		{"message", fieldMessage, false},
		{"id", fieldID, false},
		{"keywords", fieldOther, false},
		{"keyword", fieldOther, false},
		{"opcode", fieldOther, false},
		{"index", fieldOther, false},
		{"instanceid", fieldOther, false},
		{"categorynumber", fieldOther, false},
		{"replacementstrings", fieldOther, false},
		{"timewritten", fieldOther, false},
		{"recordid", fieldOther, false},
		{"recordnumber", fieldOther, false},
		{"version", fieldOther, false},
		{"qualifiers", fieldOther, false},
		{"processid", fieldOther, false},
		{"threadid", fieldOther, false},
		{"providerid", fieldOther, false},
		{"activityid", fieldOther, false},
		{"relatedactivityid", fieldOther, false},
		{"matchedqueryids", fieldOther, false},
		{"bookmark", fieldOther, false},
		{"opcodedisplayname", fieldOther, false},
		{"keywordsdisplaynames", fieldOther, false},
		{"properties", fieldOther, false},
		{"site", fieldOther, false},
		{"container", fieldOther, false},
	}
}

// lookupField finds a field by its name. With near, a name of six letters or
// more may be one edit off; a plural is another word.
func lookupField(names []fieldName, written string, near bool) (fieldName, bool) {
	folded := facts.FoldName(written)
	for _, f := range names {
		if f.name == folded {
			return f, true
		}
	}
	if !near || len(folded) < 6 || strings.HasSuffix(folded, "s") {
		return fieldName{}, false
	}
	for _, f := range names {
		if len(f.name) >= 6 && f.kind != fieldOther && oneEdit(f.name, folded) {
			return f, true
		}
	}
	return fieldName{}, false
}

// A field is one field of a line, with its value.
type field struct {
	kind   fieldKind
	value  string
	hyphen bool // its line ends in the middle of a word
}

// A fieldLine is a line that consists of fields of an event.
type fieldLine struct {
	fields []field
	ids    []uint32
	rest   string // text behind the number, which is the description
	tails  []tail
	indent int
}

func (f *fieldLine) has(kind fieldKind) bool {
	for _, x := range f.fields {
		if x.kind == kind {
			return true
		}
	}
	return false
}

// maxField is the longest value of a field other than the description.
const maxField = 200

// parseFields reads a line that is made of fields and nothing else. Fields
// without colon are taken only with bare.
func (p *parser) parseFields(s string, bare bool) (fieldLine, bool) {
	var f fieldLine
	codes := &lineCodes{s: s}
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	f.indent = i
	for _, bullet := range []string{"- ", "* ", "• ", "> ", "· "} {
		if rest, ok := strings.CutPrefix(s[i:], bullet); ok {
			i = skipBlanks(s, len(s)-len(rest))
			break
		}
	}
	for i < len(s) {
		if a, ok := anchorAt(s, i); ok && len(f.ids) == 0 {
			f.ids = a.ids
			i = a.end
			if i = skipSeparators(s, i); i == len(s) {
				break
			}
			if _, _, ok := p.fieldAt(s, i, true); ok {
				continue
			}
			source, end := sourcePhrase(s, a.end)
			if source == "" {
				end, ok := p.behindNumber(&f, codes, a, i)
				if !ok {
					return f, f.description(s, a)
				}
				i = skipSeparators(s, end)
				continue
			}
			f.fields = append(f.fields, field{kind: fieldSource, value: source})
			if i = skipSeparators(s, end); i == len(s) {
				break
			}
			if _, _, ok := p.fieldAt(s, i, true); !ok {
				return f, false
			}
			continue
		}
		name, value, ok := p.fieldAt(s, i, bare || len(f.ids) > 0)
		if !ok {
			return f, false
		}
		if name.kind == fieldMessage {
			f.fields = append(f.fields, field{kind: fieldMessage, value: strings.TrimSpace(s[value:])})
			break
		}
		end := p.valueEnd(s, value, bare || len(f.ids) > 0)
		v, cut := splitValue(name.kind, codes, value, end)
		if len(v) > maxField {
			return f, false
		}
		hyphen := cut == len(s) && v != "" && strings.HasSuffix(s, v[len(v)-1:]+"-")
		f.fields = append(f.fields, field{name.kind, v, hyphen && name.kind.isName()})
		f.addTail(codes, cut, end)
		i = skipSeparators(s, end)
	}
	return f, len(f.fields) > 0 || len(f.ids) > 0
}

// description takes the text behind an event number for the description, if it
// is set off from it; if it is not, the line is a sentence with a number in it.
func (f *fieldLine) description(s string, a anchor) bool {
	gap := s[a.end:skipSeparators(s, a.end)]
	rest := strings.TrimSpace(s[a.end+len(gap):])
	first := rest[0]
	if codeLine(rest) {
		return false
	}
	if !a.colon && strings.Trim(gap, " \t,.") == "" || len(a.ids) > 1 || first >= 'a' && first <= 'z' {
		return false
	}
	f.rest = rest
	return true
}

// skipSeparators skips blanks and what stands between two fields on a line.
func skipSeparators(s string, i int) int {
	for i < len(s) {
		switch {
		case strings.IndexByte(" \t,;|-.:", s[i]) >= 0:
			i++
		case strings.HasPrefix(s[i:], "–"), strings.HasPrefix(s[i:], "—"):
			i += len("–")
		default:
			return i
		}
	}
	return i
}

// fieldAt reads the name of a field at i and says where its value begins.
func (p *parser) fieldAt(s string, i int, bare bool) (name fieldName, value int, ok bool) {
	if i >= len(s) || !isLetter(s[i]) || i > 0 && (isLetter(s[i-1]) || isDigit(s[i-1])) {
		return name, 0, false
	}
	for _, colon := range []bool{true, false} {
		if !colon && !bare {
			break
		}
		j := i
		for words := 1; words <= 3 && j < len(s) && isLetter(s[j]) && j-i < 32; words++ {
			for j < len(s) && isLetter(s[j]) {
				j++
			}
			end := j
			for j < len(s) && (s[j] == ' ' || s[j] == '\t') {
				j++
			}
			switch {
			case j == len(s):
			case colon && (s[j] == ':' || s[j] == '='):
				if j+1 < len(s) && s[j] == ':' && (s[j+1] == '\\' || s[j+1] == '/') {
					return name, 0, false
				}
				if name, ok = lookupField(p.names, s[i:end], true); ok {
					return name, skipBlanks(s, j+1), true
				}
			case !colon && j > end && words <= 2:
				name, ok = lookupField(p.names, s[i:end], false)
				if ok && name.bare && bareValue(name.kind, s[j:p.valueEnd(s, j, false)]) {
					return name, j, true
				}
			}
			if j == end {
				break
			}
		}
	}
	return fieldName{}, 0, false
}

// valueEnd finds where the value that begins at i ends: before the next field.
func (p *parser) valueEnd(s string, i int, bare bool) int {
	for j := i + 1; j < len(s) && j-i < 2*maxField; j++ {
		if !isLetter(s[j]) || isLetter(s[j-1]) || isDigit(s[j-1]) {
			continue
		}
		if strings.IndexByte(" \t,;|-", s[j-1]) < 0 {
			continue
		}
		apart := j >= 2 && (s[j-1] == '\t' || strings.IndexByte(" \t,;|-", s[j-2]) >= 0)
		if a, ok := anchorAt(s, j); ok && (a.colon || a.id || apart) {
			return j
		}
		if _, _, ok := p.fieldAt(s, j, bare && apart); ok {
			return j
		}
	}
	return len(s)
}

// bareValue reports whether v, which follows the name of a field without a
// colon, looks like a value of that field and not like the rest of a sentence.
func bareValue(kind fieldKind, v string) bool {
	v, _, _ = strings.Cut(v, "  ")
	v, _, _ = strings.Cut(v, "\t")
	v = strings.TrimRight(v, " ,;")
	if codes := errcode.Find(v); kind.isName() && len(codes) > 0 {
		if name := strings.TrimRight(v[:nameEnd(kind, v, codes)], " ,;:-(["); name != "" && nameLike(strings.Fields(name)) {
			v = name
		}
	}
	words := strings.Fields(v)
	if len(words) == 0 {
		return false
	}
	switch kind {
	case fieldLevel:
		return level(words[0])
	case fieldDate, fieldTime:
		return isDigit(v[0])
	case fieldHost, fieldUser:
		return len(words) == 1
	case fieldSource, fieldLog, fieldCategory:
		return len(words) == 1 && !strings.HasSuffix(v, ".") || nameLike(words)
	}
	return false
}

// level reports whether w is a level or type of an event.
func level(w string) bool {
	switch strings.ToLower(strings.Trim(w, ".,;()")) {
	case "error", "warning", "information", "informational", "info", "critical", "verbose", "success", "failure", "audit", "stop":
		return true
	}
	return false
}
