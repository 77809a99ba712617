//go:build !unix

package triage

import "os"

// fileBytes are the bytes of a file.
func fileBytes(path string) ([]byte, error) { return os.ReadFile(path) }
