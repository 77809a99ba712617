// Package trust says whose packs may be loaded: keys, detached signatures in the
// format of minisign (https://jedisct1.github.io/minisign/), and what was revoked.
// It is the only package that knows minisign, and opens nothing.
package trust

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"aead.dev/minisign"
)

// Key is a public key.
type Key struct{ public minisign.PublicKey }

// ID is the number that minisign prints for the key, 16 digits. It is a hint, not a
// secret and not unique: what counts is the key.
func (k Key) ID() string { return keyID(k.public.ID()) }

// String is the key in one line, as --trust takes it.
func (k Key) String() string { return k.public.String() }

func keyID(id uint64) string { return fmt.Sprintf("%016X", id) }

const (
	comment     = "untrusted comment: "
	maxKey      = 1 << 10 // bytes of a key file
	keyLength   = 56      // characters of a public key
	errKeyFrame = "expected the key alone, or two lines as minisign writes them"
)

// IsKey reports whether a text has the look of a public key, and not of a path.
func IsKey(text string) bool {
	return len(text) == keyLength && strings.HasPrefix(text, "RW") && !strings.ContainsAny(text, `.\`)
}

// ParseKey reads a public key: the line alone, or the file of it.
func ParseKey(text []byte) (Key, error) {
	line, err := keyLine(text)
	if err != nil {
		return Key{}, err
	}
	var k Key
	if err := k.public.UnmarshalText(line); err != nil || k.public.String() != string(line) {
		return Key{}, errors.New("not a public key of minisign; " + errKeyFrame)
	}
	return k, nil
}

// keyLine takes the line with the key out of a key file.
func keyLine(text []byte) ([]byte, error) {
	if len(text) > maxKey || bytes.ContainsAny(text, "\r\x00") {
		return nil, errors.New("not a key file; " + errKeyFrame)
	}
	text = bytes.TrimSuffix(text, []byte("\n"))
	if bytes.HasPrefix(text, []byte(comment)) {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	if len(text) == 0 || bytes.Contains(text, []byte("\n")) {
		return nil, errors.New("not a key file; " + errKeyFrame)
	}
	return text, nil
}

// Signer is a secret key.
type Signer struct{ private minisign.PrivateKey }

// Key is the public key that belongs to it.
func (s *Signer) Key() Key { return Key{s.private.Public().(minisign.PublicKey)} }

// NewSigner makes a key pair. The forms of the two are files as minisign has them;
// the secret one is encrypted if there is a password.
func NewSigner(password string) (secret, public []byte, err error) {
	pub, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if password != "" {
		secret, err = minisign.EncryptKey(password, private)
	} else {
		secret, err = private.MarshalText()
	}
	if err != nil {
		return nil, nil, err
	}
	public = fmt.Appendf(nil, "%sminisign public key %s\n%s\n", comment, keyID(pub.ID()), pub)
	return append(secret, '\n'), public, nil
}

// ErrPassword is a secret key that needs a password, or another one.
var ErrPassword = errors.New("the secret key is encrypted, and the password does not open it (or there is none)")

// ParseSigner reads the file of a secret key.
func ParseSigner(text []byte, password string) (*Signer, error) {
	line, err := keyLine(text)
	if err != nil {
		return nil, err
	}
	s := new(Signer)
	if minisign.IsEncrypted(line) {
		if password == "" {
			return nil, ErrPassword
		}
		if s.private, err = minisign.DecryptKey(password, line); err != nil {
			return nil, ErrPassword
		}
		return s, nil
	}
	if err := s.private.UnmarshalText(line); err != nil {
		return nil, errors.New("not a secret key of minisign")
	}
	return s, nil
}
