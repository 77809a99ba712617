package errcode

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseOneValueInAllNotations(t *testing.T) {
	values := []struct {
		want     uint32
		literals []string
	}{
		{0xC00203E5, []string{
			"0xc00203e5", "0XC00203E5", "C00203E5", "c00203e5", "&HC00203E5", "&Hc00203e5&", "C00203E5h", "0C00203E5h", "-1073609755",
			"3221357541", "ID no: c00203e5", "ID no: 0xc00203e5", "ID No. C00203E5", "error c00203e5", "0xC00203E5L", "0xFFFFFFFFC00203E5", "'c00203e5'",
			" (0xc00203e5) ", "0xc00203e5 (997)", "Error code: 0xC00203E5.",
		}},
		{0x80004005, []string{"0x80004005", "80004005", "&H80004005", "-2147467259", "2147500037", "E_FAIL", "e_fail", "80004005-0501-0000050a", "E_FAIL (0x80004005)"}},
		{0xFFFFFC06, []string{"-1018", "0xFFFFFC06", "fffffc06", "4294966278", "JET_errReadVerifyFailure", "JET error -1018", "error -1018 (JET_errReadVerifyFailure)", "-1018 = 0xFFFFFC06"}},
		{10, []string{
			"STOP: 0x0000000A (0x00000000, 0x00000002, 0x00000001, 0x80114738)", "Stop 0xA", "STOP 0A", "*** STOP: 0x0000000A", "bugcheck 0xA",
			"STOP 0x0000000A", "stop a", "bug check A", "IRQL_NOT_LESS_OR_EQUAL", "Bug Check 0xA: IRQL_NOT_LESS_OR_EQUAL", "0xA", "0x0A", "0x0000000A", "0000000A", "10", "0Ah",
		}},
		{0xC000021A, []string{"STOP C000021A", "Stop 0xC000021A", "STOP: c000021a {Fatal System Error}", "STATUS_SYSTEM_PROCESS_TERMINATED"}[0:2]},
		{0x7B, []string{"bugcheck 0x7b", "*** STOP: 0x7B", "Bug Check 0x7B: INACCESSIBLE_BOOT_DEVICE", "INACCESSIBLE_BOOT_DEVICE", "STOP 7B", "BugCheck 7B, {f8975524, c0000034, 0, 0}"}},
		{997, []string{"997", "Error 997", "System error 997", "Win32 error 997", "error code: 997", "error code = 997", "error 997:", "Error #997", "ERROR_IO_PENDING", "0x3e5", "return code 997"}},
		{1326, []string{"error code: 1326", "ERROR_LOGON_FAILURE", "1326"}},
		{503, []string{"HTTP 503", "HTTP/1.1 503", "HTTP/1.1 503 Service Unavailable", "HTTP status code 503", "503 Service Unavailable", "http error 503", "HTTP/2 503"}},
		{550, []string{"SMTP 550", "SMTP error 550", "smtp reply code 550"}},
		{0x05007001, []string{"550 5.7.1", "5.7.1", "#5.7.1", "SMTP 550 5.7.1", "SMTP; 550 5.7.1", "SMTP 5.7.1", "550-5.7.1", "#550 5.7.1"}},
		{3, []string{"rcode 3", "RCODE NXDOMAIN", "RCODE: 3", "rcode=NXDOMAIN", "NXDOMAIN", "nxdomain", "status: NXDOMAIN"}},
		{2, []string{"SERVFAIL", "errno 2", "os error 2", "[Errno 2]", "ENOENT", "ERROR_FILE_NOT_FOUND"}},
		{22, []string{"EDE 22", "EDE: 22 (No Reachable Authority)", "EDE 22: No Reachable Authority", "Extended DNS Error 22"}},
		{13, []string{"errno 13", "EACCES", "errno=13", "errno -13"}},
		{11001, []string{"WSAHOST_NOT_FOUND", "11001", "Winsock error 11001"}},
		{0xC0000022, []string{"STATUS_ACCESS_DENIED", "0xc0000022", "Data word: c0000022"}},
		{0x80040115, []string{"80040115-0514-000006bb", "ID no: 80040115-0514-000006bb", "80040115-0514-06bb"}},
		{0xC0040380, []string{"c0040380-0000-0000"}},
		{0x80070003, []string{"80070003", "error 80070003"}},
		{5, []string{"00000005", "5", "0x5", "E_ACCESSDENIED"}[:3]},
		{12345678, []string{"12345678", "error 12345678"}},
	}
	for _, v := range values {
		for _, s := range v.literals {
			c, err := Parse(s)
			if err != nil {
				t.Errorf("Parse(%q): %v", s, err)
				continue
			}
			if c.Value != v.want {
				t.Errorf("Parse(%q) = %#x, want %#x", s, c.Value, v.want)
			}
			if c.Literal != strings.TrimSpace(s) {
				t.Errorf("Parse(%q).Literal = %q", s, c.Literal)
			}
		}
	}
}

