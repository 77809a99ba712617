package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
)

// csvHeader names the columns of the CSV form.
func csvHeader() []string {
	return []string{
		"host", "case", "from", "to", "rank", "rule", "refs", "title", "verdict", "probability", "bits", "records",
		"evidence", "path", "line", "record", "time", "resolution",
	}
}

// fleetCSV is a table with a row for each host, case and diagnosis (RFC 4180). A
// host without a case has no row. The rank of what explains only what the first
// diagnosis leaves is "besides 1". Evidence, path, line, record and time are
// those of the first fact that was seen; records are those of the case.
func fleetCSV(w io.Writer, f *result.Fleet) error { return rows(w, f.Cases) }

func differentialCSV(w io.Writer, d *result.Differential) error {
	return rows(w, []result.Differential{*d})
}

func rows(w io.Writer, cases []result.Differential) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(csvHeader()); err != nil {
		return err
	}
	for i := range cases {
		d := &cases[i]
		for j := range d.Diagnoses {
			if err := out.Write(row(d, &d.Diagnoses[j], strconv.Itoa(d.Diagnoses[j].Rank))); err != nil {
				return err
			}
		}
		for j := range d.Also {
			if err := out.Write(row(d, &d.Also[j], "besides "+strconv.Itoa(d.Also[j].Rank))); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func row(d *result.Differential, x *result.Diagnosis, rank string) []string {
	first := earliest(x)
	if first == nil {
		first = &result.Fact{}
	}
	return []string{
		inert(d.Case.Host), inert(d.Case.ID), written(d.Case.From), written(d.Case.To), rank, inert(x.Rule), inert(strings.Join(x.Refs, " ")),
		inert(x.Title), inert(string(x.Verdict)), number(x.Probability), number(x.Bits), positive(uint64(max(0, x.Records))),
		inert(first.Text), inert(first.Path), positive(uint64(max(0, first.Line))), positive(first.Record), written(first.Time), inert(x.Resolution.Kind),
	}
}

// earliest is the first fact of the evidence that was seen: by time where there
// is one, else as listed; nil where nothing was seen.
func earliest(x *result.Diagnosis) *result.Fact {
	var first *result.Fact
	for i := range x.Evidence {
		if x.Evidence[i].State != "seen" {
			continue
		}
		for j := range x.Evidence[i].Facts {
			f := &x.Evidence[i].Facts[j]
			if first == nil || !f.Time.IsZero() && (first.Time.IsZero() || f.Time.Time.Before(first.Time.Time)) {
				first = f
			}
		}
	}
	return first
}

// inert makes of text a cell that no spreadsheet takes for a formula: control
// characters are cleaned, and text that begins like a formula, blanks aside, has
// an apostrophe before it. The wide forms of the signs are formulas too in some
// languages.
func inert(s string) string {
	s = shorten(s, longRunes)
	switch t := strings.TrimSpace(s); {
	case t == "":
	case strings.ContainsRune("=+-@＝＋－＠", []rune(t)[0]):
		return "'" + s
	}
	return s
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// positive is empty for what is not known.
func positive(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// written is a time as in JSON.
func written(t facts.Time) string { return inert(t.String()) }
