package edge

import (
	"errors"
	"net/http"
	"strings"
)

// catalogIndex is the object that lists the versions: {"latest": NAME, "versions": [NAME, …]}. Whoever uploads a version uploads it last.
const catalogIndex = "index.json"

// catalogs is GET /api/catalog: the index. catalogVersion is GET /api/catalog/{version}: the bytes of one, which never change.
func (a api) catalogs(w http.ResponseWriter, r *http.Request) {
	a.object(w, r, catalogIndex, "no-cache")
}

func (a api) catalogVersion(w http.ResponseWriter, r *http.Request) {
	v := r.PathValue("version")
	if !isVersion(v) {
		fail(w, r, BadRequest, "A version is named by letters, digits, dots, dashes and underscores, 64 at most, and begins with a letter or digit.")
		return
	}
	a.object(w, r, v+".json", "public, max-age=31536000, immutable")
}

func isVersion(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return s != "" && s != "index" && len(s) <= 64 && strings.ContainsRune(letters, rune(s[0])) && strings.Trim(s, letters+"._-") == "" && !strings.Contains(s, "..")
}

func (a api) object(w http.ResponseWriter, r *http.Request, name, cache string) {
	open(w)
	if a.Bindings.Catalog == nil {
		fail(w, r, NotSetUp, "This deployment keeps no catalogue.")
		return
	}
	b, err := a.Bindings.Catalog.Read(r.Context(), name)
	if errors.Is(err, errAbsent) {
		fail(w, r, NotFound, "There is no such version.")
		return
	}
	if err != nil {
		a.broken(w, r, err)
		return
	}
	send(w, r, http.StatusOK, "application/json", cache, b)
}
