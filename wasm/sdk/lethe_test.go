//go:build !js

package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/erasetest"
	"lethe/recsys/feed"
	"lethe/worker/edge"
)

// empty is a page on which a test opens the SDK by itself.
const empty = `<!doctype html><title>page</title>`

const imports = `const { Lethe, Failure } = await import("/lethe/lethe.js"); const tell = (p) => p.then((x) => x, (e) => ({ failed: e.code ?? e.name, typed: e instanceof Failure, message: e.message, line: e.line, value: e.value }));`

func TestInterface(t *testing.T) {
	site := folder(t, map[string]string{"index.html": empty, "catalog.json": firstCatalog, "broken.json": "[{", "missing.json": `[{"id": "a", "title": "x"}, {"id": "a", "title": "y"}]`})
	s := serve(t, site, nil)
	v := visit(t, s.URL+"/")
	tests := []struct{ name, script, want string }{
		{"catalogues that are none", `return Promise.all([
			tell(Lethe.open({ catalog: "nothing.json" })), tell(Lethe.open({ catalog: "broken.json" })), tell(Lethe.open({ catalog: "missing.json" })),
			tell(Lethe.open({ catalog: [] })), tell(Lethe.open({ catalog: [{ id: "a", title: "x" }, { id: "b" }] })), tell(Lethe.open({ catalog: [{ title: "x" }] })),
			tell(Lethe.open({ catalog: [{ id: "a", title: "x", creator: 7 }] }))].map(async (p) => { const e = await p; return [e.failed, e.typed, e.line ?? 0, e.value ?? ""]; }));`,
			`[["not_ready",true,0,""],["bad_input",true,0,""],["bad_input",true,2,"a"],["bad_input",true,0,""],["bad_input",true,2,""],["bad_input",true,1,""],["bad_input",true,1,"7"]]`},
		{"open, like, recommend, similar", `
			window.rec = await Lethe.open({ catalog: "catalog.json", store: "interface" });
			window.changes = 0;
			window.off = rec.on("change", () => changes++);
			const none = await rec.recommend();
			await rec.like(["roses", "compost"]);
			const list = await rec.recommend({ k: 2 }), near = await rec.similar("diesel", { k: 1 });
			return [none, rec.kept.where, rec.items.length, rec.likes, list.map((x) => x.id).sort(), list[0].item.url.endsWith(".html"), typeof near[0].score, changes > 0];`,
			`[[], "opfs", 7, ["roses", "compost"], ["mulch", "seedlings"], true, "number", true]`},
		{"typed errors", `return Promise.all([tell(rec.like("nothing")), tell(rec.similar("nothing")), tell(rec.forget("item:nothing")), tell(rec.forget("nonsense")), tell(rec.audit())].map(async (p) => { const e = await p; return [e.failed, e.typed]; }));`,
			`[["bad_input",true],["bad_input",true],["bad_input",true],["bad_input",true],["not_ready",true]]`},
		{"aborting", `
			const stop = new AbortController();
			const long = rec.train({ train: { epochs: 1e6, patience: 1e6 }, signal: stop.signal });
			setTimeout(() => stop.abort(), 100);
			const first = await tell(long), reason = new AbortController();
			reason.abort(new TypeError("mine"));
			return [first.failed, (await tell(rec.recommend({ signal: AbortSignal.abort() }))).failed, (await tell(rec.train({ signal: reason.signal }))).message, rec.likes.length];`,
			`[20, 20, "mine", 2]`},
		{"views count at the second look", `
			await rec.view("diesel");
			const once = rec.likes.includes("diesel");
			await rec.view("diesel");
			const twice = rec.likes.includes("diesel");
			await rec.unlike("diesel");
			return [once, twice, rec.likes.includes("diesel")];`,
			`[false, true, false]`},
		{"progress", `
			let stages = new Set();
			rec.on("progress", (p) => stages.add(p.stage));
			const r = await rec.train();
			return [r.model, stages.has("train")];`,
			`["vbpr", true]`},
		{"forget an item for good, with replay", `
			const gone = await rec.forget("item:seedlings");
			const list = await rec.recommend({ k: 7 });
			const audit = await rec.audit();
			return [gone.exact, rec.items.length, list.some((x) => x.id === "seedlings"), audit.passed || audit.findings, (await rec.receipt()).includes("lethe-receipt/1"), gone.receipt.includes("item:seedlings")];`,
			`[true, 6, false, true, true, true]`},
		{"it stays away, also in another page's life", `
			await rec.close();
			const closed = await tell(rec.recommend());
			window.rec = await Lethe.open({ catalog: "catalog.json", store: "interface" });
			return [closed.message, rec.items.length, rec.likes];`,
			`["The engine was terminated.", 6, ["roses", "compost"]]`},
		{"a catalogue that has changed keeps the clicks", `
			await rec.close();
			const list = await (await fetch("catalog.json")).json();
			list.push({ id: "loam", title: "Loam, the soil of a garden" });
			window.rec = await Lethe.open({ catalog: list, store: "interface" });
			return [rec.items.length, rec.likes, (await rec.recommend({ k: 7 })).some((x) => x.id === "seedlings")];`,
			`[7, ["roses", "compost"], false]`},
		{"export, wipe, import", `
			const file = await rec.export();
			await rec.wipe();
			window.rec = await Lethe.open({ catalog: "catalog.json", store: "interface" });
			const wiped = rec.likes.length;
			await rec.import(file);
			return [file.type, wiped, rec.likes, rec.items.some((x) => x.id === "seedlings")];`,
			`["application/zip", 0, ["roses", "compost"], false]`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			assert.JSONEq(t, c.want, v.run(imports+c.script))
		})
	}
	for _, p := range s.seen {
		assert.True(t, strings.HasPrefix(p, "GET "), "nothing leaves the page: %s", p)
	}
}

func ownerKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func sign(t testing.TB, key ed25519.PrivateKey, at feed.Cursor, requests ...string) (string, feed.Cursor) {
	var b []byte
	for _, r := range requests {
		x := feed.Takedown{}
		x.Kind, x.Name, _ = strings.Cut(r, ":")
		if x.Kind == feed.Modality {
			x.Modality, x.Name, _ = strings.Cut(x.Name, "@")
		}
		l, err := feed.Sign(x, at, key)
		require.NoError(t, err)
		b, at = append(b, l.Encode()...), l.Cursor()
	}
	return string(b), at
}

func publish(t testing.TB, url, lines string) {
	r, err := http.Post(url+"/api/takedowns", "application/jsonl", strings.NewReader(lines))
	require.NoError(t, err)
	r.Body.Close()
	require.Equal(t, 201, r.StatusCode)
}

// A device that was offline comes back, forgets what was revoked meanwhile, and tells the log, which proves that it has been told.
func TestTakedownFromTheAPI(t *testing.T) {
	key := ownerKey(1)
	b := edge.OpenBindings()
	b.Owner = feed.PublicKey(key)
	api := edge.Handler(edge.Config{Bindings: b})
	direct := httptest.NewServer(api)
	t.Cleanup(direct.Close)
	takedown(t, serve(t, folder(t, map[string]string{"index.html": empty, "catalog.json": firstCatalog}), api), b.Owner, direct.URL)
}

