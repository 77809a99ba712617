package triage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/pack"
	"github.com/kbtriage/kbtriage/rules/pack/trust"
)

// The layouts of a pack.
const (
	FolderLayout = "folder"
	FileLayout   = "file"
	OCILayout    = "oci"
)

// The states of a signature.
const (
	SignatureVerified   = "verified"   // by a trusted key
	SignatureUnverified = "unverified" // there is one, and no key is trusted
	SignatureNone       = "none"
)

// LoadedPack is a pack and how far it can be trusted.
type LoadedPack struct {
	Path      string       `json:"path"`
	Layout    string       `json:"layout"`
	Name      string       `json:"name"`
	Version   string       `json:"version"`
	License   string       `json:"license"`
	Needs     string       `json:"kbtriage"`
	Content   string       `json:"content"`
	Signature string       `json:"signature"`
	Signer    string       `json:"signer"` // id of the key, "" where there is no signature
	Rules     int          `json:"rules"`
	Overrides []Overridden `json:"overrides"`
}

// Overridden is a rule of a pack that took the place of another one.
type Overridden struct {
	Rule string `json:"rule"`
	File string `json:"file"` // of the rule that gave way
}

// layoutOf says in which layout a path holds a pack, or "".
func layoutOf(path string, info fs.FileInfo) string {
	there := func(name string) bool {
		_, err := os.Lstat(filepath.Join(path, name))
		return err == nil
	}
	switch {
	case !info.IsDir() && strings.EqualFold(filepath.Ext(path), pack.FileEnding):
		return FileLayout
	case info.IsDir() && there(rules.ManifestFile):
		return FolderLayout
	case info.IsDir() && there(pack.LayoutFile):
		return OCILayout
	}
	return ""
}

// gate decides what may be loaded.
type gate struct {
	policy        trust.Policy
	requireSigned bool
}

// newGate reads keys and revocation lists.
func newGate(o BaseOptions) (*gate, error) {
	g := &gate{requireSigned: o.RequireSigned}
	for _, name := range o.Trust {
		text := []byte(name)
		if !trust.IsKey(name) {
			var err error
			if text, err = readPlain(name, 1<<10); err != nil {
				return nil, &UsageError{fmt.Sprintf("--trust %s: %v", name, err)}
			}
		}
		key, err := trust.ParseKey(text)
		if err != nil {
			return nil, &UsageError{fmt.Sprintf("--trust %s: %v", name, err)}
		}
		g.policy.Trust(key)
	}
	for _, name := range o.Revoked {
		data, err := readPlain(name, 4<<20)
		if err != nil {
			return nil, &UsageError{fmt.Sprintf("--revoked %s: %v", name, err)}
		}
		signature, err := readSignature(name)
		if err != nil {
			return nil, &UsageError{fmt.Sprintf("--revoked %s: %v", name, err)}
		}
		if signature != nil { // one without is the word of whoever named the file
			if _, _, refused := g.signed(name, data, signature); refused != nil {
				return nil, &RuleError{[]source.Message{*refused}}
			}
		}
		if msgs := g.policy.Revoke(name, data); len(msgs) > 0 {
			return nil, &RuleError{msgs}
		}
	}
	return g, nil
}

// signed judges the signature of some bytes, which nobody has looked into yet.
func (g *gate) signed(file string, data, signature []byte) (state, signer string, refused *source.Message) {
	refuse := func(text, hint string) (string, string, *source.Message) {
		return "", "", &source.Message{Position: source.Position{File: file}, Check: "pack.unsigned", Text: text, Hint: hint}
	}
	switch {
	case signature == nil && g.requireSigned:
		return refuse("there is no signature, and only signed packs may be loaded (--require-signed)", "kbtriage pack sign makes one")
	case signature == nil:
		return SignatureNone, "", nil
	case g.policy.Trusts():
		key, refused := g.policy.Verify(file, data, signature)
		if refused != nil {
			return "", "", refused
		}
		return SignatureVerified, key.ID(), nil
	case g.requireSigned:
		return refuse("no key is trusted, so that its signature cannot be held against any (--require-signed)", "name the key with --trust")
	}
	id, refused := g.policy.Claims(file, signature)
	if refused != nil {
		return "", "", refused
	}
	return SignatureUnverified, id, nil
}

