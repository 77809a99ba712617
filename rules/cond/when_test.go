package cond

import (
	"fmt"
	"strings"
	"testing"

	"github.com/expr-lang/expr/parser"
	"pgregory.net/rapid"

	"github.com/kbtriage/kbtriage/facts"
)

func TestWhen(t *testing.T) {
	dns := &Probe{Kind: ProbeDNS, Names: []string{"host", "other"}, Type: "A"}
	ptr := &Probe{Kind: ProbeDNS, Names: []string{"host"}, Type: "PTR"}
	missing, wrong := facts.FindingMissingA, facts.FindingWrongAddress
	is := finding
	elsewhere := is(wrong, "host", facts.True)
	elsewhere.Finding.Server = "192.0.2.9:53"
	for _, c := range []struct {
		name  string
		cond  Condition
		facts []facts.Fact
		want  State
	}{
		{"the probe was not run", Condition{Probe: dns, When: when("len(dns.missing) > 0")}, nil, Unknown},
		{"a probe without an expression", Condition{Probe: dns}, nil, Unknown},
		{"one name is missing, the other not looked up", Condition{Probe: dns, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "host", facts.True)}, Seen},
		{"one name is there, the other not looked up", Condition{Probe: dns, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "host", facts.False)}, Unknown},
		{"both are there", Condition{Probe: dns, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "host", facts.False), is(missing, "other", facts.False)}, Missing},
		{"one is there, a timeout for the other", Condition{Probe: dns, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "host", facts.False), is(missing, "other", facts.Unknown)}, Unknown},
		{"an unknown one that cannot matter", Condition{Probe: dns, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "host", facts.True), is(missing, "other", facts.Unknown)}, Seen},
		{"an unknown one that matters", Condition{Probe: dns, When: when("len(dns.missing) > 1")}, []facts.Fact{is(missing, "host", facts.True), is(missing, "other", facts.Unknown)}, Unknown},
		{"a name that the probe does not have", Condition{Probe: dns, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "third", facts.True)}, Unknown},
		{"by name", Condition{Probe: dns, When: when(`"other" in dns.missing`)}, []facts.Fact{is(missing, "host", facts.True), is(missing, "other", facts.False)}, Missing},
		{"another field", Condition{Probe: dns, When: when("len(dns.wrong) > 0")}, []facts.Fact{is(missing, "host", facts.True)}, Unknown},
		{"a record of another type", Condition{Probe: ptr, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "host", facts.True)}, Unknown},
		{"a reverse record", Condition{Probe: ptr, When: when("len(dns.missing) > 0")}, []facts.Fact{is(facts.FindingMissingPTR, "host", facts.True)}, Seen},
		{"two fields, one decides", Condition{Probe: dns, When: when("len(dns.missing) + len(dns.wrong) > 0")}, []facts.Fact{
			is(missing, "host", facts.True), is(wrong, "host", facts.Unknown), is(wrong, "other", facts.Unknown),
		}, Seen},
		{"all names of a case", Condition{Probe: &Probe{Kind: ProbeDNS, Type: "A"}, When: when("len(dns.missing) > 0")}, []facts.Fact{is(missing, "anything", facts.False)}, Missing},
		{"a wrong address elsewhere", Condition{Probe: dns, When: when("len(dns.wrong) > 0")}, []facts.Fact{elsewhere}, Seen},
		{"a wrong address elsewhere, where only the local DNS counts", Condition{Probe: &Probe{Kind: ProbeDNS, Names: []string{"host"}, Type: "A", Local: true}, When: when("len(dns.wrong) > 0")}, []facts.Fact{elsewhere}, Unknown},
		{"true on one server, false on another", Condition{Probe: dns, When: when("len(dns.wrong) > 0")}, []facts.Fact{is(wrong, "host", facts.False), elsewhere}, Seen},
		{"servers", Condition{Probe: dns, When: when("len(dns.lame) == 1")}, []facts.Fact{is(facts.FindingLame, "192.0.2.1:53", facts.True), is(facts.FindingLame, "192.0.2.2:53", facts.False)}, Seen},
		{"a flag", Condition{When: when("dns.update")}, []facts.Fact{is(facts.FindingUpdate, "zone", facts.True)}, Seen},
		{"not a flag", Condition{When: when("not dns.update")}, []facts.Fact{is(facts.FindingUpdate, "zone", facts.False)}, Seen},
		{"nothing missing", Condition{Probe: dns, When: when("len(dns.missing) == 0")}, []facts.Fact{is(missing, "host", facts.False), is(missing, "other", facts.False)}, Seen},

		{"account", Condition{When: when(`"administrators" in account.groups`)}, []facts.Fact{account("Users", "Administrators")}, Seen},
		{"account, not", Condition{When: when(`"administrators" in account.groups`)}, []facts.Fact{account("Users")}, Missing},
		{"account in no group", Condition{When: when(`not ("administrators" in account.groups)`)}, []facts.Fact{account()}, Seen},
		{"no account", Condition{When: when(`not ("administrators" in account.groups)`)}, nil, Unknown},
		{"roles", Condition{When: when(`"cluster node" in roles`)}, []facts.Fact{env(facts.FieldRole, "Cluster Node")}, Seen},
		{"a role that does not hold", Condition{When: when(`"cluster node" in roles`)}, []facts.Fact{notRole("cluster node")}, Missing},
		{"no roles", Condition{When: when(`not ("cluster node" in roles)`)}, nil, Unknown},
		{"product", Condition{When: when(`product == "X" and os startsWith "W"`)}, []facts.Fact{env(facts.FieldProduct, "X"), env(facts.FieldOS, "Windows")}, Seen},
		{"product without os", Condition{When: when(`product == "X" and os startsWith "W"`)}, []facts.Fact{env(facts.FieldProduct, "X")}, Unknown},
	} {
		wantState(t, c.name, &c.cond, viewOf(c.facts...), c.want)
	}
}