// takedown is the whole way of a takedown to a device, and of its receipt to the log; the API is at an address, behind s.
func takedown(t *testing.T, s *server, owner, api string) {
	key := ownerKey(1)
	open := imports + fmt.Sprintf(`
		await window.rec?.close();
		window.errors = [];
		window.published = [];
		window.rec = await Lethe.open({ catalog: "catalog.json", store: "feed", takedowns: { url: "/api/takedowns", key: %q }, receipts: "/api/receipts" });
		rec.on("published", (x) => published.push(x));
		rec.on("error", (e) => errors.push(e.message));
	`, owner)
	v := visit(t, s.URL+"/")
	got := v.run(open + `await rec.like(["roses", "compost", "mulch"]); const list = await rec.recommend({ k: 7 }); await new Promise((r) => setTimeout(r, 600)); return [rec.offline ?? null, list.some((x) => x.id === "seedlings")];`)
	require.JSONEq(t, `[null, true]`, got)
	require.True(t, strings.Contains(v.stored(), "seedlings"), "the search must be able to find it")

	s.setOffline(true)
	first, at := sign(t, key, feed.Cursor{}, "item:seedlings", "item:mulch", "item:not-in-this-catalogue")
	publish(t, api, first)
	got = v.run(open + `return [rec.offline?.code, rec.items.length, rec.likes.length];`)
	require.JSONEq(t, `["not_ready", 7, 3]`, got, "offline it works as it did")

	s.setOffline(false)
	got = v.run(`
		const done = new Promise((r) => rec.on("takedown", r));
		window.dispatchEvent(new Event("online"));
		const { serial, gone } = await done;
		await until(() => published.length);
		const list = await rec.recommend({ k: 7 });
		return [serial, gone, rec.items.map((x) => x.id), rec.likes, list.some((x) => x.id === "seedlings"), (await rec.audit({ replay: false })).passed, errors.length];`)
	require.JSONEq(t, `[3, 2, ["roses", "compost", "diesel", "valves", "oil"], ["roses", "compost"], false, true, 0]`, got)
	text := v.stored()
	assert.True(t, strings.Contains(text, "diesel"), "the search finds what is there")
	assert.False(t, strings.Contains(text, "seedlings"))
	assert.False(t, strings.Contains(text, "mulch"))

	var places []struct {
		ID    string
		Place int
	}
	require.NoError(t, json.Unmarshal([]byte(v.run(`return published`)), &places))
	require.NotEmpty(t, places)
	for _, p := range places {
		prove(t, api, p.ID)
	}

	// Nothing new costs one answer without a body, and nothing is published twice.
	assert.JSONEq(t, `[3, 0, 0]`, v.run(`const before = published.length; const r = await rec.sync(); return [r.serial, r.new, published.length - before]`))
	many := []string{"creator:nobody here"}
	for n := range 130 { // more than a page
		many = append(many, fmt.Sprint("item:not-here-", n))
	}
	second, _ := sign(t, key, at, many...)
	publish(t, api, second)
	assert.JSONEq(t, `[134, 131, 0]`, v.run(`const r = await rec.sync(); return [r.serial, r.new, r.gone]`))
}

// What the log could not be told waits for the next time, over the page's end, and is told once.
func TestReceiptsWaitForTheLog(t *testing.T) {
	b := edge.OpenBindings()
	s := serve(t, folder(t, map[string]string{"index.html": empty, "catalog.json": firstCatalog}), edge.Handler(edge.Config{Bindings: b}))
	s.setOffline(true)
	const open = imports + `window.told = []; window.rec = await Lethe.open({ catalog: "catalog.json", store: "waits", receipts: "/api/receipts" }); rec.on("published", (x) => told.push(x));`
	v := visit(t, s.URL+"/")
	assert.JSONEq(t, `[1, 1]`, v.run(open+`
		const errors = [];
		rec.on("error", (e) => errors.push(e));
		await rec.forget("item:oil");
		return [errors.length, localStorage["lethe-unpublished-waits"].trim().split("\n").length];`))
	s.setOffline(false)
	v.open(s.URL + "/")
	assert.JSONEq(t, `[[0], null]`, v.run(open+`await until(() => !localStorage["lethe-unpublished-waits"]); await rec.forget("item:valves"); return [told.slice(0, 1).map((x) => x.place - x.place), localStorage["lethe-unpublished-waits"] ?? null];`))
	size, err := b.Log.Size(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, size)
}

