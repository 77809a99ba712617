package importer

import (
	"strings"
	"testing"
)

func TestSourceNear(t *testing.T) {
	for _, x := range []struct{ name, text, want string }{
		{"before it in the line", "In the log:\n\n   MSExchangeMTA Event ID: 77\n   Type: Warning", "MSExchangeMTA"},
		{"several words", "   Service Control Manager. Event ID 77", "Service Control Manager"},
		{"a level behind it", "   MSExchangeIMC Error SMTP Interface Event ID 77", "MSExchangeIMC"},
		{"a label behind other words", "   Event Type:\n   Error Event Source: ESE97\n   Event ID: 77", "ESE97"},
		{"the number is called an error", "   Error 77 Source: MSExchangeMTA\n   Field Engineering", "MSExchangeMTA"},
		{"the sentence before names it", "the following event logged by MSExchangeDSImp:\n\n   Event ID: 77\n   The attribute", "MSExchangeDSImp"},
		{"a level is none", "   Informational Application event ID 77:", ""},
		{"a name in running text", "Restart it when the MSExchangeMTA Event ID 77 is logged.", "MSExchangeMTA"},
		{"running text is none", "Exchange logs Event ID 77", ""},
		{"a sentence by a person", "an event logged by Windows:\n\n   Event ID: 77", ""},
		{"of another event", "   Event ID: 12 Source: Disk\n   Event ID: 77", ""},
		{"of another paragraph", "   Error Event Source: Disk\n\n   Event ID: 77", ""},
		{"a path is none", "   Event ID: 77\n   Error Source: C:\\x", ""},
		{"nothing", "", ""},
	} {
		if got := sourceNear(strings.Split(x.text, "\n"), 77); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}
