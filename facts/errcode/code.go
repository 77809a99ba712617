// Package errcode reads error codes in any notation and explains them.
//
// A code is an unsigned 32-bit number; how it was written is only remembered.
// 0xC00203E5, c00203e5, &HC00203E5, C00203E5h, -1073609755 and 3221357541 are
// the same Code. Parse reads a string that is exactly one code, Find finds the
// codes in running text by their context, Readings lists everything that a code
// can mean, and CheckMessage compares a code with the text that came with it.
//
// The package does no I/O, keeps no mutable state and does no work at process
// start: its tables (z*.go) are generated, sorted, static data.
package errcode

import "strconv"

// Family is a code system: a number means something only within one.
type Family string

// The families that the package knows.
const (
	Win32        Family = "win32"         // Win32 system errors, LAN Manager (NERR) included: MS-ERREF 2.2
	HRESULT      Family = "hresult"       // COM results: MS-ERREF 2.1
	NTSTATUS     Family = "ntstatus"      // native API status: MS-ERREF 2.3
	Bugcheck     Family = "bugcheck"      // STOP codes of Windows: bugcodes.h
	JET          Family = "jet"           // ESE, the Extensible Storage Engine: esent.h
	SMTP         Family = "smtp"          // SMTP reply codes: RFC 5321 4.2
	SMTPEnhanced Family = "smtp-enhanced" // enhanced mail status codes: RFC 3463; the value packs them, see EnhancedValue
	DNSRCode     Family = "dns-rcode"     // DNS response codes: RFC 6895 2.3
	DNSExtended  Family = "dns-extended"  // extended DNS errors: RFC 8914
	Winsock      Family = "winsock"       // Windows Sockets: winsock2.h
	Errno        Family = "errno"         // POSIX errno with Linux's numbers
	HTTP         Family = "http"          // HTTP status: RFC 9110 15; the sub-status of IIS is in Nested
	Exchange55   Family = "exchange55"    // 0xC002xxxx of Exchange 4.0 to 5.5, Win32 in the low word
)

// Families lists the code systems by name.
func Families() []string {
	var list []string
	for _, f := range []Family{Win32, HRESULT, NTSTATUS, Bugcheck, JET, SMTP, SMTPEnhanced, DNSRCode, DNSExtended, Winsock, Errno, HTTP, Exchange55} {
		list = append(list, string(f))
	}
	return list
}

// Code is an error code as it was met. Two codes are the same when Family and
// Value are equal.
type Code struct {
	Value   uint32   // the code as an unsigned 32-bit number
	Literal string   // as it was written
	Family  Family   // "" unless the notation names it: STOP, HTTP, SMTP, 5.7.1, WSA..., errno, EDE, symbolic names
	Nested  []Code   // codes inside this one: the Win32 code of an HRESULT or Exchange 5.5 code, the last part of an 8-4-8 composite
	Params  []uint64 // the parameters of a STOP code
}

// Notation is how a rule file writes the code: a small number without a family as it
// is, -1018 or 997, anything else as String has it.
func (c Code) Notation() string {
	if v := int32(c.Value); c.Family == "" && v > -1<<16 && v < 1<<16 {
		return strconv.Itoa(int(v))
	}
	return Code{Value: c.Value, Family: c.Family}.String()
}

// String is the code's canonical notation within its family: 0xC00203E5 for a
// value without one, STOP 0x0000007B, 5.7.1, HTTP 503.
func (c Code) String() string {
	switch c.Family {
	case Bugcheck:
		return "STOP " + hex(c.Value)
	case SMTPEnhanced:
		return enhancedString(c.Value)
	case HTTP:
		if len(c.Nested) == 1 && c.Nested[0].Family == HTTP {
			return "HTTP " + decimal(c.Value) + "." + decimal(c.Nested[0].Value)
		}
		return "HTTP " + decimal(c.Value)
	case SMTP:
		return "SMTP " + decimal(c.Value)
	case DNSRCode:
		return "RCODE " + decimal(c.Value)
	case DNSExtended:
		return "EDE " + decimal(c.Value)
	case Errno:
		return "errno " + decimal(c.Value)
	}
	return hex(c.Value)
}

// EnhancedValue packs an enhanced mail status code (RFC 3463) into one number:
// class in the top byte, subject and detail in 12 bits each, so that 5.7.1 is
// 0x05007001.
func EnhancedValue(class, subject, detail uint32) uint32 {
	return class<<24 | (subject&0xFFF)<<12 | detail&0xFFF
}

func enhancedString(v uint32) string {
	return decimal(v>>24) + "." + decimal(v>>12&0xFFF) + "." + decimal(v&0xFFF)
}

func decimal(v uint32) string { return strconv.FormatUint(uint64(v), 10) }

// hex is the usual spelling of a 32-bit code: 0x and eight digits.
func hex(v uint32) string {
	const digits = "0123456789ABCDEF"
	b := [10]byte{'0', 'x'}
	for i := range 8 {
		b[2+i] = digits[v>>(28-4*i)&0xF]
	}
	return string(b[:])
}
