package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/kbtriage/kbtriage/internal/source"
	"github.com/kbtriage/kbtriage/internal/triage"
)

// config is what flags, KBTRIAGE_* variables and the configuration file may
// set, in this order of precedence.
type config struct {
	Output           string        `mapstructure:"output"`
	KB               []string      `mapstructure:"kb"`
	NoEmbedded       bool          `mapstructure:"no-embedded"`
	Drafts           bool          `mapstructure:"drafts"`
	Trust            []string      `mapstructure:"trust"`
	RequireSigned    bool          `mapstructure:"require-signed"`
	Revoked          []string      `mapstructure:"revoked"`
	Overlay          []string      `mapstructure:"overlay"`
	Today            string        `mapstructure:"today"`
	Probe            bool          `mapstructure:"probe"`
	Resolver         []string      `mapstructure:"resolver"`
	Search           []string      `mapstructure:"search"`
	ResolvConf       string        `mapstructure:"resolv-conf"`
	LocalDNS         []string      `mapstructure:"local-dns"`
	AllowUpdateProbe bool          `mapstructure:"allow-update-probe"`
	Timeout          time.Duration `mapstructure:"timeout"`
	Top              int           `mapstructure:"top"`
	Workers          int           `mapstructure:"workers"`
	NoColor          bool          `mapstructure:"no-color"`
	Redact           bool          `mapstructure:"redact"`
	RedactWords      []string      `mapstructure:"redact-words"`
	RedactKeep       []string      `mapstructure:"redact-keep"`
	RedactOff        []string      `mapstructure:"redact-off"`
	RedactPatterns   []string      `mapstructure:"redact-patterns"`
}

func defaults() config { return config{Output: "text", Timeout: 5 * time.Second} }

// configPath is where the configuration file is looked for (XDG), and whether a flag named it.
func configPath(w *world, cmd *cobra.Command) (path string, named bool) {
	if f := cmd.Flags().Lookup("config"); f != nil && f.Changed {
		return f.Value.String(), true
	}
	if p := w.getenv("KBTRIAGE_CONFIG"); p != "" {
		return p, true
	}
	dir := w.getenv("XDG_CONFIG_HOME")
	if dir == "" {
		home := w.getenv("HOME")
		if home == "" {
			return "", false // and not a file below the current folder
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "kbtriage", "config.yaml"), false
}

// load merges flags, environment and file. Unknown keys and wrong types are usage errors.
func load(w *world, cmd *cobra.Command) (config, error) {
	c := defaults()
	path, named := configPath(w, cmd)
	values, err := readConfig(path, named)
	if err != nil {
		return c, &triage.UsageError{Text: fmt.Sprintf("configuration %s: %v", path, err)}
	}
	for i, key := range configKeys() {
		if s := w.getenv(variable(key)); s != "" {
			values[key] = fromText(configType(i), s)
			if expected := mismatch(configType(i), values[key]); expected != "" {
				return c, &triage.UsageError{Text: fmt.Sprintf("%s=%s: expected %s", variable(key), s, expected)}
			}
		}
	}
	v := viper.New()
	if err := v.MergeConfigMap(values); err != nil {
		return c, &triage.UsageError{Text: fmt.Sprintf("configuration %s: %v", path, err)}
	}
	for _, key := range configKeys() {
		if f := cmd.Flags().Lookup(key); f != nil {
			if err := v.BindPFlag(key, f); err != nil {
				return c, &triage.UsageError{Text: err.Error()}
			}
		}
	}
	v.SetDefault("output", c.Output)
	v.SetDefault("timeout", c.Timeout)
	if err := v.UnmarshalExact(&c); err != nil {
		return c, &triage.UsageError{Text: fmt.Sprintf("configuration: %v", err)}
	}
	switch {
	case c.Timeout <= 0:
		return c, &triage.UsageError{Text: "--timeout must be more than 0"}
	case c.Top < 0 || c.Workers < 0:
		return c, &triage.UsageError{Text: "--top and --workers must not be negative"}
	}
	return c, nil
}

// readConfig reads the configuration file strictly. A file that nobody named
// need not be there.
func readConfig(path string, named bool) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		if !named && errors.Is(err, fs.ErrNotExist) {
			return map[string]any{}, nil
		}
		return nil, err
	}
	if n := secondDocument(string(data)); n > 0 {
		return nil, fmt.Errorf("line %d begins a second document; expected one", n)
	}
	v := viper.New()
	v.SetConfigType("yaml")
	if err := v.ReadConfig(bytes.NewReader(data)); err != nil {
		return nil, err
	}
	known := configKeys()
	var wrong []string
	values := map[string]any{}
	for _, key := range slices.Sorted(slices.Values(v.AllKeys())) {
		values[key] = v.Get(key)
		i := slices.Index(known, key)
		if i < 0 {
			text := fmt.Sprintf("unknown key %q", key)
			if hint := source.DidYouMean(key, known); hint != "" {
				text += "; " + hint
			}
			wrong = append(wrong, text)
		} else if expected := mismatch(configType(i), values[key]); expected != "" {
			wrong = append(wrong, fmt.Sprintf("%s: expected %s, not %v", key, expected, values[key]))
		}
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "\n"))
	}
	return values, nil
}

