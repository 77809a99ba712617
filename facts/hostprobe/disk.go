package hostprobe

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxMounts bounds how many file systems are asked for their room.
const maxMounts = 500

// mount is a line of /proc/self/mounts.
type mount struct{ device, path, kind, options string }

// linuxDisks learns which file systems are full. Those on other machines are not
// asked: that would use the network, and may wait for ever.
func (p *probe) linuxDisks() {
	path := "/proc/self/mounts"
	data, ok := p.must(path, maxCommand)
	if !ok {
		return
	}
	mounts, err := parseMounts(data)
	if err != nil {
		p.odd(path, err)
	}
	local := mounts[:0]
	for _, m := range mounts {
		switch {
		case remote(m):
			p.unread(clean("file system " + m.path + " (" + m.kind + ", not on this machine)"))
		case counts(m):
			local = append(local, m)
		}
	}
	local = onePerDevice(local)
	if len(local) > maxMounts {
		p.problem(path, "host.too-much", fmt.Sprintf("there are %d file systems; only the first %d were asked for their room", len(local), maxMounts))
		local = local[:maxMounts]
	}
	for _, m := range local {
		p.disk(m.path)
	}
}

// disk tells if the file system at path is full.
func (p *probe) disk(path string) {
	s, err := p.space(path)
	switch {
	case absent(err):
		p.unread(clean("file system " + path))
		return
	case err != nil:
		p.problem(clean("file system "+path), "host.unreadable", "its room is not known: "+clean(err.Error())+"; look with df")
		return
	}
	p.read(clean("file system "+path), 0)
	if full, is := s.full(); is && full >= p.o.DiskPercent && s.Available < p.o.DiskFree {
		p.text("file systems", "file system %s is %d %% full (%d bytes free)", clean(path), full, s.Available)
	}
	if used, is := s.inodes(); is && used >= p.o.InodePercent {
		p.text("file systems", "file system %s has %d %% of its inodes in use (%d free)", clean(path), used, s.InodesFree)
	}
}

// space asks for the room with a deadline: a device that does not react keeps
// whoever asks.
func (p *probe) space(path string) (Space, error) {
	type answer struct {
		space Space
		err   error
	}
	asked := make(chan answer, 1)
	go func() {
		s, err := p.sys.Space(path)
		asked <- answer{s, err}
	}()
	timer := time.NewTimer(p.o.Command)
	defer timer.Stop()
	select {
	case a := <-asked:
		return a.space, a.err
	case <-timer.C:
		return Space{}, errors.New("it did not react in time")
	case <-p.ctx.Done():
		return Space{}, fmt.Errorf("stopped: %w", p.ctx.Err())
	}
}

// full is the used part of what users may use, in percent, rounded down, so that
// 100 means that nothing is left.
func (s Space) full() (percent int, known bool) {
	if s.Total == 0 || s.Free > s.Total {
		return 0, false
	}
	return share(s.Total-s.Free, s.Available)
}

func (s Space) inodes() (percent int, known bool) {
	if s.Inodes == 0 || s.InodesFree > s.Inodes {
		return 0, false
	}
	return share(s.Inodes-s.InodesFree, s.InodesFree)
}

// share is used in percent of used+left, rounded down.
func share(used, left uint64) (percent int, known bool) {
	if all := float64(used) + float64(left); all > 0 {
		return min(int(float64(used)*100/all), 100), true
	}
	return 0, false
}

// parseMounts reads fstab(5) lines. What is no such line is one error.
func parseMounts(data []byte) ([]mount, error) {
	var mounts []mount
	odd := 0
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case len(fields) < 4 || !strings.HasPrefix(fields[1], "/"):
			odd++
		default:
			mounts = append(mounts, mount{unescape(fields[0]), unescape(fields[1]), fields[2], fields[3]})
		}
	}
	if odd > 0 {
		return mounts, fmt.Errorf("%d lines were not understood; expected DEVICE PATH TYPE OPTIONS", odd)
	}
	return mounts, nil
}

// unescape replaces \040 and its like, which stand for blanks, tabs, line ends
// and backslashes.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			n, ok := 0, true
			for _, c := range []byte(s[i+1 : i+4]) {
				ok = ok && c >= '0' && c <= '7'
				n = n*8 + int(c) - '0'
			}
			if ok && n < 256 {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// remote reports whether the file system is on another machine, or in the hands of
// a process that may ask one.
func remote(m mount) bool {
	switch m.kind {
	case "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "9p", "lustre", "glusterfs", "beegfs", "gpfs", "ocfs2", "gfs2", "davfs":
		return true
	}
	return strings.HasPrefix(m.kind, "fuse.") || m.kind == "fuse"
}

// counts reports whether the file system holds what can fill up: it can be
// written to, and is no view of the kernel.
func counts(m mount) bool {
	switch m.kind {
	case "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "nilfs2", "tmpfs", "overlay", "overlayfs", "aufs",
		"vfat", "exfat", "ntfs", "ntfs3", "fuseblk", "ubifs", "jffs2":
		return !slices.Contains(strings.Split(m.options, ","), "ro")
	}
	return false
}

// onePerDevice keeps one path for each device, the shortest: the others show the
// same file system. A tmpfs and an overlay have no device.
func onePerDevice(mounts []mount) []mount {
	slices.SortFunc(mounts, func(a, b mount) int {
		return cmp.Or(cmp.Compare(len(a.path), len(b.path)), cmp.Compare(a.path, b.path))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(mounts, func(m mount) bool {
		key := m.path
		if strings.HasPrefix(m.device, "/") {
			key = "device " + m.device
		}
		again := seen[key]
		seen[key] = true
		return again
	})
}
