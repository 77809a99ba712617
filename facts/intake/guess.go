package intake

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/facts/errcode"
)

// An input is one argument of the command line.
type input struct {
	arg    string
	number int // its position, from 1
}

// path is the origin of what an argument says itself.
func (in input) path() string { return "argument " + strconv.Itoa(in.number) }

// inputs are the arguments; "event" and a number that follows it, which a
// person forgot to quote, are one input.
func inputs(args []string) []input {
	var ins []input
	for i := 0; i < len(args); i++ {
		in := input{arg: args[i], number: i + 1}
		if name := strings.ToLower(strings.TrimRight(args[i], ":")); i+1 < len(args) && number(args[i+1]) != 0 &&
			(name == "event" || name == "eventid") {
			in.arg += " " + args[i+1]
			i++
		}
		ins = append(ins, in)
	}
	return ins
}

// A guess is what an argument is taken for.
type guess int

const (
	guessText guess = iota // a code, an event or text
	guessStdin
	guessFile
	guessFolder
	guessMissing // it looks like a path, and there is nothing
	guessEmpty
)

// guess looks at the argument, and at the file system whether it is a path.
// A number alone is a code: an event has to say that it is one.
func (in input) guess() guess {
	if in.arg == "-" {
		return guessStdin
	}
	if strings.TrimSpace(in.arg) == "" {
		return guessEmpty
	}
	if len(in.arg) > 4096 || strings.ContainsAny(in.arg, "\r\n\x00") {
		return guessText
	}
	info, err := os.Stat(in.arg)
	switch {
	case err == nil && info.IsDir():
		return guessFolder
	case err == nil || errors.Is(err, fs.ErrPermission):
		return guessFile
	case !pathLike(in.arg):
		return guessText
	}
	if _, err := os.Lstat(in.arg); err == nil {
		return guessFile // a link that leads nowhere: opening it says so
	}
	if _, err := errcode.Parse(in.arg); err == nil {
		return guessText
	}
	return guessMissing
}

// pathLike reports whether a person who wrote s meant a file: it begins like a
// path, or it is one word with a backslash, with the ending of a file, or below
// something that exists. Other words with a slash are text: "Logon/Logoff".
func pathLike(s string) bool {
	if strings.Contains(s, "://") {
		return false
	}
	ending := fileEnding(s)
	for _, start := range []string{"/", "./", "../", "~/", `.\`, `..\`, `\\`} {
		if strings.HasPrefix(s, start) {
			return ending || !strings.Contains(s, " ")
		}
	}
	if len(s) > 2 && isLetter(s[0]) && s[1] == ':' && (s[2] == '\\' || s[2] == '/') {
		return ending || !strings.Contains(s, " ")
	}
	if strings.ContainsAny(s, " \t") {
		return false
	}
	if ending || strings.HasPrefix(s, "~") || strings.Contains(s, `\`) {
		return true
	}
	first, _, inFolder := strings.Cut(s, "/")
	if !inFolder {
		return false
	}
	_, err := os.Stat(first) // a file too: "good.log/below"
	return err == nil
}

// fileEnding reports whether s ends as the names of files that are handed in do.
func fileEnding(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		return false
	}
	switch strings.ToLower(s[dot+1:]) {
	case "txt", "log", "json", "jsonl", "xml", "csv", "evtx", "evt", "zip", "gz", "tgz", "tar", "7z", "zst", "xz", "bz2",
		"cab", "md", "htm", "html", "out", "err", "eml", "msg", "dmp", "ini", "conf", "yaml", "yml", "reg", "journal", "kbt":
		return true
	}
	return false
}
