package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/kbtriage/kbtriage/facts/scan"
)

// meter shows how far a scan is: on a terminal on one line that is written over,
// elsewhere now and then on a line of its own.
type meter struct {
	progress *scan.Progress
	w        io.Writer
	terminal bool
	quiet    bool
	total    int64
	started  time.Time
	done     chan struct{}
	wg       sync.WaitGroup
	shown    bool
}

// The times between two lines of progress.
const (
	liveEvery  = 200 * time.Millisecond
	plainEvery = 10 * time.Second
)

func newMeter(w *world, quiet bool) *meter {
	return &meter{progress: &scan.Progress{}, w: w.err, terminal: w.watched, quiet: quiet, done: make(chan struct{})}
}

// begin starts the display.
func (m *meter) begin(total int64) {
	m.total, m.started = total, time.Now()
	if m.quiet {
		return
	}
	every := plainEvery
	if m.terminal {
		every = liveEvery
	}
	m.wg.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-m.done:
				return
			case now := <-tick.C:
				m.show(now)
			}
		}
	})
}

// end stops the display and takes it off a terminal.
func (m *meter) end() {
	close(m.done)
	m.wg.Wait()
	if m.shown && m.terminal {
		fmt.Fprint(m.w, "\r\x1b[K")
	}
}

func (m *meter) show(now time.Time) {
	m.shown = true
	line := m.line(now.Sub(m.started))
	if m.terminal {
		fmt.Fprintf(m.w, "\r\x1b[K%s", line)
	} else {
		fmt.Fprintf(m.w, "kbtriage: %s\n", line)
	}
}

// line is "512 of 2048 MB, 1234567 records, 89 of them may matter; 256 MB/s, 6 s left".
func (m *meter) line(elapsed time.Duration) string {
	read := m.progress.Bytes.Load()
	s := fmt.Sprintf("%d of %d MB, %d records, %d of them may matter", read/1e6, m.total/1e6, m.progress.Records.Load(), m.progress.Hits.Load())
	if seconds := elapsed.Seconds(); seconds >= 1 && read > 0 {
		rate := float64(read) / seconds
		s += fmt.Sprintf("; %.0f MB/s, %.0f s left", rate/1e6, float64(m.total-read)/rate)
	}
	return s
}
