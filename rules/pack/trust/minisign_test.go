package trust

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool is the program minisign, which other people check our signatures with.
func tool(t *testing.T) func(args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("minisign")
	if err != nil {
		if os.Getenv("KBTRIAGE_REQUIRE_SERVERS") != "" {
			t.Fatal("minisign is needed (Debian: minisign)")
		}
		t.Skip("there is no minisign (Debian: minisign)")
	}
	dir := t.TempDir()
	return func(args ...string) (string, error) {
		cmd := exec.Command(path, args...)
		cmd.Dir = dir
		if args[0] == "dir" {
			return dir, nil
		}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
}

// TestMinisign: what we sign minisign takes, and what it signs we take; keys are the
// same files; neither takes a changed byte.
func TestMinisign(t *testing.T) {
	minisign := tool(t)
	dir, _ := minisign("dir")
	file := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(file(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) []byte {
		t.Helper()
		data, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	must := func(args ...string) {
		t.Helper()
		if out, err := minisign(args...); err != nil {
			t.Fatalf("minisign %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	_, data := samplePack(t)
	write("x.kbpack", data)

	// Ours, held by minisign.
	secret, public, err := NewSigner("")
	if err != nil {
		t.Fatal(err)
	}
	write("ours.key", secret)
	write("ours.pub", public)
	ours, err := ParseSigner(secret, "")
	if err != nil {
		t.Fatal(err)
	}
	write("x.kbpack.minisig", ours.Sign(data, "kbtriage pack mail/relay 1.2.0"))
	must("-V", "-p", "ours.pub", "-m", "x.kbpack")
	must("-V", "-P", ours.Key().String(), "-m", "x.kbpack")
	write("x.kbpack", append([]byte{'x'}, data...))
	if out, err := minisign("-V", "-p", "ours.pub", "-m", "x.kbpack"); err == nil {
		t.Errorf("minisign takes other bytes: %s", out)
	}
	write("x.kbpack", data)

	// With our key, signed by minisign.
	must("-S", "-W", "-s", "ours.key", "-m", "x.kbpack")
	if _, refused := trusting(ours).Verify("x", data, read("x.kbpack.minisig")); refused != nil {
		t.Error(refused)
	}

	// Theirs, held by us, and their key in our hands.
	must("-G", "-W", "-p", "theirs.pub", "-s", "theirs.key")
	must("-S", "-s", "theirs.key", "-m", "x.kbpack")
	key, err := ParseKey(read("theirs.pub"))
	if err != nil {
		t.Fatal(err)
	}
	p := new(Policy)
	p.Trust(key)
	if k, refused := p.Verify("x", data, read("x.kbpack.minisig")); refused != nil || k.ID() != key.ID() {
		t.Error(refused)
	}
	theirs, err := ParseSigner(read("theirs.key"), "")
	if err != nil || theirs.Key().ID() != key.ID() {
		t.Fatalf("their secret key: %v", err)
	}
	write("x.kbpack.minisig", theirs.Sign(data, "again"))
	must("-V", "-p", "theirs.pub", "-m", "x.kbpack")

	// The old kind, and a comment of one's own, are theirs only.
	must("-S", "-l", "-s", "theirs.key", "-m", "x.kbpack")
	if _, refused := p.Verify("x", data, read("x.kbpack.minisig")); refusedAs(refused) != "pack.signature-form" {
		t.Errorf("the old kind: %v", refused)
	}
	must("-S", "-c", "by me", "-s", "theirs.key", "-m", "x.kbpack")
	if _, refused := p.Verify("x", data, read("x.kbpack.minisig")); refusedAs(refused) != "pack.signature-form" {
		t.Errorf("a comment of one's own: %v", refused)
	}
}

// TestPassword: a secret key with a password opens with it alone, here and in
// minisign. Each time takes 1 GiB of memory, so this is a test for machines that are
// there for tests.
func TestPassword(t *testing.T) {
	if os.Getenv("KBTRIAGE_REQUIRE_SERVERS") == "" {
		t.Skip("takes 1 GiB of memory: set KBTRIAGE_REQUIRE_SERVERS to run it")
	}
	if underRace {
		t.Skip("takes minutes under the race detector, which has nothing to find in it")
	}
	minisign := tool(t)
	dir, _ := minisign("dir")
	secret, public, err := NewSigner("open sesame")
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"", "open sesam"} {
		if _, err := ParseSigner(secret, wrong); !errors.Is(err, ErrPassword) {
			t.Errorf("with the password %q: %v", wrong, err)
		}
	}
	s, err := ParseSigner(secret, "open sesame")
	if err != nil || !strings.Contains(string(public), s.Key().String()) {
		t.Fatalf("with the right password: %v", err)
	}
	for name, data := range map[string][]byte{"x.key": secret, "x.pub": public, "x": []byte("x")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("minisign", "-S", "-s", "x.key", "-m", "x")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader("open sesame\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("minisign does not open the key: %v\n%s", err, out)
	}
	if out, err := minisign("-V", "-p", "x.pub", "-m", "x"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
