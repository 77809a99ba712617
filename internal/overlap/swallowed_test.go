package overlap

import (
	"fmt"
	"testing"
)

func TestSwallowed(t *testing.T) {
	for _, c := range []struct {
		name  string
		rules []rule
		want  []string
	}{
		{"some of the symptoms of another", []rule{
			{id: "a/a", symptoms: []string{"code: 57", "event: {id: 7}"}},
			{id: "a/b", symptoms: []string{"code: 57", "event: {id: 7}", "text: It is hot"}},
			{id: "a/c", symptoms: []string{"code: 57", "text: It is cold"}},
		}, []string{"a/a: code 57 (0x00000039), event 7; 1 by a/b/3"}},
		{"the same symptoms", []rule{{id: "a/a", symptoms: []string{"code: 57"}}, {id: "a/b", symptoms: []string{"code: 57"}}}, nil},
		{"a chain, the most symptoms first", []rule{
			{id: "a/a", symptoms: []string{"code: 57"}}, {id: "a/b", symptoms: []string{"code: 57", "code: 58"}}, {id: "a/c", symptoms: []string{"code: 57", "code: 58", "code: 59"}},
		}, []string{"a/b: code 57 (0x00000039), code 58 (0x0000003A); 1 by a/c/3", "a/a: code 57 (0x00000039); 2 by a/b/2 a/c/3"}},
		{"a near duplicate", []rule{
			{id: "a/a", symptoms: []string{"code: 57"}, article: long},
			{id: "a/b", symptoms: []string{"code: 57", "code: 58"}, article: long},
			{id: "a/c", symptoms: []string{"code: 57", "code: 59"}},
		}, []string{"a/a: code 57 (0x00000039); 1 by a/c/2"}},
		{"a rule that looks at more than that", []rule{
			{id: "a/a", symptoms: []string{"code: 57", "environment: {role: cluster node}"}},
			{id: "a/b", symptoms: []string{"code: 57", "code: 58"}},
			{id: "a/c", symptoms: []string{"code: 58", "event: {source: Disk}"}},
		}, nil},
		{"a rule that asks, too", []rule{
			{id: "a/a", symptoms: []string{"code: 57", "ask: Is it hot?, key: hot"}}, {id: "a/b", symptoms: []string{"code: 57", "code: 58"}},
		}, []string{"a/a: code 57 (0x00000039); 1 by a/b/2"}},
		{"no symptoms", []rule{{id: "a/a", article: "It is hot."}, {id: "a/b", symptoms: []string{"code: 57"}}}, nil},
	} {
		var got []string
		for _, s := range Find(set(t, c.rules...)).Swallowed {
			line := fmt.Sprintf("%s: %s; %d by", s.ID, symptoms(s.Symptoms), s.Count)
			for _, by := range s.By {
				line += fmt.Sprintf(" %s/%d", by.ID, by.Symptoms)
			}
			got = append(got, line)
		}
		equal(t, c.name, got, c.want)
	}
}

// TestSwallowedByMany: all are counted, the first are listed.
func TestSwallowedByMany(t *testing.T) {
	list := []rule{{id: "a/a", symptoms: []string{"code: 57"}}}
	for i := range mostSwallowing + 5 {
		list = append(list, rule{id: fmt.Sprintf("b/r%02d", i), symptoms: []string{"code: 57", fmt.Sprintf("event: {id: %d}", i)}})
	}
	got := Find(set(t, list...)).Swallowed
	if len(got) != 1 || got[0].Count != mostSwallowing+5 || len(got[0].By) != mostSwallowing || got[0].By[0].ID != "b/r00" {
		t.Errorf("%+v", got)
	}
}
