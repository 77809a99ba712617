package source

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestString(t *testing.T) {
	for _, c := range []struct {
		message Message
		want    string
	}{
		{Message{Position{"a.yaml", 3, 7}, "rule.id", "wrong", ""}, "a.yaml:3:7: wrong [rule.id]"},
		{Message{Position{"a.yaml", 3, 7}, "rule.id", "wrong", "did you mean “x”?"}, "a.yaml:3:7: wrong; did you mean “x”? [rule.id]"},
		{Message{Position{"a.yaml", 0, 0}, "file.read", "gone", ""}, "a.yaml: gone [file.read]"},
	} {
		if got := c.message.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestSort(t *testing.T) {
	message := func(file string, line, column int, check, text string) Message {
		return Message{Position{file, line, column}, check, text, ""}
	}
	want := []Message{
		message("a", 0, 0, "c", "t"), message("a", 2, 9, "c", "t"), message("a", 10, 1, "c", "t"), message("a", 10, 2, "b", "z"),
		message("a", 10, 2, "c", "t"), message("a", 10, 2, "c", "u"), message("b", 1, 1, "c", "t"),
	}
	rapid.Check(t, func(t *rapid.T) {
		mixed := rapid.Permutation(append(want, want[:3]...)).Draw(t, "order")
		if got := Sort(mixed); !reflect.DeepEqual(got, want) {
			t.Fatalf("%v", got)
		}
	})
}

func TestSnippet(t *testing.T) {
	text := []byte("first\r\n\tsecond \x1b[31m é€ line\nthird")
	for _, c := range []struct {
		name string
		at   Position
		want string
	}{
		{"first column", Position{"f", 1, 1}, "  1 | first\n    | ^"},
		{"behind the end", Position{"f", 1, 6}, "  1 | first\n    |      ^"},
		{"tabs and escapes", Position{"f", 2, 15}, "  2 |  second .[31m é€ line\n    |               ^"},
		{"last line", Position{"f", 3, 2}, "  3 | third\n    |  ^"},
		{"no such line", Position{"f", 4, 1}, ""},
		{"the whole file", Position{"f", 0, 0}, ""},
		{"no such column", Position{"f", 3, 9}, ""},
	} {
		if got := Snippet(text, c.at); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	if got := Snippet([]byte(strings.Repeat("x", 1000)), Position{"f", 1, 1}); got != "" {
		t.Errorf("a line that is too wide: %q", got)
	}
	wide := strings.Repeat("x\n", 1234)
	if got := Snippet([]byte(wide), Position{"f", 1000, 1}); got != "  1000 | x\n       | ^" {
		t.Errorf("%q", got)
	}
}
