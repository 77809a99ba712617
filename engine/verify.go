package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kbtriage/kbtriage/facts"
	"github.com/kbtriage/kbtriage/rules/cond"
)

// verify lists the commands that show whether the resolution worked, each with
// the symptoms that must be gone.
func (f *filling) verify() []string {
	var commands []string
	names := map[string][]string{}
	for _, name := range f.rule.Resolution.Verify {
		_, c := f.rule.Find(name)
		if c == nil {
			continue
		}
		command := "kbtriage verify " + f.rule.ID + f.howToLearn(c)
		if len(names[command]) == 0 {
			commands = append(commands, command)
		}
		names[command] = append(names[command], name)
	}
	lines := make([]string, len(commands))
	for i, command := range commands {
		lines[i] = fmt.Sprintf("%s must be gone: %s", strings.Join(names[command], " and "), command)
	}
	return lines
}

// howToLearn is the flags that supply a condition: a probe with the inputs and
// servers of the case, or a person's answer.
func (f *filling) howToLearn(c *cond.Condition) string {
	how := ""
	c.Leaves(func(_ string, leaf *cond.Condition) {
		if how != "" {
			return
		}
		if leaf.Probe != nil {
			how = " --probe" + f.inputFlags(leaf.Probe.Names) + f.serverFlags()
		} else if key, _ := leaf.DefaultQuestion(); key != "" {
			how = " --set " + quote(key+"=...")
		}
	})
	return how
}

// inputFlags are the names and addresses that a probe needs; "..." stands for
// what is not known.
func (f *filling) inputFlags(names []string) string {
	if len(names) == 0 {
		names = f.endpoints()
	}
	flags := ""
	for _, name := range names {
		for _, key := range []string{name + ".name", name + ".address"} {
			value, ok := f.c.Input(key)
			if !ok {
				value = "..."
			}
			flags += " --set " + quote(key+"="+clean(value))
		}
	}
	return flags
}

// serverFlags repeat the servers that were named for the case.
func (f *filling) serverFlags() string {
	flags := ""
	for _, x := range f.c.Facts {
		if x.Kind != facts.KindResolvers || x.Resolvers.Source != "--resolver" {
			continue
		}
		for _, s := range x.Resolvers.Servers {
			flags += " --resolver " + s
		}
		for _, s := range slices.Sorted(slices.Values(x.Resolvers.Local)) {
			flags += " --local-dns " + s
		}
	}
	return flags
}