// A second tab keeps nothing. It works all the same, and what is revoked or forgotten there goes from its memory.
func TestASecondTab(t *testing.T) {
	key := ownerKey(1)
	lines, _ := sign(t, key, feed.Cursor{}, "item:seedlings")
	s := serve(t, folder(t, map[string]string{"index.html": empty, "catalog.json": firstCatalog, "takedowns.jsonl": lines}), nil)
	v := visit(t, s.URL+"/")
	got := v.run(imports + fmt.Sprintf(`
		window.first = await Lethe.open({ catalog: "catalog.json", store: "tabs" });
		window.rec = await Lethe.open({ catalog: "catalog.json", store: "tabs", takedowns: { url: "takedowns.jsonl", key: %q } });
		await rec.like(["roses", "compost"]);
		const list = await rec.recommend({ k: 7 });
		const { tier, receipt } = await rec.forget();
		return [rec.kept.where, rec.kept.why.includes("tab"), list.some((x) => x.id === "seedlings"), list.length, tier, receipt, rec.likes, (await rec.recommend()).length];`, feed.PublicKey(key)))
	assert.JSONEq(t, `["", true, false, 4, "exact", "", [], 0]`, got)
}

// prove follows a receipt's audit path to the log's root.
func prove(t *testing.T, api, id string) {
	var proof struct {
		Place, Size int
		Path        []string
	}
	var head struct{ Root string }
	read(t, api+"/api/log/proof?id="+id, &proof)
	read(t, fmt.Sprintf("%s/api/log?size=%d", api, proof.Size), &head)
	hash := func(s string) feed.Hash {
		b, err := hex.DecodeString(s)
		require.NoError(t, err)
		return feed.Hash(b)
	}
	var path []feed.Hash
	for _, s := range proof.Path {
		path = append(path, hash(s))
	}
	assert.True(t, feed.VerifyInclusion(hash(id), proof.Place, proof.Size, path, hash(head.Root)))
	assert.False(t, feed.VerifyInclusion(hash(id), proof.Place, proof.Size, path, feed.Hash{}))
}

func read(t *testing.T, url string, v any) {
	r, err := http.Get(url)
	require.NoError(t, err)
	defer r.Body.Close()
	require.Equal(t, 200, r.StatusCode, url)
	require.NoError(t, json.NewDecoder(r.Body).Decode(v))
}

// stored is every byte that the page can find in its origin's stores, unsealed with whatever key is still there: files of the private file
// system, addresses in caches, local storage.
func (v *visitor) stored() string {
	var found struct {
		Files []string
		Text  string
	}
	require.NoError(v.t, json.Unmarshal([]byte(v.run(`
		let text = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
		const files = [];
		const walk = async (dir) => {
			for await (const [, h] of dir.entries()) {
				if (h.kind === "directory") await walk(h);
				else files.push(btoa([...new Uint8Array(await (await h.getFile()).arrayBuffer())].map((x) => String.fromCharCode(x)).join("")));
			}
		};
		await walk(await navigator.storage.getDirectory());
		for (const cache of await caches.keys()) for (const r of await (await caches.open(cache)).keys()) text += r.url;
		return { files, text };`)), &found))
	require.NotEmpty(v.t, found.Files)
	var blobs [][]byte
	for _, f := range found.Files {
		b, err := base64.StdEncoding.DecodeString(f)
		require.NoError(v.t, err)
		blobs = append(blobs, b)
	}
	return found.Text + string(erasetest.Plaintext(blobs))
}

