package facts

import (
	"reflect"
	"time"

	"pgregory.net/rapid"
)

// fill sets a value of a vocabulary type at random, field by field, so that a
// field that is added is tried as well. What JSON leaves out is left out here.
func fill(t *rapid.T, v reflect.Value, label string) {
	switch p := v.Addr().Interface().(type) {
	case *Time:
		*p = randomTime().Draw(t, label)
		return
	case *State:
		*p = rapid.SampledFrom([]State{True, False, Unknown}).Draw(t, label)
		return
	case *Outcome:
		*p = rapid.SampledFrom([]Outcome{Answered, NoData, NXDomain, Timeout, Malformed}).Draw(t, label)
		return
	case *Environment:
		p.Field = rapid.SampledFrom([]string{FieldProduct, FieldVersion, FieldOS, FieldRole}).Draw(t, label)
		p.Value = rapid.StringN(1, 10, -1).Draw(t, label)
		p.Not = rapid.Bool().Draw(t, label)
		return
	case *Kind:
		*p = rapid.SampledFrom(kinds).Draw(t, label)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if a, ok := v.Addr().Interface().(*DNSAnswer); ok { // what an answer cannot be without
			defer func() { a.Server, a.Name, a.Type = a.Server+"s", a.Name+"n", a.Type+"t" }()
		}
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.Tag.Get("json") != "-" {
				fill(t, v.Field(i), label+"."+field.Name)
			}
		}
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom([]string{"a", "<&>\u2028", "é\x7f\x00\n"})).Draw(t, label))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, label))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, label))
	case reflect.Uint16:
		v.SetUint(uint64(rapid.Uint16().Draw(t, label)))
	case reflect.Uint32:
		v.SetUint(uint64(rapid.Uint32().Draw(t, label)))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, label))
	case reflect.Slice:
		deepest := 2
		if v.Type() == reflect.TypeFor[[]Code]() && len(label) > 40 { // codes hold codes
			deepest = 0
		}
		n := rapid.IntRange(0, deepest).Draw(t, label+" length")
		for range n {
			e := reflect.New(v.Type().Elem()).Elem()
			fill(t, e, label+"[]")
			v.Set(reflect.Append(v, e))
		}
	default:
		t.Fatalf("%s: no values for %s", label, v.Type())
	}
}

var kinds = []Kind{
	KindCode, KindEvent, KindText, KindEnvironment, KindInput, KindAnswer, KindAccount, KindDNSAnswer, KindResolvers, KindFinding, KindLogGap,
}

func randomTime() *rapid.Generator[Time] {
	return rapid.Custom(func(t *rapid.T) Time {
		seconds := rapid.Int64Range(300_000_000, 4_000_000_000).Draw(t, "seconds")
		nanos := rapid.SampledFrom([]int64{0, 5, 120_000_000, 999_999_999}).Draw(t, "nanoseconds")
		at := time.Unix(seconds, nanos).UTC()
		switch rapid.IntRange(0, 3).Draw(t, "form") {
		case 0:
			return Time{}
		case 1:
			return Time{Time: at}
		case 2:
			return Time{Time: at, Zoned: true}
		}
		offset := rapid.IntRange(-14*60, 14*60).Draw(t, "minutes")
		return Time{Time: at.In(time.FixedZone("", offset*60)), Zoned: true}
	})
}

// randomFact draws a fact of any kind.
func randomFact() *rapid.Generator[Fact] {
	return rapid.Custom(func(t *rapid.T) Fact {
		var f Fact
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		v := reflect.ValueOf(&f).Elem()
		for i := range v.NumField() {
			if field := v.Field(i); field.Kind() == reflect.Pointer {
				field.Set(reflect.New(field.Type().Elem()))
				if f.contents()[kind] {
					fill(t, field.Elem(), string(kind))
					break
				}
				field.SetZero()
			}
		}
		fill(t, reflect.ValueOf(&f.Origin).Elem(), "origin")
		f.Kind = kind
		return f
	})
}

func randomCase() *rapid.Generator[Case] {
	return rapid.Custom(func(t *rapid.T) Case {
		c := Case{Version: CaseVersion, Facts: rapid.SliceOfN(randomFact(), 0, 8).Draw(t, "facts")}
		fill(t, reflect.ValueOf(&c.Coverage).Elem(), "coverage")
		fill(t, reflect.ValueOf(&c.Sources).Elem(), "sources")
		fill(t, reflect.ValueOf(&c.Problems).Elem(), "problems")
		return c
	})
}
