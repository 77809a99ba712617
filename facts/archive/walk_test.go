package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/kbtriage/kbtriage/facts"
)

// recorder keeps all that a Walk finds.
type recorder struct {
	members  []string // "path content", with " CUT" where the reader said so
	sizes    []int64
	times    []facts.Time
	archives []string
	problems []facts.Problem
	bytes    int64
	discard  bool // count the content only
	err      error
}

func (v *recorder) Member(m Member, r io.Reader) error {
	if v.err != nil {
		return v.err
	}
	line := m.Path + " "
	var err error
	if v.discard {
		var n int64
		n, err = io.Copy(io.Discard, r)
		v.bytes += n
	} else {
		var b []byte
		b, err = io.ReadAll(r)
		line += string(b)
		v.bytes += int64(len(b))
	}
	if err != nil {
		line += " CUT"
	}
	v.members = append(v.members, line)
	v.sizes = append(v.sizes, m.Size)
	v.times = append(v.times, m.Modified)
	return err
}

func (v *recorder) Archive(path, format string, members int) {
	v.archives = append(v.archives, fmt.Sprintf("%s %s %d", path, format, members))
}

func (v *recorder) Problem(p facts.Problem) { v.problems = append(v.problems, p) }

// reasons are those of the problems, each with its source.
func (v *recorder) reasons() []string {
	out := make([]string, 0, len(v.problems))
	for _, p := range v.problems {
		out = append(out, p.Source+" "+p.Reason)
	}
	return out
}

func walkBytes(tb testing.TB, path string, b []byte, l Limits) *recorder {
	tb.Helper()
	v := &recorder{}
	if err := Walk(context.Background(), path, bytes.NewReader(b), int64(len(b)), NewBudget(l), v); err != nil {
		tb.Fatalf("Walk: %v", err)
	}
	for _, p := range v.problems {
		if p.Source == "" || p.Stage == "" || p.Reason == "" || !strings.HasPrefix(p.Text, p.Source) {
			tb.Errorf("a problem has an empty field: %+v", p)
		}
	}
	return v
}

// file is a member to be packed.
type file struct{ name, content string }

var clock = time.Date(2024, 3, 1, 10, 20, 30, 0, time.UTC)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func tarOf(files ...file) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		must(w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.content)), ModTime: clock}))
		_, err := io.WriteString(w, f.content)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func zipOf(comment string, files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: clock})
		must(err)
		_, err = io.WriteString(e, f.content)
		must(err)
	}
	must(w.SetComment(comment))
	must(w.Close())
	return b.Bytes()
}

func storedOf(files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store})
		must(err)
		_, err = io.WriteString(e, f.content)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func zipZstdOf(files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zstd.ZipMethodWinZip, zstd.ZipCompressor())
	for _, f := range files {
		e, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zstd.ZipMethodWinZip})
		must(err)
		_, err = io.WriteString(e, f.content)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func packed(b []byte, w io.WriteCloser, out *bytes.Buffer) []byte {
	_, err := w.Write(b)
	must(err)
	must(w.Close())
	return out.Bytes()
}

func gz(b []byte) []byte {
	var out bytes.Buffer
	return packed(b, gzip.NewWriter(&out), &out)
}

func zst(b []byte) []byte {
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	must(err)
	return packed(b, w, &out)
}

func xzOf(b []byte) []byte {
	var out bytes.Buffer
	w, err := xz.WriterConfig{DictCap: 64 << 10}.NewWriter(&out)
	must(err)
	return packed(b, w, &out)
}

