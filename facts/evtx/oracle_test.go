package evtx

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts/record"
)

// samples are the event logs below KBTRIAGE_DATA.
func samples(t testing.TB) []string {
	t.Helper()
	dir := os.Getenv("KBTRIAGE_DATA")
	if dir == "" {
		t.Skip("KBTRIAGE_DATA is not set: no real event logs to read")
	}
	var files []string
	err := filepath.WalkDir(filepath.Join(dir, "evtx"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Ext(path) == ".evtx" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Skipf("no event logs below %s/evtx: %v", dir, err)
	}
	return files
}

// field is a name and a value, as Fields gives them and as other readers do.
type field struct{ name, value string }

// ours are the fields of all records of a file that are not empty.
func ours(t testing.TB, d *Decoder, data []byte) [][]field {
	t.Helper()
	var all [][]field
	c := &collect{each: func(*record.Record) error {
		var fields []field
		d.Fields(func(name, value []byte) bool {
			if v := normal(string(value)); v != "" {
				fields = append(fields, field{string(name), v})
			}
			return true
		})
		all = append(all, fields)
		return nil
	}}
	if err := d.Read(context.Background(), bytes.NewReader(data), c); err != nil {
		t.Fatal(err)
	}
	return all
}

// theirs are the fields of events in XML, named as ours are.
func theirs(data []byte) ([][]field, error) {
	data = bytes.Map(func(r rune) rune { // what XML cannot hold, and they write all the same
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, data)
	data = bytes.ReplaceAll(data, []byte(`<?xml version="1.1"`), []byte(`<?xml version="1.0"`))
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	type open struct {
		name, label string
		text        strings.Builder
		children    bool
	}
	var (
		all    [][]field
		fields []field
		stack  []*open
	)
	add := func(name, value string) {
		// One of the programs writes an array as elements within the text.
		if array := strings.TrimSpace(value); strings.HasPrefix(array, "<string>") {
			for one := range strings.SplitSeq(array, "<string>") {
				if v := normal(strings.TrimSuffix(strings.TrimSpace(one), "</string>")); v != "" {
					fields = append(fields, field{name, v})
				}
			}
			return
		}
		if v := normal(value); v != "" {
			fields = append(fields, field{name, v})
		}
	}
	path := func(last string) string {
		var names []string
		for i, o := range stack {
			switch {
			case i == 0:
			case i == len(stack)-1 && o.label != "" && last == "":
				names = append(names, o.label)
			default:
				names = append(names, o.name)
			}
		}
		if last != "" {
			names = append(names, last)
		}
		return strings.Join(names, ".")
	}
	for {
		token, err := d.Token()
		if token == nil {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "Events" {
				continue
			}
			if len(stack) > 0 {
				stack[len(stack)-1].children = true
			}
			stack = append(stack, &open{name: e.Name.Local})
			system := len(stack) > 1 && stack[1].name == "System"
			for _, a := range e.Attr {
				switch {
				case a.Name.Local == "xmlns" || a.Name.Space == "xmlns":
				case a.Name.Local == "Name" && !system:
					stack[len(stack)-1].label = a.Value
				default:
					add(path(a.Name.Local), a.Value)
				}
			}
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text.Write(e)
			}
		case xml.EndElement:
			if len(stack) == 0 {
				continue
			}
			o := stack[len(stack)-1]
			if text := o.text.String(); !o.children {
				add(path(""), text)
			}
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				all = append(all, fields)
				fields = nil
			}
		}
	}
}

// normal takes out of a value what readers write in different ways: white
// space, digits of seconds, zeros before hexadecimal digits, case.
func normal(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)), " ")
	if digits, ok := strings.CutPrefix(s, "0x"); ok {
		return "0x" + strings.ToLower(strings.TrimLeft(digits, "0"))
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
		}
	}
	return strings.ToLower(s)
}

// TestOtherReaders compares all fields with what other programs print, where
// they are installed.
func TestOtherReaders(t *testing.T) {
	for _, other := range []struct {
		name    string
		command []string
		every   int   // only one file of so many: the programs take their time
		largest int64 // and none above this size
	}{
		{"evtxexport", []string{"evtxexport", "-f", "xml"}, 5, 1 << 30},
		{"evtx_dump.py", []string{"evtx_dump.py"}, 20, 70 << 10},
	} {
		t.Run(other.name, func(t *testing.T) {
			if _, err := exec.LookPath(other.command[0]); err != nil {
				t.Skipf("%s is not installed: nothing to compare with", other.name)
			}
			compared, d := 0, NewDecoder()
			for i, path := range samples(t) {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if i%other.every != 0 || int64(len(data)) > other.largest {
					continue
				}
				out, _ := exec.Command(other.command[0], append(other.command[1:], path)...).Output()
				compared += compare(t, filepath.Base(path), ours(t, d, data), out)
			}
			t.Logf("%d records compared", compared)
		})
	}
}

// compare reports differences between fields of records with the same number.
func compare(t *testing.T, file string, mine [][]field, out []byte) int {
	t.Helper()
	their, err := theirs(out)
	if err != nil {
		t.Logf("%s: they print no XML behind record %d: %v", file, len(their), err)
	}
	byNumber := map[string][]field{}
	for _, r := range mine {
		byNumber[valueOf(r, "System.EventRecordID")] = r
	}
	n := 0
	for _, r := range their {
		number := valueOf(r, "System.EventRecordID")
		m, ok := byNumber[number]
		if !ok {
			t.Errorf("%s: record %s is not ours", file, number)
			continue
		}
		n++
		if diff := difference(m, r); diff != "" {
			t.Errorf("%s: record %s: %s", file, number, diff)
		}
	}
	if n != len(mine) {
		t.Logf("%s: they print %d of %d records", file, n, len(mine))
	}
	return n
}

func valueOf(fields []field, name string) string {
	for _, f := range fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func difference(mine, their []field) string {
	for i := range max(len(mine), len(their)) {
		switch {
		case i >= len(mine):
			return fmt.Sprintf("only they have %q", their[i])
		case i >= len(their):
			return fmt.Sprintf("only we have %q", mine[i])
		case mine[i] != their[i] && !coded(mine[i], their[i]):
			return fmt.Sprintf("we have %q, they %q", mine[i], their[i])
		}
	}
	return ""
}

// coded reports whether they write in base64 what we write in hexadecimal
// digits, or have rounded a time.
func coded(mine, their field) bool {
	a, errA := time.Parse(time.RFC3339Nano, mine.value)
	b, errB := time.Parse(time.RFC3339Nano, their.value)
	if errA == nil && errB == nil && a.Sub(b).Abs() <= time.Millisecond {
		return true
	}
	data, err := hex.DecodeString(mine.value)
	return err == nil && mine.name == their.name && strings.EqualFold(base64.StdEncoding.EncodeToString(data), their.value)
}
