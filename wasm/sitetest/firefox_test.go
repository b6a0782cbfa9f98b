package sitetest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// firefox is Firefox, driven by its own protocol, Marionette: lengths and JSON over a socket.
type firefox struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	last int
}

// openFirefox starts Debian's Firefox ESR, or the one named in FIREFOX, with a profile of its own.
func openFirefox(t *testing.T) *firefox {
	name := os.Getenv("FIREFOX")
	for _, n := range []string{"firefox-esr", "firefox"} {
		if path, err := exec.LookPath(n); name == "" && err == nil {
			name = path
		}
	}
	if name == "" {
		t.Skip("no Firefox: run `apt-get install -y firefox-esr`, or name one in FIREFOX")
	}
	profile := t.TempDir()
	prefs := `user_pref("marionette.port", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("intl.accept_languages", "en-US");
`
	require.NoError(t, os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600))
	run := exec.Command(name, "-headless", "-marionette", "-no-remote", "-profile", profile, "about:blank")
	run.Env = append(os.Environ(), "HOME="+profile, "MOZ_HEADLESS_WIDTH=1440", "MOZ_HEADLESS_HEIGHT=900")
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		run.Process.Kill()
		run.Wait()
	})
	f := &firefox{t: t}
	for start := time.Now(); f.conn == nil; time.Sleep(200 * time.Millisecond) {
		require.Less(t, time.Since(start), within(60*time.Second), "Firefox does not start")
		if port, err := os.ReadFile(filepath.Join(profile, "MarionetteActivePort")); err == nil {
			f.conn, _ = net.Dial("tcp", "127.0.0.1:"+strings.TrimSpace(string(port)))
		}
	}
	t.Cleanup(func() { f.conn.Close() })
	f.in = bufio.NewReader(f.conn)
	f.read() // its name and protocol
	f.call("WebDriver:NewSession", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{}}})
	return f
}

func (f *firefox) read() json.RawMessage {
	f.t.Helper()
	require.NoError(f.t, f.conn.SetReadDeadline(time.Now().Add(2*time.Minute)))
	size, err := f.in.ReadString(':')
	require.NoError(f.t, err)
	n, err := strconv.Atoi(strings.TrimSuffix(size, ":"))
	require.NoError(f.t, err)
	b := make([]byte, n)
	_, err = io.ReadFull(f.in, b)
	require.NoError(f.t, err)
	return b
}

func (f *firefox) call(name string, parameters any) json.RawMessage {
	f.t.Helper()
	f.last++
	b, err := json.Marshal([]any{0, f.last, name, parameters})
	require.NoError(f.t, err)
	_, err = fmt.Fprintf(f.conn, "%d:%s", len(b), b)
	require.NoError(f.t, err)
	var answer []json.RawMessage
	require.NoError(f.t, json.Unmarshal(f.read(), &answer))
	require.Len(f.t, answer, 4)
	require.Equal(f.t, "null", string(answer[2]), "%s", name)
	return answer[3]
}

// eval is a JavaScript expression's value.
func (f *firefox) eval(expression string, to any) {
	f.t.Helper()
	var v struct{ Value json.RawMessage }
	require.NoError(f.t, json.Unmarshal(f.call("WebDriver:ExecuteScript", map[string]any{"script": "return " + expression, "args": []any{}, "newSandbox": true}), &v))
	require.NoError(f.t, json.Unmarshal(v.Value, to), "%s: %s", expression, v.Value)
}

func (f *firefox) until(limit time.Duration, expression string) {
	f.t.Helper()
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		var yes bool
		if f.eval("!!("+expression+")", &yes); yes {
			return
		}
		require.Less(f.t, time.Since(start), limit, "still not: %s", expression)
	}
}

// told are the numbers of a story: shelf, training, gauge, lists, measures but the seconds, audits.
const told = `[...document.querySelectorAll(".shelf .rec .hang"), ].map(e => e.getAttribute("aria-label")).concat(
	["#train .reading", "#gauge-reading", "#forget-touch"].map(s => document.querySelector(s).textContent),
	[...document.querySelectorAll("#compare .entry, .audit-numbers")].map(e => e.textContent),
	[...document.querySelectorAll("#compare .measures tbody tr")].map(r => r.textContent).filter(t => !/^Seconds/.test(t)))`

const story = "?likes=1.8.20&model=bpr&epochs=4&request=creator:Niko+Baltasarian&lang=en#forget"

// Firefox plays the story on simd, and with the same numbers as Chromium, to the last digit.
func TestFirefox(t *testing.T) {
	f := openFirefox(t)
	f.call("WebDriver:Navigate", map[string]any{"url": serve(t) + story})
	f.until(within(40*time.Second), `document.querySelectorAll(".shelf .rec").length > 0 && !document.querySelector("#train-go").disabled`) // its clock is too coarse for a ranking's time
	f.eval(`document.querySelector("#train-go").click() || 0`, new(int))
	f.until(within(10*time.Second), `document.querySelector("#train-go").disabled`)
	f.until(within(90*time.Second), `!document.querySelector("#train-go").disabled`)
	f.until(within(20*time.Second), `!document.querySelector("#forget-go").disabled`)
	f.eval(`document.querySelector("#forget-go").click() || 0`, new(int))
	f.until(within(2*time.Minute), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10 && !document.querySelector("#forget-go").disabled`)
	var foot string
	f.eval(`document.querySelector(".foot").textContent`, &foot)
	assert.Contains(t, foot, "vector instructions on")
	assert.Contains(t, foot, "simd")
	var here []string
	f.eval(told, &here)
	assert.Equal(t, storyIn(t), here)
}

// storyIn is what a fresh Chromium tells of the same link.
func storyIn(t *testing.T) []string {
	b := open(t, 1440, 900)
	b.play(story)
	b.clean()
	return eval[[]string](b, told)
}

// play trains and forgets by hand what a link names.
func (b *tab) play(link string) {
	b.visit(link)
	b.ready()
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(60 * time.Second))
	b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(within(90*time.Second), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	b.until(within(30*time.Second), `!document.querySelector("#forget-go").disabled`)
}

// A link that somebody shares after training, forgetting and the relearn race offers the same steps to a fresh browser, which then tells the
// same numbers to the last digit, with the same tables open and the same map shown.
func TestALinkGivesTheSameNumbers(t *testing.T) {
	one := open(t, 1440, 900)
	one.play(story)
	one.press("#relearn-go")
	one.until(within(time.Minute), `document.querySelector("#relearn .audit-numbers")`)
	one.press("#relearn figure .quiet")
	one.until(5*time.Second, `location.search.includes("tables=relearn")`)
	link := eval[string](one, `location.search + location.hash`)
	assert.Contains(t, link, "did=train.forget.race")
	numbers := eval[[]string](one, told)
	assert.Greater(t, len(numbers), 40)
	one.clean()

	two := open(t, 1440, 900)
	two.visit(link)
	two.until(within(20*time.Second), `document.querySelector("#again-go")`)
	assert.Contains(t, two.text("#again-line"), "train BPR-MF, forget, the relearn race")
	two.press("#again-go")
	two.until(within(3*time.Minute), `document.querySelector("#relearn .audit-numbers") && !document.querySelector(".again")`)
	assert.Equal(t, numbers, eval[[]string](two, told))
	assert.NotEmpty(t, eval[[]string](two, `[...document.querySelectorAll("#relearn tbody tr")].map(r => r.textContent)`), "its table is open")
	assert.Equal(t, link, eval[string](two, `location.search + location.hash`))
	two.clean()
}
