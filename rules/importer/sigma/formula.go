package sigma

// formula joins tests.
type formula struct {
	op    op
	parts []formula
	test  *test // where there is no op
}

type op byte

const (
	and op = 'a'
	or  op = 'o'
	not op = 'n'
)

// test is one test of one field of a record: any of the numbers, or of the
// patterns.
type test struct {
	field    field
	op       string // of numbers: "" means equal
	numbers  []uint32
	patterns []pattern
	regex    bool
	negated  bool
}

// term is tests that must hold together for one record.
type term []*test

// mostTerms bounds the alternatives of a rule.
const mostTerms = 64

// terms brings a formula into alternatives, each of which is tests that hold
// together; ok is false where there are too many.
func (f *formula) terms(negated bool) (list []term, ok bool) {
	o := f.op
	if negated && o == and {
		o = or
	} else if negated && o == or {
		o = and
	}
	switch o {
	case not:
		return f.parts[0].terms(!negated)
	case or:
		for i := range f.parts {
			more, ok := f.parts[i].terms(negated)
			if list = append(list, more...); !ok || len(list) > mostTerms {
				return nil, false
			}
		}
		return list, true
	case and:
		list = []term{nil}
		for i := range f.parts {
			more, ok := f.parts[i].terms(negated)
			if !ok || len(list)*len(more) > mostTerms {
				return nil, false
			}
			var product []term
			for _, a := range list {
				for _, b := range more {
					product = append(product, append(a[:len(a):len(a)], b...))
				}
			}
			list = product
		}
		return list, true
	}
	if f.test == nil { // what could not be read, and was said
		return nil, true
	}
	t := *f.test
	t.negated = negated
	return []term{{&t}}, true
}
