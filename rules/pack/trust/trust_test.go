package trust

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"aead.dev/minisign"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules/pack"
)

// samplePack is a small pack file.
func samplePack(t testing.TB) (*pack.Pack, []byte) {
	t.Helper()
	p, _, msgs := pack.ReadFolder(fstest.MapFS{
		"pack.yaml": {Data: []byte("pack: 1\nname: mail/relay\nversion: 1.2.0\nlicense: MIT\nkbtriage: 0.1.0\n")},
		"a.yaml":    {Data: []byte("schema: 1\n")},
	}, "mail", "mail/")
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	var b bytes.Buffer
	if err := p.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return p, b.Bytes()
}

func newSigner(t testing.TB) *Signer {
	t.Helper()
	secret, public, err := NewSigner("")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSigner(secret, "")
	if err != nil {
		t.Fatal(err)
	}
	k, err := ParseKey(public)
	if err != nil || k.ID() != s.Key().ID() || k.String() != s.Key().String() {
		t.Fatalf("the two files are of two keys: %v", err)
	}
	if again, err := ParseKey([]byte(k.String())); err != nil || again.String() != k.String() || !IsKey(k.String()) {
		t.Fatalf("the line alone: %v", err)
	}
	return s
}

func trusting(keys ...*Signer) *Policy {
	p := new(Policy)
	for _, k := range keys {
		p.Trust(k.Key())
	}
	return p
}

func refusedAs(m *source.Message) string {
	if m == nil {
		return ""
	}
	return m.Check
}

// Each byte of a pack and each of its signature counts.
func TestEveryByteCounts(t *testing.T) {
	_, data := samplePack(t)
	s := newSigner(t)
	p := trusting(s)
	signature := s.Sign(data, "kbtriage pack mail/relay 1.2.0")
	if !bytes.Equal(signature, s.Sign(data, "kbtriage pack mail/relay 1.2.0")) {
		t.Error("signed twice, it has two signatures")
	}
	if k, refused := p.Verify("x", data, signature); refused != nil || k.ID() != s.Key().ID() {
		t.Fatal(refused)
	}
	for i := range data {
		changed := slices.Clone(data)
		changed[i] ^= 1 << (i % 8)
		if _, refused := p.Verify("x", changed, signature); refusedAs(refused) != "pack.tampered" {
			t.Fatalf("byte %d of the pack: %v", i, refused)
		}
	}
	for i := range signature {
		for bit := range 8 {
			changed := slices.Clone(signature)
			changed[i] ^= 1 << bit
			if _, refused := p.Verify("x", data, changed); refused == nil {
				t.Fatalf("byte %d of the signature, bit %d: taken\n%s", i, bit, changed)
			}
		}
	}
	for n := range signature {
		if _, refused := p.Verify("x", data, signature[:n]); refused == nil {
			t.Fatalf("the first %d bytes of the signature are enough", n)
		}
	}
	for n := range data {
		if _, refused := p.Verify("x", data[:n], signature); refused == nil {
			t.Fatalf("the first %d bytes of the pack are enough", n)
		}
	}
}

// A signature in any form but its own is refused, with or without a key to hold it against.
func TestSignatureForms(t *testing.T) {
	_, data := samplePack(t)
	s, other := newSigner(t), newSigner(t)
	good := string(s.Sign(data, "kbtriage pack x"))
	lines := strings.SplitAfter(good, "\n")
	by := func(trusted, untrusted string, hashed bool) string {
		if hashed {
			r := minisign.NewReader(bytes.NewReader(data))
			_, _ = new(bytes.Buffer).ReadFrom(r)
			return string(r.SignWithComments(s.private, trusted, untrusted))
		}
		return string(minisign.SignWithComments(s.private, data, trusted, untrusted))
	}
	for name, x := range map[string]struct{ text, check string }{
		"two of one key":           {good + good, "pack.signature-form"},
		"two of two keys":          {good + string(other.Sign(data, "x")), "pack.signature-form"},
		"CRLF":                     {strings.ReplaceAll(good, "\n", "\r\n"), "pack.signature-form"},
		"CR behind the comment":    {strings.Replace(good, "pack x\n", "pack x\r\n", 1), "pack.signature-form"},
		"CR in the base64":         {lines[0] + "\r" + lines[1] + lines[2] + lines[3], "pack.signature-form"},
		"no last line end":         {strings.TrimSuffix(good, "\n"), "pack.signature-form"},
		"an empty line behind":     {good + "\n", "pack.signature-form"},
		"bytes behind":             {good + "\x00", "pack.signature-form"},
		"a line too few":           {lines[0] + lines[1] + lines[2], "pack.signature-form"},
		"a mark before":            {"\ufeff" + good, "pack.signature-form"},
		"another untrusted text":   {by("x", "signed by the vendor", true), "pack.signature-form"},
		"escapes in the comment":   {by("x\x1b[2J", "signature from minisign secret key", true), "pack.signature-form"},
		"over the bytes":           {by("x", "signature from minisign secret key", false), "pack.signature-form"},
		"another trusted comment":  {strings.Replace(good, "pack x", "pack y", 1), "pack.tampered"},
		"of a key that is unknown": {string(other.Sign(data, "x")), "pack.unknown-key"},
		"nothing":                  {"", "pack.signature-form"},
	} {
		if _, refused := trusting(s).Verify("x", data, []byte(x.text)); refusedAs(refused) != x.check {
			t.Errorf("%s: %v, want %s", name, refused, x.check)
		}
		_, refused := new(Policy).Claims("x", []byte(x.text))
		if form := x.check == "pack.signature-form"; (refusedAs(refused) == "pack.signature-form") != form {
			t.Errorf("%s, without a trusted key: %v", name, refused)
		}
	}
	if _, refused := trusting(s).Verify("x", data, []byte(by("timestamp:1\tfile:x\thashed", "signature from minisign secret key", true))); refused != nil {
		t.Errorf("as minisign writes it: %v", refused)
	}
	// The id in a signature is a hint: with another key that has the same, the right one is found.
	if k, refused := trusting(other, s).Verify("x", data, []byte(good)); refused != nil || k.ID() != s.Key().ID() {
		t.Errorf("among two keys: %v", refused)
	}
}

