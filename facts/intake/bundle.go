package intake

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/archive"
)

// A bundle is what was collected of one host: an archive whose first member says
// what the others are. It reads as the host itself would: facts carry the paths
// that things had there, and nothing depends on the name of the bundle.

// BundleVersion is the version of the manifest that this program writes and reads.
const BundleVersion = 1

// BundleManifest is the name of the first member of a bundle.
const BundleManifest = "manifest.json"

// Manifest says what is in a bundle.
type Manifest struct {
	Version   int        `json:"kbtriage_bundle"`
	Tool      string     `json:"tool"`      // version of the program that collected
	Host      string     `json:"host"`      // "" where it is not known
	Collected facts.Time `json:"collected"` // when; the time that the facts about certificates count from
	Redacted  bool       `json:"redacted"`
	Members   []Bundled  `json:"members"` // in their order
}

// Bundled is one member of a bundle.
type Bundled struct {
	Name   string `json:"name"`           // in the archive
	Path   string `json:"path"`           // as in facts.Origin: "host: /var/log/syslog"
	Format string `json:"format"`         // what it was taken for where it was collected; it is recognised anew
	Size   int64  `json:"size"`           // in bytes
	Skip   int64  `json:"skip,omitempty"` // bytes of the log before its tail, which is the member
	SHA256 string `json:"sha256"`
}

// Label names the host of the bundle and when it was collected, so that the logs
// of many bundles are told apart.
func (m *Manifest) Label() string {
	return strings.TrimSpace(cmp.Or(m.Name(), "host") + " " + m.Collected.String())
}

// Name is the name of the host. The tokens of a redacted bundle are those of no
// other, so that a mark of its content tells it apart: "host1.invalid#3fa2c1".
func (m *Manifest) Name() string {
	if !m.Redacted {
		return m.Host
	}
	sum := sha256.New()
	for _, x := range m.Members {
		sum.Write([]byte(x.SHA256))
	}
	return fmt.Sprintf("%s#%x", cmp.Or(m.Host, "host"), sum.Sum(nil)[:3])
}

// Place is a path of the bundle among those of other bundles.
func (m *Manifest) Place(path string) string {
	return m.Label() + ": " + strings.TrimPrefix(path, HostPrefix)
}

// HostPrefix begins the path of everything that a host says of itself.
const HostPrefix = "host: "

// The bounds of a manifest.
const (
	maxManifest = 4 << 20
	manifestKey = `"kbtriage_bundle"`
)

// bundle is a bundle that is being read.
type bundle struct {
	root     string // of the paths of its members: "web1.tar.zst!"
	to       Taker
	manifest Manifest
	refused  bool
	many     bool // paths are told apart from those of other bundles
	left     map[string]Bundled
}

// isManifest reports whether head begins the manifest of a bundle.
func isManifest(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head[:min(len(head), 256)], []byte(manifestKey))
}

// beginBundle reads the manifest. A bundle that cannot be read is named, and its
// members are passed over: what they are is not known.
func beginBundle(root string, in io.Reader, many bool, to Taker) *bundle {
	b := &bundle{root: root, to: to, many: many, left: map[string]Bundled{}}
	refuse := func(reason, text string) *bundle {
		b.refused = true
		to.Problem(facts.Problem{Source: strings.TrimSuffix(root, "!"), Stage: "decode", Reason: reason, Text: text})
		return b
	}
	data, err := io.ReadAll(io.LimitReader(in, maxManifest+1))
	if err != nil {
		return refuse("bundle.invalid", "it is a bundle of a host whose manifest cannot be read: "+cause(err)+"; fetch it again")
	}
	if len(data) > maxManifest {
		return refuse("bundle.invalid", fmt.Sprintf("it is a bundle of a host whose manifest has more than %d bytes, the limit", maxManifest))
	}
	version := struct {
		Version int `json:"kbtriage_bundle"`
	}{}
	if err := json.Unmarshal(data, &version); err == nil && version.Version != BundleVersion {
		return refuse("bundle.version", fmt.Sprintf("it is a bundle of version %d, and this program reads version %d; use the version of kbtriage that collected it, or collect again",
			version.Version, BundleVersion))
	}
	if err := json.Unmarshal(data, &b.manifest); err != nil {
		return refuse("bundle.invalid", "it is a bundle of a host whose manifest is damaged: "+err.Error()+"; fetch it again")
	}
	for _, x := range b.manifest.Members {
		if _, twice := b.left[x.Name]; twice || x.Name == "" {
			to.Problem(b.problem(x.Path, "bundle.damaged", fmt.Sprintf("the manifest names the member %q twice or without a name; collect again", x.Name)))
		}
		b.left[x.Name] = x
	}
	return b
}

