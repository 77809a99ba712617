package evtx

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts/record"
)

// read reads a file.
func read(t testing.TB, data []byte) *collect {
	t.Helper()
	c := &collect{}
	if err := Read(context.Background(), bytes.NewReader(data), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// reasons are the reasons of the damage, in order.
func (c *collect) reasons() string {
	var all []string
	for _, p := range c.damage {
		all = append(all, strings.TrimPrefix(p.Reason, "evtx."))
	}
	return strings.Join(all, " ")
}

func TestRecord(t *testing.T) {
	w := newWriter(7)
	w.record(func() { w.instance(event(7, 4625, 0, 0x8010000000000000, logon("mallory", true))) })
	w.record(func() { w.instance(event(8, 4624, 0, 0x8020000000000000, null())) })
	c := decodeChunk(t, w.chunk())
	base := got{Number: 7, Time: "2019-04-17T18:40:07Z", Event: true, ID: 4625, Host: "host-1.example.org", Source: "Example-Provider", Log: "Application", Level: "audit failure", Text: strings.Join([]string{
		"SubjectUserSid: S-1-5-21-67305985-134678021-202050057-1000", "SubjectUserName: administrator", "SubjectDomainName: EXAMPLE",
		"SubjectLogonId: 0x3e7", "TargetUserName: mallory", "Status: 0xc000006d", "LogonType: 3", "WorkstationName: WORKSTATION-17",
		"LogonGuid: {63646566-6162-3839-3736-353433323130}", `ProcessName: C:\Windows\System32\svchost.exe`, "IpAddress: 192.0.2.17", "IpPort: 49152",
	}, "\n")}
	second := base
	second.Number, second.Time, second.ID, second.Level, second.Text = 8, "2019-04-17T18:40:08Z", 4624, "audit success", ""
	if diff := cmp.Diff([]got{base, second}, c.records); diff != "" || c.damage != nil {
		t.Errorf("damage %v, records (-want +got):\n%s", c.damage, diff)
	}
}

func TestSystem(t *testing.T) {
	change := func(n int, v val) func(*inst) { return func(i *inst) { i.values[n] = v } }
	for _, c := range []struct {
		name   string
		change func(*inst)
		want   func(got) string
		text   string
	}{
		{"critical", change(5, num8(1)), func(g got) string { return g.Level }, "critical"},
		{"error", change(5, num8(2)), func(g got) string { return g.Level }, "error"},
		{"warning", change(5, num8(3)), func(g got) string { return g.Level }, "warning"},
		{"information", change(5, num8(4)), func(g got) string { return g.Level }, "information"},
		{"verbose", change(5, num8(5)), func(g got) string { return g.Level }, "verbose"},
		{"always logged", change(5, num8(0)), func(g got) string { return g.Level }, "information"},
		{"a level of its own", change(5, num8(17)), func(g got) string { return g.Level }, "17"},
		{"task", change(6, num16(12544)), func(g got) string { return g.Category }, "12544"},
		{"no task", change(6, num16(0)), func(g got) string { return g.Category }, ""},
		{"provider", change(15, str("Older")), func(g got) string { return g.Source }, "Example-Provider"},
		{"provider without a name", func(i *inst) { i.values[0], i.values[15] = null(), str("Older") }, func(g got) string { return g.Source }, "Older"},
		{"provider with a GUID alone", change(0, null()), func(g got) string { return g.Source }, "{33323130-3534-3736-3839-616263646566}"},
		{"qualified id", change(3, val{kind: typeUint32, bytes: le(0xc0001234, 4)}), func(g got) string { return num(g.ID) }, num(0x1234)},
		{"id in letters", change(3, str("1234")), func(g got) string { return num(g.ID) }, num(1234)},
		{"no time in the event", change(9, null()), func(g got) string { return g.Time }, "2019-04-17T18:40:00Z"},
		{"no number in the event", change(10, null()), func(g got) string { return num(uint32(g.Number)) }, num(1)},
		{"computer with zeros", change(13, str("host\x00\x00")), func(g got) string { return g.Host }, "host"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := event(1, 1, 4, 0, null())
			c.change(&in)
			out := decodeChunk(t, one(func(w *writer) { w.instance(in) }))
			if len(out.records) != 1 || out.damage != nil {
				t.Fatalf("%d records, damage %v", len(out.records), out.damage)
			}
			if text := c.want(out.records[0]); text != c.text {
				t.Errorf("%q, want %q", text, c.text)
			}
		})
	}
}

func num(v uint32) string { return string(appendValue(nil, typeUint32, le(uint64(v), 4), 0)) }

func TestFile(t *testing.T) {
	a, b := few(1, 3), few(4, 2)
	all := append(decodeChunk(t, a).records, decodeChunk(t, b).records...)
	empty := make([]byte, ChunkSize)
	good := logFile(0, 6, a, b)
	patch := func(data []byte, at int, v ...byte) []byte {
		data = bytes.Clone(data)
		copy(data[at:], v)
		return data
	}
	for _, c := range []struct {
		name    string
		data    []byte
		records []got
		reasons string
		lost    int64
	}{
		{"good", good, all, "", 0},
		{"preallocated chunks behind", append(bytes.Clone(good), empty...), all, "", 0},
		{"preallocated chunks between", append(logFile(0, 6, a, empty), b...), all, "", 0},
		{"the header knows one chunk of two", append(logFile(flagDirty, 6, a), b...), all, "", 0},
		{"no chunks", logFile(0, 1), nil, "", 0},
		{"empty", nil, nil, "bad-header", 0},
		{"no header", good[HeaderSize:], all, "bad-header", 0},
		{"header without a signature", patch(good, 0, 'X'), all, "bad-header", 0},
		{"header with a wrong checksum", patch(good, 24, 99), all, "bad-header", 0},
		{"a cut header", good[:100], nil, "bad-header truncated", 0},
		{"a header alone", good[:HeaderSize], nil, "truncated", 5},
		{"a chunk is missing", good[:HeaderSize+ChunkSize], all[:3], "truncated", 2},
		{"a chunk is cut", good[:HeaderSize+ChunkSize+chunkHeader+100], all[:3], "truncated bad-record", 2},
		{"a chunk is cut behind its records", good[:len(good)-1000], all, "truncated", 0},
		{"a chunk without a signature", patch(good, HeaderSize, 'X'), all, "bad-chunk", 0},
		{"a chunk of garbage", append(logFile(0, 6, a, bytes.Repeat([]byte{7}, ChunkSize)), b...), all, "bad-chunk", 0},
		{"no log at all", bytes.Repeat([]byte("text\n"), 100000), nil, "bad-header bad-chunk", 0},
		{"4 KiB are missing", append(bytes.Clone(good[:HeaderSize+ChunkSize-4096]), good[HeaderSize+ChunkSize:]...), all, "truncated", 0},
		{"77 bytes are missing", append(bytes.Clone(good[:HeaderSize+chunkHeader+77]), good[HeaderSize+chunkHeader+154:]...), all[3:], "truncated bad-record bad-record bad-record", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := read(t, c.data)
			if diff := cmp.Diff(c.records, out.records); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if out.reasons() != c.reasons || out.lost != c.lost {
				t.Errorf("damage %q with %d lost, want %q with %d: %+v", out.reasons(), out.lost, c.reasons, c.lost, out.damage)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	head := logFile(flagDirty|flagFull, 77, few(1, 1))[:HeaderSize]
	h, err := Header(head)
	if want := (FileHeader{Chunks: 1, BlockSize: HeaderSize, NextRecord: 77, Dirty: true, Full: true}); h != want || err != nil {
		t.Errorf("%+v %v, want %+v", h, err, want)
	}
	for name, head := range map[string][]byte{"nothing": nil, "another format": []byte("LfLe and more"), "short": head[:100], "changed": append([]byte("ElfFile\x00X"), head[9:]...)} {
		if h, err := Header(head); err == nil || h.BlockSize != HeaderSize {
			t.Errorf("%s: %+v without an error", name, h)
		}
	}
	if !IsFile(head) || IsFile(head[:7]) || IsFile(nil) {
		t.Error("IsFile does not see what is a log")
	}
}

// TestParallel reads chunks by themselves, with a decoder for each.
func TestParallel(t *testing.T) {
	data := logFile(0, 0, few(1, 3), full(100), few(900, 2))
	want := read(t, data)
	h, err := Header(data)
	if err != nil {
		t.Fatal(err)
	}
	parts := make([]*collect, h.Chunks)
	done := make(chan error)
	for i := range parts {
		parts[i] = &collect{}
		go func() {
			done <- NewDecoder().Chunk(data[h.BlockSize+i*ChunkSize:][:ChunkSize], i, parts[i])
		}()
	}
	for range parts {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var all []got
	for _, p := range parts {
		all = append(all, p.records...)
	}
	if diff := cmp.Diff(want.records, all); diff != "" {
		t.Errorf("(-in one +in parts):\n%s", diff)
	}
}

// TestReaderFails fails at each call: what was read until then is handed over,
// and the failure is named.
func TestReaderFails(t *testing.T) {
	data := logFile(0, 0, few(1, 3), few(4, 2))
	failure := errors.New("the disk is gone")
	for _, n := range []int{0, 1, 4095, 4096, 5000, HeaderSize + ChunkSize, HeaderSize + ChunkSize + 20000, len(data)} {
		c := &collect{}
		r := io.MultiReader(iotest.OneByteReader(bytes.NewReader(data[:n])), iotest.ErrReader(failure))
		if err := Read(context.Background(), r, c); !errors.Is(err, failure) {
			t.Errorf("after %d bytes: %v, want the failure", n, err)
		}
		if n == HeaderSize+ChunkSize+20000 && len(c.records) != 5 {
			t.Errorf("%d records before the failure, want 5", len(c.records))
		}
	}
}

func TestTakerStops(t *testing.T) {
	stop, n := errors.New("enough"), 0
	c := &collect{each: func(*record.Record) error {
		if n++; n == 2 {
			return stop
		}
		return nil
	}}
	if err := Read(context.Background(), bytes.NewReader(logFile(0, 0, few(1, 5))), c); !errors.Is(err, stop) || n != 2 {
		t.Errorf("%v after %d records, want %v after 2", err, n, stop)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Read(ctx, bytes.NewReader(logFile(0, 0, few(1, 5))), &collect{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}

// TestLazy asks for the text and the fields in any order, more than once, and
// of a copy of the record.
func TestLazy(t *testing.T) {
	d := NewDecoder()
	c := &collect{each: func(r *record.Record) error {
		other := *r
		fields := func() (all string) {
			d.Fields(func(name, value []byte) bool { all += string(name) + "=" + string(value) + "\n"; return true })
			return all
		}
		before := fields()
		first := string(r.Text())
		if text := string(other.Text()); text != first || !strings.HasPrefix(first, "SubjectUserSid: ") {
			t.Errorf("the text of the copy is %q", text)
		}
		if fields() != before || string(r.Text()) != first {
			t.Error("fields or text change when they are asked for again")
		}
		if !strings.Contains(before, "System.Computer=host-1.example.org\n") || !strings.Contains(before, "EventData.LogonType=3\n") {
			t.Errorf("fields %q", before)
		}
		n := 0
		d.Fields(func(_, _ []byte) bool { n++; return n < 3 })
		if n != 3 {
			t.Errorf("%d fields, want that 3 are enough", n)
		}
		return nil
	}}
	if err := d.Chunk(few(1, 4), 0, c); err != nil || c.damage != nil {
		t.Fatal(err, c.damage)
	}
	d.Fields(func(_, _ []byte) bool { t.Error("a field of no record"); return false })
}

// TestNoAllocations reads a chunk that the decoder has seen before.
func TestNoAllocations(t *testing.T) {
	d, to, chunk := NewDecoder(), &count{text: true}, full(1)
	next := bytes.Clone(chunk)
	binary.LittleEndian.PutUint64(next[chunkHeader+8:], 1) // another chunk, the same templates
	if n := testing.AllocsPerRun(20, func() { _ = d.Chunk(chunk, 0, to); _ = d.Chunk(next, 1, to) }); n > 0 {
		t.Errorf("%v allocations for %d records", n, to.records)
	}
}
