package evtx

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts/record"
)

// fieldsOf are the text of the first record of a chunk, its fields outside of
// System one a line, and the damage.
func fieldsOf(t testing.TB, chunk []byte) (text string, fields []string, c *collect) {
	t.Helper()
	d := NewDecoder()
	c = &collect{}
	c.each = func(r *record.Record) error {
		text = string(r.Text())
		fields = nil
		d.Fields(func(name, value []byte) bool {
			if !bytes.HasPrefix(name, []byte("System.")) {
				fields = append(fields, string(name)+"="+string(value))
			}
			return true
		})
		return nil
	}
	if err := d.Chunk(chunk, 0, c); err != nil {
		t.Fatal(err)
	}
	return text, fields, c
}

func data(name string, content ...any) elem {
	e := elem{name: "Data", content: content}
	if name != "" {
		e.attrs = []attr{{"Name", text(name)}}
	}
	return e
}

func TestBinXML(t *testing.T) {
	values := func(kind byte, parts ...string) val {
		return val{kind: kind | typeArray, bytes: []byte(strings.Join(parts, ""))}
	}
	w := func(s string) string { return string(wide(s)) }
	for _, c := range []struct {
		name   string
		root   elem
		values []val
		text   string
		fields []string
	}{
		{
			"named and nameless",
			elem{name: "EventData", content: []any{data("a", sub{n: 0}), data("", sub{n: 1}), elem{name: "Binary", content: at(2)}}},
			[]val{str("x"), str("y"), {kind: typeBinary, bytes: []byte{1, 0xab}}},
			"a: x\ny\nBinary: 01AB",
			[]string{"EventData.a=x", "EventData.Data=y", "EventData.Binary=01AB"},
		},
		{
			"empty and missing",
			elem{name: "EventData", content: []any{data("a", sub{n: 0}), data("b", sub{n: 1, optional: true}), data("c", sub{n: 2}), data("d"), data("e", sub{n: 9}), data("f", sub{n: 9, optional: true})}},
			[]val{str(""), null(), null()},
			"",
			[]string{"EventData.a=", "EventData.c=", "EventData.d=", "EventData.e="},
		},
		{
			"array of strings",
			elem{name: "EventData", content: []any{data("", sub{n: 0}), data("n", sub{n: 1})}},
			[]val{values(typeString, w("one\x00"), w("\x00"), w("three\x00")), values(typeUint16, "\x01\x00", "\x02\x00", "\x03")},
			"one\nthree\nn: 1\nn: 2\nn: 03",
			[]string{"EventData.Data=one", "EventData.Data=", "EventData.Data=three", "EventData.n=1", "EventData.n=2", "EventData.n=03"},
		},
		{
			"user data",
			elem{name: "UserData", content: []any{elem{name: "Operation", attrs: []attr{{"xmlns", text("urn:x")}, {"Code", at(0)}}, content: []any{elem{name: "Step", content: at(1)}, elem{name: "Param", attrs: []attr{{"Name", text("p")}}}}}}},
			[]val{num16(5), str("begin")},
			"Operation.Code: 5\nStep: begin\nParam.Name: p",
			[]string{"UserData.Operation.Code=5", "UserData.Operation.Step=begin", "UserData.Operation.Param.Name=p"},
		},
		{
			"a name that is a value",
			elem{name: "EventData", content: []any{elem{name: "Data", attrs: []attr{{"Name", at(0)}}, content: at(1)}, elem{name: "Data", attrs: []attr{{"Name", at(2)}}, content: at(1)}}},
			[]val{str("called"), str("v"), str("")},
			"called: v\nv",
			[]string{"EventData.Data.called=v", "EventData.Data=v"},
		},
		{
			"pieces of text",
			elem{name: "EventData", content: []any{data("t",
				"a", sub{n: 0}, tokens{tokenCharRef, 0x42, 0}, tokens("\x07\x02\x00<\x00>\x00"), entity("lt"), sub{n: 1}, "z")}},
			[]val{str("-"), values(typeUint8, "\x01\x02")},
			"t: a-B<><1, 2z",
			[]string{"EventData.t=a-B<><1, 2z"},
		},
		{
			"white space between elements",
			elem{name: "EventData", content: []any{"\r\n  ", data("a", sub{n: 0}), "\n", data("b", " "), "\n"}},
			[]val{str("x")},
			"a: x\nb:  ",
			[]string{"EventData.a=x", "EventData.b= "},
		},
		{
			"a template in a value of a template",
			elem{name: "EventData", content: []any{elem{name: "Outer", content: []any{"before ", sub{n: 0}, " behind"}}}},
			[]val{nest(inst{guid: "the inner one", root: elem{name: "Inner", content: at(0)}, values: []val{str("deep")}})},
			"Outer: before  behind\nInner: deep",
			[]string{"EventData.Outer=before  behind", "EventData.Outer.Inner=deep"},
		},
		{
			"a message of the sender",
			elem{name: "RenderingInfo", attrs: []attr{{"Culture", text("en-US")}}, content: []any{elem{name: "Message", content: []any{"The service ", sub{n: 0}, " stopped."}}, elem{name: "Level", content: text("Error")}}},
			[]val{str("dns")},
			"The service dns stopped.",
			[]string{"RenderingInfo.Culture=en-US", "RenderingInfo.Message=The service dns stopped.", "RenderingInfo.Level=Error"},
		},
		{
			"data that is called System",
			elem{name: "System", content: []any{elem{name: "EventID", content: at(0)}}},
			[]val{num16(7)},
			"EventID: 7",
			nil,
		},
		{
			"processing instructions",
			elem{name: "EventData", content: []any{tokens("\x0b\x01\x00x\x00"), data("a", "1")}},
			nil,
			"a: 1",
			[]string{"EventData.a=1"},
		},
		{
			"constants that are no strings",
			elem{name: "EventData", content: []any{data("a", tokens{tokenValue, typeUint32, 1, 2, 0, 0})}},
			nil,
			"a: 513",
			[]string{"EventData.a=513"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := inst{guid: "data of a test", root: c.root, values: c.values}
			w := newWriter(1)
			for n := range 2 { // the second finds the template that stands in the first
				w.record(func() { w.instance(event(uint64(n), 1, 4, 0, nest(in))); w.u8(tokenEnd) })
				text, fields, out := fieldsOf(t, w.chunk())
				if text != c.text || out.damage != nil {
					t.Errorf("record %d: text %q, want %q; damage %v", n, text, c.text, out.damage)
				}
				if diff := cmp.Diff(c.fields, fields); diff != "" {
					t.Errorf("record %d: fields (-want +got):\n%s", n, diff)
				}
			}
		})
	}
}

