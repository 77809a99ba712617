// Package stream reads the files of rules and events that rulegen writes.
package stream

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// Rule asks for an event with this id and source whose message holds the
// literal.
type Rule struct {
	Number  int    `json:"rule"`
	ID      int    `json:"id"`
	Source  string `json:"source"`
	Literal string `json:"literal"`
}

// Event is what the rules look at in an event of Winlogbeat.
type Event struct {
	Event struct {
		Code     string `json:"code"`
		Provider string `json:"provider"`
	} `json:"event"`
	Message string `json:"message"`
}

// Rules calls use with each rule of a file.
func Rules(path string, use func(*Rule) error) error { return each(path, -1, use) }

// Events calls use with the first n events of a file.
func Events(path string, n int, use func(*Event) error) error { return each(path, n, use) }

func each[T any](path string, most int, use func(*T) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	n := 0
	for ; n != most && lines.Scan(); n++ {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return fmt.Errorf("%s, line %d: %w", path, n+1, err)
		}
		if err := use(&v); err != nil {
			return err
		}
	}
	return lines.Err()
}
