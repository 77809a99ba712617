//go:build ignore

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// entry is one code of a source.
type entry struct {
	value uint32
	name  string
	text  string
}

func read(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		log.Fatalf("gen: %v", err)
	}
	return strings.ReplaceAll(string(b), "\r", "")
}

// versionOf is the part after @ in the name of a module directory.
func versionOf(dir string) string {
	_, version, _ := strings.Cut(filepath.Base(filepath.Clean(dir)), "@")
	return version
}

func number(s string) (uint32, bool) {
	s = strings.Trim(s, "()LU")
	n, err := strconv.ParseInt(s, 0, 64)
	return uint32(n), err == nil
}

func isWinsock(v uint32) bool { return v >= 10000 && v < 12000 }

type windowsTables struct{ win32, winsock, hresult, ntstatus, facility []entry }

// readXSys reads the constants of zerrors_windows.go: Win32 codes are
// syscall.Errno, HRESULTs are Handle, NT status values are NTStatus.
func readXSys(path string) (t windowsTables) {
	line := regexp.MustCompile(`(?m)^\s+(\w+)\s+(syscall\.Errno|Handle|NTStatus)?\s*=\s*(0x[0-9A-Fa-f]+|[0-9]+)\s*$`)
	for _, m := range line.FindAllStringSubmatch(read(path), -1) {
		v, ok := number(m[3])
		if !ok {
			continue
		}
		e := entry{value: v, name: m[1]}
		switch {
		case m[2] == "Handle":
			t.hresult = append(t.hresult, e)
		case m[2] == "NTStatus":
			t.ntstatus = append(t.ntstatus, e)
		case m[2] == "" && strings.HasPrefix(e.name, "FACILITY_"):
			t.facility = append(t.facility, e)
		case m[2] == "syscall.Errno" && isWinsock(v):
			t.winsock = append(t.winsock, e)
		case m[2] == "syscall.Errno" && v < 0x10000:
			t.win32 = append(t.win32, e)
		}
	}
	return t
}

// readErref reads a table of [MS-ERREF] as Samba keeps it: a number, a name and
// a text, in paragraphs.
func readErref(path string) (list []entry) {
	_, body, _ := strings.Cut(read(path), "===========")
	block := regexp.MustCompile(`(?m)^[ \t]*(0x[0-9A-Fa-f]{8})\b`)
	at := block.FindAllStringSubmatchIndex(body, -1)
	for i, a := range at {
		end := len(body)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		v, _ := number(body[a[2]:a[3]])
		name, text, _ := strings.Cut(strings.TrimSpace(body[a[1]:end]), "\n")
		name = strings.TrimSpace(name)
		if strings.ContainsAny(name, " \t") {
			continue
		}
		list = append(list, entry{v, name, clean(text)})
	}
	return list
}

func clean(s string) string {
	s = strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'", "\u00a0", " ", "–", "-", "—", "-").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// readHresultTexts reads the HRESULT table of [MS-ERREF] out of hresult.c; its
// names carry a prefix HRES_ there.
func readHresultTexts(source, header string) (list []entry) {
	values := map[string]uint32{}
	define := regexp.MustCompile(`(?m)^#define\s+(\w+)\s+HRES_ERROR\((0x[0-9A-Fa-f]+)\)`)
	for _, m := range define.FindAllStringSubmatch(read(header), -1) {
		values[m[1]], _ = number(m[2])
	}
	item := regexp.MustCompile(`\{\s*(HRES_\w+),\s*"\w+",\s*"((?:[^"\\]|\\.)*)"\s*\}`)
	for _, m := range item.FindAllStringSubmatch(read(source), -1) {
		text, err := strconv.Unquote(`"` + m[2] + `"`)
		if err != nil {
			text = m[2]
		}
		if v, ok := values[m[1]]; ok {
			list = append(list, entry{v, strings.TrimPrefix(m[1], "HRES_"), clean(text)})
		}
	}
	return list
}

// readMingw reads the #defines of a header whose names start with prefix and
// whose value is a number, base+n, or another of them.
func readMingw(path, prefix string, base int64) (list []entry) {
	define := regexp.MustCompile(`(?m)^#define\s+(\w+)\s+(.+?)\s*(?:/\*.*)?$`)
	known := map[string]uint32{}
	plus := regexp.MustCompile(`^\((\w+) ?\+ ?(\d+)\)$`)
	for _, m := range define.FindAllStringSubmatch(read(path), -1) {
		name, value := m[1], strings.ReplaceAll(m[2], "(ULONG)", "")
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, "FACILITY_") || strings.HasPrefix(name, "STATUS_SEVERITY_") ||
			strings.HasPrefix(name, "__") || prefix == "JET_" && !strings.HasPrefix(name, "JET_err") && !strings.HasPrefix(name, "JET_wrn") {
			continue
		}
		v, ok := number(value)
		if p := plus.FindStringSubmatch(value); p != nil {
			n, _ := strconv.ParseInt(p[2], 10, 64)
			v, ok = uint32(base+n), true
		} else if other, is := known[value]; is {
			v, ok = other, true
		} else if inner, is := strings.CutPrefix(value, "MAKE_MAPI_E("); is {
			v, ok = number(strings.TrimSuffix(inner, ")"))
			v |= 0x80040000
		} else if inner, is := strings.CutPrefix(value, "MAKE_MAPI_S("); is {
			v, ok = number(strings.TrimSuffix(inner, ")"))
			v |= 0x00040000
		}
		if ok {
			known[name] = v
			list = append(list, entry{value: v, name: name})
		}
	}
	return list
}