func sample(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestWalk(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Cleanup(func() {
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Errorf("temporary files are left: %v, %v", left, err)
		}
	})
	app, note, code := string(sample(t, "app.log.txt")), "A note beside the logs.\n", string(sample(t, "code.bin"))
	a, b := file{"a.log", "one\n"}, file{"logs/b.log", "two\n"}
	both := []string{"x!a.log one\n", "x!logs/b.log two\n"}
	of7z := []string{"x!logs/empty.log ", "x!logs/app.log " + app, "x!note.txt " + note}
	ofZip := []string{"x!logs/app.log " + app, "x!logs/empty.log ", "x!note.txt " + note}
	skippable := []byte("\x50\x2a\x4d\x18\x04\x00\x00\x00skip")
	for _, c := range []struct {
		name     string
		content  []byte
		members  []string
		archives []string
		reasons  []string
	}{
		{"plain", []byte("text"), []string{"x text"}, nil, nil},
		{"nothing", nil, []string{"x "}, nil, nil},
		{"gzip", gz([]byte("text")), []string{"x text"}, nil, nil},
		{"gzip of nothing", gz(nil), []string{"x "}, nil, nil},
		{"gzip members", join(gz([]byte("one ")), gz(nil), gz([]byte("two"))), []string{"x one two"}, nil, nil},
		{"gzip padded", join(gz([]byte("one")), make([]byte, 1000)), []string{"x one"}, nil, nil},
		{"gzip with garbage", join(gz([]byte("one")), []byte("garbage")), []string{"x one"}, nil, []string{"x archive.trailing"}},
		{"zstd", zst([]byte("text")), []string{"x text"}, nil, nil},
		{"zstd frames", join(skippable, zst([]byte("one ")), skippable, zst([]byte("two"))), []string{"x one two"}, nil, nil},
		{"zstd of a tool", sample(t, "app.log.zst"), []string{"x " + app}, nil, nil},
		{"xz", xzOf([]byte("text")), []string{"x text"}, nil, nil},
		{"xz streams", join(xzOf([]byte("one ")), make([]byte, 8), xzOf([]byte("two"))), []string{"x one two"}, nil, nil},
		{"xz of a tool", sample(t, "app.log.xz"), []string{"x " + app}, nil, nil},
		{"xz blocks", sample(t, "blocks.log.xz"), []string{"x " + app}, nil, nil},
		{"xz SHA-256", sample(t, "sha256.log.xz"), []string{"x " + app}, nil, nil},
		{"xz filter", sample(t, "filter.xz"), nil, nil, []string{"x archive.unsupported"}},
		{"bzip2", sample(t, "app.log.bz2"), []string{"x " + app}, nil, nil},
		{"bzip2 streams", join(sample(t, "app.log.bz2"), sample(t, "app.log.bz2")), []string{"x " + app + app}, nil, nil},
		{"tar", tarOf(a, b), both, []string{"x tar 2"}, nil},
		{"tar.gz", gz(tarOf(a, b)), both, []string{"x tar 2"}, nil},
		{"tar.xz", xzOf(tarOf(a, b)), both, []string{"x tar 2"}, nil},
		{"tar.zst", zst(tarOf(a, b)), both, []string{"x tar 2"}, nil},
		{"tar twice", gz(tarOf(a, a)), []string{both[0], both[0]}, []string{"x tar 2"}, nil},
		{"zip", zipOf("", a, b), both, []string{"x zip 2"}, nil},
		{"zip stored", storedOf(a, b), both, []string{"x zip 2"}, nil},
		{"zip twice", zipOf("a comment", a, a), []string{both[0], both[0]}, []string{"x zip 2"}, nil},
		{"zip with folder", zipOf("", file{"logs/", ""}, b), both[1:], []string{"x zip 1"}, nil},
		{"zip empty", zipOf(""), nil, []string{"x zip 0"}, nil},
		{"zip bzip2", sample(t, "bzip2.zip"), ofZip, []string{"x zip 3"}, nil},
		{"zip xz", sample(t, "xz.zip"), ofZip, []string{"x zip 3"}, nil},
		{"zip Deflate64", sample(t, "deflate64.zip"), ofZip[1:], []string{"x zip 3"}, []string{"x!logs/app.log archive.unsupported"}},
		{"zip zstd", zipZstdOf(a, b), both, []string{"x zip 2"}, nil},
		{"zip encrypted", sample(t, "encrypted.zip"), nil, []string{"x zip 1"}, []string{"x!note.txt archive.encrypted"}},
		{"7z solid", sample(t, "solid.7z"), of7z, []string{"x 7z 3"}, nil},
		{"7z LZMA, open list", sample(t, "lzma.7z"), of7z, []string{"x 7z 3"}, nil},
		{"7z deflate", sample(t, "deflate.7z"), of7z, []string{"x 7z 3"}, nil},
		{"7z bzip2", sample(t, "bzip2.7z"), of7z, []string{"x 7z 3"}, nil},
		{"7z copy", sample(t, "copy.7z"), of7z, []string{"x 7z 3"}, nil},
		{"7z BCJ", sample(t, "bcj.7z"), []string{"x!code.bin " + code}, []string{"x 7z 1"}, nil},
		{"7z delta", sample(t, "delta.7z"), []string{"x!code.bin " + code}, []string{"x 7z 1"}, nil},
		{"7z BCJ2", sample(t, "bcj2.7z"), nil, []string{"x 7z 1"}, []string{"x!code.bin archive.unsupported"}},
		{"7z PPMd", sample(t, "ppmd.7z"), nil, []string{"x 7z 1"}, []string{"x!note.txt archive.unsupported"}},
		{"7z encrypted", sample(t, "encrypted.7z"), nil, []string{"x 7z 1"}, []string{"x!note.txt archive.encrypted"}},
		{"7z list encrypted", sample(t, "hidden.7z"), nil, []string{"x 7z 0"}, []string{"x archive.encrypted"}},
		{"rar", []byte("Rar!\x1a\x07\x01\x00rest"), nil, nil, []string{"x archive.unsupported"}},
		{
			"nested", zipOf("", file{"in.tar.gz", string(gz(tarOf(a, file{"deep.zip", string(zipOf("", b))})))}, file{"c.gz", string(gz([]byte("three")))}),
			[]string{"x!in.tar.gz!a.log one\n", "x!in.tar.gz!deep.zip!logs/b.log two\n", "x!c.gz three"},
			[]string{"x!in.tar.gz!deep.zip zip 1", "x!in.tar.gz tar 2", "x zip 2"},
			nil,
		},
		{
			"7z in tar", tarOf(file{"s.7z", string(sample(t, "solid.7z"))}, a),
			[]string{"x!s.7z!logs/empty.log ", "x!s.7z!logs/app.log " + app, "x!s.7z!note.txt " + note, "x!a.log one\n"},
			[]string{"x!s.7z 7z 3", "x tar 2"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, way := range []string{"in place", "as a stream", "in small pieces", "through a file"} {
				l := DefaultLimits()
				v := &recorder{}
				var r io.Reader = bytes.NewReader(c.content)
				size := int64(len(c.content))
				switch way {
				case "as a stream":
					r, size = io.MultiReader(r), -1
				case "in small pieces":
					r, size = &oneByte{r}, -1
				case "through a file":
					r, size, l.Spill = io.MultiReader(r), -1, 3
				}
				if err := Walk(context.Background(), "x", r, size, NewBudget(l), v); err != nil {
					t.Fatalf("%s: %v", way, err)
				}
				if diff := cmp.Diff(c.members, v.members); diff != "" {
					t.Errorf("%s: members (-want +got):\n%s", way, diff)
				}
				if diff := cmp.Diff(c.archives, v.archives); diff != "" {
					t.Errorf("%s: archives (-want +got):\n%s", way, diff)
				}
				if got := v.reasons(); !slices.Equal(got, c.reasons) {
					t.Errorf("%s: problems %v, want %v\n%v", way, got, c.reasons, v.problems)
				}
			}
		})
	}
}

