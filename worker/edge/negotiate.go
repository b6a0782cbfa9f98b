package edge

import (
	"net/http"
	"path"
	"strconv"
	"strings"
)

// contentType is the media type of a file's name, empty when unknown. The table stands here, not in the mime package, because that one
// reads the machine's own tables, and two machines must send the same headers. The types are those of Cloudflare's assets layer.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".md":
		return "text/markdown; charset=utf-8"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".ts":
		return "video/mp2t"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".wasm":
		return "application/wasm"
	case ".bin":
		return "application/octet-stream"
	case ".pdf":
		return "application/pdf"
	case ".xml":
		return "application/xml"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".gif":
		return "image/gif"
	case ".ico":
		return "image/vnd.microsoft.icon"
	case ".woff2":
		return "font/woff2"
	}
	return ""
}

// acceptsBrotli reads Accept-Encoding: br must be named, with a quality above zero.
func acceptsBrotli(h http.Header) bool {
	for item := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		coding, params, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "br") {
			continue
		}
		q, given := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q=")
		quality, err := strconv.ParseFloat(q, 64)
		return !given || err == nil && quality > 0
	}
	return false
}