// secondDocument is the line that begins a second YAML document, which viper
// would ignore without a word, or 0.
func secondDocument(text string) int {
	begun := false
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimRight(l, " \t\r")
		switch {
		case l == "" || l[0] == '#' || l[0] == '%':
		case begun && (l == "---" || strings.HasPrefix(l, "--- ")):
			return i + 1
		default:
			begun = true
		}
	}
	return 0
}

// fromText is what a variable holds, as the type of its key where it can be.
func fromText(t reflect.Type, s string) any {
	switch t {
	case reflect.TypeFor[bool]():
		if b, err := strconv.ParseBool(s); err == nil {
			return b
		}
	case reflect.TypeFor[int]():
		if n, err := strconv.Atoi(s); err == nil {
			return n
		}
	}
	return s
}

// mismatch says what was expected where a value has not the type of its key.
func mismatch(t reflect.Type, value any) (expected string) {
	ok := false
	text, isText := value.(string)
	switch t {
	case reflect.TypeFor[time.Duration]():
		_, err := time.ParseDuration(text)
		ok, expected = err == nil, "a duration such as 5s"
	case reflect.TypeFor[bool]():
		_, ok = value.(bool)
		expected = "true or false"
	case reflect.TypeFor[int]():
		_, ok = value.(int)
		expected = "a whole number"
	case reflect.TypeFor[[]string]():
		list, isList := value.([]any)
		ok, expected = isText || isList, "a text or a list of texts"
		for _, x := range list {
			_, isText = x.(string)
			ok = ok && isText
		}
	default:
		ok, expected = isText, "a text"
	}
	if ok {
		return ""
	}
	return expected
}

// variable is the name of the environment variable for a key.
func variable(key string) string {
	return "KBTRIAGE_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}

func configKeys() []string {
	var keys []string
	t := reflect.TypeFor[config]()
	for i := range t.NumField() {
		keys = append(keys, t.Field(i).Tag.Get("mapstructure"))
	}
	return keys
}

func configType(i int) reflect.Type { return reflect.TypeFor[config]().Field(i).Type }

// values are the settings by key, as a person writes them.
func (c *config) values() map[string]any {
	values := map[string]any{}
	v := reflect.ValueOf(c).Elem()
	for i, key := range configKeys() {
		values[key] = v.Field(i).Interface()
	}
	values["timeout"] = c.Timeout.String()
	return values
}

// base is the part of the configuration that says which rules to load.
func (c *config) base(w *world) triage.BaseOptions {
	o := triage.BaseOptions{
		Paths: c.KB, NoEmbedded: c.NoEmbedded, Drafts: c.Drafts,
		Trust: c.Trust, RequireSigned: c.RequireSigned, Revoked: c.Revoked, Overlays: c.Overlay, Today: c.Today,
	}
	if o.Today == "" && len(o.Overlays) > 0 {
		o.Today = w.now().UTC().Format(time.DateOnly)
	}
	return o
}

// probe is the part that says what automatic checks may do.
func (c *config) probe(w *world) triage.ProbeOptions {
	return triage.ProbeOptions{
		Allowed: c.Probe, Resolvers: c.Resolver, Search: c.Search, ResolvConf: c.ResolvConf, Local: c.LocalDNS,
		Update: c.AllowUpdateProbe, Timeout: c.Timeout, Dial: w.dial,
	}
}

// redactor is the part that says what to hide; nil where nothing is hidden.
func (c *config) redactor() (*triage.Redactor, error) {
	return triage.NewRedactor(triage.RedactOptions{On: c.Redact, Words: c.RedactWords, Keep: c.RedactKeep, Off: c.RedactOff, Patterns: c.RedactPatterns})
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