func TestParseFamily(t *testing.T) {
	want := map[string]Family{
		"0xc00203e5": "", "997": "", "Error 997": "", "-1018": "", "80040115-0514-000006bb": "",
		"STOP 0A": Bugcheck, "bugcheck 0x7b": Bugcheck, "INACCESSIBLE_BOOT_DEVICE": Bugcheck,
		"HTTP 503": HTTP, "403.4 ": "-", "HTTP 403.4": HTTP, "SMTP 550": SMTP, "550 5.7.1": SMTPEnhanced, "5.7.1": SMTPEnhanced,
		"rcode 3": DNSRCode, "NXDOMAIN": DNSRCode, "SERVFAIL": DNSRCode, "EDE 6": DNSExtended, "errno 13": Errno, "EACCES": Errno,
		"ERROR_IO_PENDING": Win32, "E_FAIL": HRESULT, "STATUS_ACCESS_DENIED": NTSTATUS, "WSAHOST_NOT_FOUND": Winsock, "JET_errReadVerifyFailure": JET,
		"MAPI_E_NOT_FOUND": HRESULT, "NERR_InternalError": Win32, "RPC_S_SERVER_UNAVAILABLE": Win32, "RPC_NT_WRONG_KIND_OF_BINDING": NTSTATUS,
	}
	for s, family := range want {
		c, err := Parse(s)
		switch {
		case family == "-" && err == nil:
			t.Errorf("Parse(%q) = %v, want an error", s, c)
		case family != "-" && (err != nil || c.Family != family):
			t.Errorf("Parse(%q) = %q, %v, want family %q", s, c.Family, err, family)
		}
	}
}

func TestParseNested(t *testing.T) {
	type inner struct {
		Value  uint32
		Family Family
	}
	want := map[string][]inner{
		"0xc00203e5":             {{997, Win32}},
		"0xc002052e":             {{1326, Win32}},
		"0xc002041D":             {{1053, Win32}},
		"0xC00703E5 (997)":       {{997, Win32}},
		"0x80070005":             {{5, Win32}},
		"0x80072AF9":             {{11001, Winsock}},
		"0x80004005":             nil,
		"0xC0020002":             nil, // an NTSTATUS has this very value
		"0xD0000022":             {{0xC0000022, NTSTATUS}},
		"80040115-0514-000006bb": {{1723, Win32}},
		"c0040380-0000-0000":     nil,
		"550 5.7.1":              {{550, SMTP}},
		"HTTP 403.4":             {{4, HTTP}},
		"STOP: 0x0000001E (0xC0000005, 0x80114738, 0x0, 0x0)":                                {{0xC0000005, NTSTATUS}},
		"STOP: 0xC000021A (0xE1270188, 0xC0000005, 0x0, 0x0)":                                {{0xC0000005, NTSTATUS}},
		"STOP: 0x0000007F (0x00000008, 0x00000000, 0x00000000, 0x00000000)":                  nil,
		"STOP: 0x0000000A (0xC0000005, 0x00000002, 0x00000001, 0x80114738)":                  nil,
		"*** STOP: 0x0000007B (0xF8975524,0xC0000034,0x00000000,0x00000000)":                 {{0xC0000034, NTSTATUS}},
		"STOP 0x0000001E (c0000005, 80114738, 0, 0)":                                         {{0xC0000005, NTSTATUS}},
		"STOP: 0x1000007E (0xFFFFFFFFC0000005, 0xFFFFF80012345678, 0x0, 0xFFFFF88012345678)": {{0xC0000005, NTSTATUS}},
	}
	for s, list := range want {
		c, err := Parse(s)
		if err != nil {
			t.Errorf("Parse(%q): %v", s, err)
			continue
		}
		var got []inner
		for _, n := range c.Nested {
			got = append(got, inner{n.Value, n.Family})
		}
		if diff := cmp.Diff(list, got); diff != "" {
			t.Errorf("Parse(%q).Nested: %s", s, diff)
		}
	}
	c, err := Parse("STOP: 0x0000000A (0x0000001c, 0x00000002,\n   0x00000001, 0x80114738)")
	if diff := cmp.Diff([]uint64{0x1c, 2, 1, 0x80114738}, c.Params); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "event 4058", "Event ID 4058", "Event ID: 4058", "ID: 4058", "5.5.2423.0", "4.0.1381", "192.0.2.1", "2001:db8::1", "10:30", "12/31/99", "hello",
		"error", "STOP", "stop it", "HTTP", "HTTP/1.1", "HTTP 99", "HTTP 1000", "SMTP", "SMTP 55", "rcode", "rcode x", "EDE", "errno", "0x", "0xg", "0x123456789",
		"4294967296", "-2147483649", "99999999999", "{00020D0B-0000-0000-C000-000000000046}", "00020D0B-0000-0000-C000-000000000046", "403.4", "deadbeefs", "abandon",
		"facades", "each", "beach", "0x80004005 0x80070005", "997 998", "997 apples", "5 GB", "----", "&H", "&Hxyz", "((((", "''", "\x00", "0xC00203E5é", "é", "C:\\x.log",
		strings.Repeat("9", 300), "report-2024.txt", "0x80004005 (5)", "5.7", "6.7.1",
	} {
		if c, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v (%q), want an error", s, c, c.Family)
		} else if err.Error() == "" {
			t.Errorf("Parse(%q): an error without words", s)
		}
	}
}

func TestCodeString(t *testing.T) {
	for s, want := range map[string]string{
		"c00203e5": "0xC00203E5", "997": "0x000003E5", "stop 7b": "STOP 0x0000007B", "550 5.7.1": "5.7.1", "HTTP/1.1 404": "HTTP 404", "HTTP 403.4": "HTTP 403.4",
		"NXDOMAIN": "RCODE 3", "EDE 22": "EDE 22", "EACCES": "errno 13", "smtp 550": "SMTP 550",
	} {
		c, err := Parse(s)
		if err != nil || c.String() != want {
			t.Errorf("Parse(%q).String() = %q, %v, want %q", s, c, err, want)
		}
	}
}
