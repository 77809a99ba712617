package lint

import (
	"encoding/json"
)

// sameTest finds tests that are given the same, or have one name.
func sameTest() check {
	return check{code: "same-test", test: func(t *tested) {
		names, given := map[string]bool{}, map[string]string{}
		for i := range t.Tests {
			x := &t.Tests[i]
			if names[x.Name] {
				t.say(x.Position, "two tests have the name %q", x.Name)
			}
			names[x.Name] = true
			key, err := json.Marshal(x.Given)
			if err != nil {
				continue
			}
			if other, taken := given[string(key)]; taken {
				t.say(x.Position, "the test is given the same as %q; put what is expected into one", other)
			}
			given[string(key)] = x.Name
		}
	}}
}