// open reads a pack: first its signature, then what it holds. What is wrong with
// it is in the messages; the error is that it is not there.
func (g *gate) open(path, layout string) (*pack.Pack, *LoadedPack, []source.Message, error) {
	var p *pack.Pack
	l := &LoadedPack{Path: path, Layout: layout, Overrides: []Overridden{}}
	var msgs []source.Message
	var err error
	if layout == FolderLayout {
		p, msgs, err = g.openFolder(path, l)
	} else {
		p, msgs, err = g.openFile(path, l)
	}
	if size := new(sizeError); errors.As(err, size) {
		return nil, nil, []source.Message{{Position: source.Position{File: path}, Check: "pack.size", Text: err.Error()}}, nil
	}
	if err != nil {
		return nil, nil, nil, &UsageError{fmt.Sprintf("rules at %s: %v", path, err)}
	}
	if len(msgs) > 0 {
		return nil, nil, msgs, nil
	}
	m := &p.Manifest
	l.Name, l.Version, l.License, l.Needs, l.Content = m.Name, m.Version, m.License, m.Needs, p.Content()
	if refused := g.policy.Refuses(path, p); refused != nil {
		return nil, nil, []source.Message{*refused}, nil
	}
	if !m.Met(engine.Version) {
		return nil, nil, []source.Message{{
			Position: source.Position{File: path}, Check: "pack.needs",
			Text: fmt.Sprintf("the pack %s needs kbtriage %s or newer; this is %s", p.Title(), m.Needs, engine.Version),
		}}, nil
	}
	return p, l, nil, nil
}

// openFile reads a pack file, or the one in an OCI image layout.
func (g *gate) openFile(path string, l *LoadedPack) (p *pack.Pack, msgs []source.Message, err error) {
	data, signature, msgs, err := packBytes(path, l.Layout)
	if err != nil || len(msgs) > 0 {
		return nil, msgs, err
	}
	var refused *source.Message
	if l.Signature, l.Signer, refused = g.signed(path, data, signature); refused != nil {
		return nil, []source.Message{*refused}, nil
	}
	p, msgs = pack.Decode(path, data)
	return p, msgs, nil
}

// packBytes is a pack file with its signature, or nil, from either layout that has one.
func packBytes(path, layout string) (data, signature []byte, msgs []source.Message, err error) {
	if layout == OCILayout {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, nil, nil, err
		}
		defer root.Close()
		data, signature, msgs = pack.ReadLayout(root.FS(), filepath.ToSlash(filepath.Clean(path)))
		return data, signature, msgs, nil
	}
	if data, err = readPlain(path, pack.MaxFile); err != nil {
		return nil, nil, nil, err
	}
	signature, err = readSignature(path)
	return data, signature, nil, err
}

// openFolder reads a folder with a manifest. It is the manifest that is signed; the
// files are as its hash says.
func (g *gate) openFolder(path string, l *LoadedPack) (*pack.Pack, []source.Message, error) {
	name := filepath.Join(path, rules.ManifestFile)
	within := filepath.ToSlash(filepath.Clean(path)) + "/"
	checked, err := readPlain(name, 4<<20)
	if err != nil {
		return nil, nil, err
	}
	signature, err := readSignature(name)
	if err != nil {
		return nil, nil, err
	}
	var refused *source.Message
	if l.Signature, l.Signer, refused = g.signed(within+rules.ManifestFile, checked, signature); refused != nil {
		return nil, []source.Message{*refused}, nil
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	p, manifest, msgs := pack.ReadFolder(root.FS(), path, within)
	refuse := func(check, text string) (*pack.Pack, []source.Message, error) {
		return nil, []source.Message{{Position: source.Position{File: within + rules.ManifestFile}, Check: check, Text: text}}, nil
	}
	switch {
	case !bytes.Equal(manifest, checked):
		return refuse("pack.tampered", "the manifest changed while the pack was read")
	case len(msgs) == 0 && signature != nil && p.Manifest.Content == "":
		return refuse("pack.content", "the manifest is signed and does not say the hash of the files, so that the signature says nothing of them; add content: "+p.Content())
	}
	return p, msgs, nil
}

// readSignature is the detached signature of a file, or nil where there is none.
func readSignature(path string) ([]byte, error) {
	text, err := readPlain(path+pack.SignatureEnding, pack.MaxSignature)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("its signature: %w", err)
	}
	return text, nil
}

// readPlain reads a regular file whole, and none that is larger than most.
func readPlain(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, bareError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bareError(err)
	}
	defer f.Close()
	if info.Size() > most {
		return nil, sizeError{info.Size(), most}
	}
	b := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead)) // so that it need not grow
	if _, err := b.ReadFrom(io.LimitReader(f, most+1)); err != nil {
		return nil, bareError(err)
	}
	if int64(b.Len()) > most {
		return nil, sizeError{int64(b.Len()), most}
	}
	return b.Bytes(), nil
}

// sizeError is a file with more bytes than are read.
type sizeError struct{ size, most int64 }

// Error says how many, and how many are read.
func (e sizeError) Error() string {
	return fmt.Sprintf("it has %d bytes; at most %d are read", e.size, e.most)
}

// bareError is an error of a file without the name of the system call.
func bareError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
