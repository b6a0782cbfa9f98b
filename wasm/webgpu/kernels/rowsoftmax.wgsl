// y_r = softmax(x_r): a workgroup to a row, 64 partial sums added as a tree.
struct Params { rows: u32, cols: u32, x: u32, y: u32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<f32>;
@group(0) @binding(2) var<storage, read_write> bufY: array<f32>;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let r = number(group, groups);
  let valid = r < p.rows; // all lanes reach every barrier
  let n = select(0u, p.cols, valid);
  let x = p.x + r * p.cols;
  let y = p.y + r * p.cols;

  var top = -3.4028234e38;
  for (var c = lane; c < n; c += 64u) {
    top = max(top, bufX[x + c]);
  }
  partial[lane] = top;
  workgroupBarrier();
  for (var w = 32u; w > 0u; w /= 2u) {
    if (lane < w) {
      partial[lane] = max(partial[lane], partial[lane + w]);
    }
    workgroupBarrier();
  }
  top = partial[0];
  workgroupBarrier();

  var sum = 0.0;
  for (var c = lane; c < n; c += 64u) {
    let e = exp(bufX[x + c] - top);
    bufY[y + c] = e;
    sum += e;
  }
  partial[lane] = sum;
  workgroupBarrier();
  for (var w = 32u; w > 0u; w /= 2u) {
    if (lane < w) {
      partial[lane] += partial[lane + w];
    }
    workgroupBarrier();
  }
  sum = partial[0];
  for (var c = lane; c < n; c += 64u) {
    bufY[y + c] /= sum;
  }
}
