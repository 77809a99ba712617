package pack

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/kbtriage/kbtriage/internal/source"
)

const sampleRule = `schema: 1
id: mail/late
version: 1
title: The mail comes late
status: stable
symptoms:
  code: {code: "0xC0DE0002", suggests: 4, expected: 4}
cause: The clock is behind.
resolution: {kind: fix, steps: [Set the clock.]}
`

const sampleManifest = `# What is shipped.
pack: 1
name: mail/relay
version: 1.2.0
license: Apache-2.0
kbtriage: 0.1.0
description: Rules for the relay – "all" of them
overrides: [mail/late]
`

// folder is a pack as a person has it.
func folder() fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml":           {Data: []byte(sampleManifest)},
		"rules/late.yaml":     {Data: []byte(sampleRule)},
		"late.test.yaml":      {Data: []byte("rule: mail/late\ntests: []\n")},
		"LICENSE":             {Data: []byte("Do what you like.\n")},
		".git/config":         {Data: []byte("no part of it\r\n")},
		"rules/.late.yaml.sw": {Data: []byte("no part of it\r\n")},
	}
}

func sample(t testing.TB) *Pack {
	t.Helper()
	p, _, msgs := ReadFolder(folder(), "mail", "mail/")
	if len(msgs) > 0 {
		t.Fatal(msgs)
	}
	return p
}

func encoded(t testing.TB, p *Pack) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// checks are the checks of messages, which must be about a file and say something.
func checks(t testing.TB, msgs []source.Message) (list []string) {
	t.Helper()
	for _, m := range msgs {
		if m.File == "" || m.Check == "" || m.Text == "" {
			t.Errorf("a message that says nothing: %+v", m)
		}
		list = append(list, m.Check)
	}
	return list
}
