// chunk-state: The state from chunk to chunk.
@group(0) @binding(0) var<storage, read> table_sequences: array<i32>;
@group(0) @binding(1) var<storage, read_write> state_S: array<f32>;
@group(0) @binding(2) var<storage, read> table_chunks: array<i32>;
@group(0) @binding(3) var<storage, read_write> scratch_S_chunks: array<f32>;
@group(0) @binding(4) var<storage, read> scratch_frame: array<f32>;
struct Uniforms {
  heads: i32,
}
@group(0) @binding(5) var<uniform> uniforms: Uniforms;
var<workgroup> own_S: array<f32, 1024>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
  let lane = i32(invocation);
  let group_x = i32(workgroup_id.x);
  let group_y = i32(workgroup_id.y);
  let group_z = i32(workgroup_id.z);
  let first: i32 = (group_z * 16);
  let width: i32 = min(16, (64 - first));
  let firstChunk: i32 = table_sequences[(group_x * 2)];
  // the initial state
  {
    {
      let mix_end_n: i32 = (64 * width);
      for (var n: i32 = lane; n < mix_end_n; n += 64) {
        let d: i32 = (n / width);
        let c: i32 = (n % width);
        let v: i32 = (first + c);
        own_S[((d * 16) + c)] = state_S[(((((group_x * uniforms.heads) + group_y) * 4096) + (d * 64)) + v)];
      }
    }
  }
  {
    let mix_end_chunk: i32 = (firstChunk + table_sequences[((group_x * 2) + 1)]);
    for (var chunk: i32 = firstChunk; chunk < mix_end_chunk; chunk++) {
      let firstRow: i32 = table_chunks[((chunk * 4) + 1)];
      let count: i32 = table_chunks[((chunk * 4) + 2)];
      workgroupBarrier();
      storageBarrier();
      // the entering state, and what the fed writes write
      {
        {
          let mix_end_n: i32 = (64 * width);
          for (var n: i32 = lane; n < mix_end_n; n += 64) {
            let d: i32 = (n / width);
            let c: i32 = (n % width);
            let v: i32 = (first + c);
            scratch_S_chunks[((((chunk * uniforms.heads) + group_y) * 4096) + ((d * 64) + v))] = own_S[((d * 16) + c)];
          }
        }
      }
      workgroupBarrier();
      // decay and writes of the chunk
      {
        {
          let mix_end_n: i32 = (64 * width);
          for (var n: i32 = lane; n < mix_end_n; n += 64) {
            let d: i32 = (n / width);
            let c: i32 = (n % width);
            let v: i32 = (first + c);
            var s: f32 = own_S[((d * 16) + c)];
            for (var i: i32 = 0; i < count; i++) {
              s = (s + (scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 193) + (d + 65))] * scratch_frame[(((((firstRow + i) * uniforms.heads) + group_y) * 193) + (v + 129))]));
            }
            own_S[((d * 16) + c)] = s;
          }
        }
      }
    }
  }
  workgroupBarrier();
  storageBarrier();
  // the final state
  {
    {
      let mix_end_n: i32 = (64 * width);
      for (var n: i32 = lane; n < mix_end_n; n += 64) {
        let d: i32 = (n / width);
        let c: i32 = (n % width);
        let v: i32 = (first + c);
        state_S[(((((group_x * uniforms.heads) + group_y) * 4096) + (d * 64)) + v)] = own_S[((d * 16) + c)];
      }
    }
  }
}
