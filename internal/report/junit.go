package report

import (
	"encoding/xml"
	"io"
)

// JUnitSuite is the tests of one file.
type JUnitSuite struct {
	Name  string
	Cases []JUnitCase
}

// JUnitCase is one test; each of its failures is a line.
type JUnitCase struct {
	Name     string
	File     string
	Line     int
	Failures []string
}

// The part of the JUnit format that build servers read: Apache Ant's schema, with the
// file and line that several of them understand.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the outcome of tests for a build server. It holds no times: two runs of
// the same tests give the same bytes.
func JUnit(w io.Writer, suites []JUnitSuite) error {
	out := junitSuites{}
	for _, s := range suites {
		x := junitSuite{Name: Clean(s.Name), Tests: len(s.Cases)}
		for _, c := range s.Cases {
			y := junitCase{Name: Clean(c.Name), Class: x.Name, File: Clean(c.File), Line: c.Line}
			if len(c.Failures) > 0 {
				x.Failures++
				y.Failure = &junitFailure{Message: Clean(c.Failures[0])}
				for _, f := range c.Failures {
					y.Failure.Text += Clean(f) + "\n"
				}
			}
			x.Cases = append(x.Cases, y)
		}
		out.Tests += x.Tests
		out.Failures += x.Failures
		out.Suites = append(out.Suites, x)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
