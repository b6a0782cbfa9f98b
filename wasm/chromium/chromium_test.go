//go:build !js

package chromium

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMissingBrowserNamesTheRemedy(t *testing.T) {
	t.Setenv("CHROMIUM", filepath.Join(t.TempDir(), "nowhere"))
	_, err := Options()
	assert.ErrorContains(t, err, "apt-get install -y chromium")
}
