
// As reduce: each subgroup adds what its lanes hold, and then what all subgroups have.
var<workgroup> partial: array<f32, lanes>;

fn sumOf(lane: u32, v: f32) -> f32 {
  let own = subgroupAdd(v);
  partial[lane] = select(0.0, own, subgroupElect());
  workgroupBarrier();
  var sum = 0.0;
  let step = subgroupAdd(1u);
  for (var k = subgroupExclusiveAdd(1u); k < lanes; k += step) {
    sum += partial[k];
  }
  return subgroupAdd(sum);
}

fn maxOf(lane: u32, v: f32) -> f32 {
  partial[lane] = subgroupMax(v);
  workgroupBarrier();
  var top = v;
  let step = subgroupAdd(1u);
  for (var k = subgroupExclusiveAdd(1u); k < lanes; k += step) {
    top = max(top, partial[k]);
  }
  top = subgroupMax(top);
  workgroupBarrier();
  return top;
}
