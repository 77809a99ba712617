package triage

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/scan"
)

// state keeps what finished items gave, so that a scan that was killed can go
// on. It is a file of lines, each with the hash of its own text before it: what
// was being written when the program ended is recognised and left out.
type state struct {
	path string
	file *os.File
	done map[scan.Item]*scan.Part
	err  error
}

// stateHead says what a state belongs to. A scan with other rules or another
// gap would count other things.
type stateHead struct {
	Version int           `json:"kbtriage_scan"`
	Base    string        `json:"base"`
	Gap     time.Duration `json:"gap"`
	Folder  string        `json:"folder"` // in which relative paths begin
}

const stateVersion = 1

// openState opens or begins the state of a scan; without a folder it keeps nothing.
func openState(q *ScanRequest, base string) (*state, error) {
	s := &state{done: map[scan.Item]*scan.Part{}}
	if q.State == "" {
		if q.Resume {
			return nil, &UsageError{"--resume needs --state DIR, the folder in which the scan kept what it had finished"}
		}
		return s, nil
	}
	if err := os.MkdirAll(q.State, 0o700); err != nil {
		return nil, &UsageError{fmt.Sprintf("--state: %v", err)}
	}
	s.path = filepath.Join(q.State, "scan.state")
	folder, err := os.Getwd()
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("--state: %v", err)}
	}
	head := stateHead{stateVersion, base, q.Gap, folder}
	good := int64(0)
	if q.Resume {
		var err error
		if good, err = s.load(head); err != nil {
			return nil, err
		}
	} else if _, err := os.Stat(s.path); err == nil {
		return nil, &UsageError{fmt.Sprintf("--state: %s is there already; go on with it with --resume, or remove it", s.path)}
	}
	file, err := os.OpenFile(s.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = file.Truncate(good)
	}
	if err == nil {
		_, err = file.Seek(good, 0)
	}
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("--state: %v", err)}
	}
	s.file = file
	if good == 0 {
		s.write(head)
	}
	return s, s.err
}

// load reads what was finished, and how many bytes of the file are sound.
func (s *state) load(head stateHead) (good int64, err error) {
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // it was killed before it had finished anything
	}
	if err != nil {
		return 0, &UsageError{fmt.Sprintf("--state: %v", err)}
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 1<<20)
	for n := 0; ; n++ {
		line, err := in.ReadString('\n')
		if err != nil {
			return good, nil
		}
		sum, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if sum != sumOf(text) {
			return good, nil
		}
		if n == 0 {
			var have stateHead
			if json.Unmarshal([]byte(text), &have) != nil || have != head {
				return 0, &UsageError{fmt.Sprintf("--resume: %s is of a scan with other rules, another --gap, in another folder or of another version; remove it and begin anew", s.path)}
			}
		} else {
			p := &scan.Part{}
			if json.Unmarshal([]byte(text), p) != nil {
				return good, nil
			}
			s.done[p.Item] = p
		}
		good += int64(len(line))
	}
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// finished gives what an item gave in the scan before, if it had been finished
// and its file has not changed since.
func (s *state) finished(it scan.Item) (*scan.Part, bool) {
	p, known := s.done[it]
	return p, known
}

// keep adds a finished item. An item that cannot be kept is read again when the
// scan goes on, and the scan itself does not suffer. Nor is one kept that could
// not be read, which may have another reason than the file.
func (s *state) keep(p *scan.Part) {
	if s.file != nil && s.err == nil && p.Item.Same() && !slices.ContainsFunc(p.Problems, mayPass) {
		s.write(p)
	}
}

// mayPass reports whether a problem may be gone when the file is read again as it is.
func mayPass(p facts.Problem) bool { return p.Stage == "open" || p.Stage == "read" }

func (s *state) write(v any) {
	text, err := json.Marshal(v)
	if err == nil {
		_, err = s.file.WriteString(sumOf(string(text)) + " " + string(text) + "\n")
	}
	s.err = err
}

// advice says how an interrupted scan goes on.
func (s *state) advice() string {
	if s.file == nil {
		return ""
	}
	return "; go on with --resume"
}

// close ends the writing. A finished scan leaves its state, so that it can be
// printed again in another form.
func (s *state) close() {
	if s.file != nil {
		s.file.Close()
	}
}
