package intake

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kbtriage/kbtriage/facts"
)

// file is a member of a bundle that a test makes.
type file struct{ name, content string }

// listed is a member as its manifest should name it.
func listed(name, path, content string) Bundled {
	sum := sha256.Sum256([]byte(content))
	return Bundled{Name: name, Path: path, Format: "text", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

// packed is a tar archive with the manifest before the files.
func packed(t testing.TB, m Manifest, files ...file) []byte {
	t.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return packedRaw(t, append([]file{{BundleManifest, string(data)}}, files...)...)
}

func packedRaw(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Size: int64(len(f.content)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// streams notes what an Opener finds.
type streams struct {
	paths    []string
	problems []string
}

func (s *streams) Stream(st *Stream) error {
	s.paths = append(s.paths, st.Path)
	if st.Bundle == nil {
		s.paths[len(s.paths)-1] += " (no bundle)"
	}
	return nil
}

func (s *streams) Problem(p facts.Problem) {
	s.problems = append(s.problems, p.Source+" "+p.Reason)
}

func found(t testing.TB, o Opener, data []byte) *streams {
	t.Helper()
	s := &streams{}
	if err := o.Stream(context.Background(), "web1.tar", bytes.NewReader(data), int64(len(data)), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBundleHasThePathsOfTheHost(t *testing.T) {
	m := Manifest{Version: BundleVersion, Host: "web1", Members: []Bundled{listed("a", "host: /var/log/a", "one"), listed("b", "host: b", "two")}}
	for _, tt := range []struct {
		name     string
		many     bool
		data     []byte
		paths    []string
		problems []string
	}{
		{"whole", false, packed(t, m, file{"a", "one"}, file{"b", "two"}), []string{"host: /var/log/a", "host: b"}, nil},
		{"among others", true, packed(t, m, file{"a", "one"}, file{"b", "two"}), []string{"web1: /var/log/a", "web1: b"}, nil},
		{
			"inside another archive", false, packedRaw(t, file{"x", "log"}, file{"web1.tar", string(packed(t, m, file{"a", "one"}, file{"b", "two"}))}, file{"y", "log"}),
			[]string{"web1.tar!x (no bundle)", "host: /var/log/a", "host: b", "web1.tar!y (no bundle)"},
			nil,
		},
		{"damaged", false, packed(t, m, file{"a", "onf"}, file{"b", "two"}), []string{"host: /var/log/a", "host: b"}, []string{"host: /var/log/a bundle.damaged"}},
		{"missing", false, packed(t, m, file{"b", "two"}), []string{"host: b"}, []string{"host: /var/log/a bundle.missing"}},
		{"twice", false, packed(t, m, file{"a", "one"}, file{"a", "one"}, file{"b", "two"}), []string{"host: /var/log/a", "host: a", "host: b"}, []string{"host: a bundle.not-listed"}},
		{"another version", false, packed(t, Manifest{Version: 2}, file{"a", "one"}), nil, []string{"web1.tar bundle.version"}},
		{"a manifest that is none", false, packedRaw(t, file{BundleManifest, `{"message":"hello"}`}), []string{"web1.tar!manifest.json (no bundle)"}, nil},
		{"a manifest that is cut", false, packedRaw(t, file{BundleManifest, `{"kbtriage_bundle":1,`}, file{"a", "one"}), nil, []string{"web1.tar bundle.invalid"}},
	} {
		s := found(t, Opener{Many: tt.many}, tt.data)
		if diff := cmp.Diff(tt.paths, s.paths); diff != "" {
			t.Errorf("%s: paths (-want +got)\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.problems, s.problems); diff != "" {
			t.Errorf("%s: problems (-want +got)\n%s", tt.name, diff)
		}
	}
}

// FuzzBundle reads any manifest: each member that it names is handed over, or
// named in a problem, and so is each that it does not name.
func FuzzBundle(f *testing.F) {
	f.Add(`{"kbtriage_bundle":1,"host":"web1","members":[{"name":"a","path":"host: a","size":3}]}`, "one")
	f.Add(`{"kbtriage_bundle":2}`, "")
	f.Add(`{"kbtriage_bundle":1,"members":[{"name":"a"},{"name":"a"},{"name":""}]}`, "\x00\x01")
	f.Fuzz(func(t *testing.T, manifest, content string) {
		s := found(t, Opener{}, packedRaw(t, file{BundleManifest, manifest}, file{"a", content}))
		if !isManifest([]byte(manifest)) {
			return
		}
		var m Manifest
		if err := json.Unmarshal([]byte(manifest), &m); err != nil || m.Version != BundleVersion {
			if len(s.problems) == 0 {
				t.Errorf("a manifest that cannot be read is not named")
			}
			return
		}
		for _, x := range m.Members {
			path := x.Path
			if path == "" {
				path = HostPrefix + x.Name
			}
			named := false
			for _, p := range s.paths {
				named = named || p == path
			}
			for _, p := range s.problems {
				named = named || strings.HasPrefix(p, path+" ")
			}
			if !named {
				t.Errorf("%q is neither read nor named: %q %q", path, s.paths, s.problems)
			}
		}
	})
}
