package hostprobe

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// linuxMemory learns whether memory is short, and how long tasks wait.
func (p *probe) linuxMemory() {
	if data, ok := p.must("/proc/meminfo", maxSmall); ok {
		if m, err := parseMeminfo(data); err != nil {
			p.odd("/proc/meminfo", err)
		} else {
			p.memory("/proc/meminfo", m)
		}
	}
	for _, of := range []struct {
		resource, line, who string
		percent             int
	}{
		{"memory", "full", "all", p.o.StallPercent},
		{"io", "full", "all", p.o.StallPercent},
		{"cpu", "some", "some", 4 * p.o.StallPercent},
	} {
		path := "/proc/pressure/" + of.resource
		c, err := p.sys.Read(path, 4096)
		if err != nil {
			p.unread(path) // the kernel may have it switched off
			continue
		}
		mean, ok := parsePressure(c.Data, of.line)
		if !ok {
			p.odd(path, errors.New("expected a line such as: some avg10=0.00 avg60=0.00 avg300=0.00 total=0"))
			continue
		}
		p.read(path, len(c.Data))
		if mean >= float64(of.percent) {
			p.text(path, "pressure on %s: %s tasks stalled %d %% of the last minute", of.resource, of.who, int(mean))
		}
	}
}

// memory tells if memory or swap are short.
func (p *probe) memory(path string, m Memory) {
	const mib = 1 << 20
	if m.Total > 0 && m.Available <= m.Total {
		if left := int(float64(m.Available) * 100 / float64(m.Total)); left < p.o.MemoryPercent {
			p.text(path, "memory is low (%d %% available, %d MiB of %d MiB)", left, m.Available/mib, m.Total/mib)
		}
	}
	if m.SwapTotal > 0 && m.SwapFree <= m.SwapTotal {
		if used, _ := share(m.SwapTotal-m.SwapFree, m.SwapFree); used >= p.o.SwapPercent {
			p.text(path, "swap is %d %% full (%d MiB free)", used, m.SwapFree/mib)
		}
	}
}

// parseMeminfo reads lines of "MemTotal: 16307128 kB". Kernels before 3.14 do not
// tell MemAvailable: there it is what is free and what can be freed.
func parseMeminfo(data []byte) (Memory, error) {
	values := map[string]uint64{}
	for line := range strings.Lines(string(data)) {
		name, rest, ok := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if !ok || len(fields) == 0 {
			continue
		}
		if n, err := strconv.ParseUint(fields[0], 10, 64); err == nil && n < math.MaxUint64>>12 {
			values[name] = n << 10
		}
	}
	available, ok := values["MemAvailable"]
	if !ok {
		available = values["MemFree"] + values["Buffers"] + values["Cached"]
	}
	m := Memory{Total: values["MemTotal"], Available: available, SwapTotal: values["SwapTotal"], SwapFree: values["SwapFree"]}
	if m.Total == 0 {
		return m, errors.New("no line MemTotal: says how much memory there is")
	}
	return m, nil
}

// parsePressure reads the mean of a minute, in percent, from a line of
// /proc/pressure: "some avg10=0.00 avg60=0.00 avg300=0.00 total=0".
func parsePressure(data []byte, who string) (percent float64, ok bool) {
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != who {
			continue
		}
		for _, f := range fields[1:] {
			if value, is := strings.CutPrefix(f, "avg60="); is {
				n, err := strconv.ParseFloat(value, 64)
				return n, err == nil && n >= 0 && n <= 100
			}
		}
	}
	return 0, false
}
