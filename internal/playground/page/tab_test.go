package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/kbtriage/kbtriage/internal/playground"
)

const patience = 2 * time.Minute // for a browser on a busy machine

// tab is one tab of a browser with the page in it.
type tab struct {
	t       *testing.T
	ctx     context.Context
	address string
	mu      sync.Mutex
	wrong   []string // what the browser complained about, and whom the page asked
}

// open shows the page that a program gives, from a file, in a browser that can reach
// nobody but a recorder.
func open(t *testing.T, pkg, fragment string) *tab {
	t.Helper()
	chromium := findChromium(t)
	data := pageOf(t, pkg)
	file := filepath.Join(t.TempDir(), "playground.html")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return load(t, chromium, file, fragment)
}

// pages are built once in a run of the tests: it takes seconds.
var pages sync.Map

func pageOf(t *testing.T, pkg string) []byte {
	t.Helper()
	if page, ok := pages.Load(pkg); ok {
		return page.([]byte)
	}
	parts, err := build(pkg)
	if err != nil {
		t.Fatal(err)
	}
	page, err := assemble(parts)
	if err != nil {
		t.Fatal(err)
	}
	pages.Store(pkg, page)
	return page
}

func findChromium(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("KBTRIAGE_REQUIRE_SERVERS") != "" {
		t.Fatal("no chromium is installed")
	}
	t.Skip("SKIPPED: no chromium is installed, so no browser has seen the playground of this build")
	return ""
}

func load(t *testing.T, chromium, file, fragment string) *tab {
	t.Helper()
	b := &tab{t: t}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		if !ofItsMaker(q.Host) {
			b.complain("the proxy is asked for %s %s", q.Method, q.Host)
		}
	}))
	t.Cleanup(proxy.Close)
	profile, err := os.MkdirTemp("", "browser") // its processes may write after the end: what stays is no failure
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(profile) })
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.UserDataDir(profile),
		chromedp.Flag("proxy-server", proxy.Listener.Addr().String()), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(patience))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		if os.Getenv("KBTRIAGE_REQUIRE_SERVERS") != "" {
			t.Fatalf("%s does not run: %v", chromium, err)
		}
		t.Skipf("SKIPPED: %s does not run here: %v", chromium, err)
	}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	b.address = "file://" + filepath.ToSlash(file)
	b.visit(fragment)
	return b
}

// visit loads the page anew and waits for its first answer.
func (b *tab) visit(fragment string) {
	b.t.Helper()
	b.run(chromedp.Navigate("about:blank"), chromedp.Navigate(b.address+fragment)) // another fragment alone loads nothing
	b.until("playground.answers > 0")
}

// ofItsMaker are hosts that the browser asks by itself.
func ofItsMaker(host string) bool {
	for _, s := range []string{".google.com", ".googleapis.com", ".gstatic.com", ".gvt1.com"} {
		if strings.Contains(host, s) {
			return true
		}
	}
	return false
}

func (b *tab) complain(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = append(b.wrong, fmt.Sprintf(format, args...))
}

func (b *tab) listen(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "file://") && !strings.HasPrefix(e.Request.URL, "blob:") && e.Request.URL != "data:," && e.Request.URL != "about:blank" {
			b.complain("the page asks for %.200s", e.Request.URL)
		}
	case *runtime.EventConsoleAPICalled:
		b.complain("the console says %s", e.Type)
	case *runtime.EventExceptionThrown:
		b.complain("an exception: %s", e.ExceptionDetails.Text)
	case *log.EventEntryAdded: // also what the policy forbids
		b.complain("the browser says: %s", e.Entry.Text)
	case *page.EventJavascriptDialogOpening:
		go func() { // not here: this is where the answer would arrive
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

// quiet fails the test where the browser complained or the page asked somebody.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrong {
		b.t.Error(w)
	}
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// value is what an expression gives in the page.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to be true.
func (b *tab) until(expression string) {
	b.t.Helper()
	begin := time.Now()
	for !value[bool](b, expression) {
		if time.Since(begin) > patience {
			b.t.Fatalf("never: %s\nthe page: %s", expression, value[string](b, "document.body.innerText"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// ask puts texts into the panes, as input events, and waits for the answer to them.
func (b *tab) ask(q playground.Question) (answer string) {
	b.t.Helper()
	before := value[int](b, "playground.answers")
	text, err := json.Marshal(q)
	if err != nil {
		b.t.Fatal(err)
	}
	b.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{ const q = %s;
		byID("neighbours").checked = q.neighbours;
		for (const pane of ["rule", "tests", "facts"]) byID(pane).value = q[pane];
		byID("rule").dispatchEvent(new Event("input")); }`, text)))
	b.until(fmt.Sprintf("playground.answers > %d && byID('differential').getAttribute('aria-busy') === 'false'", before))
	return value[string](b, "playground.last")
}

const program = "github.com/kbtriage/kbtriage/internal/playground/wasm"