// TestWhenRests: what an expression rests on is what decided it.
func TestWhenRests(t *testing.T) {
	v := viewOf(finding(facts.FindingMissingA, "a", facts.True), finding(facts.FindingMissingA, "b", facts.False), finding(facts.FindingWrongAddress, "a", facts.Unknown))
	states := func(src string) string {
		var list []string
		for _, i := range (&Condition{When: when(src)}).Eval(v).Facts {
			list = append(list, string(v.Fact(i).Finding.State))
		}
		return strings.Join(list, " ")
	}
	for src, want := range map[string]string{
		"len(dns.missing) > 0":                   "true",
		"len(dns.missing) > 1":                   "false",
		`"b" in dns.missing`:                     "false",
		"len(dns.missing) + len(dns.wrong) == 1": "true false unknown",
	} {
		if got := states(src); len(got) != len(want) {
			t.Errorf("%s rests on %q, want %q", src, got, want)
		}
	}
}

// TestUnknownFindings compares the three-valued result with all ways to complete
// what is not known: they must agree, or the result is unknown.
func TestUnknownFindings(t *testing.T) {
	fields := []struct {
		name string
		id   facts.FindingID
	}{{"missing", facts.FindingMissingA}, {"wrong", facts.FindingWrongAddress}, {"order_wrong", facts.FindingResolverOrder}}
	sources := []string{
		"len(dns.missing) > 0", "len(dns.missing) == 1", "len(dns.missing) + len(dns.wrong) > 1", "len(dns.missing) > 0 or dns.order_wrong",
		`"a" in dns.missing and not dns.order_wrong`, "not dns.order_wrong", "len(dns.wrong) == len(dns.missing)", "dns.order_wrong ? len(dns.missing) > 0 : len(dns.wrong) > 0",
		"any(dns.missing, # in dns.wrong)", "len(dns.missing) >= 0",
	}
	names := []string{"a", "b"}
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.SampledFrom(sources).Draw(t, "when")
		c := &Condition{Probe: &Probe{Kind: ProbeDNS, Names: names, Type: "A"}, When: when(src)}
		var known []facts.Fact
		var open []facts.Fact // findings that may be true or false
		learned := 0          // a probe of which nothing at all is known was not run
		for _, f := range fields {
			field, id := f.name, f.id
			if !strings.Contains(src, "dns."+field) {
				continue
			}
			for _, n := range names {
				switch s := rapid.SampledFrom(append([]facts.State{""}, randomStates...)).Draw(t, field+" of "+n); s {
				case "":
					open = append(open, finding(id, n, facts.True))
				case facts.Unknown:
					learned++
					known = append(known, finding(id, n, s))
					open = append(open, finding(id, n, facts.True))
				default:
					learned++
					known = append(known, finding(id, n, s))
				}
			}
		}
		got := c.Eval(viewOf(known...))

		var decided []facts.Fact
		for _, f := range known {
			if f.Finding.State != facts.Unknown {
				decided = append(decided, f)
			}
		}
		outcomes := map[State]bool{}
		for mask := range 1 << len(open) {
			list := append([]facts.Fact(nil), decided...)
			for i, f := range open {
				state := facts.False
				if mask>>i&1 == 1 {
					state = facts.True
				}
				list = append(list, finding(f.Finding.ID, f.Finding.Subject, state))
			}
			outcomes[c.Eval(viewOf(list...)).State] = true
		}
		want := Unknown
		if len(outcomes) == 1 && learned > 0 {
			for s := range outcomes {
				want = s
			}
		}
		if outcomes[Unknown] {
			t.Fatalf("%s is unknown although everything is known", src)
		}
		if got.State != want {
			t.Fatalf("%s: %s (%s), want %s of %v", src, got.State, got.Why, want, outcomes)
		}
	})
}

