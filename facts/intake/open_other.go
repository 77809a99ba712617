//go:build !unix

package intake

import (
	"io/fs"
	"os"
)

// openFile opens path; what is not a regular file is refused by its mode.
func openFile(path string) (fs.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return f, nil
}
