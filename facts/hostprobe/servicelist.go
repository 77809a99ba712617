package hostprobe

import (
	"fmt"
	"strconv"
	"strings"
)

// parseServices reads `sc queryex type= service state= all`: blocks that begin
// with SERVICE_NAME and hold, in the language of the system, the state (a line
// with "1  STOPPED"), the Win32 exit code and the service's own. What the services
// before a damage say is returned with the error.
func parseServices(data []byte) ([]Service, error) {
	var list []Service
	var current *Service
	odd := 0
	for line := range strings.Lines(string(data)) {
		label, value, ok := strings.Cut(line, ":")
		label, value = strings.TrimSpace(label), strings.TrimSpace(value)
		number, _, _ := strings.Cut(value, " ")
		switch {
		case !ok:
		case label == "SERVICE_NAME":
			list = append(list, Service{Name: value})
			current = &list[len(list)-1]
		case current == nil:
		case label == "STATE":
			current.Stopped = number == "1"
		case label == "WIN32_EXIT_CODE":
			odd += into(&current.ExitCode, number)
		case label == "SERVICE_EXIT_CODE":
			odd += into(&current.SpecificCode, number)
		}
	}
	if odd > 0 || len(list) == 0 {
		return list, fmt.Errorf("%d services, %d codes of them no numbers; expected the form of sc queryex", len(list), odd)
	}
	return list, nil
}

// into parses a code and returns 1 if it is none.
func into(code *uint32, s string) int {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 1
	}
	*code = uint32(n)
	return 0
}
