package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts, and tests that need a process of its own, run the
// program as the command kbtriage, on the machine that HOST_RECORDING names.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kbtriage": mainOnRecording})
}

// noSleep keeps the race detector from sleeping a second at the end of each process.
const noSleep = "atexit_sleep_ms=0"

// TestScripts runs the scripts of what a person types and sees, one subject a
// file. UPDATE=1 rewrites the output that they expect.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GORACE", noSleep)
			e.Setenv("RECORDINGS", recordings(t))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": scriptExits,
			"json":  scriptJSON,
			"inert": scriptInert,
			"bytes": scriptBytes,
		},
	})
}

// scriptExits is "exits CODE ARG...": kbtriage with the arguments ends with the code.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec("kbtriage", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// scriptJSON is "json PATH VALUE": standard output is JSON, and the value at the
// path is the one expected. In a path such as "diagnoses.0.rule" or
// "diagnoses[rule=dns/tcp-blocked].probability" dots part keys and places, "len" is
// the number of elements, and [KEY=VALUE] or [KEY^=BEGINNING] finds the element of a list.
//
//	json PATH < NUMBER              or >
//	json PATH within NUMBER PATH    two numbers differ by no more
//	json PATH falling KEY/KEY       a list is ordered by a quotient, the greatest first
//	! json PATH                     nothing is there
func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || len(args) < 2 && !neg {
		ts.Fatalf("usage: [!] json PATH [<|>] VALUE")
	}
	var root any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &root); err != nil {
		ts.Fatalf("standard output is not JSON: %v", err)
	}
	value, err := lookUp(root, args[0])
	switch {
	case neg && len(args) == 1:
		if err == nil {
			ts.Fatalf("%s is there: %s", args[0], printed(value))
		}
		return
	case err != nil:
		ts.Fatalf("%v", err)
	case len(args) == 4 && args[1] == "within":
		other, err := lookUp(root, args[3])
		ts.Check(err)
		limit, err := strconv.ParseFloat(args[2], 64)
		ts.Check(err)
		a, aOK := value.(float64)
		b, bOK := other.(float64)
		if !aOK || !bOK || math.Abs(a-b) > limit {
			ts.Fatalf("%s is %s, and %s is %s", args[0], printed(value), args[3], printed(other))
		}
		return
	case len(args) == 3 && args[1] == "falling":
		list, _ := value.([]any)
		above, below, _ := strings.Cut(args[2], "/")
		last := math.Inf(1)
		for _, x := range list {
			a, _ := child(x, above)
			b, _ := child(x, below)
			n, nOK := a.(float64)
			d, dOK := b.(float64)
			if !nOK || !dOK || n/d > last {
				ts.Fatalf("%s is not ordered by %s: %s", args[0], args[2], printed(x))
			}
			last = n / d
		}
		return
	}
	got, want := printed(value), strings.Join(args[1:], " ")
	ok := got == want
	if op := args[1]; len(args) == 3 && (op == "<" || op == ">") {
		number, isNumber := value.(float64)
		limit, err := strconv.ParseFloat(args[2], 64)
		ts.Check(err)
		ok = isNumber && (op == "<" && number < limit || op == ">" && number > limit)
	}
	if ok == neg {
		ts.Fatalf("%s is %s, want %s", args[0], got, want)
	}
}

func lookUp(value any, path string) (any, error) {
	rest := path
	for rest != "" {
		var step string
		if strings.HasPrefix(rest, "[") {
			end := strings.Index(rest, "]")
			step, rest = rest[:end], rest[end+1:]
		} else {
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			step, rest = rest[:end], rest[end:]
		}
		rest = strings.TrimPrefix(rest, ".")
		next, ok := child(value, step)
		if !ok {
			return nil, fmt.Errorf("%s: no %s in %s", path, step, printed(value))
		}
		value = next
	}
	return value, nil
}

func child(value any, step string) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		x, ok := v[step]
		return x, ok
	case []any:
		if step == "len" {
			return float64(len(v)), true
		}
		if key, want, ok := strings.Cut(strings.TrimPrefix(step, "["), "="); ok {
			key, prefix := strings.CutSuffix(key, "^")
			i := slices.IndexFunc(v, func(x any) bool {
				y, ok := child(x, key)
				return ok && (printed(y) == want || prefix && strings.HasPrefix(printed(y), want))
			})
			if i < 0 {
				return nil, false
			}
			return v[i], true
		}
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(v) {
			return v[i], true
		}
	}
	return nil, false
}

func printed(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	b, _ := json.Marshal(value)
	return string(b)
}

// scriptInert is "inert FILE...": no control character, no mark that changes
// the direction of writing, and nothing else that a terminal obeys.
func scriptInert(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: inert FILE...")
	}
	for _, name := range args {
		for n, line := range strings.Split(ts.ReadFile(name), "\n") {
			for _, r := range line {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
					ts.Fatalf("%s:%d: holds %U: %q", name, n+1, r, line)
				}
			}
		}
	}
}

// scriptBytes is "bytes FILE TEXT": the file is written with the text, in
// which the escapes of a Go string are undone.
func scriptBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}
