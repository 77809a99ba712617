package main

import (
	"context"
	"os"
	"io"
	"runtime/pprof"
	"testing"
)

func TestZZProf(t *testing.T) {
	f, _ := os.Create("/tmp/scan.prof")
	pprof.StartCPUProfile(f)
	w := &world{in: os.Stdin, out: io.Discard, err: os.Stderr, getenv: func(string) string { return "" }}
	code := run(context.Background(), w, []string{"scan", "--no-embedded", "--kb", os.Getenv("PB"), "-o", "json", os.Getenv("PL"), "--workers", "1", "-q"})
	pprof.StopCPUProfile()
	f.Close()
	t.Log(code)
}