func TestRevocation(t *testing.T) {
	x, data := samplePack(t)
	s := newSigner(t)
	signature := s.Sign(data, "x")
	revoke := func(entry string) *Policy {
		p := trusting(s)
		if msgs := p.Revoke("list", []byte("revoked: 1\nentries:\n  - {reason: it was stolen, "+entry+"}\n")); len(msgs) > 0 {
			t.Fatal(msgs)
		}
		return p
	}
	if _, refused := revoke("key: "+strings.ToLower(s.Key().ID())).Verify("x", data, signature); refusedAs(refused) != "pack.revoked" || !strings.Contains(refused.Text, "it was stolen") {
		t.Errorf("the key: %v", refused)
	}
	if _, refused := revoke("key: "+s.Key().ID()).Claims("x", signature); refusedAs(refused) != "pack.revoked" {
		t.Errorf("the key, where none is trusted: %v", refused)
	}
	for entry, want := range map[string]string{
		"pack: mail/relay, version: 1.2.0":           "pack.revoked",
		"pack: mail/relay, version: '*'":             "pack.revoked",
		"pack: mail/relay, version: 1.2.1":           "",
		"pack: mail, version: 1.2.0":                 "",
		"content: " + x.Content():                    "pack.revoked",
		"content: sha256:" + strings.Repeat("0", 64): "",
		"key: 0123456789abcdef":                      "",
	} {
		refused := revoke(entry).Refuses("x", x)
		if refusedAs(refused) != want || refused != nil && !strings.Contains(refused.Text, "mail/relay 1.2.0 was revoked: it was stolen") {
			t.Errorf("%s: %v, want %q", entry, refused, want)
		}
	}
	for text, check := range map[string]string{
		"revoked: 1\nentries: [{key: 12, reason: x}]":                               "revoked.key",
		"revoked: 1\nentries: [{content: 12, reason: x}]":                           "revoked.content",
		"revoked: 1\nentries: [{reason: x}]":                                        "revoked.entry",
		"revoked: 1\nentries: [{pack: a, reason: x}]":                               "revoked.entry",
		"revoked: 1\nentries: [{key: 0123456789abcdef, version: 1.0.0, reason: x}]": "revoked.entry",
		"revoked: 1\nentries: [{key: 0123456789abcdef, pack: a, reason: x}]":        "revoked.entry",
		"revoked: 1\nentries: [{kee: 0123456789abcdef, reason: x}]":                 "rule.unknown-key",
		"revoked: 1\nentries: [{key: 0123456789abcdef}]":                            "rule.missing-key",
		"revoked: 2\nentries: []":                                                   "rule.type",
	} {
		p := new(Policy)
		msgs := p.Revoke("list", []byte(text))
		if !slices.ContainsFunc(msgs, func(m source.Message) bool { return m.Check == check && m.Line > 0 }) || len(p.revoked) > 0 {
			t.Errorf("%s: %v, want %s", text, msgs, check)
		}
	}
}

func TestKeys(t *testing.T) {
	s := newSigner(t)
	line := s.Key().String()
	for name, text := range map[string]string{
		"nothing": "", "text": "hello", "two": line + "\n" + line, "CR": line + "\r\n", "cut": line[:55], "grown": line + "A",
		"a secret key": "untrusted comment: minisign encrypted secret key\nRWQAAEIy\n", "huge": strings.Repeat("R", 1<<20), "comment alone": "untrusted comment: x\n",
	} {
		if _, err := ParseKey([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
		if _, err := ParseSigner([]byte(text), ""); err == nil {
			t.Errorf("%s: taken for a secret key", name)
		}
	}
}

// FuzzSignature: no other text than the one that was made is a signature of the bytes.
func FuzzSignature(f *testing.F) {
	_, data := samplePack(f)
	s := newSigner(f)
	good := s.Sign(data, "kbtriage pack x")
	f.Add(good, []byte{})
	f.Add(append(slices.Clone(good), good...), data)
	f.Fuzz(func(t *testing.T, text, other []byte) {
		p := trusting(s)
		if _, refused := p.Verify("x", data, text); refused == nil && !bytes.Equal(text, good) {
			t.Fatalf("taken:\n%s", text)
		}
		if _, refused := p.Verify("x", other, good); refused == nil && !bytes.Equal(other, data) {
			t.Fatal("other bytes are taken")
		}
		if _, err := ParseKey(text); err == nil && len(text) < keyLength {
			t.Fatalf("a short key: %q", text)
		}
	})
}

// FuzzRevocations: any bytes give entries or messages, never both.
func FuzzRevocations(f *testing.F) {
	f.Add([]byte("revoked: 1\nentries:\n  - {key: 0123456789abcdef, reason: stolen}\n  - {pack: a, version: '*', reason: bad}\n"))
	f.Add([]byte("revoked: 1\nentries: [x, [y], {}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := new(Policy)
		msgs := p.Revoke("list", data)
		if len(msgs) > 0 && len(p.revoked) > 0 {
			t.Fatalf("%v with %v", p.revoked, msgs)
		}
		for _, x := range p.revoked {
			if x.reason == "" || x.key == "" && x.pack == "" && x.content == "" {
				t.Fatalf("an entry that says nothing: %+v", x)
			}
		}
	})
}
