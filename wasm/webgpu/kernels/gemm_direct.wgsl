
// For adapters without fast shared memory: each lane reads what it needs. Rows and
// columns beyond the matrices read the last ones, and are not stored. A line
// that begins with ? is for the transpositions that its two letters name, or any.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let t = tileOf(number(group, groups));
  let i = t.x + lane / 8u * 8u;
  let j = t.y + lane % 8u * 8u;
  let lda = p.lda / 4u;
  let ldb = p.ldb / 4u;
?n. let at$r = p.a / 4u + min(i + $ru, p.m - 1u) * lda;
?t. let at$a = p.a / 4u + min(i / 4u + $au, lda - 1u);
?.n let bt$c = p.b / 4u + min(j / 4u + $cu, ldb - 1u);
?.t let bt$j = p.b / 4u + min(j + $ju, p.n - 1u) * ldb;
  var sum$r$c = vec4<f32>();
?nn for (var l = t.z * p.step; l < t.w; l += 4u) {
?nn let a$r = bufA[at$r + l / 4u];
?nn let b$q$c = bufB[bt$c + (l + $qu) * ldb];
?nn sum$r$c += a$r.$x * b$q$c;
?nt for (var l = t.z * p.step; l < t.w; l += 4u) {
?nt let a$r = bufA[at$r + l / 4u];
?nt let b$j = bufB[bt$j + l / 4u];
?nt sum$r$c += a$r.$x * vec4(b$0.$x, b$1.$x, b$2.$x, b$3.$x); // $q
?tn for (var l = t.z * p.step; l < t.w; l++) {
?tn let a$a = bufA[at$a + l * lda];
?tn let b$c = bufB[bt$c + l * ldb];
?tn sum$r$c += a$b.$y * b$c;
  }
  store(i + $ru, j + 4u * $cu, t.z, sum$r$c);
}
