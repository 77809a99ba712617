package importer

import (
	"path"
	"strings"

	"github.com/kbtriage/kbtriage/rules/importer/rulefile"
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
		if d.id = rulefile.Slug(d.id); d.id != "" {
			break
		}
	}
	if d.id == "" {
		d.id = rulefile.Slug(name)
	}
	if d.id == "" {
		d.id = "article"
	}
	folder, _, found := strings.Cut(strings.TrimLeft(path.Clean(file), "./"), "/")
	if found {
		d.area = rulefile.Slug(folder)
	}
	if d.area == "" {
		d.area = "articles"
	}
}
