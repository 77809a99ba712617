package hostprobe

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Recorded is a machine as a tree of files:
//
//	os                              "linux" or "windows"
//	files/etc/os-release            a file; C:\Windows\x is files/C/Windows/x
//	commands/chronyc -n -c tracking what a command wrote, "/" in its words as "%"
//	commands/chronyc ... .code      its exit code, if that is not 0
//	commands/chronyc ... .err       what it wrote to the error stream
//	denied                          paths of files and folders that the user may not read, one a line
//	space.json                      {"/var": {"Total": 1, "Free": 1, ...}} by mount point or drive
//	windows/registry.reg            an export of the registry, as regedit writes it
//	windows/services.txt            sc queryex type= service state= all
//	windows/adapters.txt            ipconfig /all
//	windows/memory.json             {"Total": 1, ...}
//	windows/certificates.pem        the store LocalMachine\My
//	windows/events/System.xml       records of a channel
//
// What is not in the tree, the machine does not have. A tree from elsewhere should
// be one that leads nowhere else, such as the FS of an os.Root.
func Recorded(tree fs.FS) (System, error) {
	system, err := fs.ReadFile(tree, "os")
	if err != nil {
		return nil, fmt.Errorf("recording: it does not say what system it is of: %w", err)
	}
	r := &recorded{tree: tree, os: strings.TrimSpace(string(system))}
	denied, err := fs.ReadFile(tree, "denied")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("recording: %w", err)
	}
	r.denied = strings.Fields(string(denied))
	return r, nil
}

type recorded struct {
	tree   fs.FS
	os     string
	denied []string
}

func (r *recorded) OS() string { return r.os }

func (r *recorded) place(name string) string {
	name = strings.Replace(strings.ReplaceAll(name, `\`, "/"), ":", "", 1)
	return path.Join("files", path.Join("/", name))
}

func (r *recorded) open(name string) (fs.File, fs.FileInfo, error) {
	if slices.Contains(r.denied, name) {
		return nil, nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	f, err := r.tree.Open(r.place(name))
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is %s, no regular file", name, kindOf(info.Mode()))
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

func (r *recorded) Read(name string, limit int64) (Content, error) {
	f, _, err := r.open(name)
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

func (r *recorded) Open(name string) (io.ReadSeekCloser, int64, error) {
	f, info, err := r.open(name)
	if err != nil {
		return nil, 0, err
	}
	s, ok := f.(io.ReadSeekCloser)
	if !ok {
		f.Close()
		return nil, 0, fmt.Errorf("%s cannot be read from its middle", name)
	}
	return s, info.Size(), nil
}

func (r *recorded) List(name string) ([]Entry, error) {
	if slices.Contains(r.denied, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	list, err := fs.ReadDir(r.tree, r.place(name))
	if err != nil {
		return nil, err
	}
	return entriesOf(list[:min(len(list), maxEntries)]), nil
}

func sortedEntries(list []Entry) []Entry {
	slices.SortFunc(list, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func (r *recorded) Run(ctx context.Context, limit int64, name string, args ...string) (Output, error) {
	if err := ctx.Err(); err != nil {
		return Output{}, err
	}
	line := path.Join("commands", strings.ReplaceAll(strings.Join(append([]string{name}, args...), " "), "/", "%"))
	if !fs.ValidPath(line) {
		return Output{}, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	data, err := fs.ReadFile(r.tree, line)
	if err != nil {
		return Output{}, err
	}
	c := cut(data, limit)
	out := Output{Stdout: c.Data, Cut: c.Cut}
	if out.Stderr, err = fs.ReadFile(r.tree, line+".err"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Output{}, err
	}
	if code, err := fs.ReadFile(r.tree, line+".code"); err == nil {
		if out.Code, err = strconv.Atoi(strings.TrimSpace(string(code))); err != nil {
			return Output{}, fmt.Errorf("exit code of %s: %w", name, err)
		}
	}
	return out, nil
}

func (r *recorded) Space(name string) (Space, error) {
	all := map[string]Space{}
	if err := r.json("space.json", &all); err != nil {
		return Space{}, err
	}
	s, ok := all[name]
	if !ok {
		return Space{}, &fs.PathError{Op: "statfs", Path: name, Err: fs.ErrNotExist}
	}
	return s, nil
}

func (r *recorded) json(name string, v any) error {
	data, err := fs.ReadFile(r.tree, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("recording: %s: %w", name, err)
	}
	return nil
}

func (r *recorded) Windows() Windows {
	if r.os != "windows" {
		return nil
	}
	return &recordedWindows{recorded: r}
}

// recordedWindows reads the exports that stand for the interfaces of Windows.
type recordedWindows struct {
	*recorded
	registry map[string]Key
}

func (w *recordedWindows) Registry(name string) (Key, error) {
	if w.registry == nil {
		data, err := fs.ReadFile(w.tree, "windows/registry.reg")
		if err != nil {
			return Key{}, err
		}
		if w.registry, err = parseRegistry(data); err != nil {
			return Key{}, err
		}
	}
	key, ok := w.registry[strings.ToLower(name)]
	if !ok {
		return Key{}, fs.ErrNotExist
	}
	return key, nil
}

func (w *recordedWindows) Services() ([]Service, error) {
	data, err := fs.ReadFile(w.tree, "windows/services.txt")
	if err != nil {
		return nil, err
	}
	return parseServices(data)
}

func (w *recordedWindows) Adapters() ([]Adapter, error) {
	data, err := fs.ReadFile(w.tree, "windows/adapters.txt")
	if err != nil {
		return nil, err
	}
	return parseAdapters(data), nil
}

func (w *recordedWindows) Drives() ([]string, error) {
	all := map[string]Space{}
	if err := w.json("space.json", &all); err != nil {
		return nil, err
	}
	var drives []string
	for d := range all {
		drives = append(drives, d)
	}
	slices.Sort(drives)
	return drives, nil
}

func (w *recordedWindows) Memory() (m Memory, err error) {
	err = w.json("windows/memory.json", &m)
	return m, err
}

func (w *recordedWindows) Certificates() ([][]byte, error) {
	data, err := fs.ReadFile(w.tree, "windows/certificates.pem")
	if err != nil {
		return nil, err
	}
	ders, _ := certificateBlocks(data)
	return ders, nil
}

func (w *recordedWindows) Events(_ context.Context, channel string, _ time.Duration, _ int) ([]byte, error) {
	return fs.ReadFile(w.tree, "windows/events/"+channel+".xml")
}

func (w *recordedWindows) Export(_ context.Context, channel string) (io.ReadCloser, error) {
	return w.tree.Open("windows/events/" + channel + ".evtx")
}
