package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Times are written in the form of the sample, numbers keep their length,
// codes and single digits stay, and the header ends where the message begins.
func TestShape(t *testing.T) {
	at := time.Date(2026, time.March, 4, 5, 6, 7, 89e6, time.UTC)
	for _, test := range []struct{ name, kind, line, header, message string }{
		{"day of a month", "Linux", "Jun 14 15:16:01 combo sshd[19939]: failed 12 times", `Mar  4 05:06:07 comb[a-z] sshd\[[1-9]\d{4}\]: `, `failed [1-9]\d times`},
		{"day without a blank", "Thunderbird", "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(x)[2915]: closed", `- 1772600767 2026.03.04 dn1\d\d Mar 4 05:06:07 dn1\d\d/dn1\d\d crond\(x\)\[[1-9]\d{3}\]: `, `closed`},
		{"comma", "Hadoop", "2015-10-18 18:01:47,978 INFO [main] a.b.C: id 0020", `2026-03-04 05:06:07,089 INFO \[main\] a\.b\.C: `, `id \d{4}`},
		{"point", "OpenStack", "x.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO n.w [req-38 - -] 10.11.10.1 \"GET\"", `x\.log\.1\.2026-03-04_05:06:07 2026-03-04 05:06:07\.089 [1-9]\d{4} INFO n\.w \[req-\d\d - -\] `, `\d\d\.\d\d\.\d\d\.1 "GET"`},
		{"brackets", "Apache", "[Sun Dec 04 04:47:44 2005] [error] in state 6", `\[Wed Mar 04 05:06:07 2026\] \[error\] `, `in state 6`},
		{"long fraction", "BGL", "- 1117838570 2005.06.03 R02 2005-06-03-15.42.50.675872 R02 RAS KERNEL INFO parity", `- 1772600767 2026\.03\.04 R\d\d 2026-03-04-05\.06\.07\.089000 R\d\d RAS KERNEL INFO `, `parity`},
		{"hardly filled up", "HealthApp", "20171223-22:15:29:606|Step|30002312|onStand 35", `20260304-05:6:7:89\|Step\|[1-9]\d{7}\|`, `onStand [1-9]\d`},
		{"slashes", "Spark", "17/06/09 20:10:40 INFO a.B: 25 to 3", `26/03/04 05:06:07 INFO a\.B: `, `[1-9]\d to 3`},
		{"digits alone", "HDFS", "081109 203615 148 INFO d.P: block blk_388", `260304 050607 1\d\d INFO d\.P: `, `block blk_1\d\d`},
		{"dots", "Proxifier", "[10.30 16:49:06] a.exe - host:5070 open", `\[03\.04 05:06:07\] a\.exe - `, `host:[1-9]\d{3} open`},
		{"month and day", "Android", "03-17 16:13:38.811  1702  2395 D W: lock", `03-04 05:06:07\.089  [1-9]\d{3}  [1-9]\d{3} D W: `, `lock`},
		{"a code stays", "Windows", "2016-09-28 04:30:31, Info                  CBS    HRESULT 0x800f0805 at 77", `2026-03-04 05:06:07, Info                  CBS    `, `HRESULT 0x800f0805 at [1-9]\d`},
		{"no time", "Other", "a line with 12 words", ``, `a line with [1-9]\d words`},
		{"nothing", "Other", "x", ``, `x`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newShape(test.kind, []byte(test.line))
			r, c := rand.NewPCG(1, 2), newClock(at)
			for range 20 {
				header := string(appendParts(nil, s.parts[:s.header], r, c))
				message := string(appendParts(nil, s.parts[s.header:], r, c))
				if !regexp.MustCompile("^"+test.header+"$").MatchString(header) || !regexp.MustCompile("^"+test.message+"$").MatchString(message) {
					t.Fatalf("%q became %q and %q", test.line, header, message)
				}
			}
		})
	}
}

func FuzzShape(f *testing.F) {
	for _, line := range linesOf([]byte(madeUp)) {
		f.Add("Linux", string(line))
	}
	f.Add("HealthApp", "20171223-22:15:29:606|a|b|c")
	f.Fuzz(func(t *testing.T, kind, line string) {
		if strings.ContainsAny(line, "\r\n") {
			t.Skip()
		}
		s := newShape(kind, []byte(line))
		if s.header > len(s.parts) {
			t.Fatalf("%d parts, header %d", len(s.parts), s.header)
		}
		// Between the times nothing but digits and the ends of hosts changes.
		fixed := regexp.MustCompile(`[0-9]|\b(?:comb[a-z]|LabS[A-Z])\b`)
		out := appendParts(nil, s.parts, rand.NewPCG(1, 2), newClock(time.Unix(0, 0).UTC()))
		timed := false
		for _, p := range s.parts {
			timed = timed || p.timed
		}
		if before, after := fixed.ReplaceAllString(line, ""), fixed.ReplaceAllString(string(out), ""); !timed && before != after {
			t.Fatalf("%q became %q", line, out)
		}
		if bytes.ContainsAny(out, "\r\n") {
			t.Fatalf("%q became two lines", line)
		}
	})
}

