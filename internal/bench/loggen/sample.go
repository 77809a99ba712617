package main

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
)

// sample is one kind of log: its name and its lines.
type sample struct {
	kind  string
	lines [][]byte
}

// readSamples reads FOLDER/*/*_2k.log, the layout of the loghub samples.
func readSamples(folder string) ([]sample, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*", "*_2k.log"))
	if err != nil {
		return nil, err
	}
	var list []sample
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		s := sample{kind: strings.TrimSuffix(filepath.Base(path), "_2k.log"), lines: linesOf(text)}
		if len(s.lines) > 0 {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no file */*_2k.log with a line in %s", folder)
	}
	return list, nil
}

func linesOf(text []byte) [][]byte {
	var lines [][]byte
	for line := range bytes.Lines(text) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// madeUp are lines of invented programs, for machines without the samples.
const madeUp = `Jun 14 15:16:01 combo shelfd(auth)[19939]: authentication failure; uid=0 euid=0 tty=none ruser= rhost=192.0.2.44
Jun 14 15:16:02 combo shelfd(auth)[19937]: check pass; user unknown
Jun 15 02:04:59 combo rackd[20882]: connection from 192.0.2.138 (host-192-0-2-138.example.net) at slot 1207
Jun 15 04:06:18 combo mover[21416]: session opened for user store by (uid=500)
Jun 15 12:12:34 combo kernel: disk17: 8012544 blocks of 4096 bytes, cache 64 MB, no error seen since start
2015-10-18 18:01:47,978 INFO [main] example.batch.Master: Created master for attempt_1445144423722_0020_000001
2015-10-18 18:01:49,087 INFO [main] example.batch.Tokens: Kind: batch, Service: 192.0.2.11:8030, Ident: (id { id: 20 stamp: 1445144423722 })
2015-10-18 18:02:03,274 WARN [Updater thread 12] example.batch.Lease: Renewal of lease for client_NONMAPREDUCE_1537864556_1 took 31012 ms
2015-10-18 18:04:44,036 INFO [IPC Server handler 28 on 62270] example.batch.Listener: Progress of attempt_1445144423722_0020_m_000009 is 0.3651
[Sun Dec 04 04:47:44 2005] [notice] worker 1518 of the pool is ready, 24 requests wait
[Sun Dec 04 04:51:18 2005] [error] pool child 2025 in state 61, scoreboard slot 10
[Sun Dec 04 04:52:04 2005] [notice] configuration read from /opt/example/conf/pool20.properties
081109 203615 148 INFO store.Replica: Replica 11 of block blk_38865049064139660 ends
081109 203807 222 INFO store.Receiver: Receiving block blk_6952295868487656571 src: /192.0.2.19:54106 dest: /192.0.2.19:50010
081109 204005 35 INFO store.Names: block map updated: 192.0.2.73:50010 is added to blk_7128370237687728475 size 67108864
2016-09-28 04:30:30, Info                  PKG    Loaded stack v6.1.7601.23505 with core in slot 12
2016-09-28 04:30:31, Info                  SET    00000011@20:30:31.455 session 30546174_154395837 begun by client 4412
2016-09-28 04:30:51, Warning               PKG    Session 30546354_2031612317 has 118 packages that are not needed
`

// inventedSamples returns kinds of logs made from madeUp: a kind a shape of
// time.
func inventedSamples() []sample {
	var list []sample
	for _, line := range linesOf([]byte(madeUp)) {
		kind := inventedKind(line)
		if n := len(list); n == 0 || list[n-1].kind != kind {
			list = append(list, sample{kind: kind})
		}
		s := &list[len(list)-1]
		s.lines = append(s.lines, line)
	}
	return list
}

func inventedKind(line []byte) string {
	switch {
	case line[0] == '[':
		return "Apache"
	case line[0] == 'J':
		return "Linux"
	case bytes.HasPrefix(line, []byte("2015")):
		return "Hadoop"
	case bytes.HasPrefix(line, []byte("08")):
		return "HDFS"
	}
	return "Windows"
}

// log is one file to write.
type log struct {
	name   string
	seed   uint64
	shapes []shape
}

// newLogs makes n logs, a kind each. Where there are more logs than kinds, the
// kinds are used again with another seed.
func newLogs(samples []sample, n int, seed uint64) []log {
	logs := make([]log, n)
	for i := range logs {
		s := samples[i%len(samples)]
		name := s.kind + ".log"
		if round := i / len(samples); round > 0 {
			name = fmt.Sprintf("%s-%d.log", s.kind, round+1)
		}
		h := fnv.New64a()
		fmt.Fprint(h, name)
		logs[i] = log{name: name, seed: seed ^ h.Sum64()}
		for _, line := range s.lines {
			logs[i].shapes = append(logs[i].shapes, newShape(s.kind, line))
		}
	}
	return logs
}
