package pack

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func layoutFS(data, signature []byte) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range Layout(data, signature, "1.2.0") {
		fsys[f.Name] = &fstest.MapFile{Data: slices.Clone(f.Data)}
	}
	return fsys
}

// Any byte of any file of a layout changed: refused, or pack and signature are the
// same still, as where the name in the index is another one.
func TestChangedLayout(t *testing.T) {
	data, signature := encoded(t, sample(t)), []byte("a signature")
	for name := range layoutFS(data, signature) {
		refused := 0
		size := len(layoutFS(data, signature)[name].Data)
		for i := 0; i < size; i++ {
			fsys := layoutFS(data, signature)
			fsys[name].Data[i] ^= 1
			got, sig, msgs := ReadLayout(fsys, "x")
			if len(checks(t, msgs)) > 0 {
				refused++
				continue
			}
			if !bytes.Equal(got, data) || !bytes.Equal(sig, signature) {
				t.Fatalf("%s, byte %d: another pack", name, i)
			}
		}
		if strings.HasPrefix(name, "blobs/") && refused != size && name != blobPath(describe("", emptyConfig).Digest) {
			t.Errorf("%s: %d of %d changes are refused", name, refused, size)
		}
		fsys := layoutFS(data, signature)
		delete(fsys, name)
		if _, _, msgs := ReadLayout(fsys, "x"); len(msgs) == 0 && name != blobPath(describe("", emptyConfig).Digest) {
			t.Errorf("without %s it is taken", name)
		}
	}
}

// What is not the layout of one pack is refused.
func TestRefusedLayouts(t *testing.T) {
	data := encoded(t, sample(t))
	manifest := func(change func(*imageManifest)) fstest.MapFS {
		fsys := layoutFS(data, nil)
		var m imageManifest
		if err := json.Unmarshal(describePack(data, nil), &m); err != nil {
			t.Fatal(err)
		}
		change(&m)
		return repointed(fsys, marshal(m))
	}
	index := func(text string) fstest.MapFS {
		fsys := layoutFS(data, nil)
		fsys["index.json"].Data = []byte(text)
		return fsys
	}
	whole := string(layoutFS(data, nil)["index.json"].Data)
	for name, x := range map[string]struct {
		fsys fs.FS
		text string
	}{
		"another version":      {fstest.MapFS{"oci-layout": {Data: []byte(`{"imageLayoutVersion":"2.0.0"}`)}}, `expected 1.0.0`},
		"two packs":            {index(strings.Replace(whole, `"manifests":[`, `"manifests":[{"mediaType":"x","digest":"y","size":1},`, 1)), "names 2"},
		"no pack":              {index(`{"schemaVersion":2,"manifests":[]}`), "names 0"},
		"more behind it":       {index(whole + "{}"), "more behind"},
		"an unknown key":       {index(`{"schemaVersion":2,"manifests":[],"subject":{}}`), "unknown field"},
		"a digest with a path": {index(strings.Replace(whole, `"digest":"sha256:`, `"digest":"sha256:../`, 1)), "no sha256 digest"},
		"a huge blob":          {manifest(func(m *imageManifest) { m.Layers[0].Size = 1 << 40 }), "are read"},
		"another type":         {manifest(func(m *imageManifest) { m.ArtifactType = "x" }), "expected the artifact type"},
		"three layers":         {manifest(func(m *imageManifest) { m.Layers = append(m.Layers, m.Layers[0], m.Layers[0]) }), "expected the artifact type"},
		"the pack twice":       {manifest(func(m *imageManifest) { m.Layers = append(m.Layers, m.Layers[0]) }), "1 to 4096"},
		"another title":        {manifest(func(m *imageManifest) { m.Layers[0].Annotations = nil }), "one form"},
		"white space":          {repointed(layoutFS(data, nil), append(describePack(data, nil), '\n')), "one form"},
	} {
		_, _, msgs := ReadLayout(x.fsys, "x")
		if len(checks(t, msgs)) == 0 || !strings.Contains(msgs[0].Text, x.text) {
			t.Errorf("%s: %v, want %q", name, msgs, x.text)
		}
	}
}

// repointed is the layout with another manifest, to which its index points.
func repointed(fsys fstest.MapFS, manifest []byte) fstest.MapFS {
	at := describe(manifestType, manifest)
	fsys[blobPath(at.Digest)] = &fstest.MapFile{Data: manifest}
	fsys["index.json"] = &fstest.MapFile{Data: marshal(imageIndex{SchemaVersion: 2, Manifests: []descriptor{at}})}
	return fsys
}

// FuzzLayout puts any bytes into each file of a layout: refused, or the pack is as
// its hash says.
func FuzzLayout(f *testing.F) {
	data := encoded(f, sample(f))
	whole := layoutFS(data, nil)
	f.Add(whole["oci-layout"].Data, whole["index.json"].Data, describePack(data, nil))
	f.Add([]byte(`{}`), []byte(`{"manifests":[{}]}`), []byte(`{"layers":[{},{}]}`))
	f.Fuzz(func(t *testing.T, mark, index, manifest []byte) {
		fsys := layoutFS(data, nil)
		fsys = repointed(fsys, manifest)
		fsys["oci-layout"].Data = mark
		if _, _, msgs := ReadLayout(fsys, "x"); len(checks(t, msgs)) == 0 && !bytes.Equal(manifest, describePack(data, nil)) {
			t.Fatalf("another manifest is taken: %s", manifest)
		}
		fsys["index.json"].Data = index
		if got, _, msgs := ReadLayout(fsys, "x"); len(checks(t, msgs)) == 0 && !bytes.Equal(got, data) {
			t.Fatal("another pack")
		}
	})
}

// A folder holds only what belongs into a pack, and every mistake is named at once.
func TestRefusedFolders(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"pack.yaml": sampleManifest, "late.yaml": sampleRule, "run.sh": "true\n", "crlf.yaml": "a: b\r\n", "with blank.yaml": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("late.yaml", filepath.Join(dir, "link.yaml")); err != nil {
		t.Skip("no links here:", err)
	}
	_, _, msgs := ReadFolder(os.DirFS(dir), dir, "mail/")
	var places []string
	for _, m := range msgs {
		places = append(places, m.File+" "+m.Check)
	}
	want := []string{"mail/link.yaml pack.name", "mail/run.sh pack.name", "mail/with blank.yaml pack.name"}
	if !slices.Equal(places, want) {
		t.Errorf("%v, want %v", places, want)
	}
	without := folder()
	delete(without, "pack.yaml")
	if _, _, msgs := ReadFolder(without, "mail", "mail/"); !slices.Contains(checks(t, msgs), "pack.manifest") {
		t.Errorf("without a manifest: %v", msgs)
	}
	wrong := folder()
	wrong["pack.yaml"].Data = append(wrong["pack.yaml"].Data, "content: sha256:"+strings.Repeat("0", 64)+"\n"...)
	if _, _, msgs := ReadFolder(wrong, "mail", "mail/"); !slices.Contains(checks(t, msgs), "pack.content") {
		t.Errorf("another hash: %v", msgs)
	}
}