// The ledger names every line that holds a literal and no other, in files of
// the size that was asked for, and two runs give the same bytes.
func TestLedger(t *testing.T) {
	const size = 400_000
	literals := []string{"Quixotic failure of the zephyr", "zephyr 0x80041234", "the ZEPHYR stopped", "zephyr stopped for good, at last"}
	folder := t.TempDir()
	list := filepath.Join(folder, "literals.txt")
	if err := os.WriteFile(list, []byte(strings.Join(literals, "\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	type place struct {
		file string
		line int
	}
	var before map[string]string
	for _, name := range []string{"one", "two"} {
		out := filepath.Join(folder, name)
		if err := run(options{out: out, literals: list, bytes: size, parts: 7, every: 50, seed: 3}); err != nil {
			t.Fatal(err)
		}
		ledger := map[place]injected{}
		text, err := os.ReadFile(out + ".ledger.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(text))
		for d.More() {
			var e injected
			if err := d.Decode(&e); err != nil {
				t.Fatal(err)
			}
			ledger[place{e.File, e.Line}] = e
		}
		files := map[string]string{}
		lines := 0
		entries, err := os.ReadDir(out)
		if err != nil || len(entries) != 7 {
			t.Fatalf("%d files, %v", len(entries), err)
		}
		for _, entry := range entries {
			text, err := os.ReadFile(filepath.Join(out, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if len(text) > size/7 || len(text) < size/7-500 || text[len(text)-1] != '\n' {
				t.Errorf("%s has %d bytes", entry.Name(), len(text))
			}
			files[entry.Name()] = string(text)
			scanner := bufio.NewScanner(bytes.NewReader(text))
			for n := 1; scanner.Scan(); n++ {
				lines++
				e, listed := ledger[place{entry.Name(), n}]
				if got := strings.Contains(strings.ToLower(scanner.Text()), "zephyr"); got != listed {
					t.Fatalf("%s:%d: %q, in the ledger: %v", entry.Name(), n, scanner.Text(), listed)
				}
				if listed && !strings.Contains(scanner.Text(), literals[e.Literal-1]) {
					t.Fatalf("%s:%d: %q does not hold literal %d", entry.Name(), n, scanner.Text(), e.Literal)
				}
			}
		}
		if want := lines / 50; len(ledger) < want-7 || len(ledger) > want+7 {
			t.Errorf("%d of %d lines with a literal", len(ledger), lines)
		}
		if before != nil {
			for name, text := range files {
				if before[name] != text {
					t.Errorf("%s differs in the second run", name)
				}
			}
		}
		before = files
	}
}

func TestFinder(t *testing.T) {
	f := newFinder([][]byte{[]byte("The disk"), []byte("disk is full"), []byte("DISK IS FULL now")})
	for line, want := range map[string]int{"the disk is full": 2, "The disk is full now": 3, "a disk": 0, "": 0, "disk is full": 1} {
		if got := f.find([]byte(line)); len(got) != want {
			t.Errorf("%q: %v", line, got)
		}
	}
	if got := newFinder(nil).find([]byte("x")); len(got) != 0 {
		t.Error(got)
	}
}

// The samples themselves: every line of every kind can be written.
func TestSamples(t *testing.T) {
	data := os.Getenv("KBTRIAGE_DATA")
	if data == "" {
		t.Skip("KBTRIAGE_DATA is not set: the folder with the folder loghub")
	}
	samples, err := readSamples(filepath.Join(data, "loghub"))
	if err != nil {
		t.Skip(err)
	}
	year := regexp.MustCompile(`\b(20(?:0|1)\d)-\d\d-\d\d`)
	for _, l := range newLogs(samples, len(samples), 1) {
		for i := range l.shapes {
			s := &l.shapes[i]
			header := appendParts(nil, s.parts[:s.header], rand.NewPCG(1, 2), newClock(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)))
			if len(header) == 0 || year.Match(header) {
				t.Fatalf("%s: header %q", l.name, header)
			}
		}
	}
}
