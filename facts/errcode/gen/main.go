//go:build ignore

// Command gen writes the tables of package errcode. Every source is a flag:
//
//	-xsys   directory of golang.org/x/sys (windows/zerrors_windows.go, unix/zerrors_linux_amd64.go)
//	-samba  directory libcli/util of a Samba source tree: the tables of [MS-ERREF] with their texts
//	-mingw  include directory of mingw-w64 (lmerr.h, mapicode.h, bugcodes.h, esent.h)
//	-dns    directory of github.com/miekg/dns (types.go, msg.go, edns.go)
//
// On Debian: apt-get source samba, and the headers of mingw-w64-common; the two
// modules are where go mod download -json says. The files beside it (win32.txt, winsock.txt, jet.txt, bugcheck.txt) hold what no source has.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"runtime"
	"sort"
	"strings"
)

// Licence remarks, one a source.
const (
	noteXSys  = "golang.org/x/sys %s windows/zerrors_windows.go (BSD-3-Clause)"
	noteUnix  = "golang.org/x/sys %s unix/zerrors_linux_amd64.go (BSD-3-Clause)"
	noteErref = "texts: [MS-ERREF] as kept in Samba %s libcli/util (Microsoft Open Specifications notice: portions may be distributed in implementations)"
	noteMingw = "mingw-w64 %s include/%s (public domain)"
	noteDNS   = "github.com/miekg/dns %s %s (BSD-3-Clause); the values are IANA's"
	noteOwn   = "gen/%s (this project; %s)"
)

func main() {
	log.SetFlags(0)
	var xsys, samba, mingw, dns, out, sambaVersion, mingwVersion string
	flag.StringVar(&xsys, "xsys", "", "directory of golang.org/x/sys")
	flag.StringVar(&samba, "samba", "", "directory libcli/util of a Samba source tree")
	flag.StringVar(&mingw, "mingw", "", "include directory of mingw-w64")
	flag.StringVar(&dns, "dns", "", "directory of github.com/miekg/dns")
	flag.StringVar(&out, "out", ".", "where the tables go")
	flag.StringVar(&sambaVersion, "samba-version", "4.17.12", "version of the Samba source")
	flag.StringVar(&mingwVersion, "mingw-version", "10.0.0", "version of mingw-w64")
	own := flag.String("own", "gen", "directory of the texts that no source has")
	flag.Parse()
	if xsys == "" || samba == "" || mingw == "" || dns == "" {
		log.Fatal("gen: -xsys, -samba, -mingw and -dns are needed")
	}
	sysVersion, dnsVersion := versionOf(xsys), versionOf(dns)

	windows := readXSys(xsys + "/windows/zerrors_windows.go")
	werror := readErref(samba + "/werror_err_table.txt")
	status := readErref(samba + "/ntstatus_err_table.txt")
	hresult := readHresultTexts(samba+"/hresult.c", samba+"/hresult.h")
	xsysNote := fmt.Sprintf(noteXSys, sysVersion)
	errefNote := fmt.Sprintf(noteErref, sambaVersion)

	win32 := windows.win32
	win32 = append(win32, readMingw(mingw+"/lmerr.h", "NERR_", 2100)...)
	win32 = withTexts(win32, werror)
	for _, t := range werror { // names that only the specification has
		if t.value < 0x10000 && !isWinsock(t.value) {
			win32 = append(win32, t)
		}
	}
	win32 = overrideTexts(win32, readOwn(*own+"/win32.txt"))
	write(out, "win32", "win32Table", dedupe(win32), xsysNote, fmt.Sprintf(noteMingw, mingwVersion, "lmerr.h"), errefNote, fmt.Sprintf(noteOwn, "win32.txt", "where the system words a message otherwise"))

	winsock := overrideTexts(windows.winsock, readOwn(*own+"/winsock.txt"))
	write(out, "winsock", "winsockTable", dedupe(winsock), xsysNote, fmt.Sprintf(noteOwn, "winsock.txt", "the strings that Windows prints"))

	hres := append(windows.hresult, readMingw(mingw+"/mapicode.h", "MAPI_", 0)...)
	hres = withTexts(hres, hresult)
	write(out, "hresult", "hresultTable", dedupe(hres), xsysNote, fmt.Sprintf(noteMingw, mingwVersion, "mapicode.h"), errefNote)

	nt := withTexts(windows.ntstatus, status)
	for _, t := range status {
		nt = append(nt, t)
	}
	write(out, "ntstatus", "ntstatusTable", dedupe(nt), xsysNote, errefNote)

	write(out, "facility", "facilityTable", dedupe(windows.facility), xsysNote)

	bug := readMingw(mingw+"/bugcodes.h", "", 0)
	bug = append(bug, readOwn(*own+"/bugcheck.txt")...)
	write(out, "bugcheck", "bugcheckTable", dedupe(bug), fmt.Sprintf(noteMingw, mingwVersion, "bugcodes.h"), fmt.Sprintf(noteOwn, "bugcheck.txt", "newer codes"))

	jet := overrideTexts(readMingw(mingw+"/esent.h", "JET_", 0), readOwn(*own+"/jet.txt"))
	write(out, "jet", "jetTable", dedupe(jet), fmt.Sprintf(noteMingw, mingwVersion, "esent.h"), fmt.Sprintf(noteOwn, "jet.txt", "short texts of the common errors"))

	write(out, "errno", "errnoTable", dedupe(readErrno(xsys+"/unix/zerrors_linux_amd64.go")), fmt.Sprintf(noteUnix, sysVersion)+"; texts with glibc's capitals")

	rcodes, extended := readDNS(dns)
	rcodes = append(rcodes, entry{value: 16, name: "BADVERS"}) // shares 16 with BADSIG: RFC 6891
	write(out, "dns", "rcodeTable", dedupe(rcodes), fmt.Sprintf(noteDNS, dnsVersion, "msg.go"))
	write(out, "ede", "extendedTable", dedupe(extended), fmt.Sprintf(noteDNS, dnsVersion, "edns.go"))

	var web []entry
	for i := 100; i < 600; i++ {
		if text := http.StatusText(i); text != "" {
			web = append(web, entry{uint32(i), text, ""})
		}
	}
	write(out, "http", "httpTable", web, "Go "+strings.TrimPrefix(runtime.Version(), "go")+" net/http (BSD-3-Clause); the values are IANA's (RFC 9110)")
}

