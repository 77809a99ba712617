package trust

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"aead.dev/minisign"

	"github.com/kbtriage/kbtriage/internal/source"
)

// Sign signs the bytes of a file. The same key, bytes and title give the same
// signature. title goes into the trusted comment, which is signed too.
func (s *Signer) Sign(data []byte, title string) []byte {
	r := minisign.NewReader(bytes.NewReader(data))
	if _, err := new(bytes.Buffer).ReadFrom(r); err != nil {
		panic("trust: " + err.Error()) // memory only
	}
	return r.SignWithComments(s.private, title, "signature from private key: "+s.Key().ID())
}

// signature is one that has its one form.
type signature struct{ minisign.Signature }

// parseSignature takes a signature only in the form that it would be written in, so
// that nothing of it is read over: no second signature behind it, no carriage
// returns, no comment that anybody could have changed.
func parseSignature(text []byte) (s signature, wrong string) {
	const form = "not one signature in its one form: expected four lines with LF ends, and nothing behind them"
	if bytes.Count(text, []byte("\n")) != 4 {
		return s, form
	}
	if err := s.UnmarshalText(text); err != nil {
		return s, "not a signature of minisign"
	}
	again, err := s.MarshalText()
	if err != nil || !bytes.Equal(again, text) {
		return s, form
	}
	if s.Algorithm != minisign.HashEdDSA {
		return s, "a signature of the old kind, over the bytes and not over their hash; sign again without -l"
	}
	written := []string{"signature from minisign secret key", "signature from private key: " + keyID(s.KeyID), fmt.Sprintf("signature from private key: %X", s.KeyID)}
	if !slices.Contains(written, s.UntrustedComment) {
		return s, "its untrusted comment is not one that kbtriage or minisign writes; as anybody can change it, sign again without -c"
	}
	if strings.ContainsFunc(s.TrustedComment, func(r rune) bool { return r != '\t' && !unicode.IsPrint(r) }) {
		return s, "its trusted comment holds control characters"
	}
	return s, ""
}

// Claims is the id of the key that a signature says it is of, where no key is
// trusted against which it could be held. It proves nothing; a signature without
// its form, or of a revoked key, is refused all the same.
func (p *Policy) Claims(file string, text []byte) (id string, refused *source.Message) {
	s, wrong := parseSignature(text)
	if wrong != "" {
		return "", refusal(file, "pack.signature-form", "its signature is refused: "+wrong)
	}
	id = keyID(s.KeyID)
	if reason, revoked := p.revokedKey(id); revoked {
		return "", revokedBy(file, id, reason)
	}
	return id, nil
}

func revokedBy(file, id, reason string) *source.Message {
	return refusal(file, "pack.revoked", fmt.Sprintf("signed with the key %s, which was revoked: %s", id, reason))
}

// Verify holds a detached signature against the bytes of a file, before anybody
// looks into them. It gives the key, or says why not. file names what was signed.
func (p *Policy) Verify(file string, data, text []byte) (Key, *source.Message) {
	s, wrong := parseSignature(text)
	if wrong != "" {
		return Key{}, refusal(file, "pack.signature-form", "its signature is refused: "+wrong)
	}
	id := keyID(s.KeyID)
	if reason, revoked := p.revokedKey(id); revoked {
		return Key{}, revokedBy(file, id, reason)
	}
	known := false
	for _, k := range p.keys {
		if k.ID() != id {
			continue
		}
		known = true
		if minisign.Verify(k.public, data, text) {
			return k, nil
		}
	}
	if !known {
		m := refusal(file, "pack.unknown-key", fmt.Sprintf("signed with the key %s, which is not trusted", id))
		m.Hint = "name it with --trust if it is"
		return Key{}, m
	}
	return Key{}, refusal(file, "pack.tampered", fmt.Sprintf("the signature of the key %s does not fit these bytes: the file or its signature was changed", id))
}

func refusal(file, check, text string) *source.Message {
	return &source.Message{Position: source.Position{File: file}, Check: check, Text: text}
}