// path is the path that facts of the member get.
func (b *bundle) path(x Bundled) string {
	p := cmp.Or(x.Path, HostPrefix+x.Name)
	if b.many {
		return b.manifest.Place(p)
	}
	return p
}

func (b *bundle) problem(path, reason, text string) facts.Problem {
	return facts.Problem{Source: path, Stage: "read", Reason: reason, Text: text}
}

// member hands a member over and compares it with the manifest. What is damaged
// is used all the same: it is better than nothing, and is named.
func (b *bundle) member(name string, r io.Reader) error {
	if b.refused {
		return nil
	}
	want, known := b.left[name]
	delete(b.left, name)
	if !known {
		want = Bundled{Name: name, Path: HostPrefix + name}
		b.to.Problem(b.problem(b.path(want), "bundle.not-listed", "the manifest of the bundle does not name it; somebody added it, or the bundle is damaged. It was read all the same"))
	}
	sum := &summing{src: r, hash: sha256.New()}
	err := sniff(newStream(b.path(want), -1, sum), bundleTaker{b})
	if err != nil || !known {
		return err
	}
	_, rest := io.Copy(io.Discard, sum) // what the reader did not want
	switch {
	case rest != nil && errors.Is(rest, context.Canceled):
	case sum.n != want.Size:
		b.to.Problem(b.problem(b.path(want), "bundle.damaged", fmt.Sprintf("it has %d bytes, and had %d when it was collected; fetch the bundle again. What is there was used", sum.n, want.Size)))
	case hex.EncodeToString(sum.hash.Sum(nil)) != strings.ToLower(want.SHA256):
		b.to.Problem(b.problem(b.path(want), "bundle.damaged", "its content is not what was collected: the SHA-256 differs. It was damaged or changed on the way; fetch the bundle again. It was used as it is"))
	}
	return nil
}

// end names what the manifest promises and the archive does not hold.
func (b *bundle) end() {
	if b.refused {
		return
	}
	for _, x := range b.manifest.Members {
		if _, missing := b.left[x.Name]; missing {
			delete(b.left, x.Name)
			b.to.Problem(b.problem(b.path(x), "bundle.missing", "it was collected, and the bundle does not hold it; fetch the bundle again"))
		}
	}
}

// bundleTaker tells of which bundle a stream is.
type bundleTaker struct{ b *bundle }

func (t bundleTaker) Stream(s *Stream) error {
	s.Bundle = &t.b.manifest
	return t.b.to.Stream(s)
}

func (t bundleTaker) Problem(p facts.Problem) { t.b.to.Problem(p) }

// summing counts and hashes what is read.
type summing struct {
	src  io.Reader
	hash hash.Hash
	n    int64
}

func (s *summing) Read(p []byte) (int, error) {
	n, err := s.src.Read(p)
	s.n += int64(n)
	s.hash.Write(p[:n])
	return n, err
}

// Live is a host that is read as its bundle would be.
type Live struct {
	Case    []byte // its facts, as saved
	Members []LiveMember
}

// LiveMember is a log, or what the host printed.
type LiveMember struct {
	Path string // as in facts.Origin
	Open func() (io.ReadCloser, error)
}

// live reads a host. What it gives is clean.
func (s *session) live(h *Live) {
	clean := s.Clean
	s.Clean = nil
	defer func() { s.Clean = clean }()
	s.saved(HostPrefix+"facts", h.Case)
	for _, m := range h.Members {
		if s.ctx.Err() != nil {
			return
		}
		in, err := m.Open()
		if err != nil {
			s.problem(Unreadable(m.Path, err))
			continue
		}
		_ = sniff(newStream(m.Path, -1, in), s) // the error is that of the context
		in.Close()
	}
}

// Content recognises what r holds, which is no archive, and hands it over. Size is
// -1 where it is not known.
func Content(path string, r io.Reader, size int64, to Taker) error {
	return sniff(newStream(path, size, r), to)
}

// inBundle takes a member that begins a bundle or is in one; for others it
// returns the content.
func (m *members) inBundle(member archive.Member, r io.Reader) (rest io.Reader, err error) {
	if m.bundle != nil {
		if name, inside := strings.CutPrefix(member.Path, m.bundle.root); inside {
			return nil, m.bundle.member(name, r)
		}
		m.endBundle()
	}
	root, named := strings.CutSuffix(member.Path, "!"+BundleManifest)
	if !named {
		return r, nil
	}
	in := bufio.NewReaderSize(r, sniffBytes)
	if head, _ := in.Peek(sniffBytes); !isManifest(head) {
		return in, nil
	}
	m.bundle = beginBundle(root+"!", in, m.many, m.to)
	return nil, nil
}

func (m *members) endBundle() {
	if m.bundle != nil {
		m.bundle.end()
		m.bundle = nil
	}
}
