package triage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/redact"
)

// RedactOptions say what to hide: secrets and personal data, and what the user
// names beyond them.
type RedactOptions struct {
	On       bool     // --redact
	Words    []string // to hide wherever they stand
	Keep     []string // values that stay
	Off      []string // kinds that are not looked for
	Patterns []string // NAME=REGEXP
}

// Redactor hides what RedactOptions say, with the same token for the same value
// for as long as it lives. The nil Redactor hides nothing.
type Redactor struct {
	r     *redact.Redactor
	hosts map[string]string // name -> token, of the hosts that were met behind stamps
}

// NewRedactor checks the options, and returns nil where they are not on.
func NewRedactor(o RedactOptions) (*Redactor, error) {
	options := redact.Options{Hide: o.Words, Keep: o.Keep, Off: o.Off}
	var errs []error
	for _, p := range o.Patterns {
		name, expression, ok := strings.Cut(p, "=")
		if !ok || expression == "" {
			errs = append(errs, fmt.Errorf("pattern %q is not NAME=REGEXP, such as staff-number=E[0-9]{6}", p))
			continue
		}
		options.Patterns = append(options.Patterns, redact.Pattern{Name: name, Regexp: expression})
	}
	r, err := redact.New(options)
	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, &UsageError{err.Error()}
	}
	if !o.On {
		return nil, nil
	}
	return &Redactor{r, map[string]string{}}, nil
}

// Text is s without what is to be hidden.
func (x *Redactor) Text(s string) string {
	if x == nil {
		return s
	}
	return x.r.Text(s)
}

// Case is the case as it may be shown and saved. The case itself stays as it is:
// what is asked and probed needs the names.
func (x *Redactor) Case(c *facts.Case) *facts.Case {
	if x == nil || c == nil {
		return c
	}
	shown := *c
	redact.Case(&shown, x.r)
	return &shown
}

func (x *Redactor) differential(d *result.Differential) {
	if x != nil {
		redact.Differential(d, x.r)
	}
}

// learnHosts makes host names known, in their order.
func (x *Redactor) learnHosts(names []string) {
	if x == nil {
		return
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		x.r.Learn(redact.KindHost, n)
	}
}

// problems is a redacted copy.
func (x *Redactor) problems(list []facts.Problem) []facts.Problem {
	if x == nil {
		return list
	}
	c := facts.Case{Problems: list}
	redact.Case(&c, x.r)
	if c.Problems == nil {
		return []facts.Problem{}
	}
	return c.Problems
}

// sources is a redacted copy, in its order.
func (x *Redactor) sources(list []facts.Source) []facts.Source {
	if x == nil {
		return list
	}
	shown := make([]facts.Source, len(list))
	for i, s := range list {
		s.Path = x.Text(s.Path)
		shown[i] = s
	}
	return shown
}

func (x *Redactor) texts(list []string) []string {
	if x == nil {
		return list
	}
	shown := make([]string, len(list))
	for i, s := range list {
		shown[i] = x.Text(s)
	}
	return shown
}

// knownHost learns a host, and returns its token.
func (x *Redactor) knownHost(name string) string {
	token, known := x.hosts[name]
	if !known {
		x.r.Learn(redact.KindHost, name)
		if token = x.hostName(name); len(x.hosts) < maxHosts {
			x.hosts[name] = token
		}
	}
	return token
}

// maxHosts bounds the names that are kept beside those of the redactor.
const maxHosts = 10_000

// hostName is the token of a host.
func (x *Redactor) hostName(name string) string {
	if x == nil || name == "" {
		return name
	}
	d := result.Differential{Case: result.Case{Host: name}}
	redact.Differential(&d, x.r)
	return d.Case.Host
}

// host is a redacted copy of what is said of a host.
func (x *Redactor) host(h result.Host) result.Host {
	if x == nil {
		return h
	}
	c := facts.Case{Coverage: h.Logs}
	redact.Case(&c, x.r)
	h.Logs = append([]facts.Coverage{}, c.Coverage...)
	h.Host, h.NotRead, h.NotThere = x.hostName(h.Host), x.texts(h.NotRead), x.texts(h.NotThere)
	return h
}
