package hostprobe

import (
	"fmt"
	"slices"
	"strings"
)

// maxUnits bounds how many failed units are asked about.
const maxUnits = 100

// linuxUnits learns which units of systemd failed. A machine that systemd does
// not run has none.
func (p *probe) linuxUnits() {
	const running = "/run/systemd/system" // sd_booted(3)
	switch _, err := p.sys.List(running); {
	case absent(err):
		p.unread("failed services (systemd does not run here)")
		return
	case err != nil:
		p.allSeen = false
		p.failure(running, err)
		return
	}
	p.booted = true
	out, ok := p.run(maxCommand, "systemctl", "list-units", "--failed", "--plain", "--no-legend", "--no-pager", "--full")
	if !ok {
		p.allSeen = false
		return
	}
	units, err := parseFailedUnits(out.Stdout)
	if err != nil {
		p.allSeen = false
		p.odd("systemctl", err)
	}
	if len(units) == 0 {
		return
	}
	if len(units) > maxUnits {
		p.problem("systemctl", "host.too-much", fmt.Sprintf("%d units failed; only the first %d are told", len(units), maxUnits))
		units = units[:maxUnits]
		p.allSeen = false
	}
	p.failed = units
	details := map[string]unitDetail{}
	args := append([]string{"show", "--property=Id,Result,ExecMainStatus", "--no-pager", "--"}, units...)
	if out, ok := p.run(maxCommand, "systemctl", args...); ok {
		details = parseUnitDetails(out.Stdout)
	}
	for _, u := range units {
		p.text("systemd", "%s", failedUnitText(u, details[u]))
	}
}

func failedUnitText(unit string, d unitDetail) string {
	switch {
	case d.result == "":
		return fmt.Sprintf("unit %s failed", unit)
	case d.status == "" || d.result != "exit-code" && d.result != "signal" && d.result != "core-dump":
		return fmt.Sprintf("unit %s failed (result %s)", unit, d.result)
	}
	return fmt.Sprintf("unit %s failed (result %s, status %s)", unit, d.result, d.status)
}

// parseFailedUnits reads lines of "UNIT LOAD ACTIVE SUB DESCRIPTION", which some
// versions begin with a dot. What is no such line is one error.
func parseFailedUnits(data []byte) ([]string, error) {
	var units []string
	odd := 0
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) > 0 && (fields[0] == "●" || fields[0] == "*" || fields[0] == "×") {
			fields = fields[1:]
		}
		switch {
		case len(fields) == 0:
		case len(fields) < 4 || !unitName(fields[0]):
			odd++
		case fields[2] == "failed" && !slices.Contains(units, fields[0]):
			units = append(units, fields[0])
		}
	}
	slices.Sort(units)
	if odd > 0 {
		return units, fmt.Errorf("%d lines were not understood; expected UNIT LOAD ACTIVE SUB DESCRIPTION", odd)
	}
	return units, nil
}

// unitName reports whether s may be the name of a unit: nothing that could be
// taken for an option.
func unitName(s string) bool {
	if s == "" || len(s) > 255 || s[0] == '-' || !strings.Contains(s, ".") {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(`:-_.\@`, r) {
			return false
		}
	}
	return true
}

// unitDetail is how a unit ended.
type unitDetail struct{ result, status string }

// parseUnitDetails reads `systemctl show`: blocks of NAME=VALUE with blank lines
// between them.
func parseUnitDetails(data []byte) map[string]unitDetail {
	details := map[string]unitDetail{}
	var id string
	var d unitDetail
	flush := func() {
		if unitName(id) {
			details[id] = d
		}
		id, d = "", unitDetail{}
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		name, value, _ := strings.Cut(line, "=")
		switch {
		case line == "":
			flush()
		case name == "Id":
			id = value
		case name == "Result" && plainWord(value):
			d.result = value
		case name == "ExecMainStatus" && plainWord(value):
			d.status = value
		}
	}
	flush()
	return details
}

// plainWord reports whether s is a short word of letters, digits and dashes.
func plainWord(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}
