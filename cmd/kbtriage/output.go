package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// outputStream remembers the first error of the output, whoever wrote.
type outputStream struct {
	w   io.Writer
	err error
}

// Write writes, and after an error nothing more.
func (o *outputStream) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}

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
	return writeStream(cmd, path, 0o666, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// writeStream is writeFile for what is made while it is written. An error of
// write that is no error of the output is returned as it is.
func writeStream(cmd *cobra.Command, path string, mode fs.FileMode, write func(io.Writer) error) error {
	force, _ := cmd.Flags().GetBool("force")
	name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.tmp", filepath.Base(path), os.Getpid()))
	temp, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) { // without the name of the temporary file
			err = fmt.Errorf("%s: %w", path, pe.Err)
		}
		return &outputError{err}
	}
	defer os.Remove(temp.Name())
	to := &outputStream{w: temp}
	if err := write(to); err != nil && to.err == nil {
		temp.Close()
		return err
	}
	err = to.err
	if err = errors.Join(err, temp.Close()); err != nil {
		return &outputError{err}
	}
	if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() {
		return &outputError{errors.New(path + " is there already and is not a regular file")}
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
		for _, other := range flags {
			same, _ := cmd.Flags().GetString(other)
			if other != name && path != "" && filepath.Clean(path) == filepath.Clean(same) {
				return &triage.UsageError{Text: "--" + name + " and --" + other + " name the same file"}
			}
		}
	}
	return nil
}