// TestEntities resolves the names that XML knows, and keeps those that it does
// not.
func TestEntities(t *testing.T) {
	for name, want := range map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'", "nbsp": "&nbsp;"} {
		if text := string(appendEntity([]byte("a"), wide(name))); text != "a"+want {
			t.Errorf("%s is %q, want %q", name, text, "a"+want)
		}
	}
}

// TestWithoutTemplate reads events that are written out, as programs do that
// copy them from one log to another: with and without dependency ids.
func TestWithoutTemplate(t *testing.T) {
	eventData := elem{name: "EventData", content: []any{data("a", "1 & 2"), data("", "3")}}
	root := elem{name: "Event", content: []any{
		elem{name: "System", content: []any{
			elem{name: "Provider", attrs: []attr{{"Name", text("Copied")}}},
			elem{name: "EventID", content: text("4622")},
			elem{name: "Level", content: text("2")},
			elem{name: "TimeCreated", attrs: []attr{{"SystemTime", text("2020-01-02T03:04:05.123456700Z")}}},
			elem{name: "Computer", content: text("host-2")},
		}},
		eventData,
	}}
	for _, ids := range []bool{false, true} {
		c := decodeChunk(t, one(func(w *writer) {
			w.u8(tokenFragment, 1, 1, 0)
			w.elem(root, ids)
			w.u8(tokenEnd)
		}))
		want := []got{{Number: 1, Time: "2020-01-02T03:04:05.1234567Z", Event: true, ID: 4622, Host: "host-2", Source: "Copied", Level: "error", Text: "a: 1 & 2\n3"}}
		if diff := cmp.Diff(want, c.records); diff != "" || c.damage != nil {
			t.Errorf("ids %v: damage %v (-want +got):\n%s", ids, c.damage, diff)
		}
	}
	// The same, as a value of a template.
	for _, v := range []val{{kind: typeBinXML, direct: &eventData}, {kind: typeBinXML}} {
		c := decodeChunk(t, one(func(w *writer) { w.instance(event(1, 1, 4, 0, v)) }))
		want := ""
		if v.direct != nil {
			want = "a: 1 & 2\n3"
		}
		if len(c.records) != 1 || c.damage != nil || c.records[0].Text != want {
			t.Errorf("%+v, want the text %q", c, want)
		}
	}
}

// TestSystemWithin finds the part System in a value.
func TestSystemWithin(t *testing.T) {
	outer := inst{guid: "an envelope", root: elem{name: "Event", content: at(0)}, values: []val{
		nest(inst{guid: "its content", root: elem{name: "System", content: []any{elem{name: "EventID", content: at(0)}, elem{name: "Computer", content: at(1)}}}, values: []val{num16(77), str("host-3")}}),
	}}
	c := decodeChunk(t, one(func(w *writer) { w.instance(outer) }))
	if len(c.records) != 1 || c.records[0].ID != 77 || c.records[0].Host != "host-3" || c.damage != nil {
		t.Errorf("%+v", c)
	}
	none := inst{guid: "a stranger", root: elem{name: "Something", content: at(0)}, values: []val{str("x")}}
	c = decodeChunk(t, one(func(w *writer) { w.instance(none) }))
	if len(c.records) != 1 || c.records[0].Event || c.records[0].Text != "Something: x" || c.reasons() != "bad-record" || c.lost != 0 {
		t.Errorf("%+v", c)
	}
}

