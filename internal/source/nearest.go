package source

import (
	"slices"
	"strings"
)

// Nearest returns the candidate with the fewest edits from name, if it is near
// enough to be what was meant: at most a third of the letters differ. Among
// equals the first in alphabetical order wins.
func Nearest(name string, candidates []string) (string, bool) {
	if len(name) > 200 { // no name that anybody mistypes
		return "", false
	}
	best, limit := "", len(name)/3
	if len(name) == 2 {
		limit = 1
	}
	bestAt := limit + 1
	sorted := slices.Clone(candidates)
	slices.Sort(sorted)
	for _, c := range sorted {
		if d := distance(strings.ToLower(name), strings.ToLower(c), bestAt); d < bestAt {
			best, bestAt = c, d
		}
	}
	return best, bestAt <= limit
}

// DidYouMean is `did you mean "x"?`, or the list of valid names where none is
// near and the list is short, or "".
func DidYouMean(name string, candidates []string) string {
	if n, ok := Nearest(name, candidates); ok {
		return `did you mean "` + n + `"?`
	}
	if len(candidates) == 0 || len(candidates) > 16 {
		return ""
	}
	sorted := slices.Clone(candidates)
	slices.Sort(sorted)
	return "expected one of " + strings.Join(sorted, ", ")
}

// Edits counts the insertions, deletions, replacements and swaps of neighbours that
// turn a into b.
func Edits(a, b string) int { return distance(a, b, len(a)+len(b)+1) }

// distance counts insertions, deletions, replacements and swaps of neighbours
// (optimal string alignment) and gives up at limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) >= limit {
		return limit
	}
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(y)], limit)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
