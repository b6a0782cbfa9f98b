package edge

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Static serves a site's files as Cloudflare's assets layer does with wrangler.jsonc's settings: /lab is lab.html, /lab.html redirects
// to /lab, a folder is its index.html, an unknown path is the nearest 404.html, and the rules in headers (the content of _headers, may
// be nil) apply to all of it. Beyond that layer's local form it answers ranges, and sends name.br for name to clients that accept brotli.
//
// Nothing outside fsys is reachable, except through links that fsys itself follows; os.Root's FS follows none that leave it. A faulty
// _headers is reported in place of every page, as a 500, because the site must not run without the headers it relies on.
func Static(fsys fs.FS, headers []byte) http.Handler {
	rules, err := ParseHeaders(headers)
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		})
	}
	return rules.Wrap(&site{fsys: fsys})
}

type site struct {
	fsys  fs.FS
	etags sync.Map // file name to tagged: a file is hashed again only when it has changed
}

type tagged struct {
	size int64
	time time.Time
	etag string
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := clean(r.URL.Path)
	file, redirect := s.resolve(asked, true)
	status := http.StatusOK
	if file == "" && redirect == "" {
		if file = s.notFoundPage(asked); file == "" {
			http.Error(w, "There is nothing at this path.", http.StatusNotFound)
			return
		}
		status = http.StatusNotFound
	}
	if redirect == "" && asked != r.URL.Path {
		redirect = asked
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
	case redirect != "":
		to := url.URL{Path: redirect, RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", to.String())
		w.WriteHeader(http.StatusTemporaryRedirect)
	default:
		s.serve(w, r, file, status)
	}
}

// clean resolves dots and repeated slashes in a decoded path and keeps the slash at its end.
func clean(p string) string {
	c := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && c != "/" {
		c += "/"
	}
	return c
}

// resolve finds the file that answers a path, or the path to ask for instead ("auto-trailing-slash" in Cloudflare's words). Both are
// empty when there is neither. It redirects only to a path that leads to the same file without another redirect.
func (s *site) resolve(p string, mayRedirect bool) (file, redirect string) {
	same := func(file, to string) bool {
		if !mayRedirect || to == "" || s.exists(to) || !s.exists(file) {
			return false
		}
		f, _ := s.resolve(to, false)
		return f == file
	}
	exact := s.exists(p)
	switch {
	case strings.HasSuffix(p, "/index"):
		dir := strings.TrimSuffix(p, "index")
		if bare := strings.TrimSuffix(dir, "/"); !exact && same(p+".html", dir) {
			return "", dir
		} else if !exact && same(bare+".html", bare) {
			return "", bare
		}
	case strings.HasSuffix(p, "/index.html"):
		dir := strings.TrimSuffix(p, "index.html")
		if bare := strings.TrimSuffix(dir, "/"); same(p, dir) {
			return "", dir
		} else if same(bare+".html", bare) {
			return "", bare
		}
	case strings.HasSuffix(p, "/"):
		if bare := strings.TrimSuffix(p, "/"); s.exists(p + "index.html") {
			return p + "index.html", ""
		} else if same(bare+".html", bare) {
			return "", bare
		}
	case strings.HasSuffix(p, ".html"):
		if bare := strings.TrimSuffix(p, ".html"); same(p, bare) {
			return "", bare
		} else if same(bare+"/index.html", bare+"/") {
			return "", bare + "/"
		}
	}
	switch {
	case exact:
		return p, ""
	case s.exists(p + ".html"):
		return p + ".html", ""
	case same(p+"/index.html", p+"/"):
		return "", p + "/"
	}
	return "", ""
}

// exists reports whether a path is a file that may be served by that name. Configuration and compressed twins are not.
func (s *site) exists(p string) bool {
	name := strings.TrimPrefix(p, "/")
	switch name {
	case "_headers", "_redirects", ".assetsignore":
		return false
	}
	if base, ok := strings.CutSuffix(name, ".br"); ok && s.regular(base) {
		return false
	}
	return s.regular(name)
}

func (s *site) regular(name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(s.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// notFoundPage is the 404.html nearest above a path, or empty.
func (s *site) notFoundPage(p string) string {
	for i := strings.LastIndexByte(p, '/'); i >= 0; i = strings.LastIndexByte(p, '/') {
		p = p[:i]
		if s.exists(p + "/404.html") {
			return p + "/404.html"
		}
	}
	return ""
}

// serve sends a file. Its type is that of its own name also when its compressed twin is sent.
func (s *site) serve(w http.ResponseWriter, r *http.Request, file string, status int) {
	name := strings.TrimPrefix(file, "/")
	h := w.Header()
	if kind := contentType(name); kind != "" {
		h.Set("Content-Type", kind)
	} else {
		h["Content-Type"] = nil // do not guess from the bytes
	}
	if s.regular(name + ".br") {
		h.Set("Vary", "Accept-Encoding")
		if acceptsBrotli(r.Header) && r.Header.Get("Range") == "" {
			h.Set("Content-Encoding", "br")
			name += ".br"
		}
	}
	f, content, info, err := s.open(name)
	if err != nil {
		h.Del("Content-Encoding")
		http.Error(w, fmt.Sprintf("%s cannot be read.", file), http.StatusInternalServerError)
		return
	}
	defer f.Close()
	h.Set("Content-Length", strconv.FormatInt(info.size, 10)) // ServeContent leaves it out of encoded answers
	h.Set("Etag", info.etag)
	if status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, content)
		return
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		io.Copy(w, content) //nolint:errcheck // the client has gone; there is nobody to tell
	}
}

// open opens a file and returns it, its content and its entity tag, which is a hash of the bytes sent.
func (s *site) open(name string) (f fs.File, content io.ReadSeeker, t tagged, err error) {
	if f, err = s.fsys.Open(name); err != nil {
		return nil, nil, t, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, t, err
	}
	content, ok := f.(io.ReadSeeker)
	if !ok {
		all, err := io.ReadAll(f)
		if err != nil {
			return nil, nil, t, err
		}
		content = bytes.NewReader(all)
	}
	if known, ok := s.etags.Load(name); ok {
		t = known.(tagged)
		if t.size == info.Size() && t.time.Equal(info.ModTime()) {
			return f, content, t, nil
		}
	}
	sum := sha256.New()
	if _, err = io.Copy(sum, content); err != nil {
		return nil, nil, t, err
	}
	if _, err = content.Seek(0, io.SeekStart); err != nil {
		return nil, nil, t, err
	}
	t = tagged{info.Size(), info.ModTime(), `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16]) + `"`}
	s.etags.Store(name, t)
	return f, content, t, nil
}
