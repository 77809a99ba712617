package importer

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kbtriage/kbtriage/rules"
)

// TestArchive reads the articles of the archive below $KBTRIAGE_DATA: all of them
// import with no line lost, and the rules of one in 20 load.
func TestArchive(t *testing.T) {
	root := os.Getenv("KBTRIAGE_DATA")
	if root == "" {
		t.Skip("KBTRIAGE_DATA is not set: the articles of the archive were not tried")
	}
	count, drafts, loaded := 0, 0, 0
	err := filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.EqualFold(filepath.Ext(file), ".TXT") || !strings.HasPrefix(e.Name(), "Q") {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		complete(t, name, data)
		r := Import(name, data)
		if len(r.Drafts) == 0 && r.Reason == "" {
			t.Errorf("%s: neither a rule nor a reason", name)
		}
		if r.Reason == errForm.Error() {
			t.Errorf("%s: %s", name, r.Reason)
		}
		for _, d := range r.Drafts {
			if drafts++; drafts%20 != 0 {
				continue
			}
			loaded++
			if rule, msgs := rules.Parse(d.ID, d.YAML); rule == nil {
				t.Errorf("%s: %s does not load: %v", name, d.ID, msgs)
			}
		}
		count++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count == 0 {
		t.Skip("no articles below KBTRIAGE_DATA")
	}
	t.Logf("%d articles, %d rules, %d of them loaded", count, drafts, loaded)
}

// TestArchiveGolden compares what is known of articles with odd forms to what their
// import gives: numbers, codes, ids and places, none of their text.
func TestArchiveGolden(t *testing.T) {
	root := os.Getenv("KBTRIAGE_DATA")
	if root == "" {
		t.Skip("KBTRIAGE_DATA is not set: the articles of the archive were not tried")
	}
	const golden = "testdata/archive.txt"
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(want)) {
		number, _, ok := strings.Cut(line, ": ")
		if strings.HasPrefix(line, "#") || !ok {
			out.WriteString(line)
			continue
		}
		name := "000" + number[1:]
		name = name[len(name)-6:len(name)-3] + "/" + number + ".TXT"
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		got := number + ": " + summary(t, Import(name, data)) + "\n"
		if got != line && os.Getenv("KBTRIAGE_UPDATE") == "" {
			t.Errorf("\n got %s\nwant %s", got, line)
		}
		out.WriteString(got)
	}
	if os.Getenv("KBTRIAGE_UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(out.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// summary is the rules of an article in one line.
func summary(t *testing.T, r Result) string {
	if len(r.Drafts) == 0 {
		return "none: " + r.Reason
	}
	var list []string
	for _, d := range r.Drafts {
		rule, msgs := rules.Parse(r.Path, d.YAML)
		if rule == nil {
			t.Fatal(msgs)
		}
		var codes, mentioned, events []string
		messages := 0
		for _, s := range rule.Symptoms {
			messages += len(s.Condition.Texts)
			for _, c := range s.Condition.Codes {
				if s.Name == "mentioned" {
					mentioned = append(mentioned, c.Code.String())
				} else {
					codes = append(codes, c.Code.String())
				}
			}
			if e := s.Condition.Event; e != nil {
				events = append(events, strings.TrimSpace(fmt.Sprint(e.IDs)+" "+e.Source))
			}
		}
		ways := map[string]bool{}
		for _, s := range rule.Resolution.Steps {
			ways[s.Way] = true
		}
		delete(ways, "")
		list = append(list, fmt.Sprintf("%s; products %d; codes %v; mentioned %v; events %v; messages %d; %s, steps %d, ways %d; related %v; %v; flags %q",
			rule.ID, len(rule.AppliesTo), codes, mentioned, events, messages, rule.Resolution.Kind, len(rule.Resolution.Steps), len(ways),
			rule.Article.Related, rule.Article.Origin.Parts, rule.Article.Origin.Flags))
	}
	return strings.Join(list, " | ")
}

// TestArchiveFacts checks articles of the archive of which something is known.
func TestArchiveFacts(t *testing.T) {
	root := os.Getenv("KBTRIAGE_DATA")
	if root == "" {
		t.Skip("KBTRIAGE_DATA is not set: the articles of the archive were not tried")
	}
	one := func(t *testing.T, r Result) *rules.Rule {
		if len(r.Drafts) != 1 {
			t.Fatalf("%d rules, reason %q", len(r.Drafts), r.Reason)
		}
		rule, msgs := rules.Parse(r.Path, r.Drafts[0].YAML)
		if rule == nil {
			t.Fatal(msgs)
		}
		return rule
	}
	for _, x := range []struct {
		number string
		check  func(*testing.T, Result)
	}{
		{"Q263029", func(t *testing.T, r Result) {
			rule := one(t, r)
			codes, messages := 0, 0
			for _, s := range rule.Symptoms {
				messages += len(s.Condition.Texts)
				for _, c := range s.Condition.Codes {
					if s.Name != "mentioned" {
						codes++
						if c.Value != 0xC00203E5 {
							t.Errorf("the code %v", c.Code)
						}
					}
				}
				if e := s.Condition.Event; e != nil && (!slices.Equal(e.IDs, []uint32{4058}) || e.Source != "") {
					t.Errorf("the event %+v", e)
				}
			}
			if codes != 1 || messages != 1 || !bytes.Contains(r.Drafts[0].YAML, []byte("event_4058:")) {
				t.Errorf("%d codes, %d messages", codes, messages)
			}
		}},
		{"Q139995", func(t *testing.T, r Result) {
			if len(r.Drafts) != 2 {
				t.Errorf("%d rules, expected 2", len(r.Drafts))
			}
		}},
		{"Q173840", func(t *testing.T, r Result) {
			rule := one(t, r)
			if rule.Cause == "" || rule.Article.Symptoms == "" {
				t.Error("cause or symptoms are missing")
			}
			at := func(kind string) int {
				return slices.IndexFunc(rule.Article.Origin.Parts, func(p string) bool { return strings.HasPrefix(p, kind+" ") })
			}
			if c, s := at("cause"), at("symptoms"); c < 0 || s < 0 || c > s {
				t.Errorf("the parts are %v", rule.Article.Origin.Parts)
			}
			if slices.Contains(r.Flags, "no symptoms: the title stands for them") {
				t.Error("the symptoms were not found")
			}
		}},
		{"Q194869", func(t *testing.T, r Result) {
			if !slices.Contains(r.Flags, "the title may be cut") {
				t.Errorf("the flags are %v", r.Flags)
			}
		}},
		{"Q50305", func(t *testing.T, r Result) {
			if !slices.Contains(r.Flags, "does not say what it applies to") {
				t.Errorf("the flags are %v", r.Flags)
			}
		}},
	} {
		t.Run(x.number, func(t *testing.T) {
			folder := "0" + x.number[1:max(len(x.number)-3, 1)]
			folder = folder[len(folder)-3:]
			name := folder + "/" + x.number + ".TXT"
			data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
			if err != nil {
				t.Skip(x.number + " is not among the articles")
			}
			x.check(t, Import(name, data))
		})
	}
}
