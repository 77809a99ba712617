package lint

import (
	"regexp"
	"sync"

	"github.com/kbtriage/kbtriage/internal/redact"
)

// personalData finds data that tells of people or of one site: mail addresses,
// security ids, and addresses that are not for documentation.
func personalData() check {
	return check{code: "personal-data", reach: authored, rule: func(s *subject) {
		if !s.sensitive() {
			return
		}
		s.texts(func(text string, path []any) {
			if kinds := personal(text); kinds != "" {
				s.say(s.at(path...), "the text seems to tell of a person or a site (%s); use a made-up one", kinds)
			}
		})
		s.soughtFor(func(text string, path []any) {
			if kinds := personal(text); kinds != "" {
				s.say(s.at(path...), "what is looked for seems to tell of a person or a site (%s); put a placeholder such as <address> there", kinds)
			}
		})
	}}
}

// testPersonalData finds the same in what tests give.
func testPersonalData() check {
	return check{code: "personal-data", test: func(t *tested) {
		t.given(func(text string, path []any) {
			if kinds := personal(text); kinds != "" {
				t.say(t.document(t.Path).At(path...), "the test seems to tell of a person or a site (%s); use a made-up one, such as user@corp.example or 192.0.2.1", kinds)
			}
		})
	}}
}

// personal names what of people and sites a text holds.
func personal(text string) string {
	var off []string
	for _, k := range redact.Kinds() {
		if k != redact.KindEmail && k != redact.KindSID && k != redact.KindMAC {
			off = append(off, k)
		}
	}
	return sensitive(madeUp().ReplaceAllString(text, " "), off)
}

// madeUp finds mail addresses whose domain is for examples.
var madeUp = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[^\s@<>()"']+@(?:[a-z0-9-]+\.)*(?:example(?:\.com|\.org|\.net)?|test|invalid)\b`)
})
