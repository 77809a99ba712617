package hostprobe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// Host is the machine that the program runs on.
func Host() System { return live{} }

type live struct{}

func (live) OS() string { return runtime.GOOS }

func (live) Read(path string, limit int64) (Content, error) {
	f, _, err := openRegular(path, 0)
	if err != nil {
		return Content{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return Content{}, fmt.Errorf("reading: %w", err)
	}
	return cut(data, limit), nil
}

func cut(data []byte, limit int64) Content {
	if int64(len(data)) > limit {
		return Content{Data: data[:limit], Cut: true}
	}
	return Content{Data: data}
}

func (live) Open(path string) (io.ReadSeekCloser, int64, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, 0, fmt.Errorf("%s is a link, which is not followed", path)
	}
	f, size, err := openRegular(path, noFollow) // it may have become a link since
	if err != nil {
		return nil, 0, err
	}
	return f, size, nil
}

// openRegular opens without waiting for what is a pipe or a device, and refuses it.
func openRegular(path string, flags int) (*os.File, int64, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlock|flags, 0)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is %s, no regular file", path, kindOf(info.Mode()))
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

func kindOf(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a folder"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}

func (live) List(path string) ([]Entry, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list, err := f.ReadDir(maxEntries)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("listing: %w", err)
	}
	return entriesOf(list), nil
}

func entriesOf(list []fs.DirEntry) []Entry {
	entries := make([]Entry, 0, len(list))
	for _, d := range list {
		e := Entry{Name: d.Name(), Dir: d.IsDir(), Link: d.Type()&fs.ModeSymlink != 0}
		if d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				e.Size = info.Size()
			}
		}
		entries = append(entries, e)
	}
	return sortedEntries(entries)
}

// Run takes nothing from the environment but where the system is, and the
// language of the C locale.
func (live) Run(ctx context.Context, limit int64, name string, args ...string) (Output, error) {
	path, err := commandPath(name)
	if err != nil {
		return Output{}, err
	}
	stdout, stderr := &bounded{limit: limit}, &bounded{limit: 4 << 10}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = commandEnv(), stdout, stderr, time.Second
	alone(cmd)
	err = cmd.Run()
	out := Output{Stdout: stdout.data, Stderr: stderr.data, Cut: stdout.cut}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return out, fmt.Errorf("%s did not end in time: %w", name, ctx.Err())
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		out.Code = exit.ExitCode()
		return out, nil
	case err != nil:
		return out, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func commandPath(name string) (string, error) {
	for _, folder := range commandFolders() {
		path := filepath.Join(folder, name+commandSuffix)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, fs.ErrNotExist)
}

// bounded keeps the first limit bytes and swallows the rest, so that the
// command does not wait for a reader. It has no ReadFrom, which would go round Write.
type bounded struct {
	data  []byte
	limit int64
	cut   bool
}

func (b *bounded) Write(data []byte) (int, error) {
	room := min(b.limit-int64(len(b.data)), int64(len(data)))
	b.cut = b.cut || room < int64(len(data))
	b.data = append(b.data, data[:room]...)
	return len(data), nil
}
