package lint

import (
	"reflect"
)

// noExpectation finds tests that cannot fail.
func noExpectation() check {
	return check{code: "no-expectation", test: func(t *tested) {
		for i := range t.Tests {
			if x := &t.Tests[i]; !x.NearMiss && reflect.ValueOf(x.Expect).IsZero() {
				t.say(t.document(t.Path).KeyAt("tests", i, "expect"), "the test expects nothing, so it cannot fail")
			}
		}
	}}
}