// TestTooManyUnknown: beyond a few unknown findings nothing is tried, and a dear
// expression is not tried sixty-four times.
func TestTooManyUnknown(t *testing.T) {
	list := []facts.Fact{finding(facts.FindingMissingA, "a", facts.True)}
	for i := range maxOpen {
		list = append(list, finding(facts.FindingMissingA, fmt.Sprint(i), facts.Unknown))
	}
	c := &Condition{When: when("len(dns.missing) > 0")}
	wantState(t, "some", c, viewOf(list...), Seen)
	wantState(t, "one more", c, viewOf(append(list, finding(facts.FindingMissingA, "z", facts.Unknown))...), Unknown)

	dear := &Condition{When: when("len(dns.missing) > 0 or any(events, any(events, .id == 1))")}
	if dear.When.Cost()<<maxOpen <= maxCost {
		t.Fatal("not dear enough")
	}
	wantState(t, "dear, nothing unknown", dear, covering(all, list[0], event(1, "")), Seen)
	wantState(t, "dear", dear, covering(all, append(list, event(1, ""))...), Unknown)

	var many []facts.Fact
	for i := range maxItems + 1 {
		many = append(many, finding(facts.FindingMissingA, fmt.Sprint(i), facts.True))
	}
	wantState(t, "as many as are seen", c, viewOf(many[1:]...), Seen)
	wantState(t, "more than are seen", c, viewOf(many...), Unknown)
}

func TestRising(t *testing.T) {
	for src, want := range map[string]bool{
		"any(events, .id == 1)":                                     true,
		"any(events, .id == 1) and any(codes, .value == 5)":         true,
		"any(events, .id == 1) or product == \"x\"":                 true,
		"count(events, .id == 1) > 2":                               true,
		"count(events, .id == 1) >= len(roles)":                     true,
		"2 < count(texts, # contains \"x\")":                        true,
		"len(events) > 3":                                           true,
		"len(filter(events, .id == 1)) > 3":                         true,
		"3 <= len(codes)":                                           true,
		"product == \"x\"":                                          true, // reads no records at all
		"not (product == \"x\")":                                    true,
		"not any(events, .id == 1)":                                 false,
		"none(events, .id == 1)":                                    false,
		"all(events, .id == 1)":                                     false,
		"one(events, .id == 1)":                                     false,
		"len(events) == 3":                                          false,
		"len(events) < 3":                                           false,
		"3 > len(events)":                                           false,
		"count(events, .id == 1) > len(codes)":                      false,
		"any(events, .id == len(events))":                           false,
		"any(filter(events, .id == len(events)), true)":             false,
		"count(events, .id == len(codes)) > 1":                      false,
		"len(filter(events, len(codes) < 2)) > 0":                   false,
		"any(events, .id == 1) and len(codes) < 2":                  false,
		"(any(events, .id == 1) ? 1 : 2) > 1":                       false,
		"len(events) - len(codes) > 1":                              false,
		"any(texts, # == \"x\") ? true : false":                     false,
		"len(map(filter(texts, # contains \"x\"), upper(#))) > 100": false,
	} {
		when(src)
		tree, err := parser.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		if got := rising(tree.Node); got != want {
			t.Errorf("%s: %v", src, got)
		}
	}
}

// TestPartialInput: while the input was not read in full, a result is given only if no further
// record can change it.
func TestPartialInput(t *testing.T) {
	one := event(1, "")
	for _, c := range []struct {
		src           string
		partial, full State // of a case with one event 1
	}{
		{"any(events, .id == 1)", Seen, Seen},
		{"any(events, .id == 2)", Unknown, Missing},
		{"not any(events, .id == 2)", Unknown, Seen},
		{"len(events) == 1", Unknown, Seen},
		{"len(events) < 1", Unknown, Missing},
		{"len(events) >= 1", Seen, Seen},
		{"all(events, .id == 1)", Unknown, Seen},
		{"any(codes, .value == 1)", Unknown, Missing},
	} {
		cond := &Condition{When: when(c.src)}
		wantState(t, c.src+", partial", cond, viewOf(one), c.partial)
		wantState(t, c.src+", full", cond, covering(all, one), c.full)
	}
	wantState(t, "read, but not the codes", &Condition{When: when("len(codes) == 0")}, covering([]facts.Kind{facts.KindEvent, facts.KindText}, one), Unknown)
}

