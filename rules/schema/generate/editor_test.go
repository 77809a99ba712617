package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// editor talks to yaml-language-server as an editor does.
type editor struct {
	in   io.Writer
	told chan diagnosed
}

// diagnosed is what the server says of a file.
type diagnosed struct {
	URI         string `json:"uri"`
	Diagnostics []struct {
		Message string `json:"message"`
		Range   struct {
			Start struct {
				Line int `json:"line"`
			} `json:"start"`
		} `json:"range"`
	} `json:"diagnostics"`
}

func startEditor(t *testing.T) *editor {
	t.Helper()
	server := os.Getenv("KBTRIAGE_YAML_LANGUAGE_SERVER")
	if server == "" {
		if os.Getenv("KBTRIAGE_REQUIRE_SERVERS") != "" {
			t.Fatal("KBTRIAGE_YAML_LANGUAGE_SERVER is not set")
		}
		t.Skip("KBTRIAGE_YAML_LANGUAGE_SERVER is not set: yaml-language-server was not tried")
	}
	cmd := exec.Command(server, "--stdio")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	e := &editor{in: in, told: make(chan diagnosed, 100)}
	go e.read(bufio.NewReader(out))
	return e
}

// read answers what the server asks, and passes on what it says of files.
func (e *editor) read(out *bufio.Reader) {
	for {
		size := 0
		for {
			line, err := out.ReadString('\n')
			if err != nil {
				return
			}
			if line = strings.TrimSpace(line); line == "" {
				break
			}
			if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
				size, _ = strconv.Atoi(n)
			}
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(out, body); err != nil {
			return
		}
		var m struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params json.RawMessage `json:"params"`
		}
		if json.Unmarshal(body, &m) != nil {
			continue
		}
		switch {
		case m.Method == "textDocument/publishDiagnostics":
			var d diagnosed
			if json.Unmarshal(m.Params, &d) == nil {
				e.told <- d
			}
		case m.Method == "workspace/configuration":
			e.send(map[string]any{"id": m.ID, "result": []any{map[string]any{"validate": true, "schemaStore": map[string]any{"enable": false}}, nil, nil, nil, nil}})
		case len(m.ID) > 0 && m.Method != "":
			e.send(map[string]any{"id": m.ID, "result": nil})
		}
	}
}

func (e *editor) send(m map[string]any) {
	m["jsonrpc"] = "2.0"
	body, err := json.Marshal(m)
	if err == nil {
		_, _ = fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
}

// open shows a file to the server, and gives what it says of it.
func (e *editor) open(t *testing.T, uri, text string) diagnosed {
	t.Helper()
	e.send(map[string]any{"method": "textDocument/didOpen", "params": map[string]any{
		"textDocument": map[string]any{"uri": uri, "languageId": "yaml", "version": 1, "text": text},
	}})
	deadline := time.After(time.Minute)
	for {
		select {
		case d := <-e.told:
			if d.URI == uri {
				return d
			}
		case <-deadline:
			t.Fatalf("%s: the server says nothing", uri)
		}
	}
}

// TestEditor opens good and bad files in yaml-language-server, the npm package that
// editors run, with the schema in their first line.
func TestEditor(t *testing.T) {
	e := startEditor(t)
	e.send(map[string]any{"id": 1, "method": "initialize", "params": map[string]any{
		"processId": nil, "rootUri": nil, "capabilities": map[string]any{"workspace": map[string]any{"configuration": true}},
	}})
	e.send(map[string]any{"method": "initialized", "params": map[string]any{}})
	path, err := filepath.Abs("../rule.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	const good = `id: mail/early
title: The mail comes early
status: stable
symptoms:
  code: {code: 0xC0DE0001, suggests: 4, expected: 4}
  clock:
    any:
      ahead: {ask: Is the clock ahead?}
      event: {event: {id: [36, 37], source: W32Time}}
    suggests: 2
    expected: 3
cause: The clock is ahead.
resolution:
  steps: [Set the clock., {do: Restart the service., if: clock}]
`
	for name, x := range map[string]struct {
		text string
		line int // of what is wrong, from 1 in the text below its first line; 0: nothing is
		says string
	}{
		"good":             {good, 0, ""},
		"an unknown key":   {strings.Replace(good, "title:", "titel:", 1), 2, "titel"},
		"a missing key":    {strings.Replace(good, "status: stable\n", "", 1), 1, "status"},
		"a wrong word":     {strings.Replace(good, "stable", "stabel", 1), 3, "stable"},
		"out of bounds":    {strings.Replace(good, "suggests: 2", "suggests: 7", 1), 10, "5"},
		"a wrong type":     {strings.Replace(good, "suggests: 2", "suggests: much", 1), 10, "integer"},
		"two kinds at all": {strings.Replace(good, "    suggests: 2", "    code: 5\n    suggests: 2", 1), 7, ""},
		"a bad id":         {strings.Replace(good, "mail/early", "Mail Early", 1), 1, "pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			text := "# yaml-language-server: $schema=file://" + path + "\nschema: 1\n" + x.text
			d := e.open(t, "file:///"+strings.ReplaceAll(name, " ", "-")+".yaml", text)
			if x.line == 0 {
				if len(d.Diagnostics) > 0 {
					t.Errorf("%+v", d.Diagnostics)
				}
				return
			}
			for _, m := range d.Diagnostics {
				if strings.Contains(m.Message, x.says) && (m.Range.Start.Line == x.line+1 || x.line == 1) {
					return
				}
			}
			t.Errorf("nothing about line %d (%q): %+v", x.line, x.says, d.Diagnostics)
		})
	}
}
