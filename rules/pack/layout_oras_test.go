package pack

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/content/oci"
)

// writeLayout puts the files of a layout into a folder.
func writeLayout(t *testing.T, files []File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestOras: a library that others use reads what Layout writes, finds pack and
// signature in it, and copies it into another layout, of which ReadLayout takes the
// same bytes.
func TestOras(t *testing.T) {
	data, signature := encoded(t, sample(t)), []byte("a signature\n")
	for name, signature := range map[string][]byte{"signed": signature, "unsigned": nil} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			from, err := oci.NewFromFS(ctx, os.DirFS(writeLayout(t, Layout(data, signature, "1.2.0"))))
			if err != nil {
				t.Fatal(err)
			}
			root, err := from.Resolve(ctx, "1.2.0")
			if err != nil || root.MediaType != ocispec.MediaTypeImageManifest {
				t.Fatal(root, err)
			}
			parts, err := content.Successors(ctx, from, root)
			if err != nil {
				t.Fatal(err)
			}
			var found [][]byte
			for _, p := range parts {
				blob, err := content.FetchAll(ctx, from, p) // holds it against its hash
				if err != nil {
					t.Fatal(err)
				}
				if p.MediaType != ocispec.MediaTypeEmptyJSON {
					found = append(found, blob)
				}
			}
			want := [][]byte{data}
			if signature != nil {
				want = append(want, signature)
			}
			if len(found) != len(want) || !bytes.Equal(found[0], data) || !bytes.Equal(found[len(found)-1], want[len(want)-1]) {
				t.Errorf("%d parts, want %d", len(found), len(want))
			}

			dir := t.TempDir()
			to, err := oci.New(dir)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := oras.Copy(ctx, from, "1.2.0", to, "stable", oras.DefaultCopyOptions); err != nil {
				t.Fatal(err)
			}
			got, gotSignature, msgs := ReadLayout(os.DirFS(dir), dir)
			if len(msgs) > 0 || !bytes.Equal(got, data) || !bytes.Equal(gotSignature, signature) {
				text, _ := os.ReadFile(filepath.Join(dir, "index.json"))
				t.Errorf("after a copy: %v\n%s", msgs, text)
			}
		})
	}
}
