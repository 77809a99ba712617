package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// emit prints to the output stream, or into the file of --out, whole or not at all.
func emit(w *world, cmd *cobra.Command, print func(io.Writer) error) error {
	path, _ := cmd.Flags().GetString("out")
	var b bytes.Buffer
	if err := print(&b); err != nil {
		return &outputError{err}
	}
	if path != "" {
		return writeFile(cmd, path, b.Bytes())
	}
	if _, err := w.out.Write(b.Bytes()); err != nil {
		return &outputError{err}
	}
	return nil
}

// writeFile writes a file whole or not at all, and replaces one only with --force.
func writeFile(cmd *cobra.Command, path string, data []byte) error {
	force, _ := cmd.Flags().GetBool("force")
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return &outputError{err}
	}
	defer os.Remove(temp.Name())
	if _, err = temp.Write(data); err == nil {
		err = temp.Chmod(0o644)
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return &outputError{err}
	}
	if force {
		err = os.Rename(temp.Name(), path)
	} else {
		err = os.Link(temp.Name(), path) // fails where the file is there, unlike a rename
	}
	if errors.Is(err, fs.ErrExist) {
		return &outputError{errors.New(path + " is there already; --force replaces it")}
	}
	if err != nil {
		return &outputError{err}
	}
	return nil
}

// style is how text is laid out on this output.
func style(w *world, cmd *cobra.Command, c config) report.Style {
	verbose, _ := cmd.Flags().GetBool("verbose")
	out, _ := cmd.Flags().GetString("out")
	s := report.Style{Verbose: verbose}
	if w.terminal && out == "" {
		s.Color = !c.NoColor && w.getenv("NO_COLOR") == "" && w.getenv("TERM") != "dumb"
		if n, err := strconv.Atoi(w.getenv("COLUMNS")); err == nil && n >= 40 {
			s.Width = min(n, 160)
		}
	}
	return s
}

// checkOutputs refuses files that are there before any work is done.
func checkOutputs(cmd *cobra.Command, flags ...string) error {
	force, _ := cmd.Flags().GetBool("force")
	for _, name := range flags {
		path, _ := cmd.Flags().GetString(name)
		if path != "" && !force && fileExists(path) {
			return &triage.UsageError{Text: "--" + name + ": " + path + " is there already; --force replaces it"}
		}
	}
	return nil
}
