
// The sum and the largest of what a workgroup's lanes hold, as a tree.
var<workgroup> partial: array<f32, lanes>;

fn sumOf(lane: u32, v: f32) -> f32 {
  partial[lane] = v;
  workgroupBarrier();
  for (var w = lanes / 2u; w > 0u; w /= 2u) {
    if (lane < w) {
      partial[lane] += partial[lane + w];
    }
    workgroupBarrier();
  }
  let sum = partial[0];
  workgroupBarrier();
  return sum;
}

fn maxOf(lane: u32, v: f32) -> f32 {
  partial[lane] = v;
  workgroupBarrier();
  for (var w = lanes / 2u; w > 0u; w /= 2u) {
    if (lane < w) {
      partial[lane] = max(partial[lane], partial[lane + w]);
    }
    workgroupBarrier();
  }
  let top = partial[0];
  workgroupBarrier();
  return top;
}