// TestSameGUID has two templates with one GUID and one size in two chunks.
func TestSameGUID(t *testing.T) {
	chunk := func(name string) []byte {
		return one(func(w *writer) {
			w.instance(event(1, 1, 4, 0, nest(inst{guid: "twice", root: elem{name: "EventData", content: []any{data(name, sub{n: 0})}}, values: []val{str("x")}})))
		})
	}
	d := NewDecoder()
	for i, name := range []string{"one", "two", "one", "six"} {
		c := &collect{}
		if err := d.Chunk(chunk(name), i, c); err != nil || len(c.records) != 1 || c.records[0].Text != name+": x" {
			t.Errorf("%s: %v %+v", name, err, c)
		}
	}
	if len(d.kept) != 2 {
		t.Errorf("%d templates are kept, want 2 with variants", len(d.kept))
	}
}

// TestBombs asks for far more than a record can hold.
func TestBombs(t *testing.T) {
	deep := func(n int) inst {
		in := inst{guid: "level 0", root: elem{name: "Leaf", content: text("end")}}
		for i := range n {
			// Each level holds the one below twice.
			in = inst{guid: fmt.Sprintf("level %d", i+1), root: elem{name: "E", content: []any{elem{name: "A", content: at(0)}, elem{name: "B", content: at(0)}}}, values: []val{nest(in)}}
		}
		return in
	}
	elements := func(n int) elem {
		e := elem{name: "End", content: text("x")}
		for range n {
			e = elem{name: "E", content: []any{e}}
		}
		return e
	}
	repeat := elem{name: "EventData"}
	for range 2000 {
		repeat.content = append(repeat.content, data("", sub{n: 0}))
	}
	array := val{kind: typeString | typeArray, bytes: bytes.Repeat([]byte{0, 0}, 10000)}
	many := make([]val, maxValues+1)
	for _, c := range []struct {
		name    string
		in      inst
		reasons string
		text    int // at most
	}{
		{"templates in templates, each twice", deep(20), "limit", maxText},
		{"templates in templates", deep(35), "limit", maxText},
		{"elements in elements", inst{guid: "e", root: elements(62), values: nil}, "", 100},
		{"too many elements in elements", inst{guid: "e", root: elements(70), values: nil}, "limit", 0},
		{"one value 2,000 times", inst{guid: "r", root: repeat, values: []val{str(strings.Repeat("x", 8000))}}, "limit", maxText + 70000},
		{"one array 2,000 times", inst{guid: "r", root: repeat, values: []val{array}}, "limit", maxText},
		{"too many values", inst{guid: "m", root: repeat, values: many}, "limit", 0},
		{"as many values as there may be", inst{guid: "m", root: repeat, values: many[1:]}, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := decodeChunk(t, one(func(w *writer) { w.instance(event(1, 1, 4, 0, nest(c.in))) }))
			if got.reasons() != c.reasons {
				t.Errorf("damage %q, want %q: %v", got.reasons(), c.reasons, got.damage)
			}
			if len(got.records) != 1 || len(got.records[0].Text) > c.text {
				t.Errorf("%d records; the text of the first must not have more than %d bytes", len(got.records), c.text)
			}
		})
	}
}

// TestNesting goes as deep as templates may be nested, and a step further.
func TestNesting(t *testing.T) {
	for _, c := range []struct {
		depth   int
		text    string
		reasons string
	}{{maxNesting - 1, "Leaf: end", ""}, {maxNesting, "", "limit"}} {
		in := inst{guid: "level 0", root: elem{name: "Leaf", content: text("end")}}
		for i := range c.depth {
			in = inst{guid: fmt.Sprintf("level %d", i+1), root: elem{name: "E", content: at(0)}, values: []val{nest(in)}}
		}
		out := decodeChunk(t, one(func(w *writer) { w.instance(event(1, 1, 4, 0, nest(in))) }))
		if len(out.records) != 1 || out.records[0].Text != c.text || out.reasons() != c.reasons {
			t.Errorf("depth %d: %+v", c.depth, out)
		}
	}
}

// TestOverlappingTemplates has records that each use another part of one large
// definition.
func TestOverlappingTemplates(t *testing.T) {
	w := newWriter(1)
	root := elem{name: "Event"}
	for range 400 {
		root.content = append(root.content, data("some name", sub{n: 0}))
	}
	var def int
	w.record(func() {
		def = len(w.buf) + 14
		w.instance(inst{guid: "large", root: root, values: nil})
	})
	for n := 1; w.record(func() {
		w.u8(tokenFragment, 1, 1, 0, tokenTemplate, 1)
		w.u32(0)
		w.u32(def + n)
		w.u32(0)
	}); n++ {
	}
	c := decodeChunk(t, w.chunk())
	if len(c.damage) != maxDamages+1 && len(c.damage) != maxDamages+2 || int64(len(c.records))+c.lost != int64(w.count) {
		t.Errorf("%d records and %d lost of %d, damage %d times", len(c.records), c.lost, w.count, len(c.damage))
	}
}
