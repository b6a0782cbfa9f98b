//go:build js && wasm

package webgpu

import (
	"math"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/failover"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/data/demo"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/session"
	"lethe/recsys/train"
)

// epochs trains a model and returns its weights, final vectors and all users' ten best.
func epochs(t *testing.T, be backend.Backend, d *data.Dataset, name string, n int) (theta *dense.Params, users, items []float32, lists [][]int32) {
	t.Helper()
	m, err := model.New(api.ModelConfig{Name: name}, d)
	require.NoError(t, err)
	f, err := train.Fit(m, d, be, api.TrainConfig{Seed: 1, Epochs: n, Batch: 2048}, nil)
	require.NoError(t, err)
	net := train.NewNetwork(m, f.Params, be)
	defer net.Free()
	u, i := net.Embed()
	users, items = read(t, be, u), read(t, be, i)
	r := eval.NewRanker(be, d.Train, nil, 10)
	defer r.Free()
	all := make([]int32, d.Users())
	for k := range all {
		all[k] = int32(k)
	}
	require.NoError(t, r.Each(u, i, all, nil, func(_ int32, top []int32) {
		lists = append(lists, append([]int32(nil), top...))
	}))
	return f.Params, users, items, lists
}

// distance is ‖a - b‖ / ‖b‖.
func distance(a, b []float32) float64 {
	var d, n float64
	for k := range b {
		d += math.Pow(float64(a[k])-float64(b[k]), 2)
		n += math.Pow(float64(b[k]), 2)
	}
	return math.Sqrt(d / n)
}

// TestTrainingAgreesWithSIMD trains LightGCN on the demo shop for an epoch.
func TestTrainingAgreesWithSIMD(t *testing.T) {
	dev := device(t)
	d := demo.Generate(1).Dataset()
	t.Logf("%d users, %d items, %d interactions", d.Users(), d.Items(), d.Train.Len())
	theta, users, items, lists := epochs(t, New(dev), d, "lightgcn", 1)
	again, _, _, _ := epochs(t, New(dev), d, "lightgcn", 1)
	assert.Equal(t, theta.SHA256(), again.SHA256(), "a second run on the device gives the same bits")
	want, wantUsers, wantItems, wantLists := epochs(t, simd.New(), d, "lightgcn", 1)
	t.Logf("relative distance: θ %.2g, users %.2g, items %.2g", distance(theta.Theta, want.Theta), distance(users, wantUsers), distance(items, wantItems))
	assert.Less(t, distance(theta.Theta, want.Theta), 1e-4)
	assert.Less(t, distance(users, wantUsers), 1e-4)
	assert.Less(t, distance(items, wantItems), 1e-4)
	assert.Equal(t, wantLists, lists)
}

// TestTheDeviceIsLostInMidTraining destroys the device at several steps of a training:
// it goes on with simd and ends where simd alone would have ended.
func TestTheDeviceIsLostInMidTraining(t *testing.T) {
	d := modeltest.Taste(120, 60, 14, 5)
	for _, name := range []string{"lightgcn", "mgcn"} {
		fit := func(be backend.Backend, obs api.Observer) *dense.Params {
			m, err := model.New(api.ModelConfig{Name: name, Dim: 16}, d)
			require.NoError(t, err)
			f, err := train.Fit(m, d, be, api.TrainConfig{Seed: 8, Epochs: 3, Batch: 128, Rate: 0.01}, obs)
			require.NoError(t, err)
			return f.Params
		}
		want := fit(simd.New(), nil)
		for _, at := range []int{5, 17} {
			dev := open(t)
			var told []error
			be := failover.New(New(dev), func() backend.Backend { return simd.New() }, func(err error) { told = append(told, err) })
			got := fit(be, func(p api.Progress) error {
				if p.Stage == "train" && p.Done == at && p.Point == nil {
					dev.device.Call("destroy")
				}
				return nil
			})
			require.Len(t, told, 1, "%s, lost at step %d", name, at)
			assert.ErrorContains(t, told[0], "lost")
			assert.Equal(t, "webgpu, then simd", be.Name())
			assert.Less(t, distance(got.Theta, want.Theta), 1e-4, "%s, lost at step %d", name, at)
		}
	}
}

