// Package dnslab starts DNS servers for tests: real ones (BIND, NSD) with a
// configuration of their own on 127.0.0.1 and a free high port, and one written
// here that has bad manners. It writes DNS messages by hand, so that tests do
// not share the mistakes of the library under test.
package dnslab

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// RequireServers is the environment variable that turns a missing server
// program from a skipped test into a failed one.
const RequireServers = "KBTRIAGE_REQUIRE_SERVERS"

// program finds a server program, also in the folders that are not on every
// user's path.
func program(t testing.TB, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	text := fmt.Sprintf("NOT TESTED: the program %s is not installed, so nothing here was tried against a real server (Debian: bind9, nsd)", name)
	if os.Getenv(RequireServers) == "1" {
		t.Fatal(text)
	}
	t.Skip(text)
	return ""
}

// freePort is a port of 127.0.0.1 that is free for UDP and TCP at the moment.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		tcp, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatalf("dnslab: no free port on 127.0.0.1: %v", err)
		}
		port := tcp.Addr().(*net.TCPAddr).Port
		udp, err := net.ListenPacket("udp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			err = udp.Close()
		}
		if err := errors.Join(err, tcp.Close()); err == nil {
			return port
		}
	}
	t.Fatal("dnslab: no port of 127.0.0.1 is free for UDP and TCP")
	return 0
}

// output collects what a server writes, for the message when it fails.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// start runs a server until the test ends. It is ready when it has written
// loaded and answers a question for zone. Configure writes the configuration
// for a port and returns the command; it is asked again with another port when
// the first was taken meanwhile.
func start(t testing.TB, zone, loaded string, configure func(port int) *exec.Cmd) string {
	t.Helper()
	var said string
	for range 3 {
		port := freePort(t)
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		cmd := configure(port)
		out := new(output)
		cmd.Stdout, cmd.Stderr = out, out
		cmd.SysProcAttr = dieWithUs()
		started, ended := make(chan error), make(chan struct{})
		go func() { // ends with the process, which stop ends
			runtime.LockOSThread() // see dieWithUs
			defer runtime.UnlockOSThread()
			defer close(ended)
			err := cmd.Start()
			started <- err
			if err == nil {
				_ = cmd.Wait() // how it ended does not matter, what it wrote does
			}
		}()
		if err := <-started; err != nil {
			t.Fatalf("dnslab: start %s: %v", cmd.Path, err)
		}
		stop := func() {
			_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				_ = cmd.Process.Kill() // likewise
				<-ended
			}
		}
		if ready(addr, zone, loaded, out, ended) {
			t.Cleanup(stop)
			return addr
		}
		stop()
		said = out.String()
	}
	t.Fatalf("dnslab: the server for %s did not get ready; it wrote:\n%s", zone, said)
	return ""
}

// ready waits for the server to write loaded, and asks for the SOA of zone until
// it answers, whatever it says; then TCP must work as well.
func ready(addr, zone, loaded string, out *output, ended <-chan struct{}) bool {
	deadline := time.Now().Add(15 * time.Second)
	for time.Now().Before(deadline) {
		if strings.Contains(out.String(), loaded) {
			if _, err := Ask(addr, NewQuery(1, zone, TypeSOA), 200*time.Millisecond); err == nil {
				if conn, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
					return conn.Close() == nil
				}
			}
		}
		select {
		case <-ended:
			return false
		case <-time.After(2 * time.Millisecond): // between two looks
		}
	}
	return false
}

// Ask sends a message over UDP and returns the first packet that comes back.
func Ask(addr string, message []byte, timeout time.Duration) ([]byte, error) {
	conn, err := net.Dial("udp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // read to the end already
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(message); err != nil {
		return nil, err
	}
	buf := make([]byte, 65535)
	n, err := conn.Read(buf)
	return buf[:n], err
}

// write puts a file into dir.
func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatalf("dnslab: %v", err)
	}
	return path
}
