//go:build !linux

package dnslab

import "syscall"

// dieWithUs has no counterpart outside Linux: a test process that is killed
// leaves its servers behind.
func dieWithUs() *syscall.SysProcAttr { return nil }
