package redact_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine"
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/derive"
	"github.com/kbtriage/kbtriage/internal/redact"
	"github.com/kbtriage/kbtriage/kb"
)

const planted = "hunter2Zq"

// plant puts a text into every string below a value, and one element into every
// slice and pointer.
func plant(v reflect.Value, text string, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			plant(v.Elem(), text, depth-1)
		}
	case reflect.Slice:
		if depth > 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			plant(v.Index(0), text, depth-1)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[facts.Time]() {
			v.Set(reflect.ValueOf(facts.Time{Time: time.Unix(1, 0).UTC(), Zoned: true}))
			return
		}
		for i := range v.NumField() {
			plant(v.Field(i), text, depth)
		}
	}
}

// strings counts the strings below a value that hold the text.
func holding(v reflect.Value, text string) (fields []string) {
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), text) {
			return []string{v.Type().String()}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return holding(v.Elem(), text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fields = append(fields, holding(v.Index(i), text)...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[facts.Time]() {
				continue
			}
			for _, f := range holding(v.Field(i), text) {
				fields = append(fields, v.Type().Name()+"."+v.Type().Field(i).Name+" "+f)
			}
		}
	}
	return fields
}

func TestNoStringIsForgotten(t *testing.T) {
	for _, text := range []string{"password=" + planted, "mail " + planted + "@corp.example", `"password":"` + planted + `"`, "https://x:" + planted + "@host/"} {
		var c facts.Case
		plant(reflect.ValueOf(&c).Elem(), text, 6)
		if n := len(holding(reflect.ValueOf(c), planted)); n < 60 {
			t.Fatalf("planted only %d times", n)
		}
		redact.Case(&c, fresh(t))
		if left := holding(reflect.ValueOf(c), planted); len(left) > 0 {
			t.Errorf("%s: the case still has it in %q", text, left)
		}
		var d result.Differential
		plant(reflect.ValueOf(&d).Elem(), text, 6)
		if n := len(holding(reflect.ValueOf(d), planted)); n < 60 {
			t.Fatalf("planted only %d times", n)
		}
		redact.Differential(&d, fresh(t))
		if left := holding(reflect.ValueOf(d), planted); len(left) > 0 {
			t.Errorf("%s: the differential still has it in %q", text, left)
		}
	}
}

// dnsCase is a cluster of which one name is missing at the local server.
func dnsCase() *facts.Case {
	at := facts.Origin{Path: "--set"}
	input := func(name, value string) facts.Fact {
		return facts.Fact{Kind: facts.KindInput, Origin: at, Input: &facts.Input{Name: name, Value: value}}
	}
	answer := func(server string, a facts.DNSAnswer) facts.Fact {
		a.Server, a.Transport, a.Attempts = server, "udp", 1
		return facts.Fact{Kind: facts.KindDNSAnswer, Origin: facts.Origin{Path: "dns " + server, Host: "node7.contoso.example"}, DNSAnswer: &a}
	}
	list := []facts.Fact{
		input("exchange.name", "exchvs1.contoso.example"), input("exchange.address", "10.20.30.41"),
		input("cluster.name", "clunas9.contoso.example"), input("cluster.address", "10.20.30.40"),
		{Kind: facts.KindCode, Origin: at, Code: &facts.Code{Value: 0xc00203e5, Literal: "0xc00203e5"}},
		{Kind: facts.KindEvent, Origin: facts.Origin{Path: `C:\Users\mmuster\app.txt`, Line: 3, Host: "NODE7"}, Event: &facts.Event{ID: 4058, Source: "MSExchangeIMC", Message: "Cannot resolve EXCHVS1 (10.20.30.41) for CONTOSO\\mmuster"}},
		{Kind: facts.KindAccount, Origin: at, Account: &facts.Account{Name: `CONTOSO\svcexch`, Groups: []string{"exchange admins", `CONTOSO\Operators`}}},
		{Kind: facts.KindText, Origin: at, Text: &facts.Text{Value: "svcexch on other.contoso.example, see clunas9 and mailto:max@contoso.example"}},
		{Kind: facts.KindResolvers, Origin: at, Resolvers: &facts.Resolvers{Servers: []string{"10.20.30.2:53", "10.20.40.2:53"}, Search: []string{"contoso.example"}, Local: []string{"10.20.30.2:53"}, Source: "--resolver"}},
		{Kind: facts.KindEnvironment, Origin: at, Environment: &facts.Environment{Field: "product", Value: "Exchange Server"}},
		{Kind: facts.KindEnvironment, Origin: at, Environment: &facts.Environment{Field: "version", Value: "5.5 SP3"}},
		{Kind: facts.KindEnvironment, Origin: at, Environment: &facts.Environment{Field: "role", Value: "cluster node"}},
	}
	soa := facts.Record{Name: "contoso.example.", Type: "SOA", TTL: 60, Data: "ns7.contoso.example. hostmaster.contoso.example. 42 1 2 3 4"}
	for _, server := range []string{"10.20.30.2:53", "10.20.40.2:53"} {
		list = append(list,
			answer(server, facts.DNSAnswer{Subject: "exchange", Purpose: "record", Name: "exchvs1.contoso.example.", Type: "A", Outcome: facts.NXDomain, RCode: "NXDOMAIN", Flags: []string{"AA"}, Zone: "contoso.example.", Serial: 42, Authority: []facts.Record{soa}}),
			answer(server, facts.DNSAnswer{Subject: "exchange", Purpose: "zone", Name: "contoso.example.", Type: "SOA", Outcome: facts.Answered, RCode: "NOERROR", Flags: []string{"AA"}, Zone: "contoso.example.", Serial: 42, Answers: []facts.Record{soa}}),
			answer(server, facts.DNSAnswer{
				Subject: "cluster", Purpose: "record", Name: "clunas9.contoso.example.", Type: "A", Outcome: facts.Answered, RCode: "NOERROR", Flags: []string{"AA"}, Zone: "contoso.example.",
				Answers: []facts.Record{{Name: "clunas9.contoso.example.", Type: "A", TTL: 60, Data: "10.20.30.40"}}, Addresses: []string{"10.20.30.40"},
			}),
			answer(server, facts.DNSAnswer{Subject: "cluster", Purpose: "reverse", Name: "40.30.20.10.in-addr.arpa.", Type: "PTR", Outcome: facts.NXDomain, RCode: "NXDOMAIN", Flags: []string{"AA"}, Zone: "30.20.10.in-addr.arpa."}))
	}
	return &facts.Case{Version: 1, Facts: list, Sources: []facts.Source{{Path: "/home/mmuster/x.txt", Format: "text file"}}}
}

