//go:build unix

package sitetest

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase"
	"lethe/recsys/erase/erasetest"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/erase/store"
	"lethe/recsys/files"
	"lethe/wasm/chromium"
	"lethe/worker/edge"
)

var kills = flag.Int("kills", 4, "how often TestBrowserKilled kills the browser")

// Users and items of the page that is killed.
const killedUsers, killedItems = 40, 30

// script imports, trains, erases one user after the other and trains again, until it is killed. It
// writes to the diary before each erasure, and once the engine has told that it is hidden. With
// ?finish it only restores, and hands in everything that is kept.
const script = `
import { startEngine } from "./lethe.js";
const note = (line) => fetch("/diary", { method: "POST", body: line });
const engine = startEngine();
const rows = () => {
  let text = "user,item,split\n";
  for (let u = 0; u < 40; u++) for (let k = 0; k < 9; k++) text += "person-u" + u + ",print-i" + (u % 2 + 2 * ((3 * u + k) % 15)) % 30 + "," + (k === 7 ? "valid" : k === 8 ? "test" : "train") + "\n";
  return text;
};
const packed = (name, text) => {
  const file = new TextEncoder().encode(text), head = new TextEncoder().encode(JSON.stringify([{ name, size: file.length }]));
  const out = new Uint8Array(4 + head.length + file.length);
  new DataView(out.buffer).setUint32(0, head.length, true);
  out.set(head, 4); out.set(file, 4 + head.length);
  return out.buffer;
};
(async () => {
  const { head: kept } = await engine.call("restore");
  if (kept.kept.where !== "opfs" || kept.problem) throw new Error(JSON.stringify(kept));
  if (location.search === "?finish") {
    const body = kept.opened ? (await engine.call("backup")).body : new ArrayBuffer(0);
    await fetch("/state", { method: "POST", body });
    return;
  }
  await note("ready");
  const train = () => engine.call("train", { model: { name: "bpr", dim: 8 }, train: { seed: 1, epochs: 8, batch: 64, rate: 0.02 } });
  if (!kept.opened) await engine.call("open", { name: "people" }, { body: packed("interactions.csv", rows()) });
  if (!kept.opened || !kept.opened.trained) await train();
  for (let u = 0; u < 40; u++) {
    const id = "person-u" + u;
    const touch = await engine.call("forgetset", { request: "user:" + id }).catch(() => null);
    if (!touch) continue; // erased already
    if (u % 3 === 0) await train();
    if (u % 5 === 1) await engine.call("adopt", {}, { body: (await engine.call("backup")).body });
    await note("ask " + id);
    await engine.call("erase", { method: "lethe", request: "user:" + id }, { onprogress: (p) => { if (p.stage === "hidden") note("hidden " + id); } });
    await note("hidden " + id);
    if (u % 2 === 0) await engine.call("exact");
  }
  await note("finished");
})().catch((e) => note("failed " + e));
`

// desk is the server beside the page: its diary, and what it handed in.
type desk struct {
	mu    sync.Mutex
	lines []string
	state chan []byte
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	if r.URL.Path == "/state" {
		d.state <- b
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, string(b))
}

func (d *desk) diary() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.lines...)
}

