// Package rank is the arithmetic of a differential: bits of evidence, posterior
// probabilities and the expected gain of a check. It knows neither rules nor
// facts; everything is a function of numbers, summed in the order given.
package rank

import "math"

// SeenBits is what a symptom that was seen adds: log2(p/q), at most limit.
// p is P(seen | cause), q is P(seen | another cause).
func SeenBits(p, q, limit float64) float64 { return math.Min(limit, math.Log2(p/q)) }

// MissingBits is what a symptom that was looked for and not seen adds:
// log2((1-p)/(1-q)), which is negative when the cause shows it more often.
func MissingBits(p, q float64) float64 { return math.Log2((1 - p) / (1 - q)) }

// Posterior turns log2 odds against "none of these" into probabilities. They
// and none add up to 1, and log2(p[i]/none) is odds[i].
func Posterior(odds []float64) (p []float64, none float64) {
	top := 0.0
	for _, o := range odds {
		top = math.Max(top, o)
	}
	none = math.Exp2(-top)
	sum := none
	p = make([]float64, len(odds))
	for i, o := range odds {
		p[i] = math.Exp2(o - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p, none / sum
}

// Entropy is the uncertainty of a distribution in bits.
func Entropy(p []float64) float64 {
	h := 0.0
	for _, x := range p {
		if x > 0 {
			h -= x * math.Log2(x)
		}
	}
	return h
}

// Update is Bayes' rule: the prior times the likelihood of what was observed,
// and the probability of observing it.
func Update(prior, likelihood []float64) (posterior []float64, observed float64) {
	posterior = make([]float64, len(prior))
	for i := range prior {
		posterior[i] = prior[i] * likelihood[i]
		observed += posterior[i]
	}
	if observed > 0 {
		for i := range posterior {
			posterior[i] /= observed
		}
	}
	return posterior, observed
}

// Gain is the expected loss of uncertainty in bits from learning one of several
// exclusive outcomes; outcomes[k][i] is P(outcome k | hypothesis i).
func Gain(prior []float64, outcomes [][]float64) float64 {
	after := 0.0
	for _, likelihood := range outcomes {
		posterior, observed := Update(prior, likelihood)
		after += observed * Entropy(posterior)
	}
	return math.Max(0, Entropy(prior)-after)
}

// YesNo is the two outcomes of a question with P(yes | hypothesis).
func YesNo(yes []float64) [][]float64 {
	no := make([]float64, len(yes))
	for i, y := range yes {
		no[i] = 1 - y
	}
	return [][]float64{yes, no}
}

// Round keeps nine significant digits, so that results print the same bytes
// whatever order of operations a compiler chose.
func Round(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	digits := 8 - int(math.Floor(math.Log10(math.Abs(x))))
	if digits > 300 {
		return 0
	}
	scale := math.Pow(10, float64(digits))
	return math.Round(x*scale) / scale
}
