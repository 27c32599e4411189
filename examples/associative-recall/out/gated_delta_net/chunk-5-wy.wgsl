// wy: What the fed writes of a chunk write: a given part and a matrix times the state that enters.
@group(0) @binding(0) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(1) var<storage, read> scratch_frame: array<f32>;
@group(0) @binding(2) var<storage, read_write> scratch_S_rows: array<f32>;
@group(0) @binding(3) var<storage, read> scratch_S_chunks: array<f32>;
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
  // given values and reads of the entering state
  {
    {
      let mix_end_n: i32 = (count * 64);
      for (var n: i32 = lane; n < mix_end_n; n += 64) {
        let t: i32 = (n / 64);
        let j: i32 = (n % 64);
        var u: f32 = scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + (j + 193))];
        scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + (j + 5))] = u;
      }
    }
    {
      let mix_end_n: i32 = (count * 64);
      for (var n: i32 = lane; n < mix_end_n; n += 64) {
        let t: i32 = (n / 64);
        let j: i32 = (n % 64);
        var w: f32 = 0.0f;
        w = (w + (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + 257)] * (scratch_frame[(((((firstRow + t) * uniforms.heads) + group_y) * 259) + j)] * scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + 3)])));
        scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + (j + 69))] = w;
      }
    }
  }
  storageBarrier();
  // the inverse times both
  {
    {
      let mix_end_n: i32 = (count * 128);
      for (var n: i32 = lane; n < mix_end_n; n += 64) {
        let a: i32 = (n / 128);
        let t: i32 = a;
        let j: i32 = (n % 128);
        var sum: f32 = 0.0f;
        {
          let mix_end_i: i32 = (t + 1);
          for (var i: i32 = 0; i < mix_end_i; i++) {
            sum = (sum + (scratch_S_chunks[((((group_x * uniforms.heads) + group_y) * 4866) + (((a * 16) + i) + 514))] * scratch_S_rows[(((((firstRow + i) * uniforms.heads) + group_y) * 325) + (j + 5))]));
          }
        }
        scratch_S_rows[(((((firstRow + t) * uniforms.heads) + group_y) * 325) + (j + 133))] = sum;
      }
    }
  }
}
