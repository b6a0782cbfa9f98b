
// The sum and the largest of what a workgroup's lanes hold: sixteen lanes take what lies
// sixteen apart, and all lanes what those have.
var<workgroup> partial: array<f32, lanes>;

fn sumOf(lane: u32, v: f32) -> f32 {
  partial[lane] = v;
  workgroupBarrier();
  var sum = v;
  for (var k = lane + 16u; lane < 16u && k < lanes; k += 16u) {
    sum += partial[k];
  }
  if (lane < 16u) {
    partial[lane] = sum;
  }
  workgroupBarrier();
  sum = partial[0];
  for (var k = 1u; k < 16u; k++) {
    sum += partial[k];
  }
  return sum;
}

fn maxOf(lane: u32, v: f32) -> f32 {
  partial[lane] = v;
  workgroupBarrier();
  var top = v;
  for (var k = lane + 16u; lane < 16u && k < lanes; k += 16u) {
    top = max(top, partial[k]);
  }
  if (lane < 16u) {
    partial[lane] = top;
  }
  workgroupBarrier();
  for (var k = 0u; k < 16u; k++) {
    top = max(top, partial[k]);
  }
  workgroupBarrier();
  return top;
}
