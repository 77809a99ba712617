package scan

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/intake"
)

// Case is a case that was saved, and is one of a host as it is.
type Case struct {
	Path string      `json:"path"`
	Case *facts.Case `json:"case"`
}

// saved takes a saved case over.
func (j *job) saved(s *intake.Stream) error {
	c, size, err := readCase(s)
	if err != nil {
		j.part.problem(facts.Problem{
			Source: s.Path, Stage: "decode", Reason: "case.invalid",
			Text: "it begins like a saved case and is none: " + strings.ReplaceAll(err.Error(), "\n", "; "),
		})
		return j.ctx.Err()
	}
	j.part.Cases = append(j.part.Cases, Case{s.Path, c})
	j.part.Sources = append(j.part.Sources, facts.Source{Path: s.Path, Format: s.Format, Bytes: size, Records: len(c.Facts)})
	return j.ctx.Err()
}

// maxCase bounds a saved case, in bytes.
const maxCase = 64 << 20

// readCase reads the saved case that the stream is, and says how long it is.
func readCase(s *intake.Stream) (*facts.Case, int64, error) {
	data, err := io.ReadAll(io.LimitReader(s.Text(), maxCase+1))
	switch {
	case err != nil:
		return nil, 0, plain(err)
	case len(data) > maxCase:
		return nil, 0, errors.New("it has more than " + fmt.Sprint(maxCase) + " bytes, the limit")
	}
	c, err := facts.UnmarshalCase(data)
	return c, int64(len(data)), err
}
