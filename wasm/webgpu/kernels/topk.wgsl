// The best items of eight users at a time. A lane scores one item for all eight and
// keeps nothing but what beats the user's worst listed item: such candidates queue up
// in workgroup memory, are sorted when they might overflow, and cut to the list's
// length. Candidates are ordered by score, then by the smaller id, without ties: so
// lists do not depend on the order in which lanes queue. A list longer than 64 takes
// several passes; each starts below the last item of the one before. Tables longer than a
// binding come in windows: of items, each adds to the lists that those before have left;
// of lists, each starts at a later place of the index; the users' rows are gathered first.
struct Params {
  n: u32, items: u32, cols: u32, k: u32,
  users: u32, table: u32, banned: u32, ids: u32, scores: u32,
  first: u32,  // rank that this pass starts with
  masked: u32, // banned counts
  none: u32,   // the bits of -Inf
  place: u32,    // the first user's place in the index
  gathered: u32, // bufUsers holds the users of the lists alone, in order
  item: u32,     // the first item's number
  more: u32,     // the lists hold what was found before
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> bufIndex: array<u32>;
@group(0) @binding(2) var<storage, read> bufUsers: array<V>;
@group(0) @binding(3) var<storage, read> bufItems: array<V>;
@group(0) @binding(4) var<storage, read> bufPtr: array<u32>;
@group(0) @binding(5) var<storage, read> bufCol: array<u32>;
@group(0) @binding(6) var<storage, read> bufBanned: array<f32>;
@group(0) @binding(7) var<storage, read_write> bufIds: array<f32>;
@group(0) @binding(8) var<storage, read_write> bufScores: array<f32>;

var<workgroup> queue: array<vec2<u32>, 1024>; // 128 to a user
var<workgroup> count: array<atomic<u32>, 8>;
var<workgroup> least: array<vec2<u32>, 8>;    // what a candidate must beat
var<workgroup> most: array<vec2<u32>, 8>;     // and stay below
var<workgroup> crowded: u32;

// A candidate: the score's bits ordered as integers, then the id reversed.
fn candidate(score: f32, id: u32) -> vec2<u32> {
  let b = bitcast<u32>(score);
  return vec2(select(b | 0x80000000u, ~b, b >= 0x80000000u), ~id);
}

fn above(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x > b.x || (a.x == b.x && a.y > b.y);
}

// Whether a user may be offered an item.
fn offered(user: u32, id: u32) -> bool {
  if (p.masked != 0u && bufBanned[p.banned + id - p.item] != 0.0) {
    return false;
  }
  var low = bufPtr[user];
  let end = bufPtr[user + 1u];
  var high = end;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (bufCol[middle] < id) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  return low >= end || bufCol[low] != id;
}

// cut sorts all queues, best first, and leaves wanted candidates in each.
fn cut(lane: u32, wanted: u32) {
  for (var size = 2u; size <= 128u; size *= 2u) {
    for (var apart = size / 2u; apart > 0u; apart /= 2u) {
      let low = lane / apart * apart * 2u + lane % apart;
      for (var t = 0u; t < 1024u; t += 128u) {
        let a = queue[t + low];
        let b = queue[t + low + apart];
        if (above(b, a) == ((low & size) == 0u)) {
          queue[t + low] = b;
          queue[t + low + apart] = a;
        }
      }
      workgroupBarrier();
    }
  }
  if (lane < 8u) {
    let n = min(atomicLoad(&count[lane]), wanted);
    atomicStore(&count[lane], n);
    if (n == wanted) {
      least[lane] = queue[lane * 128u + n - 1u];
    }
  }
  workgroupBarrier();
  for (var t = 0u; t < 8u; t++) {
    let n = atomicLoad(&count[t]);
    if (lane >= n) {
      queue[t * 128u + lane] = vec2<u32>();
    }
    queue[t * 128u + 64u + lane] = vec2<u32>();
  }
  workgroupBarrier();
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = number(group, groups) * 8u;
  let wanted = min(p.k - p.first, 64u);
  var user: array<u32, 8>;
  var row: array<u32, 8>; // where the user's begins
  for (var t = 0u; t < 8u; t++) {
    let k = min(base + t, p.n - 1u);
    user[t] = bufIndex[p.place + k];
    row[t] = p.users + select(user[t], k, p.gathered != 0u) * p.cols;
  }
  for (var c = lane; c < 1024u; c += 64u) {
    queue[c] = vec2<u32>();
  }
  if (lane < 8u) {
    var last = vec2<u32>(0xffffffffu);
    if (base + lane >= p.n) {
      last = vec2<u32>();
    } else if (p.first > 0u) {
      let at = (base + lane) * p.k + p.first - 1u;
      last = vec2<u32>();
      if (bufIds[p.ids + at] >= 0.0) {
        last = candidate(bufScores[p.scores + at], u32(bufIds[p.ids + at]));
      }
    }
    most[lane] = last;
    least[lane] = vec2<u32>();
    atomicStore(&count[lane], 0u);
  }
  workgroupBarrier();

  if (p.more != 0u) {
    for (var t = 0u; t < 8u; t++) {
      let at = (base + t) * p.k + p.first + lane;
      if (lane < wanted && base + t < p.n && bufIds[p.ids + at] >= 0.0) {
        queue[t * 128u + lane] = candidate(bufScores[p.scores + at], u32(bufIds[p.ids + at]));
        atomicAdd(&count[t], 1u);
      }
    }
    workgroupBarrier();
    if (lane < 8u && atomicLoad(&count[lane]) == wanted) {
      least[lane] = queue[lane * 128u + wanted - 1u];
    }
    workgroupBarrier();
  }

  for (var start = 0u; start < p.items; start += 64u) {
    let at = start + lane;
    let id = p.item + at;
    if (at < p.items) {
      var sum = array<V, 8>();
      for (var c = 0u; c < p.cols; c++) {
        let y = V(bufItems[p.table + at * p.cols + c]);
        for (var t = 0u; t < 8u; t++) {
          sum[t] += y * bufUsers[row[t] + c];
        }
      }
      for (var t = 0u; t < 8u; t++) {
        let s = total(sum[t]);
        let bits = bitcast<u32>(s);
        let mine = candidate(s, id);
        let number = bits != p.none && (bits & 0x7fffffffu) <= 0x7f800000u;
        if (number && above(mine, least[t]) && above(most[t], mine) && offered(user[t], id)) {
          queue[t * 128u + atomicAdd(&count[t], 1u)] = mine;
        }
      }
    }
    workgroupBarrier();
    if (lane == 0u) {
      var n = 0u;
      for (var t = 0u; t < 8u; t++) {
        n = max(n, atomicLoad(&count[t]));
      }
      crowded = n;
    }
    if (workgroupUniformLoad(&crowded) > 64u) {
      cut(lane, wanted);
    }
  }
  cut(lane, wanted);
  for (var t = 0u; t < 8u; t++) {
    if (lane >= wanted || base + t >= p.n) {
      continue;
    }
    let at = (base + t) * p.k + p.first + lane;
    let best = queue[t * 128u + lane];
    if (best.x == 0u) {
      bufIds[p.ids + at] = -1.0;
      bufScores[p.scores + at] = bitcast<f32>(p.none);
    } else {
      bufIds[p.ids + at] = f32(~best.y);
      bufScores[p.scores + at] = bitcast<f32>(select(~best.x, best.x & 0x7fffffffu, best.x >= 0x80000000u));
    }
  }
}
