package engine

import (
	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/facts/errcode"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// maxCodes is how many different codes of a case are explained.
const maxCodes = 20

// codes are the different codes of the case, each with its likeliest reading in
// the environment of the case.
func (t *telling) codes() []result.Code {
	ctx := errcode.Context{}
	for _, f := range t.c.Facts {
		if f.Kind != facts.KindEnvironment || f.Environment.Not {
			continue
		}
		switch f.Environment.Field {
		case facts.FieldProduct:
			ctx.Product = f.Environment.Value
		case facts.FieldOS:
			ctx.OS = f.Environment.Value
		}
	}
	list := []result.Code{}
	told := map[int]bool{}
	for i := range t.c.Facts {
		f := &t.c.Facts[i]
		if f.Kind != facts.KindCode || told[t.view.Group(i)] || len(list) == maxCodes {
			continue
		}
		told[t.view.Group(i)] = true
		c := result.Code{Literal: f.Code.Literal, Value: f.Code.Value}
		if readings := errcode.Readings(cond.ReadCode(f.Code), ctx); len(readings) > 0 {
			r := &readings[0]
			c.Family = string(r.Family)
			for r.Name == "" && r.Nested != nil { // 0xc00203e5 has no name, the code inside has
				r = r.Nested
			}
			c.Name, c.Text = r.Name, r.Text
		}
		list = append(list, c)
	}
	return list
}