// withTexts gives each entry the text of its name, or of its value.
func withTexts(list, texts []entry) []entry {
	byName, byValue := map[string]string{}, map[uint32]string{}
	for _, t := range texts {
		byName[t.name] = t.text
		if byValue[t.value] == "" {
			byValue[t.value] = t.text
		}
	}
	for i, e := range list {
		if list[i].text = byName[e.name]; list[i].text == "" {
			list[i].text = byValue[e.value]
		}
	}
	return list
}

// overrideTexts gives each entry the text of its value, and adds what is new.
func overrideTexts(list, texts []entry) []entry {
	for _, t := range texts {
		found := false
		for i := range list {
			if list[i].value == t.value {
				list[i].text, found = t.text, true
			}
		}
		if !found {
			list = append(list, t)
		}
	}
	return list
}

// dedupe sorts by value, keeps the order of the sources within a value, and
// drops a name that is already there. Plain success comes first.
func dedupe(list []entry) []entry {
	preferred := func(e entry) int {
		switch {
		case strings.HasSuffix(e.name, "_SUCCESS"), e.name == "S_OK", e.name == "JET_errSuccess":
			return 0
		case strings.HasPrefix(e.name, "STATUS_WAIT"), strings.HasPrefix(e.name, "RPC_NT_") && e.value>>16 != 0xC002 && e.value>>16 != 0xC003:
			return 2
		}
		return 1
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].value != list[j].value {
			return list[i].value < list[j].value
		}
		return preferred(list[i]) < preferred(list[j])
	})
	seen := map[string]bool{}
	var out []entry
	for _, e := range list {
		if strings.HasPrefix(e.name, "SEVERITY_") || e.name == "NOERROR" && e.text != "" || strings.HasSuffix(e.name, "_FIRST") || strings.HasSuffix(e.name, "_LAST") {
			continue // no codes
		}
		key := strings.ToUpper(e.name)
		if e.name == "" || seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, e)
	}
	return out
}
