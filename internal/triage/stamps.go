package triage

import (
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/kbtriage/kbtriage/rules/pack"
)

// stamps say of files, by their paths, whether they are the same as before.
type stamps map[string]stamp

// stamp is what one file looked like.
type stamp struct {
	size    int64
	changed time.Time
	mode    fs.FileMode
	sum     [sha256.Size]byte // of a regular file
	taken   time.Time         // when it was read; it tells nothing apart
}

func (s stamp) same(other stamp) bool {
	return s.size == other.size && s.changed.Equal(other.changed) && s.mode == other.mode && s.sum == other.sum
}

func (s stamps) same(other stamps) bool {
	if len(s) != len(other) {
		return false
	}
	for name, x := range s {
		if y, there := other[name]; !there || !x.same(y) {
			return false
		}
	}
	return true
}

// settled is how long a file must not have been written before it was read, so
// that size and time alone say that it is the same. Clocks of file systems tick
// coarsely: a second write within a tick leaves no other trace than the content.
const settled = 5 * time.Second

// takeStamps looks at the paths, at everything below those that are folders, and at
// the signatures beside those that are files. What looks as it did before, and had
// settled then, is not read again.
func takeStamps(paths []string, before stamps) stamps {
	s := stamps{}
	for _, root := range paths {
		s.take(root+pack.SignatureEnding, before)
		info, err := os.Stat(root)
		if err != nil || !info.IsDir() {
			s.take(root, before)
			continue
		}
		s.take(root, before)
		if led, err := filepath.EvalSymlinks(root); err == nil { // what is loaded is what a link leads to, and it may lead elsewhere tomorrow
			root = led
		}
		_ = filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
			if err != nil {
				s[name] = stamp{mode: fs.ModeIrregular} // loading says why it cannot be read
			} else if !e.IsDir() {
				s.take(name, before)
			}
			return nil
		})
	}
	return s
}

// take looks at one file. One that is not there has no stamp.
func (s stamps) take(name string, before stamps) {
	info, err := os.Stat(name)
	if err != nil {
		return
	}
	x := stamp{size: info.Size(), changed: info.ModTime(), mode: info.Mode(), taken: time.Now()}
	old, known := before[name]
	if x.sum = old.sum; !known || !x.same(old) || old.taken.Sub(old.changed) < settled {
		x.sum = contentSum(name, info)
	} else {
		x.taken = old.taken
	}
	s[name] = x
}

// contentSum is the hash of a regular file, or of nothing where it cannot be read.
func contentSum(name string, info fs.FileInfo) (sum [sha256.Size]byte) {
	if !info.Mode().IsRegular() {
		return sum
	}
	f, err := os.Open(name)
	if err != nil {
		return sum
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum
	}
	h.Sum(sum[:0])
	return sum
}
