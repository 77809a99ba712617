// Package corpus makes texts with secrets in them for tests: one template a line
// in templates.txt, and the secrets made up anew for each run, so that nothing
// that looks like a real secret is stored anywhere.
package corpus

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

//go:embed templates.txt
var templates string

// Sample is a text that holds a secret.
type Sample struct {
	Kind   string // kind that the redactor counts it as
	Text   string // the template, filled
	Secret string // what must not be in the text after redaction
}

// Samples are all templates, filled with secrets that depend on the seed alone.
func Samples(seed uint64) ([]Sample, error) {
	random := rand.New(rand.NewPCG(seed, 1))
	var list []Sample
	for n, line := range strings.Split(strings.TrimSpace(templates), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.SplitN(line, "\t", 3)
		if len(f) != 3 || !strings.Contains(f[2], "{{secret}}") {
			return nil, fmt.Errorf("templates.txt:%d: expected kind, pattern and a template with {{secret}}, with tabs between", n+1)
		}
		secret, err := Make(random, f[1])
		if err != nil {
			return nil, fmt.Errorf("templates.txt:%d: %w", n+1, err)
		}
		text := strings.NewReplacer("{{secret}}", secret, `\n`, "\n", `\t`, "\t", `\e`, `\`).Replace(f[2])
		list = append(list, Sample{f[0], text, secret})
	}
	return list, nil
}

// Make is a random text of a pattern: text with classes such as [A-Z0-9]{16},
// or one of @ipv4, @ipv6, @card and @iban.
func Make(random *rand.Rand, pattern string) (string, error) {
	switch pattern {
	case "@ipv4":
		return fmt.Sprintf("%d.%d.%d.%d", 11+random.IntN(100), 1+random.IntN(250), random.IntN(256), 1+random.IntN(250)), nil
	case "@ipv6":
		return fmt.Sprintf("2a00:%x:%x::%x", 4096+random.IntN(60000), 4096+random.IntN(60000), 4096+random.IntN(60000)), nil
	case "@card":
		return card(random), nil
	case "@iban":
		return iban(random), nil
	}
	var b strings.Builder
	for i := 0; i < len(pattern); {
		class, rest, ok := strings.Cut(pattern[i:], "]{")
		if pattern[i] != '[' || !ok {
			b.WriteByte(pattern[i])
			i++
			continue
		}
		number, _, ok := strings.Cut(rest, "}")
		n, err := strconv.Atoi(number)
		if !ok || err != nil {
			return "", fmt.Errorf("pattern %q: expected a class with a number, such as [a-z]{8}", pattern)
		}
		chars := expand(class[1:])
		for range n {
			b.WriteByte(chars[random.IntN(len(chars))])
		}
		i += len(class) + len("]{") + len(number) + len("}")
	}
	return b.String(), nil
}

// expand turns A-Z0-9_ into all of its bytes.
func expand(class string) string {
	var b strings.Builder
	for i := 0; i < len(class); i++ {
		if i+2 < len(class) && class[i+1] == '-' {
			for c := class[i]; c <= class[i+2]; c++ {
				b.WriteByte(c)
			}
			i += 2
			continue
		}
		b.WriteByte(class[i])
	}
	return b.String()
}

// card is a number of 16 digits that passes the check of Luhn.
func card(random *rand.Rand) string {
	d := []byte("4")
	for len(d) < 15 {
		d = append(d, byte('0'+random.IntN(10)))
	}
	sum := 0
	for k := range d {
		v := int(d[len(d)-1-k] - '0')
		if k%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return string(append(d, byte('0'+(10-sum%10)%10)))
}

// iban is a German IBAN with the right remainder.
func iban(random *rand.Rand) string {
	account := ""
	for range 18 {
		account += strconv.Itoa(random.IntN(10))
	}
	r := 0
	for _, c := range account + "131400" { // DE00 behind it
		r = (r*10 + int(c-'0')) % 97
	}
	return fmt.Sprintf("DE%02d%s", 98-r, account)
}
