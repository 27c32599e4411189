import type { HeadMove } from '../heads.ts'
import type { StageManifest } from '../manifest.ts'
import { elementCount } from '../tensor.ts'

/**
 * `moveHeads` on the GPU, written as a stage so that it is compiled and kept like one.
 *
 *     target[n, h] = source[n, floor(h · from / to)]
 */
export const headStage: StageManifest = {
  name: 'move-heads',
  workgroupSize: 64,
  bindings: [
    { buffer: 'source', element: 'f32', access: 'read' },
    { buffer: 'target', element: 'f32', access: 'read_write' },
  ],
  uniforms: ['sequences', 'size', 'from', 'to', 'shared'],
  grid: { x: 'sequences', z: 1 },
  wgsl: `struct Move { sequences: i32, size: i32, heads: i32, headsTo: i32, together: i32 }
@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> destination: array<f32>;
@group(0) @binding(2) var<uniform> move_: Move;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let count = u32(move_.sequences * move_.headsTo * move_.size);
  for (var i = id.x; i < count; i += groups.x * 64u) {
    let element = i32(i) % move_.size;
    let head = i32(i) / move_.size % move_.headsTo;
    let sequence = select(i32(i) / (move_.size * move_.headsTo), 0, move_.together == 1);
    destination[i] = source[(sequence * move_.heads + head * move_.heads / move_.headsTo) * move_.size + element];
  }
}
`,
  js: '',
}

export const headUniforms = ({ sequences, shape, from, to, shared }: HeadMove): Int32Array =>
  Int32Array.of(sequences, elementCount(shape), from, to, shared ? 1 : 0)

export const headGrid = ({ sequences, shape, to }: HeadMove): readonly [number, number, number] => [
  Math.min(Math.ceil((sequences * to * elementCount(shape)) / 64), 65_535),
  1,
  1,
]
