package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/engine/result"
	"github.com/kbtriage/kbtriage/internal/dnslab"
)

// The script for nsupdate, run as it is printed, makes verify succeed.
func TestPrintedScriptRepairs(t *testing.T) {
	nsupdate, err := exec.LookPath("nsupdate")
	if err != nil {
		if os.Getenv(dnslab.RequireServers) != "" {
			t.Fatal("nsupdate is not installed")
		}
		t.Skip("nsupdate is not installed (Debian: bind9-dnsutils)")
	}
	for _, x := range []struct {
		name    string
		records []string
		refuses string // what must not be in the script
	}{
		{"both missing", nil, "delete"},
		{"one missing", []string{rightExchange}, "exchvs1"},
		{"old address", []string{"exchvs1 A 192.0.2.99", rightCluster}, ""},
		{"old address beside the right one", []string{rightExchange, "exchvs1 A 192.0.2.99", rightCluster}, "update add"},
		{"swapped", []string{"exchvs1 A 192.0.2.22", "cluster1 A 192.0.2.21"}, ""},
		{"alias to another host", []string{"exchvs1 CNAME old", "old A 192.0.2.99", rightCluster}, "old.corp"},
		{"alias to nowhere", []string{"exchvs1 CNAME gone", rightCluster}, "gone.corp"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := zone(x.records...)
			c.AllowUpdate = true
			local := dnslab.BIND(t, c)
			d, _ := differential(t, probing(local)...)
			script := scriptOf(diagnosisOf(t, d, dnsRule))
			if x.refuses != "" && strings.Contains(script, x.refuses) {
				t.Errorf("the script has %q:\n%s", x.refuses, script)
			}
			cmd := exec.Command(nsupdate)
			cmd.Stdin = strings.NewReader(script)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("nsupdate: %v\n%s\n%s", err, out, script)
			}
			if s := program(t, append([]string{"verify", dnsRule}, probing(local)[2:]...)...); s.code != 0 {
				t.Errorf("after the script: exit %d\n%s\n%s", s.code, s.out, script)
			}
		})
	}
}

// scriptOf is the computed lines of the step about nsupdate.
func scriptOf(d result.Diagnosis) string {
	for _, step := range d.Resolution.Steps {
		if _, script, ok := strings.Cut(step, result.DerivedMark+"\n"); ok && strings.Contains(script, "update ") {
			return script + "\n"
		}
	}
	return ""
}

// Two local servers that disagree: the record goes to the one that lacks it.
func TestScriptGoesToTheServerThatLacksTheRecord(t *testing.T) {
	right, one := dnslab.BIND(t, zone(rightExchange, rightCluster)), dnslab.BIND(t, zone(rightExchange))
	d, _ := differential(t, probing(right, one)...)
	script := scriptOf(diagnosisOf(t, d, dnsRule))
	_, port, _ := strings.Cut(one, ":")
	if !strings.Contains(script, "server 127.0.0.1 "+port+"\n") || strings.Count(script, "server ") != 1 || !strings.Contains(script, "cluster1") {
		t.Errorf("the script is not for %s:\n%s", one, script)
	}
}
