package stamp

import (
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/facts"
)

func TestAny(t *testing.T) {
	for in, want := range map[string]string{
		"2024-03-07T06:25:01Z":                "2024-03-07T06:25:01Z",
		"2024-03-07T06:25:01.123456789+01:00": "2024-03-07T06:25:01.123456789+01:00",
		"2024-03-07 06:25:01,5":               "2024-03-07T06:25:01.5",
		"2024/03/07 06:25:01":                 "2024-03-07T06:25:01",
		"2024-03-07T06:25:01-0330":            "2024-03-07T06:25:01-03:30",
		"2024-03-07T06:25:01+01":              "2024-03-07T06:25:01+01:00",
		"2024-03-07 06:25:01 UTC":             "2024-03-07T06:25:01Z",
		"2024-03-07 06:25:01.5 +01:00":        "2024-03-07T06:25:01.5+01:00",
		" 2024-03-07 06:25:01 ":               "2024-03-07T06:25:01",
		"2024-02-29T06:25:01Z":                "2024-02-29T06:25:01Z",
		"2024-12-31T23:59:60Z":                "2025-01-01T00:00:00Z",
		"07/Mar/2024:06:25:01 +0100":          "2024-03-07T06:25:01+01:00",
		"07/Mar/2024:06:25:01":                "2024-03-07T06:25:01",
		"Mar  7 06:25:01":                     "0000-03-07T06:25:01",
		"Mar 7 06:25:01.5":                    "0000-03-07T06:25:01.5",
		"Mar 17 2024 06:25:01":                "2024-03-17T06:25:01",
		"1709792701":                          "2024-03-07T06:25:01Z",
		"1709792701.25":                       "2024-03-07T06:25:01.25Z",
		"1709792701123":                       "2024-03-07T06:25:01.123Z",
		"1709792701123456":                    "2024-03-07T06:25:01.123456Z",
		"1709792701123456789":                 "2024-03-07T06:25:01.123456789Z",
		"1.7097927015e+09":                    "2024-03-07T06:25:01.5Z",
		"/Date(1709792701123)/":               "2024-03-07T06:25:01.123Z",
		"/Date(1709792701123+0100)/":          "2024-03-07T06:25:01.123Z",
		"/Date(-1000)/":                       "1969-12-31T23:59:59Z",

		"": "", "soon": "", "12": "", "-5": "", "1e400": "", "99999999999999999999": "", "/Date(x)/": "", "/Date(1": "",
		"2023-02-29T06:25:01Z": "", "2024-13-07T06:25:01Z": "", "2024-03-00T06:25:01Z": "", "2024-03-07T24:25:01Z": "", "2024-03-07T06:25:01Zulu": "",
		"2024-03-07 06:25:01 CET": "", "2024-03-07T06:25": "", "2024-03/07T06:25:01": "", "07/Mrz/2024:06:25:01": "", "Mar 32 06:25:01": "", "Mar  7 06:25": "",
	} {
		if got := Any([]byte(in)).String(); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestMicro(t *testing.T) {
	if got := Micro(1709792701123456).String(); got != "2024-03-07T06:25:01.123456Z" {
		t.Error(got)
	}
	if got := Micro(1 << 63); !got.IsZero() {
		t.Error(got)
	}
}

// FuzzAny compares with the parser of the standard library, which takes a zone of
// "+01:60" and "T6:25:01" as well, and checks that a
// time that was read can be written and read again.
func FuzzAny(f *testing.F) {
	for _, s := range []string{"2024-03-07T06:25:01.123456789+01:00", "2024-02-29 06:25:01,5", "07/Mar/2024:06:25:01 +0100", "Mar  7 06:25:01", "1709792701.25", "/Date(1709792701123+0100)/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Any([]byte(s))
		if want, err := time.Parse(time.RFC3339Nano, s); err == nil && !strings.HasSuffix(s, ":60") && len(s) >= 20 && s[11] != ' ' && s[12] != ':' && want.Year() > 1 {
			if _, offset := want.Zone(); offset > -86400 && offset < 86400 && (!got.Time.Equal(want) || !got.Zoned) {
				t.Errorf("%q is %s, want %s", s, got, want)
			}
		}
		if got.IsZero() {
			return
		}
		b, err := got.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var again facts.Time
		if err := again.UnmarshalJSON(b); err != nil || !again.Time.Equal(got.Time) || again.Zoned != got.Zoned {
			t.Errorf("%q is written as %s: %v, %v", s, b, again, err)
		}
	})
}
