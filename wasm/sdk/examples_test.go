//go:build !js

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The examples lie in the package: any static server of its folder shows them.

func TestBlog(t *testing.T) {
	s := serve(t, folder(t, nil), nil)
	v := visit(t, s.URL+"/lethe/examples/blog/")
	got := v.run(`
		document.querySelector("[data-lethe-like=pruning-roses]").click();
		document.querySelector("[data-lethe-like=sowing-tomatoes]").click();
		const shelf = document.querySelector("lethe-shelf");
		await until(() => shelf.lethe?.likes.length === 2);
		await until(() => shelf.querySelectorAll("a[href]").length === 4);
		const garden = shelf.lethe.items.filter((x) => x.category[0] === "garden").map((x) => x.id);
		return (await until(() => { const n = [...shelf.children].filter((a) => garden.includes(a.dataset.letheItem)).length; return n >= 3 && n; }));`)
	assert.NotContains(t, got, "failed")
	got = v.run(`
		document.querySelector("lethe-forget button").click();
		await until(() => document.querySelector("lethe-forget a[download]"));
		await until(() => document.querySelectorAll("lethe-shelf a").length === 0);
		return [document.querySelector("lethe-shelf").lethe.likes.length, document.querySelectorAll("lethe-shelf a").length];`)
	assert.JSONEq(t, `[0, 0]`, got)
	assert.Empty(t, v.problems)
}

func TestShop(t *testing.T) {
	s := serve(t, folder(t, nil), nil)
	v := visit(t, s.URL+"/lethe/examples/shop/")
	// The owner's model recommends before any click; clicks on blue things change what it recommends.
	got := v.run(`
		await until(() => document.querySelectorAll("#shelf li").length === 12);
		const blue = () => [...document.querySelectorAll("#shelf li")].filter((x) => x.textContent.includes("blue")).length;
		const before = blue();
		for (const button of [...document.querySelectorAll("#all li")].filter((x) => x.textContent.includes("blue")).slice(0, 5).map((x) => x.querySelector("button"))) button.click();
		await until(() => document.getElementById("says").textContent.startsWith("5 liked"));
		await until(() => blue() >= 6);
		return [before, blue(), document.querySelectorAll("#all [aria-pressed=true]").length];`)
	require.NotContains(t, got, "failed")
	t.Log("blue things on the shelf before and after five clicks, hearts:", got)
	got = v.run(`
		document.getElementById("forget").click();
		await until(() => document.querySelectorAll("#all [aria-pressed=true]").length === 0);
		const found = document.getElementById("found");
		await until(() => found.textContent.startsWith("Forgotten"));
		document.getElementById("audit").click();
		return await until(() => found.textContent.startsWith("The receipts are") && found.textContent.slice(0, 23));`)
	assert.JSONEq(t, `"The receipts are right."`, got)
	assert.Empty(t, v.problems)
	for _, p := range s.seen {
		assert.True(t, strings.HasPrefix(p, "GET "), "nothing leaves the page: %s", p)
	}
}

func TestFilms(t *testing.T) {
	s := serve(t, folder(t, nil), nil)
	v := visit(t, s.URL+"/lethe/examples/films/")
	dir := t.TempDir()
	choose := func(name, content string) {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		require.NoError(t, chromedp.Do(v.ctx, chromedp.SetUploadFiles("#file", []string{file})))
	}
	v.run(`await until(() => document.getElementById("says").textContent === "No ratings yet.")`)
	// The export of the site: science fiction, and one film of another kind with too few stars.
	choose("movielens-ratings.csv", "movie_id,imdb_id,tmdb_id,rating,average_rating,title\n"+
		"260,76759,11,5.0,4.1,\"Star Wars: Episode IV\"\n1196,80684,1891,5.0,4.2,Star Wars V\n1200,90605,679,4.5,4.0,Aliens\n589,103064,280,4.0,4.0,\"Terminator 2, the\"\n99999,1,1,5.0,3.0,Unknown\n1721,120338,597,2.0,3.4,Titanic (1997)\n")
	got := v.run(`
		await until(() => document.querySelectorAll("#list li").length === 10);
		const catalog = await (await fetch("catalog.json")).json();
		const fiction = [...document.querySelectorAll("#list li")].filter((x) => catalog.find((c) => c.id === x.dataset.id).description.includes("Sci-Fi")).length;
		return [document.getElementById("says").textContent, fiction >= 5, fiction];`)
	assert.Contains(t, got, "You rated 5 films 4 or higher; 4 of them are in this list of")
	assert.Contains(t, got, "true", "mostly science fiction")
	// A data set's ratings, of one user among many.
	choose("ratings.csv", "userId,movieId,rating,timestamp\n1,588,5.0,964982703\n2,858,5.0,964982703\n1,364,4.0,964982703\n1,110,1.0,964982703\n")
	got = v.run(`return await until(() => { const t = document.getElementById("says").textContent; return t.startsWith("You rated 2") && t })`)
	assert.Contains(t, got, "2 of them are in this list")
	choose("wrong.csv", "a,b\n1,2\n")
	got = v.run(`return await until(() => { const t = document.getElementById("says").textContent; return t.startsWith("Line 1") && t })`)
	assert.Contains(t, got, "a,b")
	got = v.run(`document.getElementById("forget").click(); await until(() => document.getElementById("says").textContent.includes("forgotten")); return document.querySelectorAll("#list li").length`)
	assert.JSONEq(t, `0`, got)
	assert.Empty(t, v.problems)
	for _, p := range s.seen {
		assert.True(t, strings.HasPrefix(p, "GET "), "nothing leaves the page: %s", p)
	}
}
