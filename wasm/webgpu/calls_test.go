//go:build js && wasm

package webgpu

import (
	"maps"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// calls counts what a device is asked for, by JavaScript of its own: so nothing that the
// package does is missed. It ends with the test.
type calls struct{ seen js.Value }

// making are the methods of a device that make a thing.
var making = []string{"createBuffer", "createTexture", "createSampler", "createShaderModule", "createBindGroupLayout", "createPipelineLayout",
	"createBindGroup", "createComputePipeline", "createComputePipelineAsync", "createQuerySet"}

func listen(t *testing.T, d *Device) *calls {
	hook := js.Global().Get("Function").New("device", `
		const seen = { largest: 0 }, undo = [];
		const wrap = (object, name, also) => {
			const own = object[name];
			seen[name] = 0;
			object[name] = function (...args) {
				seen[name]++;
				if (also) also(...args);
				return own.apply(this, args);
			};
			undo.push(() => { object[name] = own; });
		};
		for (const name of ["createCommandEncoder", "`+strings.Join(making, `", "`)+`"]) {
			wrap(device, name, name === "createBuffer" && (({ size }) => { seen.largest = Math.max(seen.largest, size); }));
		}
		wrap(device.queue, "submit");
		wrap(GPUBuffer.prototype, "mapAsync");
		return { seen, undo: () => undo.forEach((f) => f()) };`)
	heard := hook.Invoke(d.device)
	t.Cleanup(func() { heard.Call("undo") })
	return &calls{heard.Get("seen")}
}

// made is how many things were made so far, by method.
func (c *calls) made() map[string]int {
	m := map[string]int{}
	for _, name := range making {
		m[name] = c.count(name)
	}
	return m
}

func (c *calls) count(name string) int { return c.seen.Get(name).Int() }

// training is a model that a test trains step by step.
type training struct {
	net  *train.Network
	l    *train.Learner
	s    *train.Sampler
	feed *train.Feed
}

func newTraining(t *testing.T, be backend.Backend, name string, d *data.Dataset) *training {
	m, err := model.New(api.ModelConfig{Name: name, Dim: 16}, d)
	require.NoError(t, err)
	src := rng.New(8)
	params := dense.NewParams(m.Specs()...)
	m.Init(params, src.Named("init"))
	net := train.NewNetwork(m, params, be)
	l := train.NewLearner(net, 128, 0.01, model.Loss)
	s := train.NewSampler(d, src)
	return &training{net, l, s, train.NewFeed(s, l, d)}
}

func (x *training) epoch(t *testing.T, e int, step func(k int)) {
	if m, ok := x.net.Model.(model.Epocher); ok {
		m.StartEpoch(x.net.Backend(), e, rng.New(8).Named("epoch").Key(uint64(e)))
	}
	x.s.Start(e)
	for k := range x.feed.Steps() {
		x.feed.Write(e, k)
		require.NoError(t, x.l.Step())
		step(k)
	}
	_, err := x.l.Loss()
	require.NoError(t, err)
}

// TestAStepMakesNothing trains every model and counts what its steps ask of the device:
// those after the first make nothing, need no more than a command buffer each, and an epoch reads once.
// The last batch of the first epoch is shorter than the others and may take other kernels.
func TestAStepMakesNothing(t *testing.T) {
	dev := device(t)
	heard := listen(t, dev)
	d := modeltest.Taste(60, 40, 14, 5)
	for _, name := range model.Trained() {
		t.Run(name, func(t *testing.T) {
			be := New(dev)
			defer be.Close()
			x := newTraining(t, be, name, d)
			var before map[string]int
			begin := heard.made()
			x.epoch(t, 1, func(k int) {
				if k == 0 {
					before = heard.made()
				}
				if k+1 < x.feed.Steps() {
					assert.Equal(t, before, heard.made(), "after step %d of the first epoch", k+1)
				}
			})
			assert.False(t, maps.Equal(begin, before), "the first step makes things, and they were counted")
			before = heard.made()
			for e := 2; e <= 3; e++ {
				encoders, submits, reads := heard.count("createCommandEncoder"), heard.count("submit"), heard.count("mapAsync")
				x.epoch(t, e, func(k int) {
					if k == 0 && name == "freedom" { // which draws a new graph for each epoch
						before = heard.made()
					}
					assert.Equal(t, before, heard.made(), "after step %d of epoch %d", k+1, e)
				})
				assert.Equal(t, 1, heard.count("mapAsync")-reads, "reads in epoch %d", e)
				assert.Equal(t, heard.count("submit")-submits, heard.count("createCommandEncoder")-encoders)
				assert.LessOrEqual(t, heard.count("submit")-submits, x.feed.Steps(), "command buffers in epoch %d", e)
				t.Logf("epoch %d: %d steps in %d command buffers", e, x.feed.Steps(), heard.count("submit")-submits)
			}
		})
	}
}

// TestRankingWritesNoScores ranks with lists far shorter than the matrix of scores, and
// looks at how large the buffers are that it makes.
func TestRankingWritesNoScores(t *testing.T) {
	const users, items, k = 900, 1100, 20
	dev := open(t) // whose pool is empty
	defer dev.Close()
	heard := listen(t, dev)
	be, r := New(dev), rng.New(2).Stream()
	x, _ := fill(be, &r, users, 16)
	y, _ := fill(be, &r, items, 16)
	seen := backend.CSR{Rows: users, Cols: items, Ptr: make([]int32, users+1)}
	all := make([]int32, users)
	for u := range users {
		all[u] = int32(u)
		seen.Col = append(seen.Col, int32(u%items))
		seen.Ptr[u+1] = int32(u + 1)
	}
	s, ix := be.NewSparse(seen), be.NewIndex(users)
	be.WriteIndex(ix, users, all)
	ids, scores := be.New(users, k), be.New(users, k)
	be.TopK(x, ix, y, s, backend.Tensor{}, ids, scores)
	for u, top := range read(t, be, ids)[:3*k] {
		assert.NotEqual(t, float32(u/k), top, "what user %d has seen", u/k)
	}
	list := heard.seen.Get("largest").Int()
	assert.Less(t, list, 4*users*items/4, "the largest buffer, in bytes")
	assert.GreaterOrEqual(t, list, 4*users*k, "which was counted")
}