// The browser is killed at random moments; see TestKilled of recsys/session, which this is in Chromium
// with its whole profile as the folder that is searched.
func TestBrowserKilled(t *testing.T) {
	program, err := chromium.Find()
	require.NoError(t, err)
	dir := siteDir(t)
	headers, err := os.ReadFile(filepath.Join(dir, "_headers"))
	require.NoError(t, err)
	site := edge.Static(os.DirFS(dir), headers)
	d := &desk{state: make(chan []byte, 1)}
	policy := "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			d.ServeHTTP(w, r)
		case r.URL.Path == "/crash.html":
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, `<!doctype html><script type="module" src="crash.js"></script>`)
		case r.URL.Path == "/crash.js":
			w.Header().Set("Content-Type", "text/javascript")
			io.WriteString(w, script)
		default:
			site.ServeHTTP(w, r)
		}
	}))
	defer server.Close()
	start := func(profile, page string) *exec.Cmd {
		for _, name := range []string{"SingletonLock", "SingletonCookie", "SingletonSocket"} {
			os.Remove(filepath.Join(profile, name))
		}
		args := []string{"--headless=new", "--disable-gpu", "--no-first-run", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
			"--disable-session-crashed-bubble", "--user-data-dir=" + profile, server.URL + page}
		if os.Getuid() == 0 {
			args = append([]string{"--no-sandbox"}, args...)
		}
		c := exec.Command(program, args...)
		c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		require.NoError(t, c.Start())
		return c
	}
	kill := func(c *exec.Cmd) {
		require.NoError(t, syscall.Kill(-c.Process.Pid, syscall.SIGKILL))
		c.Wait()
	}
	profile, found := t.TempDir(), 0
	began := 0 // of the diary of this profile
	for n := 1; n <= *kills; n++ {
		before := len(d.diary())
		c := start(profile, "/crash.html")
		for wait := time.Now(); len(d.diary()) == before && time.Since(wait) < 60*time.Second; {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(1500)) * time.Millisecond)
		kill(c)
		for _, line := range d.diary() {
			require.False(t, strings.HasPrefix(line, "failed"), "kill %d: %s", n, line)
		}
		if n%4 != 0 && n != *kills {
			continue
		}
		c = start(profile, "/crash.html?finish")
		var kept []byte
		select {
		case kept = <-d.state:
		case <-time.After(90 * time.Second):
			t.Fatalf("kill %d: the page does not restore: %v", n, d.diary())
		}
		kill(c)
		gone := intact(t, profile, kept, d.diary()[began:], fmt.Sprintf("kill %d", n))
		if found += gone; gone > 25 {
			profile, began = t.TempDir(), len(d.diary())
		}
	}
	t.Logf("killed %d times, %d erasures found complete", *kills, found)
}

// intact compares what is kept with what everybody had, and searches the profile.
func intact(t *testing.T, profile string, backup []byte, diary []string, where string) (gone int) {
	if len(backup) == 0 {
		return 0
	}
	list, err := files.ReadZip(backup, 100)
	require.NoError(t, err, where)
	var parts []store.Part
	for _, z := range list {
		content, err := z.Content()
		require.NoError(t, err, where)
		parts = append(parts, store.Part{Name: z.Name, Data: content})
	}
	state, err := erase.Decode(parts)
	require.NoError(t, err, where)
	require.NotNil(t, state.Data, where)
	asked, hidden := map[string]bool{}, map[string]bool{}
	for _, line := range diary {
		if id, ok := strings.CutPrefix(line, "ask "); ok {
			asked[id] = true
		}
		if id, ok := strings.CutPrefix(line, "hidden "); ok {
			hidden[id] = true
		}
	}
	var blobs [][]byte
	require.NoError(t, filepath.WalkDir(profile, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil {
			blobs = append(blobs, b)
		}
		return nil
	}))
	text := erasetest.Plaintext(blobs)
	require.True(t, bytes.Contains(text, []byte("print-i3")), "%s: the search finds what is there", where)
	number := map[string]int{}
	for u, id := range state.Data.UserIDs {
		number[id] = u
	}
	for u := range killedUsers {
		id := fmt.Sprintf("person-u%d", u)
		at, there := number[id]
		if !there {
			gone++
			assert.True(t, asked[id], "%s: nobody asked to forget %s", where, id)
			for _, after := range []string{`\"`, `"`, ","} {
				require.False(t, bytes.Contains(text, []byte(id+after)), "%s: %s is in the profile", where, id)
			}
			continue
		}
		require.False(t, hidden[id], "%s: %s was to be forgotten", where, id)
		items := 0
		for k := range 7 {
			want := fmt.Sprintf("print-i%d", (u%2+2*((3*u+k)%15))%killedItems)
			for _, i := range state.Data.Train.Row(at) {
				if state.Data.ItemIDs[i] == want {
					items++
				}
			}
		}
		require.Equal(t, 7, items, "%s: %s is whole", where, id)
	}
	require.NoError(t, receipt.VerifyChain(state.Receipts), where)
	ids := map[string]bool{}
	for k := range state.Receipts {
		ids[state.Receipts[k].Receipt.ID] = true
	}
	require.Len(t, ids, gone, "%s: a receipt for each erasure", where)
	return gone
}
