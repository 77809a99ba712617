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
	getenv   func(string) string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var dialer net.Dialer
	dialer.Timeout = 5 * time.Second
	w := &world{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, dial: dialer.DialContext,
		terminal: isTerminal(os.Stdout), getenv: os.Getenv,
	}
	code := run(ctx, w, os.Args[1:])
	stop()
	os.Exit(code)
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0
}