type oneByte struct{ r io.Reader }

func (o *oneByte) Read(p []byte) (int, error) { return o.r.Read(p[:min(1, len(p))]) }

func TestMemberTimesAndSizes(t *testing.T) {
	zoned := facts.Time{Time: clock, Zoned: true}
	dos := storedOf(file{"a", ""})
	at := bytes.Index(dos, []byte(zipCentral))
	binary.LittleEndian.PutUint16(dos[at+12:], 10<<11|20<<5|15)
	binary.LittleEndian.PutUint16(dos[at+14:], 44<<9|3<<5|1)
	for _, c := range []struct {
		name    string
		content []byte
		size    int64
		time    facts.Time
	}{
		{"tar", tarOf(file{"a", "one"}), 3, zoned},
		{"zip with a zone", zipOf("", file{"a", "one"}), 3, zoned},
		{"zip without", dos, 0, facts.Time{Time: clock}},
		{"7z", sample(t, "bcj.7z"), 5600, zoned},
		{"gzip", gz([]byte("one")), -1, facts.Time{}},
		{"plain", []byte("text"), 4, facts.Time{}},
	} {
		v := walkBytes(t, "x", c.content, DefaultLimits())
		if len(v.sizes) != 1 || v.sizes[0] != c.size || v.times[0] != c.time {
			t.Errorf("%s: sizes %v, times %v; want %d and %v", c.name, v.sizes, v.times, c.size, c.time)
		}
	}
}

