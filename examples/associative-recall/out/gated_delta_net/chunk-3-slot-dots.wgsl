// slot-dots: What each write of a chunk adds to each read that a later write leans on.
@group(0) @binding(0) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(1) var<storage, read> scratch_frame: array<f32>;
@group(0) @binding(2) var<storage, read_write> scratch_S_chunks: array<f32>;
@group(0) @binding(3) var<storage, read> scratch_S_rows: array<f32>;
struct Uniforms {
  heads: i32,
}
@group(0) @binding(4) var<uniform> uniforms: Uniforms;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let lane = i32(invocation);
  let group_x = i32(workgroup_id.x);
  let group_y = i32(workgroup_id.y);
  let group_z = i32(workgroup_id.z);
  let firstRow: i32 = table_chunks[((group_x * 4) + 1)];
  let count: i32 = table_chunks[((group_x * 4) + 2)];
  let base: i32 = (group_z * 16);
  if ((base < count)) {
    // reads with earlier writes
    {
      if (lane < 8) {
        let n: i32 = lane;
        let t: i32 = ((base + (n * 2)) + 1);
        let i: i32 = (base + (n * 2));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + x)] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4866) + (((t * 16) + i) + 2))] = sum0;
        }
      }
      if (lane < 16) {
        let n: i32 = lane;
        let t: i32 = (((base + ((n / 4) * 4)) + 2) + ((n / 2) % 2));
        let i: i32 = ((base + ((n / 4) * 4)) + (n % 2));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + x)] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4866) + (((t * 16) + i) + 2))] = ((sum0 * scratch_S_rows[((((firstRow + t) * uniforms.heads) + group_y) * 325)]) * scratch_S_rows[((((firstRow + i) * uniforms.heads) + group_y) * 325)]);
        }
      }
      if (lane < 32) {
        let n: i32 = lane;
        let t: i32 = (((base + ((n / 16) * 8)) + 4) + ((n / 4) % 4));
        let i: i32 = ((base + ((n / 16) * 8)) + (n % 4));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + x)] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4866) + (((t * 16) + i) + 2))] = ((sum0 * scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + 1)]) * scratch_S_rows[(((((firstRow + i) * uniforms.heads) + group_y) * 325) + 1)]);
        }
      }
      {
        let n: i32 = lane;
        let t: i32 = (((base + ((n / 64) * 16)) + 8) + ((n / 8) % 8));
        let i: i32 = ((base + ((n / 64) * 16)) + (n % 8));
        if ((t < count)) {
          var sum0: f32 = 0.0f;
          for (var x: i32 = 0; x < 64; x++) {
            sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + x)] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 259) + (x + 129))]));
          }
          scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4866) + (((t * 16) + i) + 2))] = ((sum0 * scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + 2)]) * scratch_S_rows[(((((firstRow + i) * uniforms.heads) + group_y) * 325) + 2)]);
        }
      }
    }
  }
}
