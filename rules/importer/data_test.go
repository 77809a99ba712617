package importer

import (
	"bytes"
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