// A static file is a feed as well, on any server; and every way in which it can be wrong changes nothing.
func TestTakedownFromAFile(t *testing.T) {
	key := ownerKey(1)
	site := folder(t, map[string]string{"index.html": empty, "catalog.json": firstCatalog})
	file := filepath.Join(site, "takedowns.jsonl")
	write := func(s string) { require.NoError(t, os.WriteFile(file, []byte(s), 0o644)) }
	first, at := sign(t, key, feed.Cursor{}, "item:seedlings", "item:oil")
	more, _ := sign(t, key, at, "item:valves")
	fork, _ := sign(t, key, feed.Cursor{}, "item:roses", "item:compost", "item:diesel")
	forged, _ := sign(t, ownerKey(2), at, "item:diesel")
	lines := strings.SplitAfter(first+more, "\n")
	write(first)
	s := serve(t, site, nil)
	v := visit(t, s.URL+"/")
	assert.JSONEq(t, `5`, v.run(imports+fmt.Sprintf(`window.rec = await Lethe.open({ catalog: "catalog.json", store: "file", takedowns: { url: "takedowns.jsonl", key: %q } }); return rec.items.length`, feed.PublicKey(key))))
	for _, c := range []struct{ body, value string }{
		{lines[0], "stale"}, {fork, "forked"}, {first + forged, "forged"}, {lines[0] + lines[2], "broken"}, {lines[1] + lines[0], "broken"}, {"<!doctype html>\n", "forged"}, {"", "stale"},
	} {
		write(c.body)
		assert.JSONEq(t, fmt.Sprintf(`["bad_input", true, %q, 5]`, c.value), v.run(imports+`const e = await tell(rec.sync()); return [e.failed, e.typed, e.value, rec.items.length]`), c.body)
	}
	write(first + more)
	assert.JSONEq(t, `[3, 1, 4]`, v.run(`const r = await rec.sync(); return [r.serial, r.new, rec.items.length]`))
	// A clock that is years off changes nothing: no date decides.
	assert.JSONEq(t, `[3, 0]`, v.run(`Date.now = () => 0; const r = await rec.sync(); return [r.serial, r.new]`))
	assert.Empty(t, v.problems)
}

// Pictures are read in idle time, once, and those of what is taken down go.
func TestPictures(t *testing.T) {
	dir, err := packed()
	require.NoError(t, err)
	var list []map[string]string
	for n := range 24 {
		list = append(list, map[string]string{"id": fmt.Sprint("p", n), "title": fmt.Sprint("thing ", n), "image": fmt.Sprintf("pictures/%04d.png", n*41)})
	}
	list[5]["image"] = "pictures/not-there.png"
	catalog, err := json.Marshal(list)
	require.NoError(t, err)
	site := folder(t, map[string]string{"index.html": empty, "catalog.json": string(catalog)})
	require.NoError(t, os.CopyFS(filepath.Join(site, "pictures"), os.DirFS(filepath.Join(dir, "package", "examples", "shop", "pictures"))))
	s := serve(t, site, nil)
	v := visit(t, s.URL+"/")
	asked := func() (n int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, p := range s.seen {
			if strings.Contains(p, "pictures/") {
				n++
			}
		}
		s.seen = nil
		return n
	}
	const open = imports + `await window.rec?.close(); window.rec = await Lethe.open({ catalog: "catalog.json", store: "pictures" });`
	got := v.run(open + `
		await rec.like("p1");
		let done = 0;
		await new Promise((r) => rec.on("progress", (p) => { if (p.stage === "pictures" && ++done === 5) r(); }));
		await rec.close();
		return (await (await caches.open("lethe-pictures-pictures")).keys()).length;`)
	assert.JSONEq(t, `5`, got, "stopped in the middle")
	assert.LessOrEqual(t, asked(), 7)
	got = v.run(open + `
		await until(async () => (await rec.recommend({ k: 1 })).some((x) => x.why?.some((p) => p.name === "image")) || rec.items.length < 0, 30000).catch(() => {});
		return [(await (await caches.open("lethe-pictures-pictures")).keys()).length, rec.likes];`)
	assert.JSONEq(t, `[23, ["p1"]]`, got)
	n := asked()
	assert.GreaterOrEqual(t, n, 18, "it goes on where it was")
	assert.LessOrEqual(t, n, 20)
	// A picture may go alone: the item stays, known by its words.
	assert.JSONEq(t, `["thing 2", false, 22]`, v.run(`
		await rec.forget("modality:image@p2");
		const x = rec.items.find((x) => x.id === "p2");
		return [x.title, "image" in JSON.parse(JSON.stringify(x)), (await (await caches.open("lethe-pictures-pictures")).keys()).length]`))
	assert.JSONEq(t, `[true, 21]`, v.run(`await rec.forget("item:p1"); return [rec.items.every((x) => x.id !== "p1"), (await (await caches.open("lethe-pictures-pictures")).keys()).length]`))
}
