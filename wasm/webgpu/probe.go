//go:build js && wasm

package webgpu

import (
	"errors"
	"time"

	"lethe/recsys/backend"
)

// Ceiling is what a device can do at most, measured: multiply-adds on registers, and
// reading and writing long rows.
type Ceiling struct {
	Flops float64 // a second, a multiply-add being two
	Bytes float64 // a second, read and written
}

// probeSource does 4096 multiply-adds of four numbers in each of 65,536 lanes, on
// eight registers that do not wait for each other.
const probeSource = `
struct Params { n: u32, seed: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> bufY: array<vec4<f32>>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = vec4(p.seed, p.seed * 0.5, p.seed * 0.25, f32(id.x));
  let y = vec4(p.seed);
  var a = x; var b = x + y; var c = x - y; var d = x * 2.0;
  var e = x * 3.0; var f = x * 4.0; var g = x * 5.0; var h = x * 6.0;
  for (var k = 0u; k < p.n; k++) {
    a = fma(a, y, x); b = fma(b, y, x); c = fma(c, y, x); d = fma(d, y, x);
    e = fma(e, y, x); f = fma(f, y, x); g = fma(g, y, x); h = fma(h, y, x);
  }
  bufY[id.x] = ((a + b) + (c + d)) + ((e + f) + (g + h));
}
`

// Probe measures a device's ceiling.
func (d *Device) Probe() (Ceiling, error) {
	const laneCount, rounds = 1 << 16, 512
	be := New(d)
	defer be.Close()
	k := d.pipelines.add(variety{"probe", 4}, probeSource)
	y := be.New(laneCount, 4)
	flops, err := rate(be, y, func() { d.pipelines.run(k, laneCount/lanes, words{rounds, f(0.5)}, of(y)) })
	if err != nil {
		return Ceiling{}, err
	}
	const n = 8 << 20
	a, b := be.New(1, n), be.New(1, n)
	bytes, err := rate(be, b, func() { be.Axpby(1, a, 0, b) })
	return Ceiling{Flops: flops * laneCount * rounds * 8 * 4 * 2, Bytes: bytes * n * 8}, err
}

// rate is how often a second the device does something that writes to x.
func rate(be *Backend, x backend.Tensor, do func()) (float64, error) {
	one := make([]float32, 1)
	best := 0.0
	for n := 1; n <= 1<<12; n *= 2 {
		start := time.Now()
		for range n {
			do()
		}
		if err := be.Read(x.View(0, 1, 1), one); err != nil {
			return 0, err
		}
		took := time.Since(start)
		best = max(best, float64(n)/took.Seconds())
		if n > 1 && took > 200*time.Millisecond {
			break
		}
	}
	if best == 0 {
		return best, errors.New("webgpu: nothing was measured")
	}
	return best, nil
}
