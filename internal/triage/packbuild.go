package triage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/pack"
	"github.com/kbtriage/kbtriage/rules/pack/trust"
)

// ShownPack is a pack with what is in it.
type ShownPack struct {
	LoadedPack
	Description string     `json:"description"`
	Wants       []string   `json:"wants_overrides"` // ids that the manifest says its rules take the place of
	Files       []PackFile `json:"files"`
}

// PackFile is one file of a pack.
type PackFile struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ShowPack opens a pack as --kb would, and loads its rules. A pack that is refused is a *RuleError.
func ShowPack(path string, o BaseOptions) (*ShownPack, error) {
	p, l, err := openPack(path, o)
	if err != nil {
		return nil, err
	}
	x := &ShownPack{LoadedPack: *l, Description: p.Manifest.Description, Wants: append([]string{}, p.Manifest.Overrides...), Files: []PackFile{}}
	for _, f := range p.Files {
		sum := sha256.Sum256(f.Data)
		x.Files = append(x.Files, PackFile{f.Name, len(f.Data), hex.EncodeToString(sum[:])})
	}
	return x, nil
}

func openPack(path string, o BaseOptions) (*pack.Pack, *LoadedPack, error) {
	g, err := newGate(o)
	if err != nil {
		return nil, nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, &UsageError{fmt.Sprintf("pack %s: %v", path, bareError(err))}
	}
	layout := layoutOf(path, info)
	if layout == "" {
		return nil, nil, &UsageError{fmt.Sprintf("%s is no pack: expected a file that ends in %s, a folder with %s, or an OCI image layout", path, pack.FileEnding, rules.ManifestFile)}
	}
	p, l, msgs, err := g.open(path, layout)
	if err != nil {
		return nil, nil, err
	}
	if len(msgs) == 0 {
		set, more := p.Rules(path + "!")
		msgs, l.Rules = more, len(set.Rules)
	}
	if len(msgs) > 0 {
		return nil, nil, &RuleError{msgs}
	}
	return p, l, nil
}

// BuildPack is the pack file of a folder with a manifest, or of a pack in another
// layout. Rules that do not load are a *RuleError.
func BuildPack(path string, o BaseOptions) ([]byte, *ShownPack, error) {
	p, l, err := openPack(path, o)
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	if err := p.Encode(&b); err != nil {
		return nil, nil, fmt.Errorf("pack %s: %w", path, err)
	}
	// What is written is read once more, so that nothing is shipped that would be refused.
	if _, msgs := pack.Decode(path, b.Bytes()); len(msgs) > 0 {
		return nil, nil, &RuleError{msgs}
	}
	return b.Bytes(), &ShownPack{LoadedPack: *l}, nil
}

// WriteLayout writes a pack as an OCI image layout into a folder that is not there
// yet, whole or not at all. Of a pack file that is signed it holds the signature too.
func WriteLayout(path, to string, data []byte, o *ShownPack) (err error) {
	var signature []byte
	if o.Layout != FolderLayout && o.Signature != SignatureNone {
		if _, signature, _, err = packBytes(path, o.Layout); err != nil {
			return err
		}
	}
	temp, err := os.MkdirTemp(filepath.Dir(to), "."+filepath.Base(to)+".*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	for _, f := range pack.Layout(data, signature, o.Version) {
		name := filepath.Join(temp, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return err
		}
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s is there already", to)
	}
	return os.Rename(temp, to)
}

// Signed is a signature that was made.
type Signed struct {
	File      string // of the signature
	Signer    string // id of the key
	Signature []byte
}

// Sign signs a pack file, the manifest of a folder that says the hash of its files, or
// a revocation list; nothing that would be refused when it is loaded.
func Sign(path, keyFile, password string) (*Signed, error) {
	text, err := readPlain(keyFile, 4<<10)
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("--key %s: %v", keyFile, err)}
	}
	key, err := trust.ParseSigner(text, password)
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("--key %s: %v", keyFile, err)}
	}
	file, data, title, err := signable(path)
	if err != nil {
		return nil, err
	}
	return &Signed{file + pack.SignatureEnding, key.Key().ID(), key.Sign(data, title)}, nil
}

// signable is what of a path is signed, and what the signature calls it.
func signable(path string) (file string, data []byte, title string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, "", &UsageError{fmt.Sprintf("%s: %v", path, bareError(err))}
	}
	refuse := func(check, text string) (string, []byte, string, error) {
		return "", nil, "", &RuleError{[]source.Message{{Position: source.Position{File: path}, Check: check, Text: text}}}
	}
	var p *pack.Pack
	var msgs []source.Message
	switch layoutOf(path, info) {
	case FileLayout:
		if data, err = readPlain(path, pack.MaxFile); err == nil {
			p, msgs = pack.Decode(path, data)
		}
		file = path
	case FolderLayout:
		root, err := os.OpenRoot(path)
		if err != nil {
			return "", nil, "", &UsageError{fmt.Sprintf("%s: %v", path, bareError(err))}
		}
		defer root.Close()
		p, data, msgs = pack.ReadFolder(root.FS(), path, filepath.ToSlash(filepath.Clean(path))+"/")
		if p != nil && p.Manifest.Content == "" {
			return refuse("pack.content", "a folder is signed by its manifest, which has to say the hash of the files; add content: "+p.Content())
		}
		file = filepath.Join(path, rules.ManifestFile)
	case OCILayout:
		return "", nil, "", &UsageError{path + " is an OCI image layout; sign the pack file, and make the layout of that"}
	default:
		if data, err = readPlain(path, 4<<20); err == nil {
			msgs = new(trust.Policy).Revoke(path, data)
		}
		file, title = path, "kbtriage revocation list "+strings.Map(printable, filepath.Base(path))
	}
	switch {
	case err != nil:
		return "", nil, "", &UsageError{fmt.Sprintf("%s: %v", path, err)}
	case len(msgs) > 0:
		return "", nil, "", &RuleError{msgs}
	case p != nil:
		title = "kbtriage pack " + p.Title()
	}
	return file, data, title, nil
}

// printable keeps to what a comment of a signature may hold.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return '_'
	}
	return r
}

// NewKeys makes a key pair for packs: the files of the secret and of the public key.
func NewKeys(password string) (secret, public []byte, err error) { return trust.NewSigner(password) }