// TestOutOfMemoryInMidTraining lets the device run out of memory at several steps of a
// training: it goes on with simd and ends where simd alone would have ended.
func TestOutOfMemoryInMidTraining(t *testing.T) {
	d := modeltest.Taste(120, 60, 14, 5)
	fit := func(be backend.Backend, obs api.Observer) *dense.Params {
		m, err := model.New(api.ModelConfig{Name: "lightgcn", Dim: 16}, d)
		require.NoError(t, err)
		f, err := train.Fit(m, d, be, api.TrainConfig{Seed: 8, Epochs: 3, Batch: 128, Rate: 0.01}, obs)
		require.NoError(t, err)
		return f.Params
	}
	want := fit(simd.New(), nil)
	for what, fail := range map[string]func(dev *Device, be *Backend){
		"the browser says so, as it does: late, by an event": func(dev *Device, _ *Backend) {
			js.Global().Get("Function").New("device", `
				const error = new GPUOutOfMemoryError("no memory left for the buffer tensor");
				const event = Object.assign(new Event("uncapturederror", { cancelable: true }), { error });
				device.dispatchEvent(event);`).Invoke(dev.device)
		},
		"more is asked for than the adapter has": func(_ *Device, be *Backend) { be.New(1<<20, 1<<20) },
	} {
		for _, at := range []int{5, 17} {
			dev := open(t)
			primary := New(dev)
			var told []error
			be := failover.New(primary, func() backend.Backend { return simd.New() }, func(err error) { told = append(told, err) })
			got := fit(be, func(p api.Progress) error {
				if p.Stage == "train" && p.Done == at && p.Point == nil {
					fail(dev, primary)
				}
				return nil
			})
			require.Len(t, told, 1, "%s, at step %d", what, at)
			assert.Equal(t, "webgpu, then simd", be.Name())
			assert.Less(t, distance(got.Theta, want.Theta), 1e-4, "%s, at step %d", what, at)
			dev.Close()
		}
	}
}

// TestUnlearningOnTheDevice trains, forgets and measures a session's model on the device
// alone, beside the same on simd.
func TestUnlearningOnTheDevice(t *testing.T) {
	dev := device(t)
	for _, method := range []string{"mmrecun", "lethe", "retrain"} {
		rows := map[string]api.Row{}
		for name, be := range map[string]func() backend.Backend{
			"webgpu": func() backend.Backend { return New(dev) },
			"simd":   func() backend.Backend { return simd.New() },
		} {
			s := session.New(session.Options{Now: time.Now, Backend: func(string) (backend.Backend, error) { return be(), nil }})
			_, err := s.OpenDataset(modeltest.Taste(120, 60, 14, 5))
			require.NoError(t, err)
			_, err = s.Train(api.Train{Model: api.ModelConfig{Name: "lightgcn", Dim: 16}, Train: api.TrainConfig{Seed: 1, Epochs: 8, Batch: 256, Rate: 0.01}}, nil)
			require.NoError(t, err)
			rows[name], err = s.Unlearn(api.Unlearn{Method: method, Request: "users:10%", Seed: 1}, nil)
			require.NoError(t, err)
		}
		got, want := rows["webgpu"], rows["simd"]
		for name, w := range want.Test {
			assert.InDelta(t, w, got.Test[name], 0.02, "%s: %s", method, name)
		}
		require.NotNil(t, got.ForgetAUC, method)
		assert.InDelta(t, *want.ForgetAUC, *got.ForgetAUC, 0.02, "%s: forget AUC", method)
	}
	assert.NoError(t, dev.Err())
}
