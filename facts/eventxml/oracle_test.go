package eventxml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/record"
)

// gather keeps what a reader gives, as text.
type gather struct {
	all    []string
	faults []facts.Problem
	stop   int
}

var errStop = errors.New("enough")

func (g *gather) Record(r *record.Record) error {
	g.all = append(g.all, show(r))
	if g.stop == len(g.all) {
		return errStop
	}
	return nil
}

func (g *gather) Damage(p facts.Problem) { g.faults = append(g.faults, p) }

func (g *gather) problems() string {
	var list []string
	for _, p := range g.faults {
		list = append(list, p.At+" "+p.Reason)
	}
	return strings.Join(list, "; ")
}

func show(r *record.Record) string {
	s := fmt.Sprintf("%d|%s|%s", r.Line, r.Time, r.Level)
	if r.Event {
		s += fmt.Sprintf("|event %d", r.ID)
	}
	if r.Number > 0 {
		s += fmt.Sprintf("|number %d", r.Number)
	}
	return s + fmt.Sprintf("|%s|%s|%s|%s|%q", r.Host, r.Source, r.Log, r.Category, r.Text())
}

// oracle reads sound events with the library.
func oracle(in string) ([]string, error) {
	d := xml.NewDecoder(strings.NewReader("<all>" + in + "</all>"))
	var all []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Local == "Event" {
			line := 1 + strings.Count(in[:max(0, strings.LastIndex(in[:d.InputOffset()-int64(len("<all>"))], "<"))], "\n")
			s, err := oracleEvent(d, line)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
	}
}

// oracleEvent reads the rest of an event.
func oracleEvent(d *xml.Decoder, line int) (string, error) {
	var path, named []string
	texts := map[string]string{}
	var values []string
	run := ""
	flush := func() {
		where := strings.Join(path, "/")
		section := ""
		if len(path) > 0 {
			section = path[0]
		}
		switch {
		case section == "System" || section == "RenderingInfo":
			if _, ok := texts[where]; !ok && run != "" {
				texts[where] = run
			}
		case section != "" && trim(run) != "":
			if name := named[len(named)-1]; name != "" {
				run = name + ": " + trim(run)
			}
			values = append(values, trim(run))
		}
		run = ""
	}
	for {
		tok, err := d.Token()
		if err != nil {
			return "", err
		}
		switch tok := tok.(type) {
		case xml.CharData:
			run += string(tok)
		case xml.StartElement:
			flush()
			attr := map[string]string{}
			for _, a := range tok.Attr {
				if _, ok := attr[a.Name.Local]; !ok {
					attr[a.Name.Local] = a.Value
				}
			}
			name := tok.Name.Local
			path = append(path, name)
			switch where := strings.Join(path, "/"); {
			case where == "System/Provider":
				texts["source"] = attr["Name"]
			case where == "System/TimeCreated":
				texts["time"] = attr["SystemTime"]
			case len(path) == 1 && (name == "EventData" || name == "UserData"):
				name = ""
			case len(path) > 1 && (name == "Data" || name == "ComplexData"):
				name = attr["Name"]
			}
			named = append(named, name)
		case xml.EndElement:
			flush()
			if len(path) == 0 {
				return oracleRecord(texts, values, line), nil
			}
			path, named = path[:len(path)-1], named[:len(named)-1]
			if len(named) > 1 {
				named[len(named)-1] = path[len(path)-1] // behind an element inside of it
			}
		}
	}
}

func oracleRecord(texts map[string]string, values []string, line int) string {
	get := func(names ...string) []byte {
		for _, n := range names {
			if s := strings.TrimSpace(texts[n]); s != "" {
				return []byte(s)
			}
		}
		return nil
	}
	r := record.Record{
		Line: line, Time: parseTime(get("time")), Host: get("System/Computer"), Source: get("source", "RenderingInfo/Provider"),
		Log: get("System/Channel", "RenderingInfo/Channel"), Category: get("RenderingInfo/Task"), Level: get("RenderingInfo/Level"),
	}
	if r.Level == nil {
		r.Level = get("System/Level")
		names := map[string]string{"1": "critical", "2": "error", "3": "warning", "0": "information", "4": "information", "5": "verbose"}
		if name, ok := names[string(r.Level)]; ok {
			r.Level = []byte(name)
		}
	}
	if id, err := strconv.ParseUint(string(get("System/EventID")), 10, 32); err == nil {
		r.Event, r.ID = true, uint32(id%65536)
	}
	if n, err := strconv.ParseUint(string(get("System/EventRecordID")), 10, 64); err == nil {
		r.Number = n
	}
	if m := trim(texts["RenderingInfo/Message"]); m != "" {
		values = slices.Insert(values, 0, m)
	}
	r.Message = []byte(strings.Join(values, "\n"))
	return show(&r)
}

func trim(s string) string {
	return strings.Trim(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), " \t\n")
}

func TestOracle(t *testing.T) {
	for _, tt := range forms {
		if tt.problems != "" || tt.only {
			continue
		}
		in := strings.TrimPrefix(tt.in, "\ufeff")
		if i := strings.Index(in, "?>"); strings.HasPrefix(in, "<?xml") {
			in = strings.Repeat("\n", strings.Count(in[:i], "\n")) + in[i+2:]
		}
		want, err := oracle(in)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		if got := read(t, in); !slices.Equal(got.all, want) {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got.all, want)
		}
	}
}
