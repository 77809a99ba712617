package errcode

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func literals(list []Match) []string {
	var out []string
	for _, m := range list {
		out = append(out, m.Literal)
	}
	return out
}

func TestFind(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"Setup failed with ID no: c00203e5.", []string{"c00203e5"}},
		{"Setup was unable to start. Overlapped I/O operation is in progress. ID no: 0xc00203e5", []string{"0xc00203e5"}},
		{"ID No. 80004005-0501-0000050a", []string{"80004005-0501-0000050a"}},
		{"ID no: 80040115-0514-000006bb", []string{"80040115-0514-000006bb"}},
		{"ID no: c0040380-0000-0000", []string{"c0040380-0000-0000"}},
		{"error '80004005'", []string{"80004005"}},
		{"Microsoft OLE DB Provider for ODBC Drivers error '80004005'", []string{"80004005"}},
		{"c00203e5", []string{"c00203e5"}},
		{"  c00203e5\r\n", []string{"c00203e5"}},
		{"Run-time error '-2147467259 (80004005)':", []string{"-2147467259", "80004005"}},
		{"Run-time error '&H80004005'", []string{"&H80004005"}},
		{"failed with error -1018.", []string{"-1018"}},
		{"JET_errReadVerifyFailure (-1018, 0xFFFFFC06)", []string{"JET_errReadVerifyFailure", "-1018", "0xFFFFFC06"}},
		{"-1018 (0xFFFFFC06)", []string{"-1018", "0xFFFFFC06"}},
		{"The service reported error 997: Overlapped", []string{"997"}},
		{"the call returned error 2", []string{"2"}},
		{"Error 2140: An internal Windows NT error occurred.", []string{"2140"}},
		{"Error code 0XC00703E5 (997)", []string{"0XC00703E5", "997"}},
		{"System error 53 has occurred.", []string{"53"}},
		{"error code: 1326", []string{"1326"}},
		{"The return code is 1722.", []string{"1722"}},
		{"status = 5", []string{"5"}},
		{"completed with status 0xc0000022", []string{"0xc0000022"}},
		{"errors 5, 32, and 64 are seen", []string{"5", "32", "64"}},
		{"error 5 or 32", []string{"5", "32"}},
		{"STOP: 0x0000000A (0x0000001c, 0x00000002, 0x00000001, 0x80114738)", []string{"STOP: 0x0000000A (0x0000001c, 0x00000002, 0x00000001, 0x80114738)"}},
		{"*** STOP: 0x0000007B (0xF8975524,0xC0000034,0x00000000,0x00000000)\nINACCESSIBLE_BOOT_DEVICE", []string{"STOP: 0x0000007B (0xF8975524,0xC0000034,0x00000000,0x00000000)\nINACCESSIBLE_BOOT_DEVICE"}},
		{"you get a STOP 0A on a blue screen", []string{"STOP 0A"}},
		{"a Stop 0xA message", []string{"Stop 0xA"}},
		{"STOP C000021A", []string{"STOP C000021A"}},
		{"The bugcheck was: 0x000000d1 (0x1, 0x2, 0x3, 0x4).", []string{"bugcheck was: 0x000000d1 (0x1, 0x2, 0x3, 0x4)"}},
		{"stop 5 services, then stop 80 more", nil},
		{"Stop error 0x7b on restart", []string{"Stop error 0x7b"}},
		{"HTTP 503 and HTTP/1.1 404 Not Found", []string{"HTTP 503", "HTTP/1.1 404"}},
		{"HTTP Error 403.4 - Forbidden: SSL required", []string{"HTTP Error 403.4"}},
		{"The remote server returned an error: (404) Not Found.", []string{"404) Not Found"}},
		{"<a@b.example>: 550 5.7.1 Unable to relay", []string{"550 5.7.1"}},
		{"550 Relaying of mail denied", []string{"550"}},
		{"Status: 5.1.1", []string{"5.1.1"}},
		{"#5.4.4 smtp;554", []string{"5.4.4", "smtp;554"}},
		{";; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 4058", []string{"NXDOMAIN"}},
		{";; ->>HEADER<<- opcode: QUERY, status: REFUSED, id: 4058", []string{"REFUSED"}},
		{"; EDE: 22 (No Reachable Authority): (at delegation example.)", []string{"EDE: 22 (No Reachable Authority)"}},
		{"bind: Permission denied (13)", []string{"13"}},
		{"connect: Connection refused (111)", []string{"111"}},
		{"open x: [Errno 13] Permission denied", []string{"Errno 13"}},
		{"returned ERROR_IO_PENDING and STATUS_ACCESS_DENIED", []string{"ERROR_IO_PENDING", "STATUS_ACCESS_DENIED"}},
		{"getaddrinfo: WSAHOST_NOT_FOUND; EACCES", []string{"WSAHOST_NOT_FOUND", "EACCES"}},
		{"error 80070003 and error 00000005", []string{"80070003", "00000005"}},
		{"Data word: c0000022", []string{"c0000022"}},
		{"exception 0xc0000005 at address 0x77f1a2b3", []string{"0xc0000005"}},
		{"Application exception: c0000005 (access violation), Address: 0x77f67de7", []string{"c0000005"}},
		{"error 2147746077", []string{"2147746077"}},
		{"The HRESULT is 2147500037", []string{"2147500037"}},
		{"0x80004005: unspecified error", []string{"0x80004005"}},
		{"Error -2147467259 (0x80004005)", []string{"-2147467259", "0x80004005"}},
		{"Windows Update error 0x80244019", []string{"0x80244019"}},
		{"error\ncode 0x5 was seen", []string{"0x5"}},
		{"Microsoft Windows NT ID:0xc00206fc", []string{"0xc00206fc"}},
		{"stack overflow (0xC00000FD)", []string{"0xC00000FD"}},
		{"Server object error 'ASP 0177: 800401f3'", []string{"800401f3"}},
		{"FIX: C0000005 Fatal Error With Function", []string{"C0000005"}},
		{"12:51:31 [80004005-501-0-550]", []string{"80004005-501-0-550"}},
		{"returns a Stop 7B - INACCESSIBLE BOOT DEVICE error", []string{"Stop 7B"}},
		{"Recovering from Stop 21A, or a STOP x50", []string{"Stop 21A", "STOP x50"}},
		{"most error 640 messages", []string{"640"}},
		{"node status 1079615371 1 running", nil},
		{"GET / HTTP/1.1\" status: 200 len: 967", nil},
		{"Conversation ID: C7F3A747", nil},
		{"S-1-5-21-2092848103-1120294241-1737835142-7944", nil},
		{"Microsoft Jet 351 Paradox Driver", nil},
		{"FAULT ->77f6cc66 ff4010", nil},
		{"exit(-1); return 0xFF; mov ax, 4C00h", nil},
		{"REG_DWORD 0x1", nil},

		{"Event ID 4058 was logged", nil},
		{"Event ID: 4058\nSource: MSExchangeIMC", nil},
		{"error event 4058, EventID 4058", nil},
		{"Event Type: Error\nEvent ID: 7000", nil},
		{"{00020D0B-0000-0000-C000-000000000046} and c0020D0B-0000-0000-C000-000000000046", nil},
		{"eax=c0000005 ebx=80123456 ecx=00000000 edx=80114738", nil},
		{"80123456 c0000005 00000001 80114738", nil},
		{"at address c0123456", nil},
		{"The instruction at 0x77f813b7 referenced memory at 0x00000000.", nil},
		{"caused a fault in module KRNL386 at 0137:3037f1db", nil},
		{"size 80000000 module c0001234 base 0x80100000", nil},
		{"I/O range 0x300-0x31F, IRQ 5, port 0x3F8", nil},
		{"version 5.5.2423.0 (error 1.2.3)", nil},
		{"192.0.2.21, 2001:db8:c000:80aa::1 and fe80::c000:80ff", nil},
		{"12/31/1999 10:30:55 and error 12/31/1999", nil},
		{"there are 997 files and 80000000 bytes", nil},
		{"an error 5 times in a row, an error 20% of the time", nil},
		{"Call 8006427676 or (425) 635-7222", nil},
		{"the error. 5 files were lost", nil},
		{"status 3 of 7", nil},
		{"As a result 20 machines stopped", nil},
		{"Q263029, 0x20 blanks, facade00", nil},
		{"The first 403.4 words; 5.7.1 is a version", nil},
		{"WIN-1018 and SRV-997", nil},
		{"NOERROR, STATUS_SUCCESS, ERROR_SUCCESS", nil},
		{"ENOUGH is ENOUGH, REFUSED", nil},
	}
	for _, tt := range tests {
		got := Find(tt.text)
		if diff := cmp.Diff(tt.want, literals(got)); diff != "" {
			t.Errorf("Find(%q): (-want +got)\n%s", tt.text, diff)
		}
		for _, m := range got {
			if tt.text[m.Start:m.End] != m.Literal {
				t.Errorf("Find(%q): %q is not at %d:%d", tt.text, m.Literal, m.Start, m.End)
			}
		}
	}
}

func TestFindIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	for _, unit := range []string{
		"error ", "STOP ", "STOP: 0x0000000A (", "0x80004005 ", "80004005 ", "c0000005-0000-", "(", "error 5, ", "1.", "a:", "::", "-1", "&H", "http error ", "EDE 22 (",
		" ", "\n", "error\n \n", "ID no: ", "x", "9", "rcode status ", "550 5.7.1 ", "(111)", "bug check error code ",
	} {
		took := func(n int) time.Duration {
			text := strings.Repeat(unit, n/len(unit))
			start := time.Now()
			Find(text)
			return time.Since(start)
		}
		took(1 << 16)
		if d := took(1 << 22); d > 2*time.Second {
			t.Errorf("Find of 4 MiB of %q took %v", unit, d)
		}
	}
}

// TestFindInArticles looks at real articles, where they are given.
func TestFindInArticles(t *testing.T) {
	dir := os.Getenv("KBTRIAGE_DATA")
	if dir == "" {
		t.Skip("KBTRIAGE_DATA is not set: Find is not tried on the articles")
	}
	b, err := os.ReadFile(filepath.Join(dir, "263", "Q263029.TXT"))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range Find(string(b)) {
		found = found || m.Value == 0xC00203E5
		if m.Value == 4058 {
			t.Errorf("the event number is taken for a code at %d", m.Start)
		}
	}
	if !found {
		t.Error("0xc00203e5 is not found in Q263029")
	}
}

