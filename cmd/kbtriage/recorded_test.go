package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kbtriage/kbtriage/facts/hostprobe"
)

// recordedAt is the time at which the recordings of machines were made.
func recordedAt() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// recordings is the folder with the recorded machines.
func recordings(t testing.TB) string {
	t.Helper()
	folder, err := filepath.Abs("../../facts/hostprobe/testdata")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// machineNames are the recorded machines.
func machineNames(t testing.TB) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(recordings(t), "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".txtar"))
	}
	return names
}

var certificateMark = regexp.MustCompile(`\{\{certificate (.+) (\S+) (\S+)\}\}`)

// recordedTree is a recording as a tree of files. Certificates are made as they
// are described, with a key that is always the same.
func recordedTree(file string) (fstest.MapFS, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	tree := fstest.MapFS{}
	for _, f := range archive.Files {
		text := strings.NewReplacer("{{escape}}", "\x1b", "{{nul}}", "\x00", "{{long}}", strings.Repeat("9", 70_000),
			"%% No entries %%", "-- No entries --").Replace(string(f.Data))
		var failed error
		text = certificateMark.ReplaceAllStringFunc(text, func(mark string) string {
			m := certificateMark.FindStringSubmatch(mark)
			data, err := recordedCertificate(m[1], m[2], m[3])
			failed = err
			return data
		})
		if failed != nil {
			return nil, failed
		}
		tree[f.Name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree, nil
}

func recordedCertificate(name, from, to string) (string, error) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	begin, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return "", err
	}
	end, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: begin, NotAfter: end}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), nil
}

// mainOnRecording is main on the machine that HOST_RECORDING names, which no
// program outside of the tests looks at.
func mainOnRecording() {
	file := os.Getenv("HOST_RECORDING")
	if file == "" {
		main()
	}
	tree, err := recordedTree(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	sys, err := hostprobe.Recorded(tree)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(start(func() hostprobe.System { return sys }, recordedAt))
}
