
// The number of a workgroup: the host folds what exceeds one dimension into two.
fn number(group: vec3<u32>, groups: vec3<u32>) -> u32 {
  return group.y * groups.x + group.x;
}
