package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// eventRule is a rule for events in a form that every program of the
// comparison is given: an event with this id and this source whose message
// holds the literal.
type eventRule struct {
	Rule    int    `json:"rule"` // from 1
	ID      int    `json:"id"`
	Source  string `json:"source"`
	Literal string `json:"literal"`
}

// pairs is the number of (id, source) that occur, sources how many sources
// share them.
const (
	pairs   = 3000
	sources = 240
)

// pair returns the id and the source of pair k.
func pair(k int) (id int, source string) {
	return 1 + (k*7919)%65521, fmt.Sprintf("%s-%s-%03d", kinds[k%sources%len(kinds)], things[k%sources%len(things)], k%sources)
}

// skewed returns a pair by a cube law: the first of 3,000 is drawn by 7% of
// all draws, as in real logs of events.
func skewed(r *rand.Rand) int {
	u := r.Float64()
	return int(pairs * u * u * u)
}

// writeEvents writes FOLDER/rules/*.yaml, FOLDER/rules.jsonl (the same rules
// for other programs), FOLDER/events/events.jsonl, and FOLDER/ledger.jsonl
// with the events that carry the literal of a rule with their id and source.
func writeEvents(o options) error {
	if o.join != "all" && o.join != "when" {
		return errors.New("-join is all or when")
	}
	literals, err := readLines(o.literals, o.n)
	if err != nil {
		return err
	}
	background := invent(2000, o.seed+1)
	if o.samples != "" {
		if background, err = sampleLines(o.samples); err != nil {
			return err
		}
	}
	r := rand.New(rand.NewPCG(o.seed, 2))
	rules := make([]eventRule, len(literals))
	for i, text := range literals {
		id, src := pair(skewed(r))
		rules[i] = eventRule{i + 1, id, src, text}
	}
	if err := os.MkdirAll(filepath.Join(o.out, "events"), 0o777); err != nil {
		return err
	}
	if err := writeRules(filepath.Join(o.out, "rules"), len(rules), func(i int) (name, text string) {
		return eventRuleYAML(&rules[i], o.join)
	}); err != nil {
		return err
	}
	var failed error
	encode := func(to *json.Encoder, v any) { failed = errors.Join(failed, to.Encode(v)) }
	return errors.Join(
		writeFile(filepath.Join(o.out, "rules.jsonl"), func(w *bufio.Writer) {
			to := json.NewEncoder(w)
			for i := range rules {
				encode(to, &rules[i])
			}
		}),
		writeFile(filepath.Join(o.out, "ledger.jsonl"), func(w *bufio.Writer) {
			ledger := json.NewEncoder(w)
			failed = errors.Join(failed, writeFile(filepath.Join(o.out, "events", "events.jsonl"), func(w *bufio.Writer) {
				stream := json.NewEncoder(w)
				stream.SetEscapeHTML(false)
				for i := range o.events {
					e, rule := newEvent(r, i, rules, background)
					encode(stream, &e)
					if rule > 0 {
						encode(ledger, map[string]int{"line": i + 1, "rule": rule})
					}
				}
			}))
		}),
		failed,
	)
}

// beat is an event in the form in which Winlogbeat 8 writes it.
type beat struct {
	Timestamp string `json:"@timestamp"`
	Event     struct {
		Code     string `json:"code"`
		Kind     string `json:"kind"`
		Provider string `json:"provider"`
	} `json:"event"`
	Host struct {
		Name string `json:"name"`
	} `json:"host"`
	Log struct {
		Level string `json:"level"`
	} `json:"log"`
	Message string `json:"message"`
	Winlog  struct {
		Channel      string `json:"channel"`
		ComputerName string `json:"computer_name"`
		EventID      string `json:"event_id"`
		ProviderName string `json:"provider_name"`
		RecordID     int    `json:"record_id"`
	} `json:"winlog"`
}

// newEvent makes event i. One in 50 carries the literal of a rule (its number
// from 1 is returned) and has its id and source.
func newEvent(r *rand.Rand, i int, rules []eventRule, background []string) (beat, int) {
	id, src := pair(skewed(r))
	message, rule := background[r.IntN(len(background))], 0
	if r.IntN(50) == 0 {
		e := &rules[r.IntN(len(rules))]
		id, src, rule = e.ID, e.Source, e.Rule
		message = "While a request was served: " + e.Literal + " (" + strconv.Itoa(r.IntN(10000)) + ")"
	}
	var e beat
	at := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 137 * time.Millisecond)
	e.Timestamp = at.Format("2006-01-02T15:04:05.000Z")
	e.Event.Code, e.Event.Kind, e.Event.Provider = strconv.Itoa(id), "event", src
	e.Host.Name = fmt.Sprintf("node%02d.corp.example", r.IntN(40))
	e.Log.Level = [...]string{"information", "warning", "error"}[r.IntN(3)]
	e.Message = strings.ToValidUTF8(message, "?")
	e.Winlog.Channel, e.Winlog.ComputerName = "Application", e.Host.Name
	e.Winlog.EventID, e.Winlog.ProviderName, e.Winlog.RecordID = e.Event.Code, src, 100000+i
	return e, rule
}

// eventRuleYAML writes a rule of kbtriage. A group is the common form, but its
// members may be seen in different events; an expression asks for both in one.
func eventRuleYAML(e *eventRule, join string) (name, text string) {
	name = fmt.Sprintf("event-%05d", e.Rule)
	condition := fmt.Sprintf(`    all:
      record: {event: {id: %d, source: %s}}
      message: {text: %s}
`, e.ID, e.Source, scalar(e.Literal))
	if join == "when" {
		folded := strings.ToLower(e.Literal)
		condition = "    when: " + scalar(fmt.Sprintf("any(events, .id == %d and .source == %s and .message contains %s)", e.ID, constant(e.Source), constant(folded))) + "\n"
	}
	return name, fmt.Sprintf(`schema: 1
id: bench/%s
title: Event %05d of the benchmark
status: imported
symptoms:
  reported:
%s    suggests: 3
    expected: 3
cause: Made for a benchmark.
resolution: {kind: none}
`, name, e.Rule, condition)
}
