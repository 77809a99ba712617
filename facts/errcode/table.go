package errcode

import (
	"sort"
	"strings"
)

//go:generate go run gen/main.go gen/sources.go gen/write.go -xsys $XSYS -samba $SAMBA -mingw $MINGW -dns $MIEKGDNS

// entry is one line of a generated table. Names and texts come from the sources
// that the head of each z*.go names.
type entry struct {
	value uint32
	name  string
	text  string
}

// table is a generated table with its order by name. Both are static data: they
// cost nothing until they are read.
type table struct {
	entries []entry
	byName  []uint16
}

// tableOf returns the table of a family, empty if there is none.
func tableOf(f Family) table {
	switch f {
	case Win32:
		return table{win32Table[:], win32TableByName[:]}
	case HRESULT:
		return table{hresultTable[:], hresultTableByName[:]}
	case NTSTATUS:
		return table{ntstatusTable[:], ntstatusTableByName[:]}
	case Bugcheck:
		return table{bugcheckTable[:], bugcheckTableByName[:]}
	case JET:
		return table{jetTable[:], jetTableByName[:]}
	case DNSRCode:
		return table{rcodeTable[:], rcodeTableByName[:]}
	case DNSExtended:
		return table{extendedTable[:], extendedTableByName[:]}
	case Winsock:
		return table{winsockTable[:], winsockTableByName[:]}
	case Errno:
		return table{errnoTable[:], errnoTableByName[:]}
	case HTTP:
		return table{httpTable[:], httpTableByName[:]}
	}
	return table{}
}

// all returns the entries of a value, the usual name first.
func (t table) all(v uint32) []entry {
	from := sort.Search(len(t.entries), func(i int) bool { return t.entries[i].value >= v })
	to := from
	for to < len(t.entries) && t.entries[to].value == v {
		to++
	}
	return t.entries[from:to]
}

// find returns the usual entry of a value.
func (t table) find(v uint32) (entry, bool) {
	if all := t.all(v); len(all) > 0 {
		return all[0], true
	}
	return entry{}, false
}

// tableKnows reports whether a value has a symbol in a family.
func tableKnows(f Family, v uint32) bool {
	_, ok := tableOf(f).find(v)
	return ok
}

// named returns the entry of a symbol, in any case.
func (t table) named(name string) (entry, bool) {
	i := sort.Search(len(t.byName), func(i int) bool { return compareFold(t.entries[t.byName[i]].name, name) >= 0 })
	if i < len(t.byName) && strings.EqualFold(t.entries[t.byName[i]].name, name) {
		return t.entries[t.byName[i]], true
	}
	return entry{}, false
}

// compareFold orders two strings by their ASCII upper case.
func compareFold(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if x, y := upper(a[i]), upper(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
