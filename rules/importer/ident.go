package importer

import (
	"path"
	"strings"
)

// articleNumber is the number of an article as it stands in titles and file
// names: Q123456, KB123456, KCS-1234, KA-00123.
var articleNumber = newPattern(`(?i)(?:^|[^a-z0-9])((?:q|kb|kcs|kba|ka)[-_ #]?\d{3,10})(?:[^a-z0-9]|$)`)

// identify gives a document that names neither its number nor its area both:
// from the title, from the file, or from the folder.
func (d *document) identify(file string) {
	file = strings.ReplaceAll(file, `\`, "/")
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	for _, s := range []string{d.id, d.title, name} {
		if m := articleNumber.FindStringSubmatch(s); m != nil && (s != d.id || len(m[1]) == len(s)) {
			d.id = strings.ToUpper(strings.NewReplacer("_", "-", " ", "-", "#", "-").Replace(m[1]))
			break
		}
		if d.id = slug(d.id); d.id != "" {
			break
		}
	}
	if d.id == "" {
		d.id = slug(name)
	}
	if d.id == "" {
		d.id = "article"
	}
	folder, _, found := strings.Cut(strings.TrimLeft(path.Clean(file), "./"), "/")
	if found {
		d.area = slug(folder)
	}
	if d.area == "" {
		d.area = "articles"
	}
}

// The most bytes of a name that is made from a file or a folder.
const longestSlug = 80

// slug is a name in lower case letters, digits and single '-'.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case b.Len() >= longestSlug:
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
