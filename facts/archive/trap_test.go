package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// endRecord is an end of a zip directory.
func endRecord(entries uint16, size, at uint32, comment string) []byte {
	b := []byte(zipEnd)
	le := binary.LittleEndian
	b = le.AppendUint32(b, 0)
	b = le.AppendUint16(le.AppendUint16(b, entries), entries)
	b = le.AppendUint32(le.AppendUint32(b, size), at)
	return append(le.AppendUint16(b, uint16(len(comment))), comment...)
}

func expect(t *testing.T, v *recorder, members, reasons []string) {
	t.Helper()
	if !slices.Equal(v.members, members) {
		t.Errorf("members %q, want %q", v.members, members)
	}
	if got := v.reasons(); !slices.Equal(got, reasons) {
		t.Errorf("problems %v, want %v:\n%v", got, reasons, v.problems)
	}
}

func TestZipEndRecordInComment(t *testing.T) {
	a := file{"a.log", "one\n"}
	fake := endRecord(0, 0, 0, "")
	b := zipOf(string(fake), a)
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(r.File) != 0 {
		t.Logf("archive/zip is no longer fooled: %v", err)
	}
	expect(t, walkBytes(t, "x", b, DefaultLimits()), []string{"x!a.log one\n"}, nil)

	// An end record that is right in itself: an empty directory where it stands.
	b = zipOf(strings.Repeat("-", len(fake)), a)
	copy(b[len(b)-len(fake):], endRecord(0, 0, uint32(len(b)-len(fake)), ""))
	expect(t, walkBytes(t, "x", b, DefaultLimits()), []string{"x!a.log one\n"}, []string{"x archive.ambiguous"})
}

func TestZipCountLies(t *testing.T) {
	b := zipOf("", file{"a", "1"}, file{"b", "2"})
	for _, n := range []uint16{0, 1, 3, 60000} {
		c := bytes.Clone(b)
		binary.LittleEndian.PutUint16(c[len(c)-14:], n)
		binary.LittleEndian.PutUint16(c[len(c)-12:], n)
		expect(t, walkBytes(t, "x", c, DefaultLimits()), []string{"x!a 1", "x!b 2"}, []string{"x archive.damaged"})
	}
}

func TestZip64(t *testing.T) {
	b := zipOf("", file{"a", "1"}, file{"b", "2"})
	le := binary.LittleEndian
	end := b[len(b)-zipEndLen:]
	size, at := le.Uint32(end[12:]), le.Uint32(end[16:])
	place := uint64(len(b) - zipEndLen)
	wide := le.AppendUint64([]byte(zip64End), zip64EndLen-12)
	wide = le.AppendUint64(le.AppendUint32(wide, 45|45<<16), 0)
	wide = le.AppendUint64(le.AppendUint64(wide, 2), 2)
	wide = le.AppendUint64(le.AppendUint64(wide, uint64(size)), uint64(at))
	wide = le.AppendUint32(append(wide, zip64Locator...), 0)
	wide = le.AppendUint32(le.AppendUint64(wide, place), 1)
	c := join(b[:place], wide, endRecord(0xffff, 0xffffffff, 0xffffffff, ""))
	expect(t, walkBytes(t, "x", c, DefaultLimits()), []string{"x!a 1", "x!b 2"}, nil)
}

func TestZipOverlaps(t *testing.T) {
	b := storedOf(file{"a.log", "one\n"})
	le := binary.LittleEndian
	end := b[len(b)-zipEndLen:]
	size, at := le.Uint32(end[12:]), le.Uint32(end[16:])
	entry := b[at : at+size]
	const n = 1001
	c := join(b[:at], bytes.Repeat(entry, n), endRecord(n, n*size, at, ""))
	v := walkBytes(t, "x", c, DefaultLimits())
	if len(v.members) != 1 || v.members[0] != "x!a.log one\n" {
		t.Errorf("members %q, want one", v.members)
	}
	if len(v.problems) != tallyMax+1 || v.problems[0].Reason != reasonOverlap || !strings.Contains(v.problems[tallyMax].Text, "980 members more") {
		t.Errorf("problems %v", v.problems)
	}
	if got := v.archives[0]; got != "x zip 1001" {
		t.Errorf("archive %q", got)
	}
	// A member whose packed bytes reach into the directory.
	c = bytes.Clone(b)
	le.PutUint32(c[at+20:], 100)
	expect(t, walkBytes(t, "x", c, DefaultLimits()), nil, []string{"x!a.log archive.overlap"})
}

