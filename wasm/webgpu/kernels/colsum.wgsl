// y = α·Σ_r x_r + β·y, rows ascending: one lane to a column. Tall and narrow
// matrices keep few lanes busy.
struct Params { rows: u32, cols: u32, x: u32, y: u32, alpha: f32, beta: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<f32>;
@group(0) @binding(2) var<storage, read_write> bufY: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let c = number(group, groups) * 64u + lane;
  if (c >= p.cols) {
    return;
  }
  var sum = 0.0;
  for (var r = 0u; r < p.rows; r++) {
    sum += bufX[p.x + r * p.cols + c];
  }
  sum *= p.alpha;
  if (p.beta != 0.0) {
    sum += p.beta * bufY[p.y + c];
  }
  bufY[p.y + c] = sum;
}
