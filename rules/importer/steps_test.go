package importer

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestSteps: lists keep their numbers, and headings are ways.
func TestSteps(t *testing.T) {
	for _, x := range []struct{ name, text, want string }{
		{"a list below a sentence", "Follow these steps:\n\n1. One.\n2. Two.", "[Follow these steps] One. | [Follow these steps] Two."},
		{"each item is numbered 1", "1. One.\n1. Two.\n1. Three.", "[] One. | [] Two. | [] Three."},
		{"two lists", "Do this:\n\n1. One.\n2. Two.\n\nThen that:\n\n1. Three.", "[Do this] One. | [Do this] Two. | [Then that] Three."},
		{"methods with lists", "Method 1\n\nDo this:\n\n1. One.\n\nMethod 2\n\nDo that:\n\n1. Two.", "[Method 1: Do this] One. | [Method 2: Do that] Two."},
		{"alternatives", "One.\n\n-or-\n\nTwo.\n\n-or-\n\nThree.", "[] One. | [Or] Two. | [Or (2)] Three."},
		{"an alternative of a step", "1. One.\n\n   -or-\n\n   Two.\n\n2. Three.", "[] One.\n   or\nTwo. | [] Three."},
		{"a table is no heading", "Replace it:\n\n   Date   Time   Name\n   -------------------\n   1/1/2000  1:00  x.dll", "[] Replace it:\n   Date   Time   Name\n   -------------------\n   1/1/2000  1:00  x.dll"},
	} {
		var got []string
		for _, s := range steps(x.text) {
			got = append(got, fmt.Sprintf("[%s] %s", s.way, s.text))
		}
		if s := strings.Join(got, " | "); s != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.name, s, x.want)
		}
	}
}

// TestManyWays: an article that was made to be slow is not. The times are logged.
func TestManyWays(t *testing.T) {
	for _, unit := range []string{"do it\n\n-or-\n\n", "Method 1\n\ndo it now\n\n", "Heading\n-------\n\n", "Do this:\n\n1. One.\n\n", "Event ID: 77 happens\n\n"} {
		text := strings.Repeat(unit, 4000)
		begin := time.Now()
		steps(text)
		observed(text)
		t.Logf("%q %v", unit, time.Since(begin))
	}
}
