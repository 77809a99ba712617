package triage

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// judged are the diagnoses that a scan of the sample logs reports, each with why
// it is right. What is reported and not in here fails the test.
var judged = map[string]string{
	"host/service-stopped": "events 7000, 7001 and 7009 of the Service Control Manager: services that start automatically did not start on these hosts",
}

// TestNoFalseAlarms scans 16 kinds of system logs and 277 event log files, of
// hosts that have none of the problems, with the embedded base and with some
// 7,300 rules made of articles about old products.
func TestNoFalseAlarms(t *testing.T) {
	data := os.Getenv("KBTRIAGE_DATA")
	for _, folder := range []string{"loghub", "evtx"} {
		if info, err := os.Stat(filepath.Join(data, folder)); data == "" || err != nil || !info.IsDir() {
			t.Skipf("no sample logs: KBTRIAGE_DATA=%q has no folder %s", data, folder)
		}
	}
	rules := filepath.Join(t.TempDir(), "imported")
	generate := exec.Command("go", "run", "../bench/rulegen", "imported", "-n", "10000", "-articles", data, "-out", rules)
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	k, err := Load(BaseOptions{Paths: []string{rules}})
	if err != nil {
		t.Fatal(err)
	}
	if n := k.Base.Len(); n < 5000 {
		t.Fatalf("%d rules; the articles should give more than 5,000", n)
	}
	for folder, records := range map[string]int64{"loghub": 31_000, "evtx": 14_000} {
		f, err := k.Scan(t.Context(), &ScanRequest{Paths: []string{filepath.Join(data, folder)}})
		if err != nil {
			t.Fatal(err)
		}
		if f.Totals.Records < records || f.Totals.Hits < 1000 {
			t.Errorf("%s: %d records, %d hits; a test that looks at nothing proves nothing", folder, f.Totals.Records, f.Totals.Hits)
		}
		for _, c := range f.Causes {
			if why := judged[c.Rule]; why != "" {
				t.Logf("%s: %s on %v is right: %s", folder, c.Rule, c.Hosts, why)
				continue
			}
			t.Errorf("%s: false alarm: %s (%s) on %v", folder, c.Rule, c.Title, c.Hosts)
		}
	}
}
