// y = α·Σ_r x_r + β·y. A workgroup takes 16 V columns. Sixteen lanes share a column:
// each adds every sixteenth row, and the partial sums are added in order.
struct Params { rows: u32, cols: u32, x: u32, y: u32, alpha: f32, beta: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufX: array<V>;
@group(0) @binding(2) var<storage, read_write> bufY: array<V>;

var<workgroup> partial: array<V, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let c = number(group, groups) * 16u + lane % 16u;
  var sum = V();
  if (c < p.cols) {
    for (var r = lane / 16u; r < p.rows; r += 16u) {
      sum += bufX[p.x + r * p.cols + c];
    }
  }
  partial[lane] = sum;
  workgroupBarrier();
  if (lane >= 16u || c >= p.cols) {
    return;
  }
  for (var q = lane + 16u; q < 256u; q += 16u) {
    sum += partial[q];
  }
  sum *= p.alpha;
  if (p.beta != 0.0) {
    sum += p.beta * bufY[p.y + c];
  }
  bufY[p.y + c] = sum;
}
