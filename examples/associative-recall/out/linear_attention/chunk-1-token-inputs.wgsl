// token-inputs: What each token gives: keys, values, decays, coefficients.
@group(0) @binding(0) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> q: array<f32>;
@group(0) @binding(3) var<storage, read_write> scratch_frame: array<f32>;
@group(0) @binding(4) var<storage, read> table_mask: array<i32>;
@group(0) @binding(5) var<storage, read> v: array<f32>;
struct Uniforms {
  heads: i32,
  share_k: i32,
  share_q: i32,
  masked: i32,
  share_v: i32,
}
@group(0) @binding(6) var<uniform> uniforms: Uniforms;
var<workgroup> own_kept0: array<f32, 16>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let lane = i32(invocation);
  let group_x = i32(workgroup_id.x);
  let group_y = i32(workgroup_id.y);
  let group_z = i32(workgroup_id.z);
  let firstToken: i32 = table_chunks[(group_x * 4)];
  let firstRow: i32 = table_chunks[((group_x * 4) + 1)];
  let count: i32 = table_chunks[((group_x * 4) + 2)];
  {
    let mix_end_block: i32 = ((count + 15) / 16);
    for (var block: i32 = 0; block < mix_end_block; block++) {
      let size: i32 = min(16, (count - (block * 16)));
      workgroupBarrier();
      // values kept for each token, 1
      {
        for (var n: i32 = lane; n < size; n += 64) {
          let i: i32 = n;
          let j: i32 = 0;
          var sum: f32 = 0.0f;
          for (var e: i32 = 0; e < 64; e++) {
            sum = (sum + (k[(((((firstToken + ((block * 16) + i)) * (uniforms.heads / uniforms.share_k)) + (group_y / uniforms.share_k)) * 64) + e)] * q[(((((firstToken + ((block * 16) + i)) * (uniforms.heads / uniforms.share_q)) + (group_y / uniforms.share_q)) * 64) + e)]));
          }
          own_kept0[n] = sum;
        }
      }
      workgroupBarrier();
      storageBarrier();
      // rows of the frame
      {
        for (var n: i32 = lane; n < size; n += 64) {
          let i: i32 = n;
          let j: i32 = 0;
          scratch_frame[((((firstRow + ((block * 16) + i)) * uniforms.heads) + group_y) * 193)] = select(0.0f, own_kept0[i], (select(1, table_mask[select(0, (firstToken + ((block * 16) + i)), (uniforms.masked == 1))], (uniforms.masked == 1)) == 1));
        }
        {
          let mix_end_n: i32 = (size * 64);
          for (var n: i32 = lane; n < mix_end_n; n += 64) {
            let i: i32 = (n / 64);
            let j: i32 = (n % 64);
            scratch_frame[(((((firstRow + ((block * 16) + i)) * uniforms.heads) + group_y) * 193) + (j + 1))] = select(0.0f, q[(((((firstToken + ((block * 16) + i)) * (uniforms.heads / uniforms.share_q)) + (group_y / uniforms.share_q)) * 64) + j)], (select(1, table_mask[select(0, (firstToken + ((block * 16) + i)), (uniforms.masked == 1))], (uniforms.masked == 1)) == 1));
          }
        }
        {
          let mix_end_n: i32 = (size * 64);
          for (var n: i32 = lane; n < mix_end_n; n += 64) {
            let i: i32 = (n / 64);
            let j: i32 = (n % 64);
            scratch_frame[(((((firstRow + ((block * 16) + i)) * uniforms.heads) + group_y) * 193) + (j + 65))] = select(0.0f, k[(((((firstToken + ((block * 16) + i)) * (uniforms.heads / uniforms.share_k)) + (group_y / uniforms.share_k)) * 64) + j)], (select(1, table_mask[select(0, (firstToken + ((block * 16) + i)), (uniforms.masked == 1))], (uniforms.masked == 1)) == 1));
          }
        }
        {
          let mix_end_n: i32 = (size * 64);
          for (var n: i32 = lane; n < mix_end_n; n += 64) {
            let i: i32 = (n / 64);
            let j: i32 = (n % 64);
            scratch_frame[(((((firstRow + ((block * 16) + i)) * uniforms.heads) + group_y) * 193) + (j + 129))] = select(0.0f, v[(((((firstToken + ((block * 16) + i)) * (uniforms.heads / uniforms.share_v)) + (group_y / uniforms.share_v)) * 64) + j)], (select(1, table_mask[select(0, (firstToken + ((block * 16) + i)), (uniforms.masked == 1))], (uniforms.masked == 1)) == 1));
          }
        }
      }
    }
  }
}
