package hostprobe

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The constants of wevtapi that are used here.
const (
	evtQueryChannelPath      = 0x1
	evtQueryReverseDirection = 0x200
	evtRenderEventXML        = 1
	evtFormatMessageXML      = 9
	evtExportLogChannelPath  = 0x1
)

// maxRecord bounds one record as XML.
const maxRecord = 1 << 20

// wevtapi is the interface of the event log.
type wevtapi struct {
	query, next, render, format, metadata, export, close *windows.LazyProc
}

func newWevtapi() (*wevtapi, error) {
	dll := windows.NewLazySystemDLL("wevtapi.dll")
	if err := dll.Load(); err != nil {
		return nil, fmt.Errorf("event log: %w", errors.Join(ErrNotHere, err))
	}
	return &wevtapi{
		query: dll.NewProc("EvtQuery"), next: dll.NewProc("EvtNext"), render: dll.NewProc("EvtRender"),
		format: dll.NewProc("EvtFormatMessage"), metadata: dll.NewProc("EvtOpenPublisherMetadata"),
		export: dll.NewProc("EvtExportLog"), close: dll.NewProc("EvtClose"),
	}, nil
}

func (w *wevtapi) free(handle uintptr) {
	if handle != 0 {
		_, _, _ = w.close.Call(handle)
	}
}

// Events renders each record with the texts of its provider; where those are not
// installed, as it was written.
func (native) Events(ctx context.Context, channel string, since time.Duration, count int) ([]byte, error) {
	w, err := newWevtapi()
	if err != nil {
		return nil, err
	}
	path, err := windows.UTF16PtrFromString(channel)
	if err != nil {
		return nil, fmt.Errorf("channel: %w", err)
	}
	wanted := fmt.Sprintf("*[System[(Level=1 or Level=2 or Level=3) and TimeCreated[timediff(@SystemTime) <= %d]]]", since.Milliseconds())
	query, err := windows.UTF16PtrFromString(wanted)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	set, _, err := w.query.Call(0, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(query)), evtQueryChannelPath|evtQueryReverseDirection)
	if set == 0 {
		return nil, fmt.Errorf("channel %s: %w", channel, err) // matches fs.ErrPermission
	}
	defer w.free(set)
	providers := map[string]uintptr{}
	defer func() {
		for _, p := range providers {
			w.free(p)
		}
	}()
	var out bytes.Buffer
	for range count {
		if err := ctx.Err(); err != nil {
			return out.Bytes(), err
		}
		if out.Len() > maxRecent {
			return out.Bytes(), fmt.Errorf("the errors are more than %d bytes; older ones were left out", maxRecent)
		}
		var event uintptr
		var returned uint32
		r, _, err := w.next.Call(set, 1, uintptr(unsafe.Pointer(&event)), 1000, 0, uintptr(unsafe.Pointer(&returned)))
		if r == 0 && errors.Is(err, windows.ERROR_NO_MORE_ITEMS) || r != 0 && returned == 0 {
			break
		}
		if r == 0 {
			return out.Bytes(), fmt.Errorf("channel %s: %w", channel, err)
		}
		record, err := w.record(event, providers)
		w.free(event)
		if err != nil {
			return out.Bytes(), fmt.Errorf("channel %s: %w", channel, err)
		}
		out.Write(bytes.ReplaceAll(bytes.ReplaceAll(record, []byte("\r"), nil), []byte("\n"), []byte("&#10;")))
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// record is one record as XML in UTF-8.
func (w *wevtapi) record(event uintptr, providers map[string]uintptr) ([]byte, error) {
	plain, err := w.grow(func(size uint32, buf *uint16, used *uint32) (uintptr, error) {
		var properties uint32
		r, _, err := w.render.Call(0, event, evtRenderEventXML, uintptr(size)*2, uintptr(unsafe.Pointer(buf)),
			uintptr(unsafe.Pointer(used)), uintptr(unsafe.Pointer(&properties)))
		*used = (*used + 1) / 2
		return r, err
	})
	if err != nil {
		return nil, err
	}
	metadata := w.provider(plain, providers)
	if metadata == 0 {
		return plain, nil
	}
	full, err := w.grow(func(size uint32, buf *uint16, used *uint32) (uintptr, error) {
		r, _, err := w.format.Call(metadata, event, 0, 0, 0, evtFormatMessageXML, uintptr(size), uintptr(unsafe.Pointer(buf)), uintptr(unsafe.Pointer(used)))
		return r, err
	})
	if err != nil || len(full) == 0 {
		return plain, nil // the message is not in the files of the provider
	}
	return full, nil
}

// grow calls with a buffer, counted in UTF-16 units, that is large enough.
func (w *wevtapi) grow(call func(size uint32, buf *uint16, used *uint32) (uintptr, error)) ([]byte, error) {
	buf := make([]uint16, 4096)
	for {
		var used uint32
		r, err := call(uint32(len(buf)), &buf[0], &used)
		switch {
		case r != 0:
			return []byte(windows.UTF16ToString(buf[:min(int(used), len(buf))])), nil
		case !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) || int(used) <= len(buf) || used > maxRecord:
			return nil, err
		}
		buf = make([]uint16, used)
	}
}

// provider opens the texts of the provider of a record, once for each.
func (w *wevtapi) provider(record []byte, providers map[string]uintptr) uintptr {
	var e struct {
		Provider struct {
			Name string `xml:"Name,attr"`
		} `xml:"System>Provider"`
	}
	if err := xml.Unmarshal(record, &e); err != nil || e.Provider.Name == "" {
		return 0
	}
	name := e.Provider.Name
	if handle, known := providers[name]; known {
		return handle
	}
	if len(providers) >= 256 {
		return 0
	}
	var handle uintptr
	if id, err := windows.UTF16PtrFromString(name); err == nil {
		handle, _, _ = w.metadata.Call(0, uintptr(unsafe.Pointer(id)), 0, 0, 0)
	}
	providers[name] = handle
	return handle
}

// Export writes the channel to a folder of its own, which goes away with the
// reader: the event log cannot be exported to a stream.
func (native) Export(_ context.Context, channel string) (io.ReadCloser, error) {
	w, err := newWevtapi()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "kbtriage-")
	if err != nil {
		return nil, fmt.Errorf("exporting %s: %w", channel, err)
	}
	file := filepath.Join(folder, "export.evtx")
	f, err := w.exportTo(channel, file)
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("exporting %s: %w", channel, err)
	}
	return &exported{f, folder}, nil
}

func (w *wevtapi) exportTo(channel, file string) (*os.File, error) {
	path, err := windows.UTF16PtrFromString(channel)
	if err != nil {
		return nil, err
	}
	query, err := windows.UTF16PtrFromString("*")
	if err != nil {
		return nil, err
	}
	target, err := windows.UTF16PtrFromString(file)
	if err != nil {
		return nil, err
	}
	r, _, err := w.export.Call(0, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(query)), uintptr(unsafe.Pointer(target)), evtExportLogChannelPath)
	if r == 0 {
		return nil, err
	}
	return os.Open(file)
}

// exported is an exported channel that removes itself.
type exported struct {
	*os.File
	folder string
}

func (e *exported) Close() error {
	return errors.Join(e.File.Close(), os.RemoveAll(e.folder))
}
