// Package rulefile writes the rules that importers make: the same rule gives the
// same bytes, and a file that somebody has edited since can be told from one that
// nobody has.
package rulefile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// A rule that was made says the digest of its file, in which the digest itself is
// zeros: so a change anywhere is seen.

const madeKey = "\n    made: "

// NoDigest stands where the digest of a file will.
const NoDigest = "0000000000000000000000000000000000000000000000000000000000000000"

// Sign puts the digest of a file in the place of its zeros.
func Sign(file []byte) []byte {
	from, to, found := digestIn(file)
	if !found {
		return file
	}
	sum := sha256.Sum256(file)
	hex.Encode(file[from:to], sum[:])
	return file
}

// Edited reports whether a rule file is another one than the importer made.
func Edited(file []byte) bool {
	from, to, found := digestIn(file)
	if !found {
		return true
	}
	blank := bytes.Clone(file)
	copy(blank[from:to], NoDigest)
	sum := sha256.Sum256(blank)
	return string(file[from:to]) != hex.EncodeToString(sum[:])
}

// Source is the name of the article, or of the file of foreign rules, that a rule file was made of, or "".
func Source(file []byte) string {
	name := originKey(file, "file")
	if s, err := strconv.Unquote(name); err == nil {
		return s
	}
	return name
}

// Digest is that of the article or file that a rule file was made of, or "".
func Digest(file []byte) string { return originKey(file, "sha256") }

// originKey is what the origin of an article has for a key.
func originKey(file []byte, key string) string {
	origin := bytes.LastIndex(file, []byte("\n  origin:\n"))
	if origin < 0 {
		return ""
	}
	_, rest, _ := bytes.Cut(file[origin:], []byte("\n    "+key+": "))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(line)
}

// digestIn is where the digest stands: behind the last origin of the file, which
// is that of the article.
func digestIn(file []byte) (from, to int, found bool) {
	origin := bytes.LastIndex(file, []byte("\n  origin:\n"))
	if origin < 0 {
		return 0, 0, false
	}
	at := bytes.Index(file[origin:], []byte(madeKey))
	if at < 0 {
		return 0, 0, false
	}
	from = origin + at + len(madeKey)
	to = from + len(NoDigest)
	return from, to, to < len(file) && file[to] == '\n'
}
