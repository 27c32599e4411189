// chunk-output: What the reads of a chunk see: the entering state, and the writes of the chunk before them.
@group(0) @binding(0) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(1) var<storage, read> scratch_frame: array<f32>;
@group(0) @binding(2) var<storage, read> scratch_S_rows: array<f32>;
@group(0) @binding(3) var<storage, read> scratch_S_chunks: array<f32>;
@group(0) @binding(4) var<storage, read_write> o: array<f32>;
struct Uniforms {
  heads: i32,
}
@group(0) @binding(5) var<uniform> uniforms: Uniforms;
var<workgroup> own_A: array<f32, 256>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let lane = i32(invocation);
  let group_x = i32(workgroup_id.x);
  let group_y = i32(workgroup_id.y);
  let group_z = i32(workgroup_id.z);
  let firstToken: i32 = table_chunks[(group_x * 4)];
  let firstRow: i32 = table_chunks[((group_x * 4) + 1)];
  let count: i32 = table_chunks[((group_x * 4) + 2)];
  let base: i32 = (group_z * 16);
  if ((base < count)) {
    let size: i32 = min(16, (count - base));
    // r2 with the writes before it
    {
      if (lane < 8) {
        let n: i32 = lane;
        let t: i32 = ((base + (n * 2)) + 1);
        let i: i32 = (base + (n * 2));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + (x + 65))] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          own_A[(((t - base) * 16) + i)] = sum0;
        }
      }
      if (lane < 16) {
        let n: i32 = lane;
        let t: i32 = (((base + ((n / 4) * 4)) + 2) + ((n / 2) % 2));
        let i: i32 = ((base + ((n / 4) * 4)) + (n % 2));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + (x + 65))] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          own_A[(((t - base) * 16) + i)] = ((sum0 * scratch_S_rows[((((firstRow + t) * uniforms.heads) + group_y) * 325)]) * scratch_S_rows[((((firstRow + i) * uniforms.heads) + group_y) * 325)]);
        }
      }
      if (lane < 32) {
        let n: i32 = lane;
        let t: i32 = (((base + ((n / 16) * 8)) + 4) + ((n / 4) % 4));
        let i: i32 = ((base + ((n / 16) * 8)) + (n % 4));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + (x + 65))] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          own_A[(((t - base) * 16) + i)] = ((sum0 * scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + 1)]) * scratch_S_rows[(((((firstRow + i) * uniforms.heads) + group_y) * 325) + 1)]);
        }
      }
      {
        let n: i32 = lane;
        let t: i32 = (((base + ((n / 64) * 16)) + 8) + ((n / 8) % 8));
        let i: i32 = ((base + ((n / 64) * 16)) + (n % 8));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + (x + 65))] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          own_A[(((t - base) * 16) + i)] = ((sum0 * scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + 2)]) * scratch_S_rows[(((((firstRow + i) * uniforms.heads) + group_y) * 325) + 2)]);
        }
      }
      for (var n: i32 = lane; n < size; n += 64) {
        let t: i32 = (base + n);
        own_A[(((t - base) * 16) + t)] = scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + 64)];
      }
    }
    workgroupBarrier();
    // what r2 sees
    {
      {
        let mix_end_n: i32 = (size * 64);
        for (var n: i32 = lane; n < mix_end_n; n += 64) {
          let t: i32 = (base + (n / 64));
          let j: i32 = (n % 64);
          var seen: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            seen = (seen + ((scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + (x + 65))] * scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + 3)]) * scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4866) + (((x * 64) + j) + 770))]));
          }
          seen = seen;
          for (var i: i32 = 0; i < t; i++) {
            seen = (seen + (own_A[(((t - base) * 16) + i)] * scratch_S_rows[(((((firstRow + i) * uniforms.heads) + group_y) * 325) + (j + 261))]));
          }
          let o_local: f32 = (seen + (own_A[(((t - base) * 16) + t)] * scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + (j + 261))]));
          o[(((((firstToken + t) * uniforms.heads) + group_y) * 64) + j)] = o_local;
        }
      }
    }
  }
}
