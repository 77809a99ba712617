package errcode

import (
	"cmp"
	"slices"
)

// Reading is one meaning of a code.
//
// Severity is the number in the top bits of the value where the layout has one:
// 0 to 3 for NTSTATUS and Exchange 5.5, 0 or 1 for an HRESULT (3 where its reserved bit
// is set too, as in 0xC...). Other families use the scale of NTSTATUS: 0
// success, 1 informational, 2 warning or transient, 3 error.
type Reading struct {
	Family       Family   `json:"family"`
	Name         string   `json:"name"`               // symbol: ERROR_IO_PENDING; "" where the value has none
	Severity     int      `json:"severity"`           // number, see above
	SeverityName string   `json:"severity_name"`      // success, informational, warning, error
	Customer     bool     `json:"customer,omitempty"` // the customer bit is set: a code that is not Microsoft's
	Facility     int      `json:"facility"`           // number; 0 where the family has no facilities
	FacilityName string   `json:"facility_name"`      // as the headers name it, without FACILITY_
	Code         uint32   `json:"code"`               // number within family and facility
	Text         string   `json:"text"`               // message text as the system prints it, where it is known
	Nested       *Reading `json:"nested,omitempty"`   // the code inside
	Why          string   `json:"why"`                // one sentence: why this reading is here, at this place
}

// candidate is a reading with its weight; only the order of the weights means
// anything.
type candidate struct {
	Reading
	weight int
}

// Readings lists every reading of c, likeliest first. The order depends on
// nothing but the arguments. A family that the notation names comes first; the
// rest is ordered by what is known of the value and by the context.
func Readings(c Code, ctx Context) []Reading {
	list := candidates(c)
	hints := hintsOf(c, ctx)
	for i := range list {
		r := &list[i]
		r.Nested = nestedReading(c, r.Reading, hints)
		hints.weigh(r)
		if c.Family != "" && c.Family == r.Family {
			r.weight += 1000
			r.Why = "the notation names this family"
		}
		if hints.exchange && r.Family == HRESULT {
			preferMAPI(&r.Reading, c.Value)
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.weight, a.weight) })
	out := make([]Reading, len(list))
	for i, r := range list {
		out[i] = r.Reading
	}
	return out
}

// collector gathers the readings of one value.
type collector struct {
	value uint32
	list  []candidate
}

func (l *collector) knows(f Family) bool { _, ok := tableOf(f).find(l.value); return ok }

func (l *collector) add(f Family, weight int, why string) {
	r, _ := read(f, l.value)
	r.Why = why
	l.list = append(l.list, candidate{r, weight})
}

// candidates collects the readings that the value and the notation allow.
func candidates(c Code) []candidate {
	l := &collector{value: c.Value}
	if c.Family != "" {
		l.add(c.Family, 0, "")
		switch c.Family {
		case Bugcheck, HRESULT, NTSTATUS, Exchange55: // layouts that share their values
			if c.Value >= 0x80000000 {
				l.high(c.Family)
			}
		}
		return l.list
	}
	if c.Value >= 0x80000000 {
		l.high("")
	} else {
		l.low()
	}
	return l.list
}

// high adds the readings of a value with its top bit set, but not named, which
// is there already.
func (l *collector) high(named Family) {
	v := l.value
	negative := int32(v) > -100000
	status := l.knows(NTSTATUS)
	if named != Exchange55 && isExchange55(v) {
		if status {
			l.add(Exchange55, 40, "facility 2 with a Win32 code in the low word, as Exchange 5.5 reports it; but an NTSTATUS has this very value")
		} else {
			l.add(Exchange55, 45, "facility 2 with a Win32 code in the low word, as Exchange 5.5 reports it; no NTSTATUS has this value")
		}
	}
	switch {
	case named == NTSTATUS:
	case status:
		l.add(NTSTATUS, 60, "an NTSTATUS has this value")
	case v>>28 == 0xC:
		l.add(NTSTATUS, 30, "the two top bits are those of an NTSTATUS error; no symbol is known for the value")
	}
	switch {
	case named == HRESULT:
	case l.knows(HRESULT):
		l.add(HRESULT, 65, "an HRESULT has this value")
	case v>>16 == 0x8007:
		l.add(HRESULT, 63, "facility WIN32: the low word is a Win32 code")
	case severity(v) == 2:
		l.add(HRESULT, 35, "the top bit marks a failed HRESULT; no symbol is known for the value")
	case v>>28 == 0xD && len(nest(Code{Value: v}).Nested) > 0:
		l.add(HRESULT, 62, "an NTSTATUS carried in an HRESULT")
	}
	if l.knows(JET) {
		l.add(JET, 70, "a small negative number that the database engine ESE uses")
	} else if negative && int32(v) <= -100 && int32(v) >= -5000 {
		l.add(JET, 20, "a small negative number, as the database engine ESE uses them")
	}
	if e, ok := tableOf(Errno).find(-v); ok && negative {
		l.list = append(l.list, candidate{reading(Errno, e, true), 15})
		l.list[len(l.list)-1].Why = "a negated errno, as kernel functions return it"
	}
	if named != Bugcheck && l.knows(Bugcheck) {
		l.add(Bugcheck, 25, "a STOP code has this value")
	}
	if len(l.list) == 0 {
		l.add(HRESULT, 10, "the top bit marks a failed HRESULT; no table knows the value")
	}
}

