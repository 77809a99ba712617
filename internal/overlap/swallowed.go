package overlap

import (
	"cmp"
	"slices"
)

// mostSwallowing is how many of the rules that swallow one are listed.
const mostSwallowing = 20

// Swallowed is a rule whose symptoms other rules have as well, and more: what is
// seen of it is always seen of them too.
type Swallowed struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Symptoms []Symptom   `json:"symptoms"` // all that it has
	Count    int         `json:"count"`    // of the rules that swallow it
	By       []Swallower `json:"by"`       // the first 20 of them, those with the fewest symptoms first
}

// Swallower is a rule that has all symptoms of another one and more.
type Swallower struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Symptoms int    `json:"symptoms"` // it has so many
}

// sameSymptoms is rules with exactly the same symptoms.
type sameSymptoms struct {
	symptoms []int32
	mark     uint64 // one bit for each symptom: a set holds another one only with all its bits
	rules    []int32
}

// swallowed lists the rules that another one swallows. That a rule with one code
// is swallowed by many says little, so rules with many symptoms come first. Near-duplicates do not
// count: there the question is which of them to keep. Neither do rules that
// look by themselves at more than codes, events and messages, as that may tell
// them apart.
func (b *base) swallowed(cluster []int32) []Swallowed {
	kinds, having := b.kinds()
	list := []Swallowed{}
	for n := range kinds {
		within := holding(kinds, having, &kinds[n])
		if len(within) == 0 {
			continue
		}
		symptoms := b.listed(kinds[n].symptoms)
		for _, i := range kinds[n].rules {
			if b.reads[i] {
				continue
			}
			s := Swallowed{ID: b.rules[i].ID, Title: b.rules[i].Title, Symptoms: symptoms}
			for _, other := range within {
				for _, j := range kinds[other].rules {
					if cluster[i] >= 0 && cluster[i] == cluster[j] {
						continue
					}
					if s.Count++; len(s.By) < mostSwallowing {
						s.By = append(s.By, Swallower{b.rules[j].ID, b.rules[j].Title, len(b.of[j])})
					}
				}
			}
			if s.Count > 0 {
				list = append(list, s)
			}
		}
	}
	slices.SortFunc(list, func(x, y Swallowed) int {
		return cmp.Or(cmp.Compare(len(y.Symptoms), len(x.Symptoms)), cmp.Compare(y.Count, x.Count), cmp.Compare(x.ID, y.ID))
	})
	return list
}

// kinds is the different sets of symptoms, those with the fewest first and by
// their first rule among equals, and which of them have each symptom.
func (b *base) kinds() (kinds []sameSymptoms, having [][]int32) {
	order := make([]int32, 0, len(b.rules))
	for i := range b.rules {
		if len(b.of[i]) > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		return cmp.Or(cmp.Compare(len(b.of[x]), len(b.of[y])), slices.Compare(b.of[x], b.of[y]), cmp.Compare(x, y))
	})
	for _, i := range order {
		if n := len(kinds); n > 0 && slices.Equal(kinds[n-1].symptoms, b.of[i]) {
			kinds[n-1].rules = append(kinds[n-1].rules, i)
			continue
		}
		k := sameSymptoms{symptoms: b.of[i], rules: []int32{i}}
		for _, s := range k.symptoms {
			k.mark |= 1 << (uint32(s) * 0x9E3779B1 >> 26)
		}
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(x, y sameSymptoms) int {
		return cmp.Or(cmp.Compare(len(x.symptoms), len(y.symptoms)), cmp.Compare(x.rules[0], y.rules[0]))
	})
	having = make([][]int32, len(b.symptoms))
	for n := range kinds {
		for _, s := range kinds[n].symptoms {
			having[s] = append(having[s], int32(n))
		}
	}
	return kinds, having
}

// holding is the sets that hold all of k and more. They all have its rarest
// symptom.
func holding(kinds []sameSymptoms, having [][]int32, k *sameSymptoms) []int32 {
	rarest := k.symptoms[0]
	for _, s := range k.symptoms[1:] {
		if len(having[s]) < len(having[rarest]) {
			rarest = s
		}
	}
	var found []int32
	for _, n := range having[rarest] {
		other := &kinds[n]
		if k.mark&^other.mark == 0 && len(other.symptoms) > len(k.symptoms) && holds(other.symptoms, k.symptoms) {
			found = append(found, n)
		}
	}
	return found
}

// holds reports whether all holds every one of some; both ascend.
func holds(all, some []int32) bool {
	for _, s := range some {
		for len(all) > 0 && all[0] < s {
			all = all[1:]
		}
		if len(all) == 0 || all[0] != s {
			return false
		}
		all = all[1:]
	}
	return true
}
