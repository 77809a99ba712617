package main

import (
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"
)

// structured is an example for each key whose value is no single one: what an author
// would write there, as JSON.
func structured() map[string]string {
	const condition = `{"code": "0x80070005"}`
	return map[string]string{
		"refs":        `[{"kb": "Q263029"}]`,
		"applies_to":  `[{"product": "Exchange Server", "version": ">=5.5 <6"}]`,
		"inputs":      `{"server": {"kind": "value", "ask": "Name of the print server"}}`,
		"symptoms":    `{"io_pending": {"code": "0xC00203E5", "suggests": 4, "expected": 5}}`,
		"proof":       `{"volume_full": {"ask": "Is the volume full?", "suggests": 5, "expected": 5}}`,
		"resolution":  `{"steps": ["Make room on the volume."], "verify": ["volume_full"]}`,
		"article":     `{"symptoms": "Documents stay in the queue, and nothing is printed."}`,
		"code":        `["0x80070005", "Win32 5"]`,
		"event":       `{"log": "Application", "id": 4058, "source": "MSExchangeIMC"}`,
		"text":        `["The service <name> did not start"]`,
		"environment": `{"product": "Exchange Server", "version": ">=5.5"}`,
		"correlate":   `{"events": [{"id": 7034, "source": "Service Control Manager"}], "at_least": 3, "within": "10m"}`,
		"probe":       `{"dns": {"names": "all", "type": "A", "server": "local"}}`,
		"any":         `{"by_code": ` + condition + `, "by_event": {"event": 4058}}`,
		"all":         `{"the_code": ` + condition + `, "twice": {"when": "count(events, .id == 4058) >= 2"}}`,
		"events":      `[{"id": 7034, "source": "Service Control Manager"}]`,
		"without":     `{"id": 6006}`,
		"names":       `["exchange", "cluster"]`,
		"id":          `[4058, 4067]`,
		"ask":         `{"name": "Network name of the mail server", "address": "IP address of the mail server"}`,
		"dns":         `{"names": ["exchange"], "type": "A", "server": "local"}`,
		"resolvers":   `{"names": ["exchange"]}`,
		"update":      `{"names": "all"}`,
		"steps":       `["Stop the service.", {"do": "Start the service.", "if": "volume_full"}]`,
		"ways":        `[{"name": "With the console", "steps": ["Start the service."]}]`,
		"verify":      `["volume_full"]`,
		"related":     `["Q258629"]`,
		"words":       `["spooler"]`,
		"origin":      `{"file": "print/KB4711.md", "sha256": "0000", "made": "0000"}`,
		"parts":       `["cause 35-43"]`,
		"flags":       `["no cause"]`,
	}
}

// exemplify gives every key that has no example one. A key without is an error.
func exemplify(name string, s *jsonschema.Schema) error {
	if s.Properties == nil {
		return nil
	}
	examples := structured()
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		if len(p.Value.Examples) > 0 {
			continue
		}
		var v any
		if err := json.Unmarshal([]byte(examples[p.Key]), &v); err != nil {
			return fmt.Errorf("schema: %s.%s has no example", name, p.Key)
		}
		p.Value.Examples = []any{v}
	}
	return nil
}
