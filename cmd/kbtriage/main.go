// Command kbtriage finds the known error behind codes, events, texts and DNS
// answers: a ranked, explained differential with remedies and what to check next.
package main

import (
	"context"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/kbtriage/kbtriage/facts/hostprobe"
)

// world is everything that a command touches: the streams, how sockets are
// opened, the machine. Tests hand in their own.
type world struct {
	in       io.Reader
	out      io.Writer
	err      io.Writer
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	terminal bool // out is a terminal
	typing   bool // in is a terminal: nothing was piped into it
	watched  bool // err is a terminal
	getenv   func(string) string
	host     func() hostprobe.System // the machine that --host and collect ask
	now      func() time.Time
}

func main() { os.Exit(start(hostprobe.Host, time.Now)) }

// start runs the program in this process on the given machine and clock.
func start(host func() hostprobe.System, now func() time.Time) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-signals
		signal.Stop(signals) // a second one ends the program at once
		if s == syscall.SIGTERM {
			cancel(interruption(exitTerminated))
			return
		}
		cancel(interruption(exitInterrupted))
	}()
	var dialer net.Dialer
	dialer.Timeout = 5 * time.Second
	w := &world{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, dial: dialer.DialContext,
		terminal: isTerminal(os.Stdout), typing: isTerminal(os.Stdin), watched: isTerminal(os.Stderr), getenv: os.Getenv,
		host: host, now: now,
	}
	return run(ctx, w, os.Args[1:])
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0
}
