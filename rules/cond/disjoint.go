package cond

// Meets reports whether some version lies in both ranges.
func (r Range) Meets(other Range) bool {
	var all []bound
	for _, b := range append(append([]bound{}, r.bounds...), other.bounds...) {
		switch b.op {
		case "": // a listed version, and every newer one
			all = append(all, bound{">=", b.version})
		case "=":
			all = append(all, bound{">=", b.version}, bound{"<=", b.version})
		default:
			all = append(all, b)
		}
	}
	for _, low := range all {
		for _, high := range all {
			if empty(low, high) {
				return false
			}
		}
	}
	return true
}

// AllFrom reports whether the range holds no version older than v.
func (r Range) AllFrom(v Version) bool {
	first, _ := v.span()
	for _, b := range r.bounds {
		from, above := b.version.span()
		switch b.op {
		case "", "=", ">=":
			if compare(from, first) >= 0 {
				return true
			}
		case ">":
			if compare(above, first) >= 0 {
				return true
			}
		}
	}
	return false
}