func diagnose(t *testing.T, base *engine.Base, c *facts.Case) *result.Differential {
	t.Helper()
	full := *c
	full.Facts = append([]facts.Fact(nil), c.Facts...)
	derive.Findings(&full)
	return base.Diagnose(&full, engine.Settings{})
}

// A redacted case loads, keeps its joins and leads to the same diagnoses; the
// differential of the case, redacted, is that of the redacted case.
func TestRedactedCaseDiagnosesTheSame(t *testing.T) {
	base, err := engine.Open(kb.Base)
	if err != nil {
		t.Fatal(err)
	}
	c := dnsCase()
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	want := diagnose(t, base, dnsCase())
	shared := *c
	r := fresh(t)
	redact.Case(&shared, r)
	if after, _ := json.Marshal(c); !bytes.Equal(before, after) {
		t.Error("the facts of the case that was handed in were changed")
	}
	saved, err := shared.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := facts.UnmarshalCase(saved)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"contoso", "exchvs1", "clunas9", "node7", "10.20.", "30.20.10", "mmuster", "svcexch", "other.", "max@"} {
		if strings.Contains(strings.ToLower(string(saved)), secret) {
			t.Errorf("%s survives in\n%s", secret, saved)
		}
	}
	got := diagnose(t, base, loaded)
	if len(want.Diagnoses) == 0 || len(want.Findings) == 0 || len(got.Diagnoses) != len(want.Diagnoses) || len(got.Findings) != len(want.Findings) {
		t.Fatalf("%d diagnoses, %d findings; want %d, %d", len(got.Diagnoses), len(got.Findings), len(want.Diagnoses), len(want.Findings))
	}
	for i, w := range want.Diagnoses {
		g := got.Diagnoses[i]
		if g.Rule != w.Rule || g.Probability != w.Probability || g.Verdict != w.Verdict || g.Title != w.Title || len(g.Evidence) != len(w.Evidence) {
			t.Errorf("diagnosis %d: %s %v, want %s %v", i, g.Rule, g.Probability, w.Rule, w.Probability)
		}
	}
	redact.Differential(want, r)
	want.Case.ID = got.Case.ID // a hash of the facts
	out, _ := json.MarshalIndent(want, "", " ")
	for _, secret := range []string{"contoso", "exchvs1", "clunas9", "node7", "10.20.", "mmuster", "svcexch"} {
		if strings.Contains(strings.ToLower(string(out)), secret) {
			t.Errorf("%s survives in the differential", secret)
		}
	}
	direct, _ := json.MarshalIndent(got, "", " ")
	if !bytes.Equal(out, direct) {
		a, b := strings.Split(string(out), "\n"), strings.Split(string(direct), "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Errorf("redacted differential and differential of the redacted case differ in line %d\n%s\n%s", i, a[i], b[i])
				break
			}
		}
	}
	again := *loaded
	redact.Case(&again, fresh(t))
	if twice, _ := again.Marshal(); !bytes.Equal(twice, saved) {
		t.Errorf("a second redaction changed the case\n%s\n%s", saved, twice)
	}
}
