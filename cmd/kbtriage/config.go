package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
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
		dir = filepath.Join(w.getenv("HOME"), ".config")
	}
	return filepath.Join(dir, "kbtriage", "config.yaml"), false
}

// load merges flags, environment and file. Unknown keys and wrong types are usage errors.
func load(w *world, cmd *cobra.Command) (config, error) {
	c := defaults()
	v := viper.NewWithOptions(viper.ExperimentalBindStruct())
	v.SetEnvPrefix("KBTRIAGE")
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	v.AutomaticEnv()
	path, named := configPath(w, cmd)
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil && (named || !errors.Is(err, fs.ErrNotExist)) {
		return c, &triage.UsageError{Text: fmt.Sprintf("configuration %s: %v", path, err)}
	}
	known := configKeys()
	for _, key := range v.AllKeys() {
		if !contains(known, key) {
			text := fmt.Sprintf("configuration %s has an unknown key %q", path, key)
			if hint := source.DidYouMean(key, known); hint != "" {
				text += "; " + hint
			}
			return c, &triage.UsageError{Text: text}
		}
	}
	for _, key := range known {
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

func configKeys() []string {
	var keys []string
	t := reflect.TypeFor[config]()
	for i := range t.NumField() {
		keys = append(keys, t.Field(i).Tag.Get("mapstructure"))
	}
	return keys
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// base is the part of the configuration that says which rules to load.
func (c *config) base() triage.BaseOptions {
	return triage.BaseOptions{Paths: c.KB, NoEmbedded: c.NoEmbedded, Drafts: c.Drafts}
}

// probe is the part that says what automatic checks may do.
func (c *config) probe(w *world) triage.ProbeOptions {
	return triage.ProbeOptions{
		Allowed: c.Probe, Resolvers: c.Resolver, Search: c.Search, ResolvConf: c.ResolvConf, Local: c.LocalDNS,
		Update: c.AllowUpdateProbe, Timeout: c.Timeout, Dial: w.dial,
	}
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
