// One step of Adam on an element, as backend.AdamStep states it.
struct Params {
  n: u32, cols: u32, g: u32, m: u32, v: u32, theta: u32,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32, decay: f32, correct1: f32, correct2: f32,
  first: u32, many: u32, // the rows that are bound, for adam_rows
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufG: array<V>;
@group(0) @binding(2) var<storage, read_write> bufM: array<V>;
@group(0) @binding(3) var<storage, read_write> bufV: array<V>;
@group(0) @binding(4) var<storage, read_write> bufTheta: array<V>;

fn step_at(i: u32) {
  let old = bufTheta[p.theta + i];
  let g = bufG[p.g + i] + p.decay * old;
  let m = p.beta1 * bufM[p.m + i] + (1.0 - p.beta1) * g;
  let v = p.beta2 * bufV[p.v + i] + (1.0 - p.beta2) * g * g;
  bufM[p.m + i] = m;
  bufV[p.v + i] = v;
  bufTheta[p.theta + i] = old - p.rate * (m * p.correct1) / (sqrt(v * p.correct2) + p.epsilon);
}
