// y_r = softmax(x_r): a workgroup to a row.
struct Params { rows: u32, cols: u32, x: u32, y: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<f32>;
@group(0) @binding(2) var<storage, read_write> bufY: array<f32>;

const lanes = 64u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let r = number(group, groups);
  let valid = r < p.rows; // all lanes reach every barrier
  let n = select(0u, p.cols, valid);
  let x = p.x + r * p.cols;
  let y = p.y + r * p.cols;

  var top = -3.4028234e38;
  for (var c = lane; c < n; c += lanes) {
    top = max(top, bufX[x + c]);
  }
  top = maxOf(lane, top);
  var sum = 0.0;
  for (var c = lane; c < n; c += lanes) {
    let e = exp(bufX[x + c] - top);
    bufY[y + c] = e;
    sum += e;
  }
  sum = sumOf(lane, sum);
  for (var c = lane; c < n; c += lanes) {
    bufY[y + c] /= sum;
  }
}
