package redact_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// Secrets stand between codes, times and versions: the former go, the latter
// stay byte for byte, and a second redaction changes nothing.
func TestSecretsAmongWhatStays(t *testing.T) {
	data, err := os.ReadFile("testdata/untouched.txt")
	if err != nil {
		t.Fatal(err)
	}
	stays := strings.Split(strings.TrimSpace(string(data)), "\n")
	random := rand.New(rand.NewPCG(7, 7))
	for seed := range uint64(60) {
		var in strings.Builder
		var secrets, kept []string
		list := samples(t, 1000+seed)
		for range 12 {
			x := list[random.IntN(len(list))]
			line := stays[random.IntN(len(stays))]
			in.WriteString(line + "\n" + x.Text + "\n")
			secrets = append(secrets, x.Secret)
			kept = append(kept, line)
		}
		r := fresh(t)
		got := r.Text(in.String())
		for _, s := range secrets {
			if strings.Contains(got, s) {
				t.Errorf("%q survives in\n%s\n--\n%s", s, in.String(), got)
			}
		}
		for _, k := range kept {
			if !strings.Contains(got, k) {
				t.Errorf("%q is not in\n%s\n--\n%s", k, in.String(), got)
			}
		}
		idempotent(t, r, in.String(), got)
	}
}

// Equal values have equal tokens, and the order of texts alone decides them.
func TestTokensDependOnTheOrderOfTextsAlone(t *testing.T) {
	run := func() string {
		r := fresh(t)
		var out strings.Builder
		for _, x := range samples(t, 5) {
			out.WriteString(r.Text(x.Text) + "\n")
		}
		return out.String()
	}
	if a, b := run(), run(); a != b {
		t.Errorf("two runs differ:\n%s\n%s", a, b)
	}
}

// Text that was made to be slow is not: it would take hours if anything were
// quadratic. The times are logged.
func TestHostileTextsAreBounded(t *testing.T) {
	for _, unit := range []string{
		"password=", "user ", "@", "a@", "://", "x://u:p", "1.", ":", "a:", "\\", `A\`, "$1$", "-----BEGIN RSA PRIVATE KEY-----\n", "net use ", "curl -u ",
		"Authorization: ", "Cookie: a", "password \"", `password: "\`, "4111 ", "DE00 ", "home/", "%40", "a.", "[redacted:", "334 UGFzc3dvcmQ6\n", "S-1-5-21-", "{SSHA}", "for user ", "Set-Cookie: ", "PuTTY-User-Key-File-2: ",
	} {
		text := strings.Repeat(unit, (1<<17)/len(unit))
		start := time.Now()
		fresh(t).Text(text)
		t.Logf("%q %v", unit, time.Since(start))
	}
}

func FuzzText(f *testing.F) {
	list := samples(f, 3)
	for _, x := range list {
		f.Add(x.Text)
	}
	data, err := os.ReadFile("testdata/untouched.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := fresh(t)
		r.Learn("host", "exchvs1.corp.example")
		r.Learn("user", "jdoe")
		once := r.Text(s)
		if again := r.Text(once); again != once {
			t.Errorf("%q\nonce  %q\ntwice %q", s, once, again)
		}
		if again := fresh(t).Text(once); again != once {
			t.Errorf("%q\nonce           %q\nby another one %q", s, once, again)
		}
		const tail = "\nfrom 203.0.113.77 port 22\n"
		if got := r.Text(s + "\n" + tail); strings.Contains(got, "203.0.113.77") && !strings.Contains(s, "203.0.113.77") {
			t.Errorf("an address survives behind %q: %q", s, got)
		}
	})
}

// Fragments of samples, tokens and clean text in any order: what is redacted
// stays as it is.
func TestFragmentsAreRedactedOnce(t *testing.T) {
	data, err := os.ReadFile("testdata/untouched.txt")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.FieldsFunc(string(data), func(c rune) bool { return c == ' ' || c == '\n' || c == ',' })
	for _, x := range samples(t, 9) {
		words = append(words, x.Text, x.Secret)
		words = append(words, strings.FieldsFunc(x.Text, func(c rune) bool { return strings.ContainsRune(" =:\"{}/\\@", c) })...)
	}
	between := []string{" ", "", "=", ": ", "\n", "\"", "\\\"", "\\", "/", "@", ".", ",", ":", "-", ";", "%40", "'", "\\n", "://", "[", "]", "$"}
	random := rand.New(rand.NewPCG(11, 3))
	for range 20_000 {
		var in strings.Builder
		for range 2 + random.IntN(8) {
			in.WriteString(words[random.IntN(len(words))])
			in.WriteString(between[random.IntN(len(between))])
		}
		r := fresh(t)
		r.Learn("host", "exchvs1.corp.example")
		once := r.Text(in.String())
		if again := r.Text(once); again != once {
			t.Fatalf("%q\nonce  %q\ntwice %q", in.String(), once, again)
		}
		if again := fresh(t).Text(once); again != once {
			t.Fatalf("%q\nonce           %q\nby another one %q", in.String(), once, again)
		}
	}
}

// A log holds a message as a JSON string, in another string, with other line
// ends, or its labels in capitals.
func TestSecretsInOtherClothes(t *testing.T) {
	quoted := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	clothes := map[string]func(string) string{
		"json":         quoted,
		"json in json": func(s string) string { return quoted(quoted(s)) },
		"crlf":         func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"in quotes":    func(s string) string { return "msg='" + s + "'" },
		"field":        func(s string) string { return `{"time":"10:11:12","message":` + quoted(s) + `,"n":1}` },
		"brackets":     func(s string) string { return "[" + s + "]" },
	}
	for name, dress := range clothes {
		for seed := range uint64(3) {
			for _, x := range samples(t, 50+seed) {
				in := dress(x.Text)
				secret := strings.Trim(dress(x.Secret), `"\`)
				r := fresh(t)
				got := r.Text(in)
				if strings.Contains(got, x.Secret) || name != "field" && name != "in quotes" && name != "brackets" && strings.Contains(got, secret) {
					t.Errorf("%s: %q survives in\n%s\n%s", name, x.Secret, in, got)
				}
				idempotent(t, r, in, got)
			}
		}
	}
}

func TestLabelsInCapitals(t *testing.T) {
	for _, x := range samples(t, 77) {
		before, after, _ := strings.Cut(x.Text, x.Secret)
		switch x.Kind {
		case "password", "secret", "token", "key", "user", "phone", "ssn":
		default:
			continue
		}
		if strings.Contains(before, "-p") || strings.Contains(before, "-u ") || strings.Contains(before, `\n`) || x.Kind == "user" && strings.Contains(before, " for ") {
			continue // options are told by their letter case
		}
		in := strings.ToUpper(before) + x.Secret + strings.ToUpper(after)
		if got := fresh(t).Text(in); strings.Contains(got, x.Secret) {
			t.Errorf("%q survives in\n%s\n%s", x.Secret, in, got)
		}
	}
}
