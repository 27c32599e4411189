// decay-products: Products of decays from each token to the borders around it.
@group(0) @binding(0) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(1) var<storage, read> scratch_frame: array<f32>;
@group(0) @binding(2) var<storage, read_write> scratch_S_rows: array<f32>;
@group(0) @binding(3) var<storage, read_write> scratch_S_chunks: array<f32>;
struct Uniforms {
  heads: i32,
}
@group(0) @binding(4) var<uniform> uniforms: Uniforms;
var<workgroup> own_keyu2dsums: array<f32, 2>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let lane = i32(invocation);
  let group_x = i32(workgroup_id.x);
  let group_y = i32(workgroup_id.y);
  let group_z = i32(workgroup_id.z);
  let firstRow: i32 = table_chunks[((group_x * 4) + 1)];
  let count: i32 = table_chunks[((group_x * 4) + 2)];
  // key decays within half-blocks and blocks
  {
    for (var n: i32 = lane; n < count; n += 64) {
      let u: i32 = n;
      let j: i32 = 0;
      let b: i32 = (u / 16);
      var half0: f32 = 1.0f;
      {
        let mix_end_w: i32 = select(min((((u / 2) * 2) + 2), count), u, (((u / 2) % 2) == 1));
        for (var w: i32 = select((u + 1), ((u / 2) * 2), (((u / 2) % 2) == 1)); w < mix_end_w; w++) {
          half0 = (half0 * scratch_frame[(((((firstRow + w) * uniforms.heads) + group_y) * 194) + 193)]);
        }
      }
      scratch_S_rows[((((firstRow + u) * uniforms.heads) + group_y) * 7)] = half0;
      var half1: f32 = 1.0f;
      {
        let mix_end_w: i32 = select(min((((u / 4) * 4) + 4), count), u, (((u / 4) % 2) == 1));
        for (var w: i32 = select((u + 1), ((u / 4) * 4), (((u / 4) % 2) == 1)); w < mix_end_w; w++) {
          half1 = (half1 * scratch_frame[(((((firstRow + w) * uniforms.heads) + group_y) * 194) + 193)]);
        }
      }
      scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 1)] = half1;
      var half2: f32 = 1.0f;
      {
        let mix_end_w: i32 = select(min((((u / 8) * 8) + 8), count), u, (((u / 8) % 2) == 1));
        for (var w: i32 = select((u + 1), ((u / 8) * 8), (((u / 8) % 2) == 1)); w < mix_end_w; w++) {
          half2 = (half2 * scratch_frame[(((((firstRow + w) * uniforms.heads) + group_y) * 194) + 193)]);
        }
      }
      scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 2)] = half2;
      var before: f32 = 1.0f;
      for (var w: i32 = (b * 16); w < u; w++) {
        before = (before * scratch_frame[(((((firstRow + w) * uniforms.heads) + group_y) * 194) + 193)]);
      }
      scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 3)] = before;
      var after: f32 = 1.0f;
      {
        let mix_end_w: i32 = min(((b + 1) * 16), count);
        for (var w: i32 = (u + 1); w < mix_end_w; w++) {
          after = (after * scratch_frame[(((((firstRow + w) * uniforms.heads) + group_y) * 194) + 193)]);
        }
      }
      scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 4)] = after;
    }
    if (lane < 2) {
      let n: i32 = lane;
      let b: i32 = n;
      let j: i32 = 0;
      var total: f32 = 1.0f;
      {
        let mix_end_w: i32 = min(((b + 1) * 16), count);
        for (var w: i32 = (b * 16); w < mix_end_w; w++) {
          total = (total * scratch_frame[(((((firstRow + w) * uniforms.heads) + group_y) * 194) + 193)]);
        }
      }
      own_keyu2dsums[n] = total;
      scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4099) + b)] = total;
    }
  }
  workgroupBarrier();
  storageBarrier();
  // key decays of the chunk
  {
    if (lane < 1) {
      let n: i32 = lane;
      let j: i32 = n;
      var total: f32 = 1.0f;
      for (var w: i32 = 0; w < 2; w++) {
        total = (total * own_keyu2dsums[(w + j)]);
      }
      scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4099) + 2)] = total;
    }
    for (var n: i32 = lane; n < count; n += 64) {
      let u: i32 = n;
      let j: i32 = 0;
      let b: i32 = (u / 16);
      var before: f32 = 1.0f;
      for (var w: i32 = 0; w < b; w++) {
        before = (before * own_keyu2dsums[w]);
      }
      scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 5)] = (before * scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 3)]);
      var after: f32 = 1.0f;
      for (var w: i32 = (b + 1); w < 2; w++) {
        after = (after * own_keyu2dsums[w]);
      }
      scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 6)] = (after * scratch_S_rows[(((((firstRow + u) * uniforms.heads) + group_y) * 7) + 4)]);
    }
  }
}
