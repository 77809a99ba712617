//go:build unix

package hostprobe

import (
	"os/exec"
	"syscall"
)

const (
	nonBlock      = syscall.O_NONBLOCK
	noFollow      = syscall.O_NOFOLLOW
	commandSuffix = ""
)

func commandFolders() []string { return []string{"/usr/sbin", "/usr/bin", "/sbin", "/bin"} }

func commandEnv() []string {
	return []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER="}
}

// alone gives the command a process group, so that what it started ends with it.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

func (live) Windows() Windows { return nil }
