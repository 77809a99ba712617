package importer

import (
	"slices"
	"strings"
	"testing"
)

func TestEnvironment(t *testing.T) {
	for _, x := range []struct {
		name, lines string
		want        []product
	}{
		{"a product and its version", "- Quillprint Server 4.2", []product{{"Quillprint Server", "4.2", ""}}},
		{"with its system", "Borealis VPN Client 4.4 on Windows 11", []product{{"Borealis VPN Client", "4.4", "Windows 11"}}},
		{"two versions with their system", "Borealis Client 4.4, 4.5 for Linux", []product{{"Borealis Client", "4.4", "Linux"}, {"Borealis Client", "4.5", "Linux"}}},
		{"several systems", "Acrobat 7.0 on Windows 10 and Linux", []product{{"Acrobat", "7.0", ""}}},
		{"a name with for", "Tools for Work 2.0", []product{{"Tools for Work", "2.0", ""}}},
		{"a table", "| Device | Firmware |\n| --- | --- |\n| CardJet 300 | 2.x |\n| CardJet 400 | 3.1 |", []product{{"CardJet 300", ">=2 <3", ""}, {"CardJet 400", "3.1", ""}}},
		{"a year is a name", "Quillprint Desk 2019", []product{{"Quillprint Desk 2019", "", ""}}},
	} {
		d := &document{}
		d.environment(strings.Split(x.lines, "\n"))
		if !slices.Equal(d.products, x.want) {
			t.Errorf("%s: %+v, want %+v", x.name, d.products, x.want)
		}
	}
}
