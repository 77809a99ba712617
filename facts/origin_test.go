package facts

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTimeJSON(t *testing.T) {
	for _, c := range []struct {
		json  string
		zoned bool
		utc   string
		again string
	}{
		{`"2024-01-02T03:04:05Z"`, true, "2024-01-02T03:04:05Z", ""},
		{`"2024-01-02T03:04:05+05:30"`, true, "2024-01-01T21:34:05Z", ""},
		{`"2024-01-02T03:04:05.123456789-01:00"`, true, "2024-01-02T04:04:05.123456789Z", ""},
		{`"2024-01-02T03:04:05+00:00"`, true, "2024-01-02T03:04:05Z", `"2024-01-02T03:04:05Z"`},
		{`"2024-01-02T03:04:05"`, false, "2024-01-02T03:04:05Z", ""},
		{`"2024-01-02T03:04:05.5"`, false, "2024-01-02T03:04:05.5Z", ""},
	} {
		var v Time
		if err := json.Unmarshal([]byte(c.json), &v); err != nil {
			t.Errorf("%s: %v", c.json, err)
			continue
		}
		if v.Zoned != c.zoned || v.Time.UTC().Format(time.RFC3339Nano) != c.utc {
			t.Errorf("%s: %v zoned %v", c.json, v.Time, v.Zoned)
		}
		if c.again == "" {
			c.again = c.json
		}
		if again, err := json.Marshal(v); err != nil || string(again) != c.again {
			t.Errorf("%s: written again %s %v", c.json, again, err)
		}
	}
	for _, bad := range []string{`"2024-01-02"`, `"03:04"`, `"2024-13-02T03:04:05Z"`, `"2024-01-02 03:04:05"`, `"now"`, `5`, `{}`} {
		var v Time
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s: accepted as %v", bad, v)
		}
	}
	v := Time{Time: time.Now(), Zoned: true}
	if err := json.Unmarshal([]byte(`""`), &v); err != nil || v != (Time{}) || v.String() != "" {
		t.Errorf("empty: %v %v", v, err)
	}
}

func TestTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := randomTime().Draw(t, "time")
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var again Time
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatal(err)
		}
		if again.Zoned != v.Zoned || !again.Time.Equal(v.Time) || again.String() != v.String() {
			t.Fatalf("%s: %v, loaded %v", b, v, again)
		}
	})
}

func TestComparable(t *testing.T) {
	at := time.Unix(1_000_000_000, 0)
	zoned, local := Time{at, true}, Time{at, false}
	for _, c := range []struct {
		name string
		a, b Origin
		want bool
	}{
		{"both with a zone", Origin{Path: "a", Time: zoned}, Origin{Path: "b", Time: zoned}, true},
		{"no zone, one source", Origin{Path: "a", Time: local}, Origin{Path: "a", Time: local}, true},
		{"no zone, two sources", Origin{Path: "a", Time: local}, Origin{Path: "b", Time: local}, false},
		{"one with a zone", Origin{Path: "a", Time: zoned}, Origin{Path: "a", Time: local}, false},
		{"no time", Origin{Path: "a"}, Origin{Path: "a", Time: zoned}, false},
		{"no times", Origin{Path: "a"}, Origin{Path: "a"}, false},
	} {
		if Comparable(c.a, c.b) != c.want || Comparable(c.b, c.a) != c.want {
			t.Errorf("%s: not %v", c.name, c.want)
		}
	}
}

func TestOriginString(t *testing.T) {
	for want, o := range map[string]Origin{
		"a.txt:12":          {Path: "a.txt", Line: 12, Record: 3},
		"a.evtx record 345": {Path: "a.evtx", Record: 345},
		"--set":             {Path: "--set"},
	} {
		if o.String() != want {
			t.Errorf("%q, want %q", o, want)
		}
	}
}
