package redact

import "strings"

// card looks at digits, alone or in groups of four (or 4-6-5), that may be the
// number of a credit card.
func (c *scan) card(i, j int) int {
	s := c.s
	switch b := byteAt(s, i-1); {
	case isWord(b), b == '_', b == '.', b == '#', b == '-', b == '$', b == '+':
		return 0
	}
	var digits [19]byte
	n, end, groups := 0, i, 1
	sep := byte(0)
	for end < len(s) {
		b := s[end]
		if isDigit(b) {
			if n == len(digits) {
				return 0
			}
			digits[n] = b - '0'
			n++
			end++
			continue
		}
		if (b == ' ' || b == '-') && (sep == 0 || sep == b) && isDigit(byteAt(s, end+1)) && j-i == 4 && n < 16 && (digits[0] != 3 || n < 15) {
			sep = b
			groups++
			end++
			continue
		}
		break
	}
	if b := byteAt(s, end); isWord(b) || b == '_' || b == '-' || b == '.' && isDigit(byteAt(s, end+1)) || b == ':' && isDigit(byteAt(s, end+1)) {
		return 0
	}
	if j-i == 4 && groups != 4 && !(n == 15 && groups == 3) && !(n == 14 && groups == 3) {
		return 0
	}
	if !brand(digits[:n]) || !luhn(digits[:n]) {
		return 0
	}
	return c.hide(kindCard, i, end)
}

// brand reports whether length and first digits are those of an issuer.
func brand(d []byte) bool {
	if len(d) < 14 {
		return false
	}
	two := int(d[0])*10 + int(d[1])
	four := two*100 + int(d[2])*10 + int(d[3])
	switch len(d) {
	case 16:
		return d[0] == 4 || two >= 51 && two <= 55 || four >= 2221 && four <= 2720 || four == 6011 || two == 65 || four/10 >= 644 && four/10 <= 649 || four >= 3528 && four <= 3589
	case 15:
		return two == 34 || two == 37
	case 14:
		return two == 36 || two == 38 || four/10 >= 300 && four/10 <= 305
	}
	return false
}

func luhn(d []byte) bool {
	sum, other := 0, false
	for k := range d {
		other = other || d[k] != d[0]
		v := int(d[len(d)-1-k])
		if k%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return other && sum%10 == 0
}

// iban looks at two letters and two digits that may start an IBAN (ISO 13616),
// with or without blanks between groups of four.
func (c *scan) iban(i, j int) int {
	s := c.s
	if b := byteAt(s, i-1); isWord(b) || b == '_' || b == '-' || b == '.' {
		return 0
	}
	var text [34]byte
	n, end := 0, i
	for end < len(s) && n < len(text) {
		b := s[end]
		if isUpper(b) || isDigit(b) {
			text[n] = b
			n++
			end++
			continue
		}
		if b == ' ' && j-i == 4 && n%4 == 0 && isUpperDigit(byteAt(s, end+1)) {
			end++
			continue
		}
		break
	}
	for j-i == 4 && n > 14 && !mod97(text[:n]) && s[end-1] != ' ' { // words in capitals behind it
		k := strings.LastIndexByte(s[i:end], ' ')
		if k < 0 {
			return 0
		}
		n -= end - (i + k) - 1
		end = i + k
	}
	if n < 15 || isWord(byteAt(s, end)) || byteAt(s, end) == '_' || !mod97(text[:n]) {
		return 0
	}
	return c.hide(kindIBAN, i, end)
}

// mod97 checks an IBAN: its country, length and remainder.
func mod97(t []byte) bool {
	if len(t) < 15 || !strings.Contains(ibanCountries, string(t[:2])) {
		return false
	}
	r := 0
	for k := range t {
		b := t[(k+4)%len(t)]
		if isDigit(b) {
			r = (r*10 + int(b-'0')) % 97
		} else {
			r = (r*100 + int(b-'A') + 10) % 97
		}
	}
	return r == 1
}

// ibanCountries are those of the registry of ISO 13616.
const ibanCountries = "AD AE AL AT AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE EG ES FI FO FR GB GE GI GL GR GT HR HU IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MR MT MU NL NO PK PL PS PT QA RO RS SA SC SD SE SI SK SM ST SV TL TN TR UA VA VG XK"

// numberLabel replaces a phone number or a US social security number behind its label.
func (c *scan) numberLabel(l label, j int) int {
	s := c.s
	at, _, _, ok := separator(s, j)
	if !ok {
		at = runBlank(s, j)
		if k := at; l.form == ssn && (hasPrefixFold(s[k:], "is ") || byteAt(s, k) == '#') {
			at = runBlank(s, run(s, k, func(b byte) bool { return !isBlank(b) }))
		}
		if at == j {
			return 0
		}
	}
	if l.form == ssn {
		end := run(s, at, func(b byte) bool { return isDigit(b) || b == '-' || b == ' ' })
		for end > at && !isDigit(s[end-1]) {
			end--
		}
		v := s[at:end]
		if count(v) != 9 || len(v) > 11 {
			return 0
		}
		return c.hide(kindSSN, at, end)
	}
	end := run(s, at, func(b byte) bool {
		return isDigit(b) || b == '+' || b == '(' || b == ')' || b == '-' || b == ' ' || b == '.' || b == '/'
	})
	for end > at && !isDigit(s[end-1]) {
		end--
	}
	if n := count(s[at:end]); n < 7 || n > 15 || isWord(byteAt(s, end)) || end-at > 24 {
		return 0
	}
	if _, isIP := parse4(s[at:end]); isIP {
		return 0
	}
	return c.hide(kindPhone, at, end)
}

func count(s string) int {
	n := 0
	for k := range len(s) {
		if isDigit(s[k]) {
			n++
		}
	}
	return n
}
