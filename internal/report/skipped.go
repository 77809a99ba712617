package report

import (
	"fmt"
	"io"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// WhySkipped says of every input how it was read, or why it was not.
func WhySkipped(w io.Writer, f *result.Fleet) {
	problems := map[string][]facts.Problem{}
	for _, x := range f.Problems {
		problems[x.Source] = append(problems[x.Source], x)
	}
	for _, s := range f.Inputs {
		if s.Format == "unread" {
			fmt.Fprintf(w, "%s: not read\n", Clean(s.Path))
		} else {
			fmt.Fprintf(w, "%s: read as %s, %s\n", Clean(s.Path), s.Format, counted(int64(s.Records), "record"))
		}
		for _, x := range problems[s.Path] {
			fmt.Fprintf(w, "  %s: %s\n", x.Reason, Clean(x.Text))
		}
		delete(problems, s.Path)
	}
	for _, x := range f.Problems { // of what became no input
		if len(problems[x.Source]) > 0 {
			fmt.Fprintf(w, "%s: %s: %s\n", Clean(x.Source), x.Reason, Clean(x.Text))
		}
	}
}
