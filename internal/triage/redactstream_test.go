package triage

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/kbtriage/kbtriage/internal/redact/corpus"
)

func redactor(t testing.TB) *Redactor {
	t.Helper()
	x, err := NewRedactor(RedactOptions{On: true})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// redacted is what Reader gives of a text that comes a byte at a time.
func redacted(t testing.TB, x *Redactor, text string) string {
	t.Helper()
	data, err := io.ReadAll(x.Reader(iotest.OneByteReader(strings.NewReader(text))))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A text that is read in blocks is redacted as a whole would be, wherever the
// blocks end.
func TestBlocksAreRedactedAsTheWhole(t *testing.T) {
	samples, err := corpus.Samples(7)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for text.Len() < 5*usualBlock {
		for i, s := range samples {
			if strings.HasPrefix(s.Text, "{") || strings.Contains(s.Text, "-----BEGIN") && !strings.Contains(s.Text, "-----END") {
				continue // a key without an end hides what follows, as far as a block goes
			}
			fmt.Fprintf(&text, "line %d of a log without a secret in it\n%s\n\n", i, s.Text)
		}
	}
	got := redacted(t, redactor(t), text.String())
	for _, s := range samples {
		if !strings.HasPrefix(s.Text, "{") && strings.Contains(text.String(), s.Secret) && strings.Contains(got, s.Secret) && len(s.Secret) > 8 {
			t.Errorf("%s: %q survives", s.Kind, s.Secret)
		}
	}
	if want := redactor(t).Text(text.String()); got != want {
		a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("line %d\nwhole  %s\nblocks %s", i+1, a[i], b[i])
			}
		}
		t.Fatalf("%d lines became %d", len(a), len(b))
	}
}

func TestObjectsAreRedactedAsWhatTheyMean(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{"message":"ok","n":1}`, `{"message":"ok","n":1}`},
		{`{"db":{"password":"Geheim123!"},"port":5432}`, `{"db":{"password":"[redacted:password-1]"},"port":5432}`},
		{`{"pass` + `word":"Geh\u0065im123!"}`, `{"password":"[redacted:password-1]"}`},
		{`{"message":"first\npassword: Geheim123!\nlast"}`, `{"message":"first\npassword: [redacted:password-1]\nlast"}`},
		{`{"host":"ns1","message":"from 10.1.2.3"}`, `{"host":"host1","message":"from 198.18.0.1"}`},
		{`{"EventID":4058,"code":"0xc00203e5","time":"2026-11-22T10:11:12Z"}`, `{"EventID":4058,"code":"0xc00203e5","time":"2026-11-22T10:11:12Z"}`},
	} {
		if got := redacted(t, redactor(t), tt.in+"\n"); got != tt.want+"\n" {
			t.Errorf("%s\ngot  %swant %s", tt.in, got, tt.want)
		}
	}
}

func TestHostsBehindStamps(t *testing.T) {
	got := redacted(t, redactor(t), "Nov 22 11:58:01 ns1 named[3]: zone corp: the mail server ns1 is lame\n")
	if !strings.HasPrefix(got, "Nov 22 11:58:01 host1 named[3]: ") {
		t.Errorf("%s", got)
	}
}

// FuzzRedactedLines holds that a redaction changes nothing twice, and that an
// object stays an object on its line.
func FuzzRedactedLines(f *testing.F) {
	f.Add("password=Geheim123!\n{\"a\":\"10.1.2.3\"}\n")
	f.Add("{\"host\":\"web1\",\"password\":\"x y\\\"z\"}\nNov 22 11:58:01 web1 a: b\n")
	f.Add("-----BEGIN PRIVATE KEY-----\nabc\n{}\n")
	f.Fuzz(func(t *testing.T, text string) {
		x := redactor(t)
		once := redacted(t, x, text)
		var objects, after, braces int
		for line := range strings.Lines(text) {
			if isObject([]byte(line)) {
				objects++
			}
			braces += strings.Count(line, "{")
		}
		for line := range strings.Lines(once) {
			if isObject([]byte(line)) {
				after++
			}
		}
		if after < objects {
			t.Errorf("%d objects became %d\n%q\n%q", objects, after, text, once)
		}
		// x knows names by now that it met late, and what was no object may have
		// become one when what broke it was hidden.
		if twice := redacted(t, redactor(t), once); braces == 0 && twice != once {
			t.Errorf("text  %q\nonce  %q\ntwice %q", text, once, twice)
		}
	})
}