func TestZipBehindAndBefore(t *testing.T) {
	b := zipOf("", file{"a", "1"})
	expect(t, walkBytes(t, "x", append(bytes.Clone(b), "tail"...), DefaultLimits()), []string{"x!a 1"}, []string{"x archive.trailing"})
	// Two joined archives: one of them is read, and the other is named.
	expect(t, walkBytes(t, "x", join(zipOf("", file{"first", "0"}), b), DefaultLimits()), []string{"x!first 0"}, []string{"x archive.trailing"})
	large := strings.Repeat("1", 70_000)
	expect(t, walkBytes(t, "x", join(b, storedOf(file{"large", large})), DefaultLimits()), []string{"x!large " + large}, []string{"x archive.ambiguous"})
	inner := storedOf(file{"in.zip", string(b)}) // its tail holds two end records
	expect(t, walkBytes(t, "x", inner, DefaultLimits()), []string{"x!in.zip!a 1"}, nil)
}

func TestZipNamesDiffer(t *testing.T) {
	b := zipOf("", file{"a.log", "one\n"})
	b[bytes.Index(b, []byte("a.log"))] = 'b'
	expect(t, walkBytes(t, "x", b, DefaultLimits()), []string{"x!a.log one\n"}, []string{"x!a.log archive.damaged"})
}

