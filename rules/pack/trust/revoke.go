package trust

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/rules"
	"github.com/kbtriage/kbtriage/rules/pack"
)

// Policy is which packs may be loaded. The zero value trusts no key and revokes
// nothing.
type Policy struct {
	keys    []Key
	revoked []revocation
}

// revocation is one entry of a list: a key, a pack by name and version, or content.
type revocation struct{ key, pack, version, content, reason string }

// Trust adds a key.
func (p *Policy) Trust(k Key) { p.keys = append(p.keys, k) }

// Trusts reports whether there is any key.
func (p *Policy) Trusts() bool { return len(p.keys) > 0 }

// Revoke adds the entries of a revocation list. All messages come at once, and with
// one nothing is added.
func (p *Policy) Revoke(file string, data []byte) []source.Message {
	var list []revocation
	msgs := rules.Strict(file, data, func(r *rules.Reader, root *yaml.Node) {
		var version int
		r.Mapping(root, "a revocation list",
			rules.Key{Name: "revoked", Required: true, Read: r.Number(&version, 1, 1)},
			rules.Key{Name: "entries", Required: true, Read: func(n *yaml.Node) {
				r.List(n, func(n *yaml.Node) { list = append(list, readRevocation(r, n)) })
			}})
	})
	if len(msgs) == 0 {
		p.revoked = append(p.revoked, list...)
	}
	return msgs
}

func readRevocation(r *rules.Reader, n *yaml.Node) revocation {
	var x revocation
	r.Mapping(n, "an entry of a revocation list",
		rules.Key{Name: "key", Read: func(n *yaml.Node) {
			r.Text(&x.key)(n)
			if x.key = strings.ToUpper(x.key); x.key != "" && (len(x.key) != 16 || strings.Trim(x.key, "0123456789ABCDEF") != "") {
				r.Say(n, "revoked.key", fmt.Sprintf("%q is no key id; expected 16 hexadecimal digits", x.key))
			}
		}},
		rules.Key{Name: "pack", Read: r.Text(&x.pack)},
		rules.Key{Name: "version", Read: r.Text(&x.version)},
		rules.Key{Name: "content", Read: func(n *yaml.Node) {
			r.Text(&x.content)(n)
			if x.content != "" && !pack.IsHash(x.content) {
				r.Say(n, "revoked.content", fmt.Sprintf("%q is no hash; expected sha256: and 64 digits in lower case", x.content))
			}
		}},
		rules.Key{Name: "reason", Required: true, Read: r.Text(&x.reason)})
	named := 0
	for _, s := range []string{x.key, x.pack, x.content} {
		if s != "" {
			named++
		}
	}
	switch {
	case n.Kind != yaml.MappingNode:
	case named != 1:
		r.Say(n, "revoked.entry", "an entry names one of key, pack (with its version) and content")
	case (x.pack == "") != (x.version == ""):
		r.Say(n, "revoked.entry", `pack and version belong together; version: "*" is every version`)
	}
	return x
}

func (p *Policy) revokedKey(id string) (reason string, revoked bool) {
	for _, x := range p.revoked {
		if x.key == id {
			return x.reason, true
		}
	}
	return "", false
}

// Refuses says why a pack is revoked by name and version or by its content, or nil.
func (p *Policy) Refuses(file string, x *pack.Pack) *source.Message {
	content := x.Content()
	for _, r := range p.revoked {
		if r.content == content || r.pack == x.Manifest.Name && (r.version == "*" || r.version == x.Manifest.Version) {
			return refusal(file, "pack.revoked", fmt.Sprintf("the pack %s was revoked: %s", x.Title(), r.reason))
		}
	}
	return nil
}
