package edge

import (
	"net/http"
	"runtime"
	"time"
)

// health is the body of GET /api/health.
type health struct {
	Status  string `json:"status"`  // always "ok": a server that is not cannot say so
	Version string `json:"version"` // of the build
	// Deployment is the platform's id of what is running, left out where there is none.
	Deployment string `json:"deployment,omitempty"`
	Runtime    string `json:"runtime"` // Go's version and platform
	Time       string `json:"time"`    // UTC, RFC 3339
}

func (a api) health(w http.ResponseWriter, r *http.Request) {
	reply(w, r, http.StatusOK, health{
		Status:     "ok",
		Version:    a.Version,
		Deployment: a.Bindings.Deployment,
		Runtime:    runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
		Time:       a.Now().UTC().Format(time.RFC3339),
	})
}
