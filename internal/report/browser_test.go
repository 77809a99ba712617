package report

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kbtriage/kbtriage/engine/result"
)

// A browser shows the page, with hostile text too, has nothing to complain about
// and asks nobody for anything.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short")
	}
	chromium := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		t.Skip("SKIPPED: no chromium is installed, so no browser has seen the HTML of this build")
	}
	asked := &recorder{}
	server := httptest.NewServer(asked)
	defer server.Close()
	dir := t.TempDir()
	planted := sampleFleet()
	plant(reflect.ValueOf(&planted.Cases[0].Diagnoses).Elem(), strings.Join(hostile[:9], " ")+`<img src="http://evil.example/i.png">`, false)
	for i := range planted.Hosts {
		planted.Hosts[i].Known = `<link rel=stylesheet href=http://evil.example/x.css><style>@import "http://evil.example/y.css"</style>`
	}
	for name, f := range map[string]*result.Fleet{"sample": sampleFleet(), "hostile": planted} {
		t.Run(name, func(t *testing.T) {
			var page bytes.Buffer
			if err := Fleet(&page, f, HTML, Style{}); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, name+".html")
			if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			dom, said := browse(t, chromium, file, server.Listener.Addr().String())
			for _, want := range []string{"<h1>Scan of 12 files on 4 hosts</h1>", "</footer>", `id="case-4"`, "<circle"} {
				if !strings.Contains(dom, want) {
					t.Errorf("the page has no %s", want)
				}
			}
			for _, bad := range []string{"<script", "<img", "<link"} { // text has &lt; here
				if strings.Contains(dom, bad) {
					t.Errorf("the page has %s", bad)
				}
			}
			for l := range strings.SplitSeq(said, "\n") {
				if strings.Contains(l, "CONSOLE") {
					t.Errorf("the browser complains: %s", l)
				}
			}
		})
	}
	for _, host := range asked.hosts() {
		t.Errorf("the page asks %s", host)
	}
}

// browse returns the page as the browser understood it and what it logged. All
// that it asks for over the network goes to proxy.
func browse(t *testing.T, chromium, file, proxy string) (dom, said string) {
	t.Helper()
	profile, err := os.MkdirTemp("", "browser") // its processes may write after the end: what stays is no failure
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(profile)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+profile, "--enable-logging=stderr",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
		"--proxy-server="+proxy, "--proxy-bypass-list=<-loopback>", "--dump-dom", "file://"+filepath.ToSlash(file))
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		t.Skipf("SKIPPED: %s does not run here: %v\n%.2000s", chromium, err, log.String())
	}
	return out.String(), log.String()
}

// recorder is a proxy that refuses everything and remembers who was asked for.
type recorder struct {
	mu    sync.Mutex
	asked []string
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, q.Method+" "+q.Host+q.URL.Path)
	w.WriteHeader(http.StatusForbidden)
}

// hosts leaves out what the browser asks its maker for by itself.
func (r *recorder) hosts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, a := range r.asked {
		if !strings.Contains(a, ".google.com") && !strings.Contains(a, ".googleapis.com") && !strings.Contains(a, ".gstatic.com") && !strings.Contains(a, ".gvt1.com") {
			list = append(list, a)
		}
	}
	return list
}
