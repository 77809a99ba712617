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
)

// world is everything that a command touches: the streams, and how sockets are
// opened. Tests hand in their own.
type world struct {
	in       io.Reader
	out      io.Writer
	err      io.Writer
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	terminal bool // out is a terminal
	typing   bool // in is a terminal: nothing was piped into it
	watched  bool // err is a terminal
	getenv   func(string) string
}

func main() {
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
	}
	os.Exit(run(ctx, w, os.Args[1:]))
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0
}
