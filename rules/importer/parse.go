package importer

import "errors"

var errForm = errors.New("it is in no form that is known: expected an article of the knowledge base archive, Markdown or HTML with headings such as Symptoms, Cause, Resolution")

// parse reads an article in whatever form it is.
func parse(path string, data []byte) (*document, error) {
	switch {
	case isArchive(data):
		return parseArchive(data), nil
	}
	return nil, errForm
}
