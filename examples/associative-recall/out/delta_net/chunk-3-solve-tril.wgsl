// solve-tril: The inverse of the feedback of a chunk, by blocks.
@group(0) @binding(0) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(1) var<storage, read_write> scratch_S_chunks: array<f32>;
@group(0) @binding(2) var<storage, read> scratch_frame: array<f32>;
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
  let size: i32 = count;
  // the feedback
  {
    {
      let mix_end_n: i32 = (count * 16);
      for (var n: i32 = lane; n < mix_end_n; n += 64) {
        let t: i32 = (n / 16);
        let i: i32 = (n % 16);
        if ((i < t)) {
          scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + (((t * 16) + i) + 256))] = (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 194) + 193)] * scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + ((t * 16) + i))]);
        }
        else {
          if ((i == t)) {
            scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + (((t * 16) + i) + 256))] = 0.0f;
          }
        }
      }
    }
  }
  storageBarrier();
  // diagonal blocks by substitution
  {
    for (var c: i32 = lane; c < size; c += 64) {
      scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + (((c * 16) + c) + 512))] = 1.0f;
      {
        let mix_end_r: i32 = min((((c / 16) * 16) + 16), size);
        for (var r: i32 = (c + 1); r < mix_end_r; r++) {
          var sum: f32 = 0.0f;
          for (var m: i32 = c; m < r; m++) {
            sum = (sum + (scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + (((r * 16) + m) + 256))] * scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + (((m * 16) + c) + 512))]));
          }
          scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4864) + (((r * 16) + c) + 512))] = sum;
        }
      }
    }
  }
}
