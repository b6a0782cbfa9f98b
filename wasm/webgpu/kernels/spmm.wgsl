// y = α·s·x + β·z, s sparse by rows. A workgroup takes 4 rows and 64 columns of
// y, one lane to an element: the 64 lanes of a row read the same entries of s and
// neighbouring numbers of x. Each lane adds its terms in storage order. z may be y.
struct Params { rows: u32, cols: u32, x: u32, z: u32, y: u32, alpha: f32, beta: f32 }

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufPtr: array<u32>;
@group(0) @binding(2) var<storage, read> bufCol: array<u32>;
@group(0) @binding(3) var<storage, read> bufVal: array<f32>;
@group(0) @binding(4) var<storage, read> bufX: array<f32>;
@group(0) @binding(5) var<storage, read> bufZ: array<f32>;
@group(0) @binding(6) var<storage, read_write> bufY: array<f32>;

@compute @workgroup_size(64, 4)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_id) lane: vec3<u32>) {
  let blocks = (p.cols + 63u) / 64u;
  let block = number(group, groups);
  let r = block / blocks * 4u + lane.y;
  let c = block % blocks * 64u + lane.x;
  if (r >= p.rows || c >= p.cols) {
    return;
  }
  let end = bufPtr[r + 1u];
  var sum = 0.0;
  for (var k = bufPtr[r]; k < end; k++) {
    sum += bufVal[k] * bufX[p.x + bufCol[k] * p.cols + c];
  }
  sum *= p.alpha;
  if (p.beta != 0.0) {
    sum += p.beta * bufZ[p.z + r * p.cols + c];
  }
  bufY[p.y + r * p.cols + c] = sum;
}
