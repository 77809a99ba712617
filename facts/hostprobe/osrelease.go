package hostprobe

import (
	"errors"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
)

// linuxSystem learns the distribution and the kernel.
func (p *probe) linuxSystem() {
	path := "/etc/os-release"
	data, ok := p.file(path, maxSmall)
	if !ok {
		path = "/usr/lib/os-release"
		data, ok = p.must(path, maxSmall)
	}
	if ok {
		if name := osName(parseOSRelease(data)); name != "" {
			p.environment(path, facts.FieldOS, name, false)
		} else {
			p.odd(path, errors.New("no line NAME= or PRETTY_NAME= says what system it is"))
		}
	}
	if data, ok := p.must("/proc/version", maxSmall); ok {
		if kernel := parseKernel(data); kernel != "" {
			p.input("/proc/version", "host.os.kernel", kernel)
		} else {
			p.odd("/proc/version", errors.New("expected a line such as: Linux version 6.1.0-18-amd64 (...)"))
		}
	}
}

// otherSystem asks macOS for its version.
func (p *probe) otherSystem() {
	out, ok := p.run(maxCommand, "sw_vers")
	if !ok {
		p.unread("operating system")
		return
	}
	values := keyValues(out.Stdout, ":")
	if values["ProductName"] == "" {
		p.odd("sw_vers", errors.New("no line ProductName: says what system it is"))
		return
	}
	p.environment("sw_vers", facts.FieldOS, strings.TrimSpace(values["ProductName"]+" "+values["ProductVersion"]), false)
}

// parseOSRelease reads the assignments of os-release(5); the last of a name
// counts, and a line that is no assignment is passed over, as in a shell.
func parseOSRelease(data []byte) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || name == "" || strings.HasPrefix(name, "#") || strings.ContainsAny(name, " \t\"'") {
			continue
		}
		values[name] = clean(unquote(value))
	}
	return values
}

// unquote removes the quotes of a shell word: nothing is expanded.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		return s[1 : len(s)-1]
	}
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// osName is "Debian GNU/Linux 12": name and version apart from code names.
func osName(v map[string]string) string {
	name := v["NAME"]
	if name == "" {
		return v["PRETTY_NAME"]
	}
	if id := v["VERSION_ID"]; id != "" && !strings.HasSuffix(name, " "+id) {
		name += " " + id
	}
	return name
}

// parseKernel reads /proc/version: "Linux version 6.1.0-18-amd64 (...".
func parseKernel(data []byte) string {
	fields := strings.Fields(string(data[:min(len(data), 4096)]))
	if len(fields) < 3 || fields[0] != "Linux" || fields[1] != "version" {
		return ""
	}
	return clean(fields[2])
}

// keyValues reads lines of "key<sep>value"; the first of a key counts.
func keyValues(data []byte, sep string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(string(data)) {
		key, value, ok := strings.Cut(line, sep)
		key = strings.TrimSpace(key)
		if _, known := values[key]; ok && !known && key != "" {
			values[key] = clean(value)
		}
	}
	return values
}