// low adds the readings of a value below 0x80000000.
func (l *collector) low() {
	v := l.value
	wide := func(small, large int) int { // a status of 32 bits, not a small number
		if v >= 0x10000 {
			return large
		}
		return small
	}
	for _, k := range [...]struct {
		family Family
		weight int
		why    string
	}{
		{Winsock, 70, "Windows Sockets have this number"},
		{Win32, 60, "a Win32 system error has this number"},
		{Errno, 40, "an errno of Linux has this number"},
		{HTTP, 30, "an HTTP status has this number"},
		{Bugcheck, 25, "a STOP code has this number"},
		{NTSTATUS, wide(20, 60), "an NTSTATUS has this value"},
		{DNSRCode, 15, "a DNS response code has this number"},
		{HRESULT, wide(12, 62), "a successful HRESULT has this value"},
		{DNSExtended, 10, "an extended DNS error has this number"},
		{JET, 8, "a warning of the database engine ESE has this number"},
	} {
		if l.knows(k.family) {
			l.add(k.family, k.weight, k.why)
		}
	}
	if _, ok := smtpReply(v); ok {
		l.add(SMTP, 22, "an SMTP reply has this number")
	}
	if len(l.list) > 0 {
		return
	}
	switch {
	case v < 0x10000:
		l.add(Win32, 5, "no table knows this small number; Win32 codes are the most common ones")
	case v>>30 == 1:
		l.add(NTSTATUS, 5, "the two top bits are those of an informational NTSTATUS; no symbol is known for the value")
	default:
		l.add(HRESULT, 5, "a successful HRESULT by its top bit; no table knows the value")
	}
}

// nestedReading reads the code inside c for a reading of it.
func nestedReading(c Code, r Reading, h hints) *Reading {
	var inner Code
	own := nest(Code{Value: c.Value}).Nested
	switch r.Family {
	case Exchange55:
		inner = win32Code(c.Value & 0xFFFF)
	case HRESULT, NTSTATUS:
		if len(own) > 0 && (r.Family == HRESULT && !isExchange55(c.Value) || c.Value>>16 == 0xC007) {
			inner = own[0]
		}
	case Bugcheck, SMTPEnhanced:
		if len(c.Nested) > 0 {
			inner = c.Nested[0]
		}
	case HTTP:
		if len(c.Nested) > 0 {
			n := Reading{Family: HTTP, Severity: r.Severity, SeverityName: r.SeverityName, Code: c.Nested[0].Value, Why: "the sub-status that IIS adds"}
			return &n
		}
		return nil
	default:
		return nil
	}
	why := nestedWhy(r.Family, inner.Family)
	if inner.Literal == "" {
		if len(c.Nested) <= len(own) {
			return nil
		}
		inner, why = c.Nested[len(c.Nested)-1], "the last part of the 8-4-8 form"
	}
	if inner.Family == "" {
		list := candidates(inner)
		for i := range list {
			h.weigh(&list[i])
		}
		n := slices.MaxFunc(list, func(a, b candidate) int { return cmp.Compare(a.weight, b.weight) }).Reading
		n.Why = why + "; " + n.Why
		return &n
	}
	n, _ := read(inner.Family, inner.Value)
	n.Why = why
	return &n
}

func nestedWhy(outer, inner Family) string {
	switch {
	case outer == Bugcheck:
		return "a parameter of the STOP code is this NTSTATUS"
	case outer == SMTPEnhanced:
		return "the reply code that stands before the enhanced status"
	case inner == NTSTATUS:
		return "the value without its NT bit is this NTSTATUS"
	}
	return "the low word is this code"
}
