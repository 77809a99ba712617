package errcode

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t testing.TB, s string) Code {
	t.Helper()
	c, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func families(list []Reading) (out []Family) {
	for _, r := range list {
		out = append(out, r.Family)
	}
	return out
}

var exchange = Context{Product: "Exchange Server", OS: "Windows 2000"}

func TestRow1(t *testing.T) {
	var first []Reading
	for _, s := range []string{"0xc00203e5", "C00203E5", "-1073609755", "3221357541"} {
		c := mustParse(t, s)
		if c.Value != 0xC00203E5 || c.Family != "" || len(c.Nested) != 1 || c.Nested[0].Value != 997 {
			t.Errorf("Parse(%q) = %+v", s, c)
		}
		got := Readings(c, exchange)
		if diff := cmp.Diff([]Family{Exchange55, NTSTATUS}, families(got)); diff != "" {
			t.Fatalf("Readings(%q): %s", s, diff)
		}
		for _, r := range got {
			if r.Severity != 3 || r.Facility != 2 || r.Code != 997 {
				t.Errorf("Readings(%q): %+v", s, r)
			}
		}
		if got[1].Nested != nil {
			t.Errorf("Readings(%q): the NTSTATUS nests %+v", s, got[1].Nested)
		}
		n := got[0].Nested
		if n == nil || n.Code != 997 || n.Name != "ERROR_IO_PENDING" || n.Text != "Overlapped I/O operation is in progress." || n.Family != Win32 {
			t.Errorf("Readings(%q): nested %+v", s, n)
		}
		if first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("Readings(%q) differ: %s", s, diff)
		}
	}
	b, err := json.Marshal(first[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"family":"exchange55"`, `"severity":3`, `"facility":2`, `"code":997`, `"nested":{"family":"win32","name":"ERROR_IO_PENDING"`, `"why":`} {
		if !strings.Contains(string(b), part) {
			t.Errorf("%s lacks %s", b, part)
		}
	}
	if got := families(Readings(mustParse(t, "0xc00203e5"), Context{})); len(got) != 2 {
		t.Errorf("without context: %v", got)
	}
}

func TestReadingsOrder(t *testing.T) {
	linux, windows := Context{OS: "Debian GNU/Linux 12"}, Context{OS: "Windows 2000"}
	tests := []struct {
		code string
		ctx  Context
		want string // family name/code
	}{
		{"0xc0020002", Context{}, "ntstatus RPC_NT_WRONG_KIND_OF_BINDING"},
		{"0xc0020002", exchange, "exchange55 "},
		{"0xc002052e", exchange, "exchange55 "},
		{"0xc0000022", Context{}, "ntstatus STATUS_ACCESS_DENIED"},
		{"0x80070005", Context{}, "hresult E_ACCESSDENIED"},
		{"0x80004005", Context{}, "hresult E_FAIL"},
		{"0x800703e5", Context{}, "hresult "},
		{"0x8004010f", exchange, "hresult MAPI_E_NOT_FOUND"},
		{"-1018", Context{}, "jet JET_errReadVerifyFailure"},
		{"4294966278", exchange, "jet JET_errReadVerifyFailure"},
		{"13", linux, "errno EACCES"},
		{"13", windows, "win32 ERROR_INVALID_DATA"},
		{"13", Context{}, "win32 ERROR_INVALID_DATA"},
		{"errno 13", windows, "errno EACCES"},
		{"404", Context{Product: "IIS"}, "http Not Found"},
		{"HTTP 404", Context{}, "http Not Found"},
		{"550", Context{Texts: []string{"the SMTP server said 550"}}, "smtp "},
		{"5.7.1", Context{}, "smtp-enhanced 5.7.1"},
		{"11001", Context{}, "winsock WSAHOST_NOT_FOUND"},
		{"997", Context{}, "win32 ERROR_IO_PENDING"},
		{"2140", Context{}, "win32 NERR_InternalError"},
		{"STOP 0A", Context{}, "bugcheck IRQL_NOT_LESS_OR_EQUAL"},
		{"STOP C000021A", Context{}, "bugcheck STATUS_SYSTEM_PROCESS_TERMINATED"},
		{"NXDOMAIN", Context{}, "dns-rcode NXDOMAIN"},
		{"EDE 22", Context{}, "dns-extended No Reachable Authority"},
		{"5", Context{Texts: []string{"open x: Input/output error"}}, "errno EIO"},
		{"2", Context{OS: "Windows NT", Texts: []string{"The system cannot find the\n file specified."}}, "win32 ERROR_FILE_NOT_FOUND"},
		{"0xC0000005", Context{}, "ntstatus STATUS_ACCESS_VIOLATION"},
		{"0xD0000022", Context{}, "hresult "},
	}
	for _, tt := range tests {
		got := Readings(mustParse(t, tt.code), tt.ctx)
		if s := string(got[0].Family) + " " + got[0].Name; s != tt.want {
			t.Errorf("Readings(%q, %+v)[0] = %q, want %q; all: %v", tt.code, tt.ctx, s, tt.want, families(got))
		}
	}
}

func TestReadingsNest(t *testing.T) {
	for code, want := range map[string]string{
		"0x80072AF9":             "winsock WSAHOST_NOT_FOUND",
		"0x80070005":             "win32 ERROR_ACCESS_DENIED",
		"0xC002041D":             "win32 ERROR_SERVICE_REQUEST_TIMEOUT",
		"80040115-0514-000006bb": "win32 RPC_S_SERVER_TOO_BUSY",
		"0xD0000022":             "ntstatus STATUS_ACCESS_DENIED",
		"550 5.7.1":              "smtp ",
		"STOP: 0x0000001E (0xC0000005, 0x0, 0x0, 0x0)": "ntstatus STATUS_ACCESS_VIOLATION",
	} {
		r := Readings(mustParse(t, code), exchange)[0]
		if r.Nested == nil || string(r.Nested.Family)+" "+r.Nested.Name != want {
			t.Errorf("Readings(%q)[0].Nested = %+v, want %s", code, r.Nested, want)
		}
	}
}

func TestHRESULTLayout(t *testing.T) {
	r := Readings(mustParse(t, "0x80072AF9"), Context{})[0]
	if r.Severity != 1 || r.SeverityName != "error" || r.Facility != 7 || r.FacilityName != "WIN32" || r.Code != 11001 {
		t.Errorf("%+v", r)
	}
	r = Readings(mustParse(t, "0xA0040001"), Context{})[0]
	if !r.Customer || r.Facility != 4 || r.FacilityName != "ITF" {
		t.Errorf("%+v", r)
	}
	r = Readings(mustParse(t, "0xC0020017"), Context{})[0]
	if r.FacilityName != "RPC_RUNTIME" || r.SeverityName != "error" {
		t.Errorf("%+v", r)
	}
}

// TestReadingsOfEverything: each value has a reading, a sentence for it, and the
// same answer twice.
func TestReadingsOfEverything(t *testing.T) {
	for _, v := range []uint32{
		0, 1, 0xFFFF, 0x10000, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000, 0x9ABCDEF0, 0xA0000000, 0xB0000000, 0xC0000000, 0xCFFFFFFF,
		0xD0000000, 0xE06D7363, 0xF0000000, 0xFFFF0000, 0xFFFFFFFE, 0xFFFFFFFF,
	} {
		for _, f := range []Family{"", Win32, HRESULT, NTSTATUS, Bugcheck, JET, SMTP, SMTPEnhanced, DNSRCode, DNSExtended, Winsock, Errno, HTTP, Exchange55} {
			c := Code{Value: v, Family: f}
			got := Readings(c, exchange)
			if len(got) == 0 || f != "" && got[0].Family != f {
				t.Errorf("Readings(%#x, %q) = %v", v, f, families(got))
			}
			seen := map[Family]bool{}
			for _, r := range got {
				if r.Why == "" || r.SeverityName == "" || seen[r.Family] {
					t.Errorf("Readings(%#x, %q): %+v", v, f, r)
				}
				seen[r.Family] = true
			}
			if diff := cmp.Diff(got, Readings(c, exchange)); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestCheckMessage(t *testing.T) {
	tests := []struct {
		code, text string
		want       Agreement
		reading    string
	}{
		{"0xc00203e5", "Overlapped I/O operation is in progress.", Confirms, "ERROR_IO_PENDING"},
		{"0xc00203e5", "overlapped I/O\n   operation is in\r\n progress", Confirms, "ERROR_IO_PENDING"},
		{"0xc00203e5", "Setup could not start the service. Overlapped I/O operation is in progress. ID no: c00203e5", Confirms, "ERROR_IO_PENDING"},
		{"997", "Overlapped I/O operation is in progress.", Confirms, "ERROR_IO_PENDING"},
		{"997", "Access is denied.", Contradicts, "ERROR_ACCESS_DENIED"},
		{"0xc00203e5", "Access is denied.", Contradicts, "ERROR_ACCESS_DENIED"},
		{"0x80070005", "Access is denied.", Confirms, "ERROR_ACCESS_DENIED"},
		{"5", "Access is denied.", Confirms, "ERROR_ACCESS_DENIED"},
		{"1326", "Logon failure: unknown user name or bad password.", Confirms, "ERROR_LOGON_FAILURE"},
		{"1326", "The user name or password is incorrect.", Confirms, "ERROR_LOGON_FAILURE"},
		{"5", "The user name or password is incorrect.", Contradicts, "ERROR_LOGON_FAILURE"},
		{"2140", "An internal Windows NT error occurred.", Confirms, "NERR_InternalError"},
		{"2", "No such file or directory", Confirms, "ENOENT"},
		{"11001", "No such host is known.", Confirms, "WSAHOST_NOT_FOUND"},
		{"10061", "No such host is known.", Contradicts, "WSAHOST_NOT_FOUND"},
		{"0xc0000022", "Access is denied.", NoOpinion, ""},
		{"SMTP 550", "Permission denied", NoOpinion, ""},
		{"5", "Permission denied", NoOpinion, ""},
		{"errno 5", "Permission denied", Contradicts, "EACCES"},
		{"STOP 0xA", "Access is denied.", NoOpinion, ""},
		{"997", "The service is very slow today.", NoOpinion, ""},
		{"997", "", NoOpinion, ""},
		{"997", "Error.", NoOpinion, ""},
		{"193", "C:\\app.exe is not a valid Win32 application.", Confirms, "ERROR_BAD_EXE_FORMAT"},
		{"80040115-0514-000006bb", "The RPC server is too busy to complete this operation.", Confirms, "RPC_S_SERVER_TOO_BUSY"},
		{"997", strings.Repeat("x", 10000), NoOpinion, ""},
	}
	for _, tt := range tests {
		got, r := CheckMessage(mustParse(t, tt.code), tt.text)
		if got != tt.want || r.Name != tt.reading {
			t.Errorf("CheckMessage(%q, %q) = %s, %q, want %s, %q", tt.code, tt.text, got, r.Name, tt.want, tt.reading)
		}
		if got == Contradicts && r.Why == "" {
			t.Errorf("CheckMessage(%q, %q): no why", tt.code, tt.text)
		}
	}
}

func TestAlternativesDiffer(t *testing.T) {
	for _, a := range otherTexts {
		e, ok := tableOf(a.family).find(a.value)
		if !ok || fold(e.text) == fold(a.text) {
			t.Errorf("%s %d: %q is in the table", a.family, a.value, a.text)
		}
		if got, _ := CheckMessage(Code{Value: a.value, Family: a.family}, a.text); got != Confirms {
			t.Errorf("%s %d: %q is %s", a.family, a.value, a.text, got)
		}
	}
}

func BenchmarkReadings(b *testing.B) {
	c := mustParse(b, "0xc00203e5")
	b.ReportAllocs()
	for b.Loop() {
		Readings(c, exchange)
	}
}

func BenchmarkCheckMessage(b *testing.B) {
	c := mustParse(b, "0xc00203e5")
	for b.Loop() {
		CheckMessage(c, "Access is denied.")
	}
}
