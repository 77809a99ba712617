package dnslab

import "syscall"

// dieWithUs makes the kernel end a server when the test process ends in a way
// that runs no cleanup, such as the timeout of go test. It holds for the thread
// that starts the server, so that thread must wait for it.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
