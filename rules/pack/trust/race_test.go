//go:build race

package trust

// underRace is whether the race detector slows this test down, a key derivation by minutes.
const underRace = true