// TestMoreRecords: what is seen or missing stays so, whatever else a partial input turns out to hold.
func TestMoreRecords(t *testing.T) {
	sources := []string{
		"any(events, .id == 1)", "not any(events, .id == 1)", "len(events) > 1", "len(events) < 2", "count(codes, .value == 5) >= 1 and len(texts) > 0", "all(events, .id < 3)",
		`any(texts, # contains "host") or len(codes) > 2`, "one(events, .id == 1)", "len(events) == len(codes)", "len(filter(events, .id > 1)) > 0", "none(texts, len(#) > 12)",
	}
	rapid.Check(t, func(t *rapid.T) {
		c := &Condition{When: when(rapid.SampledFrom(sources).Draw(t, "when"))}
		k := randomCase(t)
		before := c.Eval(NewView(k)).State
		var more []facts.Fact
		for range rapid.IntRange(1, 4).Draw(t, "more") {
			f := randomFact(t)
			for _, covered := range k.Coverage {
				if covered.Kind == f.Kind {
					f = answer("unrelated", facts.True)
				}
			}
			more = append(more, f)
		}
		k.Facts = append(k.Facts, more...)
		k.Sort()
		if after := c.Eval(NewView(k)).State; before != Unknown && after != before {
			t.Fatalf("%s was %s, and is %s with more records", c.When, before, after)
		}
	})
}

// TestBoundedInput: records beyond the bounds make a result unknown, not wrong.
func TestBoundedInput(t *testing.T) {
	var many []facts.Fact
	for i := range maxItems + 1 {
		f := event(1, "")
		f.Origin.Record = uint64(i + 1)
		many = append(many, f)
	}
	long := text(strings.Repeat("a", maxText) + " needle")
	var heavy []facts.Fact
	for i := range maxBytes/maxText + 1 {
		heavy = append(heavy, text(fmt.Sprintf("%02d%s", i, strings.Repeat("a", maxText-2))))
	}
	for _, c := range []struct {
		name, src string
		list      []facts.Fact
		want      State
	}{
		{"as many as are seen", "any(events, .id == 2)", many[1:], Missing},
		{"more than are seen, and none fits", "any(events, .id == 2)", many, Missing},
		{"more than are seen", "any(events, .id in [1, 2] and .log == 'x')", many, Unknown},
		{"more than are seen, but no matter", "len(events) > 100", many, Seen},
		{"more than are seen, and it matters", "len(events) == 200", many, Unknown},
		{"a text cut short", `any(texts, # contains "needle")`, []facts.Fact{long}, Unknown},
		{"a text cut short, not", `not any(texts, # contains "needle")`, []facts.Fact{long}, Unknown},
		{"a text cut short, but no matter", `any(texts, # startsWith "aaa")`, []facts.Fact{long}, Seen},
		{"as much as is seen", `any(texts, # contains "needle")`, heavy[1:], Missing},
		{"more than is seen, and none fits", `any(texts, # contains "needle")`, heavy, Missing},
		{"more than is seen", `any(texts, # endsWith "needle" or # startsWith "needle")`, heavy, Unknown},
		{"long groups", `"x" in account.groups`, []facts.Fact{account(make([]string, maxItems+1)...)}, Unknown},
	} {
		wantState(t, c.name, &Condition{When: when(c.src)}, covering(all, c.list...), c.want)
	}
}

// TestWhenFails: an expression that fails while it runs is a named problem, not "no".
func TestWhenFails(t *testing.T) {
	v := covering(all, event(1, ""), env(facts.FieldProduct, "x"))
	for _, src := range []string{"min(events) == 1", "int(product) == 1", "events[7].id == 1", "texts[0] == \"\"", "5 % (len(events) - 1) == 0"} {
		r := (&Condition{When: when(src)}).Eval(v)
		if r.State != Unknown || r.Err == nil || r.Why != "its expression failed" || !strings.HasPrefix(r.Err.Error(), fmt.Sprintf("condition %q: ", src)) || strings.Contains(r.Err.Error(), "\n") {
			t.Errorf("%s: %+v", src, r)
		}
	}
}
