package sitetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// On paper stand the words and figures, without what only a screen is for.
func TestPrint(t *testing.T) {
	b := open(t, 800, 1100)
	b.visit("verify.html")
	b.until(5*time.Second, `document.querySelector("#file")`)
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	require.NoError(t, err)
	seen := func(selector string) bool {
		return eval[bool](b, `(e => !!e && e.getClientRects().length > 0)(document.querySelector(`+quote(selector)+`))`)
	}
	assert.True(t, seen("h1"))
	assert.False(t, seen("#file"))
	b.visit("?likes=1")
	b.ready()
	for selector, want := range map[string]bool{"h1": true, "#wall": true, "#compare h2": true, ".rail": false, "#atlas": false, ".filters": false, ".words": false} {
		assert.Equal(t, want, seen(selector), selector)
	}
	r, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{})
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(r.Data), "%PDF"))
	assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), 800)
}

// A browser finds nothing that would keep it from installing the page.
func TestInstallable(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	b.until(within(60*time.Second), `document.querySelector("#held")`)
	r, err := chromedp.Call(b.ctx, page.GetAppManifest, page.GetAppManifestParams{})
	require.NoError(t, err)
	assert.Empty(t, r.Errors)
	assert.Contains(t, r.Data, `"standalone"`)
	why, err := chromedp.Call(b.ctx, page.GetInstallabilityErrors, cdp.Empty{})
	require.NoError(t, err)
	for _, e := range why.InstallabilityErrors {
		assert.Equal(t, "in-incognito", e.ErrorID, "a test's browser keeps no profile")
	}
}

// Whoever wants no motion gets none; whoever hears the page hears how far a job is and how long it takes, and not ten times a second.
func TestMotionAndHearing(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?epochs=200&model=bpr")
	b.ready()
	moving := `[...document.querySelectorAll("*")].filter((e) => { const s = getComputedStyle(e); return s.animationName !== "none" || s.transitionProperty !== "all" && s.transitionProperty !== "none" && parseFloat(s.transitionDuration) > 0; }).length`
	assert.Greater(t, eval[int](b, moving), 0)
	b.scheme("light") // with reduced motion
	assert.Equal(t, 0, eval[int](b, moving))

	eval[any](b, `void (globalThis.heard = [], new MutationObserver(() => heard.push(document.querySelector("#train .progress [aria-live]").textContent)).observe(
		document.querySelector("#train .progress [aria-live]"), {childList: true, characterData: true, subtree: true}))`)
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(90 * time.Second))
	heard := eval[[]string](b, `heard.filter((s, i) => s !== heard[i - 1])`)
	t.Log(len(heard), heard)
	assert.Regexp(t, `^Training, \d0? per cent, (about .* left|time left not known yet)\.$`, heard[0])
	assert.Contains(t, strings.Join(heard, "\n"), " left")
	assert.Less(t, len(heard), 40)
	b.clean()
}

// The lab's picture and tables come out as files.
func TestLabFiles(t *testing.T) {
	b := open(t, 1440, 900)
	dir := t.TempDir()
	_, err := chromedp.Call(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir})
	require.NoError(t, err)
	b.visit("?lab=1&models=bpr&methods=mask-only&forget=users:5%25&epochs=2#lab")
	b.ready()
	b.press("#lab-go")
	b.until(within(time.Minute), `/^Done/.test(document.querySelector("#lab-state").textContent)`)
	eval[any](b, `document.querySelectorAll(".lab-out .actions button").forEach((e) => e.click())`)
	for ext, begins := range map[string]string{"csv": "model,", "json": "[", "svg": "<svg", "png": "\x89PNG"} {
		var content []byte
		for start := time.Now(); len(content) == 0 && time.Since(start) < within(10*time.Second); time.Sleep(50 * time.Millisecond) {
			if list, _ := filepath.Glob(filepath.Join(dir, "*."+ext)); len(list) == 1 {
				content, _ = os.ReadFile(list[0])
			}
		}
		assert.True(t, strings.HasPrefix(string(content), begins), "%s: %.40q", ext, content)
	}
	b.clean()
}