// readErrno reads the error list of x/sys/unix. glibc prints the same texts
// with a capital first letter.
func readErrno(path string) (list []entry) {
	_, body, _ := strings.Cut(read(path), "var errorList")
	body, _, _ = strings.Cut(body, "\n}\n")
	item := regexp.MustCompile(`\{(\d+), "(\w+)", "([^"]*)"\}`)
	for _, m := range item.FindAllStringSubmatch(body, -1) {
		v, _ := number(m[1])
		list = append(list, entry{v, m[2], strings.ToUpper(m[3][:1]) + m[3][1:]})
	}
	return list
}

// readDNS reads RcodeToString and ExtendedErrorCodeToString of miekg/dns.
func readDNS(dir string) (rcodes, extended []entry) {
	values := map[string]uint32{}
	var tables []*ast.ValueSpec
	for _, file := range []string{"types.go", "msg.go", "edns.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, file), nil, 0)
		if err != nil {
			log.Fatalf("gen: %v", err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 {
				return true
			}
			switch v := spec.Values[0].(type) {
			case *ast.BasicLit:
				if n, ok := number(v.Value); ok {
					values[spec.Names[0].Name] = n
				}
			case *ast.CompositeLit:
				tables = append(tables, spec)
			}
			return true
		})
		if file == "edns.go" {
			iotaValues(f, values)
		}
	}
	for _, spec := range tables {
		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			pair, ok := element.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, isName := pair.Key.(*ast.Ident)
			text, isText := pair.Value.(*ast.BasicLit)
			if !isName || !isText || text.Kind != token.STRING {
				continue
			}
			v, known := values[key.Name]
			s, _ := strconv.Unquote(text.Value)
			switch {
			case !known:
			case spec.Names[0].Name == "RcodeToString":
				rcodes = append(rcodes, entry{v, s, ""})
			case spec.Names[0].Name == "ExtendedErrorCodeToString":
				extended = append(extended, entry{v, s, ""})
			}
		}
	}
	return rcodes, extended
}

// iotaValues adds the extended error codes, which count from 0.
func iotaValues(f *ast.File, values map[string]uint32) {
	for _, decl := range f.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for i, s := range g.Specs {
			for _, name := range s.(*ast.ValueSpec).Names {
				if strings.HasPrefix(name.Name, "ExtendedErrorCode") {
					values[name.Name] = uint32(i)
				}
			}
		}
	}
}

// readOwn reads a file of ours: number, name (or -), text, separated by tabs; #
// starts a comment.
func readOwn(path string) (list []entry) {
	for i, line := range strings.Split(read(path), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		part := strings.SplitN(line, "\t", 3)
		v, ok := number(part[0])
		if !ok || len(part) < 2 {
			log.Fatalf("gen: %s:%d: want number, name, text", path, i+1)
		}
		e := entry{value: v, name: strings.TrimPrefix(part[1], "-")}
		if len(part) == 3 {
			e.text = part[2]
		}
		list = append(list, e)
	}
	return list
}