// TestFindMarksNoEventNumbers: the many spellings of an event never give a code.
func TestFindMarksNoEventNumbers(t *testing.T) {
	for _, s := range []string{
		"Event ID: 4058", "EventID 4058", "EventID:4058", "Event ID=4058", "Event Id 4058 - Source: X", "Event ID   : 4058", "Event: 4058",
		"Event 4058 - Type:Warning", "Type: Error  Event ID: 4058", "Event IDs 4058 and 4067", "event 4058, 300, and 301", "Event Type: Error\nEvent ID: 4058\n",
		"an error event 4058", "error with Event ID: 4058", "Error event ID 4058", "Event ID. 4058", "(event 4058)", "Event ID no. 4058",
	} {
		if got := Find(s); len(got) != 0 {
			t.Errorf("Find(%q) = %v", s, literals(got))
		}
		if c, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v", s, c)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"0xc00203e5", "-1018", "80040115-0514-000006bb", "STOP: 0xA (0x1, 0x2)", "HTTP/1.1 404 Not Found", "550 5.7.1", "rcode NXDOMAIN", "EDE: 22 (No Reachable Authority)",
		"errno 13", "E_FAIL (0x80004005)", "((((", "&H&", "BugCheck 7B, {f8975524, c0000034, 0, 0}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(c.String())
		if err != nil || again.Value != c.Value {
			t.Errorf("Parse(%q) = %v, but Parse(%q) = %v, %v", s, c, c.String(), again, err)
		}
		for _, r := range Readings(c, Context{}) {
			if r.Family == "" || r.Why == "" {
				t.Errorf("Readings(%q): %+v", s, r)
			}
		}
		CheckMessage(c, s)
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"ID no: c00203e5", "STOP: 0x7B (0x1,0x2)\nINACCESSIBLE_BOOT_DEVICE", "errors 5, 6, and 7", "Error -1018 (0xfffffc06)", "a 404) Not Found", "0137:3037f1db",
		"eax=c0000005 ebx=80123456 ecx=00000000", "status: REFUSED", "; EDE: 6 (x)", "Permission denied (13)", "550 5.7.1 no",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, m := range Find(s) {
			if m.Start < last || m.End <= m.Start || m.End > len(s) || s[m.Start:m.End] != m.Literal {
				t.Fatalf("Find(%q): match %+v", s, m)
			}
			last = m.End
			c, err := Parse(m.Literal)
			if len(m.Literal) <= MaxLiteral && (err != nil || c.Value != m.Value) {
				t.Errorf("Find(%q) has %q = %#x, but Parse = %#x, %v", s, m.Literal, m.Value, c.Value, err)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("The Microsoft Exchange Internet Mail Service could not be started because of a problem with DNS resolution.\n"+
		"Event ID: 4058, ID no: c00203e5, returned error 997: STOP: 0x0000000A (0x1, 0x2, 0x3, 0x4)\n"+
		"eax=80123456 ebx=00000000 ecx=c0000005 on 192.0.2.1 at 10:30:55 with STATUS_ACCESS_DENIED\n", 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Find(text)
	}
}

func BenchmarkFindInPlainLog(b *testing.B) {
	text := strings.Repeat("Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=192.0.2.230\n", 2000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Find(text)
	}
}
