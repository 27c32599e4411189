// slot-dots: What each write of a chunk adds to each read that a later write leans on.
@group(0) @binding(0) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(1) var<storage, read> scratch_frame: array<f32>;
@group(0) @binding(2) var<storage, read_write> scratch_S_chunks: array<f32>;
struct Uniforms {
  heads: i32,
}
@group(0) @binding(3) var<uniform> uniforms: Uniforms;

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
      {
        let mix_end_n: i32 = (min(16, (count - base)) * 16);
        for (var n: i32 = lane; n < mix_end_n; n += 64) {
          let t: i32 = (base + (n / 16));
          let i: i32 = (n % 16);
          if ((i < t)) {
            var sum0: f32 = 0.0f;
            for (var x: i32 = 0; x < 64; x++) {
              sum0 = (sum0 + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 194) + x)] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 194) + x)]));
            }
            scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + ((t * 16) + i))] = sum0;
          }
        }
      }
    }
  }
}
