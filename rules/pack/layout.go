package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/kbtriage/kbtriage/internal/source"
)

// A pack in an OCI image layout (OCI image-spec 1.1, image-layout.md and manifest.md,
// "Guidelines for Artifact Usage"): an image manifest with an artifact type, the
// empty configuration, the pack file as its first layer, and the signature of that
// file, where there is one, as its second.
const (
	ArtifactType  = "application/vnd.kbtriage.pack.v1"
	packType      = "application/vnd.kbtriage.pack.v1.tar"
	signatureType = "application/vnd.kbtriage.pack.signature.v1+minisign"

	manifestType = "application/vnd.oci.image.manifest.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
	emptyType    = "application/vnd.oci.empty.v1+json"
	titleKey     = "org.opencontainers.image.title"

	// LayoutFile is the file at the root of a layout that says that it is one.
	LayoutFile = "oci-layout"

	maxDescription = 1 << 20 // bytes of an index or a manifest
	// MaxSignature bounds the bytes of a signature.
	MaxSignature = 4 << 10
)

var emptyConfig = []byte("{}")

// descriptor points at a blob by its hash.
type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Platform     json.RawMessage   `json:"platform,omitempty"` // other programs write one into an index
}

type imageManifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	ArtifactType  string       `json:"artifactType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

type imageIndex struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType,omitempty"`
	ArtifactType  string            `json:"artifactType,omitempty"`
	Manifests     []descriptor      `json:"manifests"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

type layoutMark struct {
	Version string `json:"imageLayoutVersion"`
}

func describe(mediaType string, data []byte) descriptor {
	sum := sha256.Sum256(data)
	return descriptor{MediaType: mediaType, Digest: "sha256:" + hex.EncodeToString(sum[:]), Size: int64(len(data))}
}

func blobPath(digest string) string { return "blobs/" + strings.Replace(digest, ":", "/", 1) }

// describePack is the image manifest of a pack file and its signature, which may
// be nil. It depends on nothing else.
func describePack(data, signature []byte) []byte {
	layer := describe(packType, data)
	layer.Annotations = map[string]string{titleKey: "rules" + FileEnding}
	m := imageManifest{SchemaVersion: 2, MediaType: manifestType, ArtifactType: ArtifactType, Config: describe(emptyType, emptyConfig), Layers: []descriptor{layer}}
	if signature != nil {
		layer := describe(signatureType, signature)
		layer.Annotations = map[string]string{titleKey: "rules" + FileEnding + SignatureEnding}
		m.Layers = append(m.Layers, layer)
	}
	return marshal(m)
}

func marshal(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic("pack: " + err.Error()) // texts and numbers only
	}
	return out
}

// Layout is the files of an OCI image layout that holds the pack file and its
// signature, which may be nil. tag is its name there.
func Layout(data, signature []byte, tag string) []File {
	manifest := describePack(data, signature)
	entry := describe(manifestType, manifest)
	entry.ArtifactType = ArtifactType
	entry.Annotations = map[string]string{"org.opencontainers.image.ref.name": tag}
	files := []File{
		{LayoutFile, marshal(layoutMark{"1.0.0"})},
		{"index.json", marshal(imageIndex{SchemaVersion: 2, MediaType: indexType, Manifests: []descriptor{entry}})},
	}
	for _, blob := range [][]byte{manifest, emptyConfig, data, signature} {
		if blob != nil {
			files = append(files, File{blobPath(describe("", blob).Digest), blob})
		}
	}
	return files
}

// ReadLayout takes pack file and signature, or nil, out of an OCI image layout. It
// looks at nothing within the two. The index must name one pack; its manifest and
// everything below must be, byte for byte, what Layout writes for them. layout
// names it in messages.
func ReadLayout(fsys fs.FS, layout string) (data, signature []byte, msgs []source.Message) {
	r := &layoutReader{fsys: fsys, name: layout}
	data, signature = r.read()
	if len(r.msgs) > 0 {
		return nil, nil, r.msgs
	}
	return data, signature, nil
}

type layoutReader struct {
	fsys fs.FS
	name string
	msgs []source.Message
}

func (r *layoutReader) say(file, format string, args ...any) {
	r.msgs = append(r.msgs, source.Message{Position: source.Position{File: r.name + "/" + file}, Check: "pack.layout", Text: fmt.Sprintf(format, args...)})
}

func (r *layoutReader) read() (data, signature []byte) {
	var mark layoutMark
	if !r.json(LayoutFile, &mark) {
		return nil, nil
	}
	if mark.Version != "1.0.0" {
		r.say(LayoutFile, "the layout has version %q; expected 1.0.0", mark.Version)
		return nil, nil
	}
	var index imageIndex
	if !r.json("index.json", &index) {
		return nil, nil
	}
	if len(index.Manifests) != 1 || index.Manifests[0].MediaType != manifestType {
		r.say("index.json", "expected one image manifest, of a pack; it names %d of any kind", len(index.Manifests))
		return nil, nil
	}
	at := index.Manifests[0]
	described := r.blob(at, maxDescription)
	if described == nil {
		return nil, nil
	}
	var m imageManifest
	if err := decodeJSON(described, &m); err != nil || m.ArtifactType != ArtifactType || len(m.Layers) == 0 || len(m.Layers) > 2 {
		r.say(blobPath(at.Digest), "not the manifest of a pack: expected the artifact type %s with one layer, and a second one where it is signed", ArtifactType)
		return nil, nil
	}
	if data = r.blob(m.Layers[0], MaxFile); data == nil {
		return nil, nil
	}
	if len(m.Layers) == 2 {
		if signature = r.blob(m.Layers[1], MaxSignature); signature == nil {
			return nil, nil
		}
	}
	if !bytes.Equal(describePack(data, signature), described) {
		r.say(blobPath(at.Digest), "the manifest is not in the one form of a pack; kbtriage pack build --oci writes it")
		return nil, nil
	}
	return data, signature
}

// blob reads what a descriptor points at and holds it against its hash.
func (r *layoutReader) blob(d descriptor, most int64) []byte {
	if !IsHash(d.Digest) {
		r.say("index.json", "%.100q is no sha256 digest", d.Digest)
		return nil
	}
	path := blobPath(d.Digest)
	if d.Size < 1 || d.Size > most {
		r.say(path, "the layout says that it has %d bytes; 1 to %d are read", d.Size, most)
		return nil
	}
	data, err := readAtMost(r.fsys, path, d.Size)
	if err != nil {
		r.say(path, "%v", err)
		return nil
	}
	if describe("", data).Digest != d.Digest || int64(len(data)) != d.Size {
		r.say(path, "the file does not have the hash and size that the layout says: it was changed")
		return nil
	}
	return data
}

func (r *layoutReader) json(name string, into any) bool {
	data, err := readAtMost(r.fsys, name, maxDescription)
	if err == nil {
		err = decodeJSON(data, into)
	}
	if err != nil {
		r.say(name, "not as an OCI image layout has it: %v", err)
		return false
	}
	return true
}

// decodeJSON takes one value with known keys.
func decodeJSON(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more behind the value")
	}
	return nil
}

// readAtMost reads a plain file and fails where it is larger.
func readAtMost(fsys fs.FS, name string, most int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("not a plain file of at most %d bytes", most)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("more than %d bytes", most)
	}
	return data, err
}
