package errcode

// Names lists every symbol of the value in the family, the usual one first.
func Names(f Family, value uint32) (list []string) {
	for _, e := range tableOf(f).all(value) {
		if e.name != "" {
			list = append(list, e.name)
		}
	}
	return list
}
