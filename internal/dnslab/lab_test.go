package dnslab

import (
	"bytes"
	"testing"
	"time"
)

func TestServersAnswer(t *testing.T) {
	zones := map[string]string{"corp.example": Zone("exchvs1 A 192.0.2.21")}
	for name, addr := range map[string]string{
		"BIND":   BIND(t, Config{Zones: zones}),
		"NSD":    NSD(t, Config{Zones: zones}),
		"polite": Serve(t, Polite(Good)).Addr,
	} {
		reply, err := Ask(addr, NewQuery(7, "exchvs1.corp.example", TypeA), 2*time.Second)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Contains(reply, []byte{192, 0, 2, 21}) || reply[3]&0xf != 0 {
			t.Errorf("%s: % x", name, reply)
		}
	}
}

func TestAddA(t *testing.T) {
	addr := BIND(t, Config{Zones: map[string]string{"corp.example": Zone()}, AllowUpdate: true})
	AddA(t, addr, "corp.example", "cluster1.corp.example", "192.0.2.22")
	reply, err := Ask(addr, NewQuery(7, "cluster1.corp.example", TypeA), 2*time.Second)
	if err != nil || !bytes.Contains(reply, []byte{192, 0, 2, 22}) {
		t.Errorf("% x, %v", reply, err)
	}
}

func TestThereAreEnoughManners(t *testing.T) {
	if n := len(Manners()); n < 20 {
		t.Errorf("%d bad manners", n)
	}
}
