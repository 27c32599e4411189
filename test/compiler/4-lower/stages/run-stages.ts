import { interpret, type Memory } from '../../../../compiler/4-lower/interpret.ts'
import type { Layout } from '../../../../compiler/4-lower/chunk-context.ts'
import type { LoweredForm } from '../../../../compiler/4-lower/lowered.ts'
import type { Compiled } from '../../../../compiler/compile.ts'
import { float64 } from '../../../../compiler/float64.ts'
import { runForm } from '../../../../proof/evaluate.ts'
import { drawCall, type Call } from '../../../support/calls.ts'
import { loweredOf } from '../../../support/compiled.ts'
import type { FormName } from '../../../support/forms.ts'
import { mixers, type MixerName } from './mixers.ts'

export const heads = 2

/** A form of which some stages have run. */
export interface Ran {
  readonly compiled: Compiled
  readonly form: FormName
  readonly call: Call
  readonly memory: Memory<number>
  readonly chunks: readonly ChunkRow[]
}

/** A row of `table.chunks`. */
export interface ChunkRow {
  readonly firstToken: number
  readonly firstRow: number
  readonly count: number
  readonly sequence: number
}

/** Packed sequences, one of them empty, from given states; every seventh token is padding. */
export const callOf = ({ layer, dims }: Compiled, seed = 1): Call =>
  drawCall(layer, dims, {
    tokens: 60,
    heads,
    groups: { v: 1 },
    initial: true,
    cuSeqlens: [0, 22, 22, 60],
    mask: Array.from({ length: 60 }, (_, t) => (t % 7 === 5 ? 0 : 1)),
    seed,
  })

/** Run the stages of a form up to and with the last one of that name (or all), in doubles. */
export const runStages = (
  compiled: Compiled,
  form: FormName,
  upTo?: string,
  call = callOf(compiled),
): Ran => {
  const lowered: LoweredForm = compiled.lowered[form]!
  const names = lowered.stages.map((s) => s.program.name)
  const last = upTo === undefined ? names.length : names.findLastIndex((n) => n.startsWith(upTo))
  if (last < 0) throw new Error(`there is no stage ${upTo} among ${names.join(', ')}`)
  let [memory, stage]: [Memory<number> | undefined, number] = [undefined, 0]
  runForm(
    compiled.lowered,
    lowered,
    0,
    (program, own, uniforms, groups) => {
      if (stage++ <= last) interpret(program, float64, own, uniforms, groups)
      memory = own
    },
    call,
  )
  const table = memory!.i32.get('table.chunks')!
  const chunks = Array.from({ length: table.length / 4 }, (_, c): ChunkRow => {
    const [firstToken, firstRow, count, sequence] = table.subarray(4 * c, 4 * c + 4)
    return { firstToken, firstRow, count, sequence }
  })
  return { compiled, form, call, memory: memory!, chunks }
}

/** The same for one of the mixers, its chunk form. */
export const runChunkForm = (mixer: MixerName, chunkSize: number, upTo?: string): Ran =>
  runStages(loweredOf(mixers[mixer], { chunkSize }), 'chunk', upTo)

/** Value `j` of a buffer that keeps `size` values for each row (or chunk) and head. */
export const valueAt = (
  ran: Ran,
  buffer: string,
  size: number,
  row: number,
  head: number,
  j: number,
): number => ran.memory.f32.get(buffer)![(row * heads + head) * size + j] ?? NaN

/** Value `j` of a section of what the chunk form's stages hand on; NaN where nothing was written. */
export const sectionAt = (
  ran: Ran,
  layout: Layout,
  section: string,
  row: number,
  head: number,
  j: number,
): number => {
  const { offset, size } = layout.sections.get(section)!
  if (j < 0 || j >= size) throw new Error(`${section}[${j}] is not one of ${size}`)
  return valueAt(ran, layout.buffer, layout.size, row, head, offset + j)
}
