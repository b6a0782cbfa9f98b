package unlearn

import (
	"os"
	"path/filepath"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"

	"github.com/stretchr/testify/require"
)

// BenchmarkOneRequest forgets one user, one item and one interaction of Amazon Baby, DIR being the folder that holds it (as in
// recsys/data's tests): natively, and as a page computes it,
//
//	LETHE_DATA=DIR go test -run '^$' -bench OneRequest ./recsys/unlearn
//	LETHE_DATA=DIR GOOS=js GOARCH=wasm go test -exec "$(go env GOROOT)/lib/wasm/go_js_wasm_exec" -run '^$' -bench OneRequest ./recsys/unlearn
//
// What it takes does not depend on how well the model was trained, so it is trained for one epoch.
func BenchmarkOneRequest(b *testing.B) {
	dir := os.Getenv("LETHE_DATA")
	if dir == "" {
		b.Skip("LETHE_DATA names no folder that holds baby")
	}
	d, err := data.Load(os.DirFS(filepath.Join(dir, "baby")), data.Options{})
	require.NoError(b, err)
	m, err := model.New(api.ModelConfig{Name: "lightgcn"}, d)
	require.NoError(b, err)
	fitted, err := train.Fit(m, d, simd.New(), api.TrainConfig{Epochs: 1}, nil)
	require.NoError(b, err)
	task := &Task{Model: m.Config(), Before: fitted.Params, Data: d, Backend: simd.New()}
	v, err := task.final()
	require.NoError(b, err)
	task.Final = &v
	u := 0
	for len(d.Train.Row(u)) < 2 {
		u++
	}
	i := d.ItemIDs[d.Train.Row(u)[0]]
	for _, request := range []string{"user:" + d.UserIDs[u], "item:" + i, "pair:" + d.UserIDs[u] + "/" + i} {
		b.Run(request, func(b *testing.B) {
			for b.Loop() {
				r, err := data.ParseRequest(request)
				require.NoError(b, err)
				one := *task
				one.Forget, err = r.Resolve(d, rng.New(0), nil)
				require.NoError(b, err)
				one.Retain = data.Retain(d, one.Forget)
				_, err = lethe{}.Unlearn(&one)
				require.NoError(b, err)
			}
		})
	}
}