func TestVisitorAndContextEndTheWalk(t *testing.T) {
	own := errors.New("enough")
	for name, content := range map[string][]byte{
		"zip": zipOf("", file{"a", "1"}, file{"b", "2"}), "tar.gz": gz(tarOf(file{"a", "1"}, file{"b", "2"})), "7z": sample(t, "solid.7z"),
	} {
		v := &recorder{err: own}
		err := Walk(context.Background(), "x", bytes.NewReader(content), int64(len(content)), NewBudget(DefaultLimits()), v)
		if !errors.Is(err, own) {
			t.Errorf("%s: error %v, want that of the visitor", name, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		v = &recorder{}
		err = Walk(ctx, "x", bytes.NewReader(content), int64(len(content)), NewBudget(DefaultLimits()), v)
		if !errors.Is(err, context.Canceled) || len(v.members) != 0 {
			t.Errorf("%s: error %v and members %q after the context ended", name, err, v.members)
		}
	}
}

// lazy reads only the first byte of each member.
type lazy struct{ recorder }

func (v *lazy) Member(m Member, r io.Reader) error {
	var b [1]byte
	n, _ := io.ReadFull(r, b[:])
	v.members = append(v.members, m.Path+" "+string(b[:n]))
	return nil
}

func TestVisitorNeedNotRead(t *testing.T) {
	files := []file{{"a", strings.Repeat("1", 5000)}, {"b", "2"}}
	for name, content := range map[string][]byte{"zip": zipOf("", files...), "tar.gz": gz(tarOf(files...))} {
		v := &lazy{}
		must(Walk(context.Background(), "x", bytes.NewReader(content), int64(len(content)), NewBudget(DefaultLimits()), v))
		if got := fmt.Sprint(v.members, v.problems); got != "[x!a 1 x!b 2] []" {
			t.Errorf("%s: %s", name, got)
		}
	}
	content := sample(t, "solid.7z")
	v := &lazy{}
	must(Walk(context.Background(), "x", bytes.NewReader(content), int64(len(content)), NewBudget(DefaultLimits()), v))
	if got := fmt.Sprint(v.members, v.problems); got != "[x!logs/empty.log  x!logs/app.log l x!note.txt A] []" {
		t.Errorf("7z: %s", got)
	}
}

func TestKindOfText(t *testing.T) {
	for _, text := range []string{
		"", "PK", "BZh9 is how it starts", "070701 12:00:00 [Note] started", "MSCF is a cabinet", "7z is good", "!<arch>", strings.Repeat("\x00", 1024),
	} {
		if got := Kind([]byte(text)); got != "" {
			t.Errorf("Kind(%.20q) = %q", text, got)
		}
	}
}