func TestZipCutOff(t *testing.T) {
	files := []file{{"a", strings.Repeat("one ", 50)}, {"b", strings.Repeat("two ", 50)}}
	b := zipOf("", files...)
	want := []string{"x!a " + files[0].content, "x!b " + files[1].content}
	at := bytes.Index(b, []byte(zipCentral))
	expect(t, walkBytes(t, "x", b[:at], DefaultLimits()), want, []string{"x archive.truncated"})
	split := append([]byte(zipDescriptor), b[:at]...)
	expect(t, walkBytes(t, "x", split, DefaultLimits()), want, []string{"x archive.truncated"})
	second := bytes.LastIndex(b, []byte(zipLocal))
	v := walkBytes(t, "x", b[:second+40], DefaultLimits())
	if v.members[0] != want[0] || !slices.Equal(v.reasons(), []string{"x archive.truncated", "x!b archive.truncated"}) {
		t.Errorf("members %q, problems %v", v.members, v.problems)
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("n", 3000)
	for _, c := range []struct{ name, want string }{
		{"../../etc/passwd", "x!../../etc/passwd"},
		{"/etc/passwd", "x!/etc/passwd"},
		{"a\nb: forged", `x!a\x0ab: forged`},
		{"a\x1b[2Jb", `x!a\x1b[2Jb`},
		{"evil\u202egpj.exe", `x!evil\u{202e}gpj.exe`},
		{"bad\xff", `x!bad\xff`},
		{"grün 日本.log", "x!grün 日本.log"},
		{long, "x!" + long[:nameMax] + "… (1976 bytes more)"},
	} {
		for kind, b := range map[string][]byte{"zip": zipOf("", file{c.name, ""}), "tar": tarOf(file{c.name, ""})} {
			v := walkBytes(t, "x", b, DefaultLimits())
			if len(v.members) != 1 || v.members[0] != c.want+" " {
				t.Errorf("%s: %.40q became %.60q, want %.60q", kind, c.name, v.members, c.want)
			}
		}
	}
}

func rawTar(headers ...*tar.Header) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		must(w.WriteHeader(h))
		_, err := io.WriteString(w, strings.Repeat("x", int(h.Size)))
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func TestTarLinksAndDevices(t *testing.T) {
	app := &tar.Header{Name: "logs/app.log", Size: 2, Mode: 0o644}
	read := []*tar.Header{
		app,
		{Name: "dir/", Typeflag: tar.TypeDir},
		{Name: "hard", Typeflag: tar.TypeLink, Linkname: "./logs/app.log"},
		{Name: "logs/now", Typeflag: tar.TypeSymlink, Linkname: "app.log"},
	}
	expect(t, walkBytes(t, "x", rawTar(read...), DefaultLimits()), []string{"x!logs/app.log xx"}, nil)
	more := append(read, &tar.Header{Name: "out", Typeflag: tar.TypeSymlink, Linkname: "/var/log/other"},
		&tar.Header{Name: "pipe", Typeflag: tar.TypeFifo}, &tar.Header{Name: "null", Typeflag: tar.TypeChar})
	v := walkBytes(t, "x", rawTar(more...), DefaultLimits())
	expect(t, v, []string{"x!logs/app.log xx"}, []string{"x archive.special"})
}

// sparse is an old GNU header of a file that is one hole.
func sparse(size uint64) []byte {
	b := make([]byte, tarBlock)
	copy(b, "sparse.log")
	copy(b[100:], "0000644\x000000000\x000000000\x0000000000000\x0000000000000\x00")
	b[156] = 'S'
	copy(b[257:], "ustar  \x00")
	for _, at := range []int{386, 483} { // the hole ends, and the size
		b[at] = 0x80
		binary.BigEndian.PutUint64(b[at+4:], size)
	}
	copy(b[398:], "00000000000\x00")
	copy(b[148:], "        ")
	sum := 0
	for _, c := range b {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

func TestTarSparse(t *testing.T) {
	after := tarOf(file{"a.log", "one\n"})
	v := walkBytes(t, "x", join(sparse(2000), after), DefaultLimits())
	expect(t, v, []string{"x!sparse.log " + strings.Repeat("\x00", 2000), "x!a.log one\n"}, nil)

	l := DefaultLimits()
	l.RatioAfter = 1 << 20
	v = &recorder{discard: true}
	b := join(sparse(1<<40), after)
	walkInto(t, v, b, l)
	if v.bytes > 1<<20+1<<16 || !slices.Equal(v.reasons(), []string{"x!sparse.log archive.bomb"}) || len(v.members) != 2 {
		t.Errorf("%d bytes, members %q, problems %v", v.bytes, v.members, v.problems)
	}
}

func TestTarDamage(t *testing.T) {
	files := []file{{"a", strings.Repeat("1", 600)}, {"b", "2"}, {"c", "3"}}
	b := tarOf(files...)
	t.Run("cut in the last member", func(t *testing.T) {
		one := tarOf(files[0])
		v := walkBytes(t, "x", one[:700], DefaultLimits())
		expect(t, v, []string{"x!a " + files[0].content[:188] + " CUT"}, []string{"x!a archive.truncated", "x archive.truncated"})
	})
	t.Run("cut between members", func(t *testing.T) {
		expect(t, walkBytes(t, "x", b[:3*tarBlock], DefaultLimits()), []string{"x!a " + files[0].content}, []string{"x archive.truncated"})
	})
	t.Run("damaged header", func(t *testing.T) {
		c := bytes.Clone(b)
		c[3*tarBlock+5] ^= 1
		expect(t, walkBytes(t, "x", c, DefaultLimits()), []string{"x!a " + files[0].content, "x!c 3"}, []string{"x archive.damaged"})
	})
	t.Run("joined", func(t *testing.T) {
		expect(t, walkBytes(t, "x", join(tarOf(files[1]), tarOf(files[2])), DefaultLimits()), []string{"x!b 2"}, []string{"x archive.trailing"})
	})
	t.Run("cut compression", func(t *testing.T) {
		z := zst(b)
		v := walkBytes(t, "x", z[:len(z)-12], DefaultLimits())
		if got := v.reasons(); len(got) == 0 || got[len(got)-1] != "x archive.truncated" {
			t.Errorf("problems %v", v.problems)
		}
	})
}

func TestDamagedMemberIsNamedAndTheRestIsRead(t *testing.T) {
	b := storedOf(file{"a", "1111"}, file{"b", "2222"})
	b[bytes.Index(b, []byte("1111"))] = '0'
	expect(t, walkBytes(t, "x", b, DefaultLimits()), []string{"x!a 0111 CUT", "x!b 2222"}, []string{"x!a archive.damaged"})
	c := bytes.Clone(sample(t, "lzma.7z")) // not solid: two blocks
	c[szSignatureLen+100] ^= 0x55
	v := walkBytes(t, "x", c, DefaultLimits())
	if !slices.Equal(v.members, []string{"x!logs/empty.log ", "x!note.txt A note beside the logs.\n"}) ||
		len(v.problems) != 1 || !strings.Contains(v.problems[0].Text, "x!logs/app.log") {
		t.Errorf("members %.60q, problems %v", v.members, v.problems)
	}
}

func TestZipLongNames(t *testing.T) {
	name := strings.Repeat("n", 60_000)
	var files []file
	for i := range 700 {
		files = append(files, file{fmt.Sprint(i, name), ""})
	}
	v := walkBytes(t, "x", storedOf(files...), DefaultLimits())
	if len(v.members) != zipDirectoryMax/60_005 || !slices.Equal(v.reasons(), []string{"x archive.too-many"}) {
		t.Errorf("%d members, problems %v", len(v.members), v.reasons())
	}
}
