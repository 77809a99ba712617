package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/rules/lint"
)

// Lint prints what is wrong with rule files in a form that editors and code hosts show
// in place: SARIF, workflow commands of GitHub, or the code quality report of GitLab.
// Broken are the findings that keep a file from loading.
func Lint(w io.Writer, form Form, broken, messages []lint.Finding) error {
	switch form {
	case GitHub:
		return lintGitHub(w, broken, messages)
	case GitLab:
		return lintGitLab(w, broken, messages)
	}
	return lintSARIF(w, broken, messages)
}

// lintGitHub writes a workflow command for each finding: its properties and its text
// escape what would end them.
func lintGitHub(w io.Writer, broken, messages []lint.Finding) error {
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	write := func(level string, list []lint.Finding) error {
		for _, f := range list {
			place := "file=" + property.Replace(Clean(f.File))
			if f.Line > 0 {
				place += fmt.Sprintf(",line=%d,col=%d", f.Line, max(f.Column, 1))
			}
			if _, err := fmt.Fprintf(w, "::%s %s,title=%s::%s\n", level, place, property.Replace(f.Check), text.Replace(Clean(sentence(f)))); err != nil {
				return err
			}
		}
		return nil
	}
	if err := write("error", broken); err != nil {
		return err
	}
	return write("warning", messages)
}

// sentence is the text of a finding with its hint.
func sentence(f lint.Finding) string {
	if f.Hint == "" {
		return f.Text
	}
	return f.Text + "; " + f.Hint
}

// quality is an entry of a code quality report: the part of the Code Climate format that
// GitLab reads.
type quality struct {
	Description string          `json:"description"`
	Check       string          `json:"check_name"`
	Fingerprint string          `json:"fingerprint"`
	Severity    string          `json:"severity"`
	Location    qualityLocation `json:"location"`
}

type qualityLocation struct {
	Path  string       `json:"path"`
	Lines qualityLines `json:"lines"`
}

type qualityLines struct {
	Begin int `json:"begin"`
}

func lintGitLab(w io.Writer, broken, messages []lint.Finding) error {
	list := []quality{}
	prints := map[string]int{}
	add := func(severity string, found []lint.Finding) {
		for _, f := range found {
			list = append(list, quality{
				Description: Clean(sentence(f)), Check: f.Check, Severity: severity, Fingerprint: fingerprint(f, prints),
				Location: qualityLocation{filepath.ToSlash(Clean(f.File)), qualityLines{max(f.Line, 1)}},
			})
		}
	}
	add("critical", broken)
	add("minor", messages)
	return Indented(w, list)
}

// fingerprint is what tells a finding from others when lines have moved: check, file and
// text, and a number where they are the same.
func fingerprint(f lint.Finding, seen map[string]int) string {
	h := sha256.Sum256([]byte(f.Check + "\x00" + f.File + "\x00" + f.Text))
	s := hex.EncodeToString(h[:16])
	seen[s]++
	if n := seen[s]; n > 1 {
		s += fmt.Sprintf("-%d", n)
	}
	return s
}

// The part of SARIF that only findings about files have.
type (
	sarifLintResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifactLocation `json:"artifactLocation"`
		Replacements []sarifReplacement    `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifBytes `json:"deletedRegion"`
		Inserted sarifText  `json:"insertedContent"`
	}
	sarifBytes struct {
		Offset int `json:"byteOffset"`
		Length int `json:"byteLength"`
	}
)

func lintSARIF(w io.Writer, broken, messages []lint.Finding) error {
	docs, err := lint.Docs()
	if err != nil {
		return err
	}
	var list []sarifRule
	numbers := map[string]int{}
	results := []sarifLintResult{}
	prints := map[string]int{}
	add := func(level string, found []lint.Finding) {
		for _, f := range found {
			if _, known := numbers[f.Check]; !known {
				numbers[f.Check] = len(list)
				r := sarifRule{ID: f.Check, Short: sarifText{Text: f.Check}, Full: sarifText{Text: f.Check}, Help: sarifText{Text: f.Check}}
				if i := slices.IndexFunc(docs, func(d lint.Doc) bool { return d.Code == f.Check }); i >= 0 {
					r.Short.Text, r.Full.Text, r.Help.Text = docs[i].Title, docs[i].Why, docs[i].Fix
				}
				list = append(list, r)
			}
			at := sarifLocation{Physical: &sarifPhysical{Artifact: sarifArtifactLocation{URI: fileURI(Clean(f.File))}}}
			if f.Line > 0 {
				at.Physical.Region = &sarifRegion{StartLine: f.Line, StartColumn: f.Column}
			}
			r := sarifLintResult{
				RuleID: f.Check, RuleIndex: numbers[f.Check], Level: level, Message: sarifText{Text: Clean(sentence(f))},
				Locations: []sarifLocation{at}, Fingerprints: map[string]string{"finding/v1": fingerprint(f, prints)},
			}
			for _, e := range f.Edits {
				if e.Marked { // SARIF counts from the begin of the file
					e.From, e.To = e.From+3, e.To+3
				}
				r.Fixes = append(r.Fixes, sarifFix{sarifText{Text: r.Message.Text}, []sarifChange{{
					sarifArtifactLocation{URI: fileURI(Clean(e.File))},
					[]sarifReplacement{{sarifBytes{e.From, e.To - e.From}, sarifText{Text: e.Text}}},
				}}})
			}
			results = append(results, r)
		}
	}
	add("error", broken)
	add("warning", messages)
	out := &sarifWriter{w: w}
	out.raw(`{"$schema":"` + sarifSchema + `","version":"` + sarifVersion + `","runs":[{` + "\n")
	out.field("tool", sarifTool{sarifDriver{Name: "kbtriage", Rules: append([]sarifRule{}, list...)}})
	out.field("columnKind", "unicodeCodePoints")
	out.raw(`"results":[`)
	for i, r := range results {
		out.raw(map[bool]string{true: "\n", false: ",\n"}[i == 0])
		out.value(r)
	}
	out.raw("\n]}]}\n")
	return out.err
}
