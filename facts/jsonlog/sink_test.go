package jsonlog

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// keep is a sink that keeps everything, in a form that compares.
type keep struct {
	lines    []int
	records  []string
	problems []facts.Problem
}

func (k *keep) Record(r *record.Record) error {
	k.lines = append(k.lines, r.Line)
	k.records = append(k.records, show(r))
	return nil
}

func (k *keep) Damage(p facts.Problem) { k.problems = append(k.problems, p) }

func (k *keep) reasons() string {
	var all []string
	for _, p := range k.problems {
		all = append(all, p.At+" "+p.Reason)
	}
	return strings.Join(all, ", ")
}

// show writes the fields that are not empty, and the text behind a bar.
func show(r *record.Record) string {
	var b strings.Builder
	add := func(name string, v any, is bool) {
		if is {
			fmt.Fprintf(&b, "%s=%s ", name, v)
		}
	}
	add("time", r.Time, !r.Time.IsZero())
	add("event", fmt.Sprint(r.ID), r.Event)
	add("number", fmt.Sprint(r.Number), r.Number != 0)
	add("host", r.Host, len(r.Host) > 0)
	add("source", r.Source, len(r.Source) > 0)
	add("log", r.Log, len(r.Log) > 0)
	add("category", r.Category, len(r.Category) > 0)
	add("level", r.Level, len(r.Level) > 0)
	return b.String() + "| " + string(r.Text())
}

func readAll(t testing.TB, in io.Reader) *keep {
	t.Helper()
	k := &keep{}
	if err := Read(context.Background(), in, k); err != nil {
		t.Fatal(err)
	}
	return k
}
