package jsonlog

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/valyala/fastjson"
)

// slowMembers lists the members of an object by way of another parser, in the
// order of the text, without any knowledge of names that wrap.
func slowMembers(v *fastjson.Value, path string) []string {
	var all []string
	switch v.Type() {
	case fastjson.TypeObject:
		o, _ := v.Object()
		o.Visit(func(key []byte, v *fastjson.Value) {
			name := string(key)
			if path != "" {
				name = path + "." + name
			}
			all = append(all, slowMembers(v, name)...)
		})
	case fastjson.TypeArray:
		elements, _ := v.Array()
		for _, e := range elements {
			all = append(all, slowMembers(e, path)...)
		}
	case fastjson.TypeString:
		b, _ := v.StringBytes()
		all = append(all, fmt.Sprintf("%s=%s", path, b))
	default:
		all = append(all, fmt.Sprintf("%s=%s", path, v.MarshalTo(nil)))
	}
	return all
}

// members lists those of the tape in the same form.
func members(b []byte, nodes []node) []string {
	var all []string
	var visit func(i int32, path string)
	visit = func(i int32, path string) {
		for j := i + 1; j < nodes[i].next; j = nodes[j].next {
			n, name := nodes[j], path
			if nodes[i].kind == object {
				if path != "" {
					name += "."
				}
				name += string(unescape(nil, b[n.keyStart:n.keyEnd]))
			}
			switch n.kind {
			case object, array:
				visit(j, name)
			case text:
				all = append(all, fmt.Sprintf("%s=%s", name, unescape(nil, b[n.start:n.end])))
			default:
				all = append(all, fmt.Sprintf("%s=%s", name, b[n.start:n.end]))
			}
		}
	}
	visit(0, "")
	return all
}

// checkTape compares the tape with two other parsers.
func checkTape(t *testing.T, b []byte) {
	t.Helper()
	var whole tape
	s := whole.read(b)
	valid := json.Valid(b)
	if !valid {
		if s == done && strings.TrimSpace(string(b[whole.at:])) == "" && !generous(b) {
			t.Errorf("the tape takes %q, which is no JSON", b)
		}
		return
	}
	if s == deep {
		return
	}
	if s != done {
		t.Fatalf("the tape stops at %d of %q, which is JSON", whole.at, b)
	}
	if half := strings.Contains(string(b), `\u`) || strings.Contains(string(b), `\U`); !half {
		var p fastjson.Parser
		if v, err := p.ParseBytes(b); err == nil {
			if got, want := members(b, whole.nodes), slowMembers(v, ""); !slices.Equal(got, want) {
				t.Errorf("%q:\ngot  %q\nwant %q", b, got, want)
			}
		}
	}
	var pieces tape
	for n := range whole.at {
		if s := pieces.read(b[:n]); s != more {
			t.Fatalf("%q: in pieces the tape ends at %d with %d", b, n, s)
		}
	}
	if pieces.read(b[:whole.at]); !slices.Equal(pieces.nodes, whole.nodes) || pieces.at != whole.at {
		t.Errorf("%q: in pieces it is another object", b)
	}
}

// generous reports whether b may be one of the texts that the tape takes and
// RFC 8259 does not.
func generous(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == '\\' || c-'0' < 10 || c == '-' || c == 'N' || c == 'I' {
			return true
		}
	}
	return false
}

// randomJSON writes a value with blanks in places.
func randomJSON(r *rand.Rand, depth int) string {
	blank := func() string { return []string{"", "", "", " ", "\n", "\t "}[r.IntN(6)] }
	str := func() string {
		return []string{`"a"`, `""`, `"msg"`, `"\\"`, `"\"x\n"`, `"long enough for two words, or three"`, `"ä\t"`, `"}{,:]["`}[r.IntN(8)]
	}
	kind := r.IntN(8)
	if depth > 4 {
		kind = min(kind, 4)
	}
	open, shut, n := "[", "]", r.IntN(4)
	switch kind {
	case 0, 1, 2:
		return str()
	case 3:
		return []string{"0", "-1.5e3", "1709792701", "12"}[r.IntN(4)]
	case 4:
		return []string{"true", "false", "null"}[r.IntN(3)]
	case 5, 6:
		open, shut = "{", "}"
	}
	var b strings.Builder
	b.WriteString(open)
	for i := range n {
		if i > 0 {
			b.WriteString("," + blank())
		}
		if open == "{" {
			b.WriteString(str() + blank() + ":" + blank())
		}
		b.WriteString(randomJSON(r, depth+1) + blank())
	}
	return b.String() + shut
}

func TestTape(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1500 {
		s := `{"a":` + randomJSON(r, 0) + `,"b":` + randomJSON(r, 0) + `}`
		if len(s) > 400 {
			continue
		}
		if !json.Valid([]byte(s)) {
			t.Fatalf("the test makes what is no JSON: %s", s)
		}
		checkTape(t, []byte(s))
		b := []byte(s) // one byte wrong
		b[r.IntN(len(b))] = `{}[]",:x `[r.IntN(9)]
		checkTape(t, b)
	}
}

// FuzzRead checks that the way in which the input comes changes nothing, that
// objects are found in any layout, and that no byte that is no blank is lost
// without a word.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"msg":"a","x":{"y":[1,{"z":null}]}}`, `[{"a":1},{"b":"\n"}]`, "{\"a\":\n{\"b\":1}\n", "text\n{\"a\":1}",
		`{"MESSAGE":[104,105]}`, `{"Event":{"System":{"EventID":{"#text":7}}}}`, `{"a":"\ud83d\ude00\`, `{"a":NaN,"b":-1e5}`, "[\n", "]", `{"a":[`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			return
		}
		if strings.HasPrefix(string(b), "{") {
			checkTape(t, b)
		}
		Is(b)
		whole := readAll(t, strings.NewReader(string(b)))
		pieces := readAll(t, iotest.OneByteReader(strings.NewReader(string(b))))
		if !slices.Equal(whole.records, pieces.records) || !slices.Equal(whole.problems, pieces.problems) || !slices.Equal(whole.lines, pieces.lines) {
			t.Errorf("byte by byte: %q, %v; at once: %q, %v", pieces.records, pieces.problems, whole.records, whole.problems)
		}
		if !slices.IsSorted(whole.lines) {
			t.Errorf("lines %v", whole.lines)
		}
		if left := strings.Trim(string(b), " \t\r\n,[]"); left != "" && len(whole.records) == 0 && len(whole.problems) == 0 {
			t.Errorf("%q: nothing is said of it", b)
		}
		if strings.HasPrefix(string(b), "{") && json.Valid(b) && len(whole.records) != 1 {
			t.Errorf("%q: %d records", b, len(whole.records))
		}
	})
}
