package triage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/internal/given"
	"github.com/kbtriage/kbtriage/rules"
)

// Settings turns KEY=VALUE pairs into facts, as given.Facts does. Its error is a
// *UsageError.
func Settings(pairs []string, set func() *rules.Set, origin string) ([]facts.Fact, error) {
	list, err := given.Facts(pairs, set, origin)
	if err != nil {
		return nil, &UsageError{err.Error()}
	}
	return list, nil
}

// FactsFile turns a JSON object of --set keys into pairs: strings, numbers,
// booleans, and lists of strings for account.groups.
func FactsFile(data []byte) ([]string, error) {
	var object map[string]any
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		return nil, fmt.Errorf("expected one JSON object of keys and values: %w", err)
	}
	if object == nil {
		return nil, errors.New("expected one JSON object of keys and values, not null")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("expected one JSON object; there is more behind it")
	}
	if key := repeatedKey(data); key != "" {
		return nil, fmt.Errorf("key %q is given twice", key)
	}
	var pairs []string
	for key, value := range object {
		switch v := value.(type) {
		case string:
			pairs = append(pairs, key+"="+v)
		case json.Number:
			pairs = append(pairs, key+"="+v.String())
		case bool:
			pairs = append(pairs, fmt.Sprintf("%s=%v", key, v))
		case []any:
			var parts []string
			for _, p := range v {
				s, ok := p.(string)
				if !ok {
					return nil, fmt.Errorf("key %q: a list may hold texts only", key)
				}
				parts = append(parts, s)
			}
			pairs = append(pairs, key+"="+strings.Join(parts, ","))
		default:
			return nil, fmt.Errorf("key %q: expected a text, number, true, false or list of texts", key)
		}
	}
	slices.Sort(pairs)
	return pairs, nil
}

// repeatedKey is a key that a JSON object has twice, of which encoding/json
// would take the last without a word, or "".
func repeatedKey(object []byte) string {
	d := json.NewDecoder(strings.NewReader(string(object)))
	seen := map[string]bool{}
	_, _ = d.Token() // {
	for d.More() {
		token, _ := d.Token()
		key, _ := token.(string)
		var value json.RawMessage
		if seen[key] || d.Decode(&value) != nil {
			return key
		}
		seen[key] = true
	}
	return ""
}
