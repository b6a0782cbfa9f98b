// dx += f'(x)·dy, given y = f(x), elementwise. Functions are numbered as
// backend.UnaryOp.
struct Params { n: u32, f: u32, x: u32, y: u32, dy: u32, dx: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<f32>;
@group(0) @binding(2) var<storage, read> bufY: array<f32>;
@group(0) @binding(3) var<storage, read> bufDY: array<f32>;
@group(0) @binding(4) var<storage, read_write> bufDX: array<f32>;

fn slope(x: f32, y: f32) -> f32 {
  switch p.f {
    case 1u: { return y * (1.0 - y); }
    case 2u: {
      let e = exp(-abs(x));
      return select(1.0, e, x < 0.0) / (1.0 + e);
    }
    case 3u: { return 1.0 - y * y; }
    case 4u: { return y; }
    case 5u: { return 1.0 / x; }
    case 6u: { return 2.0 * x; }
    case 7u: { return 0.5 / y; }
    case 8u: { return -y * y; }
    case 9u: { return select(1.0, 0.01, x < 0.0); }
    default: { return 1.0; }
  }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = number(group, groups) * 256u + lane;
  if (i < p.n) {
    bufDX[p.dx + i] += slope(bufX[p.x + i], bufY[p.y + i]) * bufDY[p.dy + i];
  }
}
