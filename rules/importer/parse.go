package importer

import "errors"

var errForm = errors.New("it is in no form that is known: expected an article of the knowledge base archive, Markdown or HTML with headings such as Symptoms, Cause, Resolution")

// parse reads an article in whatever form it is: the content tells which.
func parse(path string, data []byte) (*document, error) {
	if isArchive(data) {
		return parseArchive(data), nil
	}
	text := decoded(data)
	var d *document
	if isMarkup(text) {
		d = parseHTML(text)
	}
	if d == nil { // Markdown may begin with a tag
		d = parseMarkdown(text)
	}
	if d == nil {
		return nil, errForm
	}
	d.identify(path)
	return d, nil
}
