package redact_test

import (
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/internal/redact"
)

func TestOptions(t *testing.T) {
	r, err := redact.New(redact.Options{
		Patterns: []redact.Pattern{{Name: "staff-number", Regexp: `\bstaff (E\d{6})\b`}, {Name: "order", Regexp: `ORD-\d+`}},
		Hide:     []string{"Project Falke"},
		Keep:     []string{"203.0.113.9", "joe"},
		Off:      []string{redact.KindEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	in := "staff E123456 of PROJECT FALKE did ORD-12 and ORD-13 from 203.0.113.9 and 203.0.113.8, user=joe, max@corp.example; ORD-12, staff E123456"
	want := "staff [redacted:staff-number-1] of [redacted:word-1] did [redacted:order-1] and [redacted:order-2] from 203.0.113.9 and 198.18.0.1, user=joe, max@corp.example; [redacted:order-1], staff [redacted:staff-number-1]"
	if got := r.Text(in); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := r.Text(want); got != want {
		t.Errorf("twice: %s", got)
	}
	places := 0
	for _, c := range r.Counts() {
		places += c.Places
	}
	if places != 7 {
		t.Errorf("counts %v", r.Counts())
	}
}

func TestWrongOptionsAreAllNamed(t *testing.T) {
	_, err := redact.New(redact.Options{Patterns: []redact.Pattern{{Name: "a", Regexp: "("}, {Name: "B!", Regexp: "x"}, {Name: "c", Regexp: "x*"}}, Off: []string{"emial"}})
	for _, part := range []string{"pattern a", `"B!"`, "pattern c", "emial"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not name %s", err, part)
		}
	}
}

func TestLearnedNames(t *testing.T) {
	for _, x := range []struct{ kind, value, in, want string }{
		{redact.KindHost, "exchvs1.corp.example", "EXCHVS1 is exchvs1.corp.example.", "host1 is host1.domain1.invalid."},
		{redact.KindHost, "exchvs1", "exchvs10 myexchvs1 exchvs1$ (exchvs1)", "exchvs10 myexchvs1 host1$ (host1)"},
		{redact.KindDomain, "corp.example", "a.b.corp.example, Corp.Example, corp.examples", "host2.host1.domain1.invalid, domain1.invalid, corp.examples"},
		{redact.KindDomain, "ACME", `acme\joe and ACME\joe`, `domain1\joe and domain1\user-1`},
		{redact.KindUser, `CORP\joe.doe`, "Joe.Doe did it, joe.doe%40", "user-1 did it, user-1%40"},
		{redact.KindHost, "server", "the server mail", "the server mail"},
		{redact.KindHost, "müller", "MÜLLER, müllers, line\\nmüller", "host1, müllers, line\\nhost1"},
		{redact.KindUser, "Administrator", "Administrator", "Administrator"},
		{redact.KindHost, "192.0.2.1", "x", "x"},
		{redact.KindWord, "a b", "see A B now", "see [redacted:word-1] now"},
	} {
		r := fresh(t)
		r.Learn(x.kind, x.value)
		got := r.Text(x.in)
		if got != x.want {
			t.Errorf("%s %s: %s\ngot  %s\nwant %s", x.kind, x.value, x.in, got, x.want)
		}
		if again := r.Text(got); again != got {
			t.Errorf("twice: %s, %s", got, again)
		}
	}
}

func TestTokensTellValuesApart(t *testing.T) {
	r := fresh(t)
	for _, x := range []struct{ in, want string }{
		{"10.1.1.1 10.1.1.2 10.1.2.1 10.1.1.1", "198.18.0.1 198.18.0.2 198.18.1.1 198.18.0.1"},
		{"2a00:1::1 2A00:1:0:0:0:0:0:1 2a00:1::2 2a00:2::1", "2001:db8:5ec::1 2001:db8:5ec::1 2001:db8:5ec::2 2001:db8:5ec:1::1"},
		{"::ffff:10.1.1.2", "::ffff:198.18.0.2"},
		{"2.1.1.10.in-addr.arpa", "2.0.18.198.in-addr.arpa"},
		{"AA:BB:CC:00:00:01 aa-bb-cc-00-00-01 aabb.cc00.0002", "02:00:5E:00:00:01 02-00-5e-00-00-01 0200.5e00.0002"},
		{"joe@corp.example Joe@Corp.Example ann@corp.example", "user1@redacted.invalid user1@redacted.invalid user2@redacted.invalid"},
		{`user=joe, CORP\Joe, user=ann`, `user=user-1, domain1\user-1, user=user-2`},
		{"password=one1 secret=one1 password=two2", "password=[redacted:password-1] secret=[redacted:password-1] password=[redacted:password-2]"},
		{"S-1-5-21-1111-2222-3333-500 S-1-5-21-1111-2222-3333-1105 S-1-5-21-1111-2222-3333", "S-1-5-21-0-0-1-500 S-1-5-21-0-0-1-1001 S-1-5-21-0-0-1"},
	} {
		if got := r.Text(x.in); got != x.want {
			t.Errorf("%s\ngot  %s\nwant %s", x.in, got, x.want)
		}
	}
}

// What looks like a token in the text is not given to another value.
func TestForeignTokensAreNotGivenAgain(t *testing.T) {
	r := fresh(t)
	got := r.Text("198.18.0.1 user=user-1 [redacted:password-1] user1@redacted.invalid then 10.0.0.7 user=joe password=x1y2 a@b.example")
	want := "198.18.0.1 user=user-1 [redacted:password-1] user1@redacted.invalid then 198.18.1.1 user=user-2 password=[redacted:password-2] user2@redacted.invalid"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
