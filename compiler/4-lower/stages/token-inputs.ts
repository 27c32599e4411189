import type { Field, KernelPlan } from '../../3-plan/kernel-plan.ts'
import type { TensorSpec } from '../../../runtime/manifest.ts'
import {
  add,
  div,
  each,
  equal,
  groupX,
  int,
  intMin,
  letI,
  load,
  mod,
  mul,
  name,
  real,
  region,
  select,
  stepFor,
  stepLet,
  store,
  sub,
} from '../build.ts'
import { lowerLane, portsOf, temporariesOf, type Temporary, type TokenScope } from '../lanes.ts'
import type { ArrayDeclaration, Expr, LoopProgram, Statement, Step } from '../loop-ir.ts'
import {
  chunkCount,
  chunkFirstRow,
  chunkFirstToken,
  frameBuffer,
  inputAt,
  liveToken,
  paramAt,
  rowIndex,
} from '../places.ts'
import { program } from '../program.ts'

/** Values of temporaries that a workgroup keeps (of 16 KiB). */
const temporaryRoom = 3584
/** Storage buffers that a kernel may bind besides the frame, the chunk table and the mask. */
const portRoom = 5
export const workgroupSize = 64

export interface Ports {
  readonly inputs: readonly TensorSpec[]
  readonly params: readonly TensorSpec[]
}

/** Tokens that a workgroup takes at a time, so that its temporaries fit. */
export const blockFor = (temporaries: readonly (readonly Temporary[])[], chunkSize: number): number => {
  const perToken = temporaries.flat().reduce((sum, t) => sum + t.lanes, 0)
  let block = Math.min(16, chunkSize)
  while (block > 1 && block * perToken > temporaryRoom) block = Math.floor(block / 2)
  return block
}

export interface TokenBlock {
  /** Where the values of token `i` of the block stand. */
  readonly scopeAt: (i: Expr) => TokenScope
  readonly arrays: readonly ArrayDeclaration[]
  /** Regions that work out the temporaries of the block, layer by layer. */
  readonly regions: readonly Step[]
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** The scope of token `i` of a block, `token` its place in the inputs; temporaries stand in workgroup arrays. */
export const tokenBlock = (
  temporaries: readonly (readonly Temporary[])[],
  block: number,
  size: Expr,
  tokenOf: (i: Expr) => Expr,
  ports: Ports,
  read?: (i: Expr) => TokenScope['read'],
): TokenBlock => {
  const names = new Map(temporaries.flat().map((t, n) => [t.name, { array: `own.kept${n}`, lanes: t.lanes }]))
  const scopeAt = (i: Expr): TokenScope => ({
    port: (source, port, index) => {
      const spec = (source === 'input' ? ports.inputs : ports.params).find((p) => p.name === port)!
      const size = sizeOf(spec.shape)
      return source === 'input' ? inputAt(port, size, tokenOf(i), index) : paramAt(port, size, index)
    },
    temporary: (t, lane) => {
      const { array, lanes } = names.get(t)!
      return load(array, add(mul(i, int(lanes)), lane))
    },
    read: read?.(i),
  })
  const regions = temporaries.map((layer, n) =>
    region(
      `values kept for each token, ${n + 1}`,
      ...layer.map((t): Statement => {
        const { array, lanes } = names.get(t.name)!
        const i = div(name('n'), int(lanes))
        return each('n', mul(size, int(lanes)), [
          letI('i', i),
          letI('j', mod(name('n'), int(lanes))),
          ...t.compute(
            lanes === 1 ? int(0) : name('j'),
            (value) => store(array, name('n'), value),
            scopeAt(name('i')),
          ),
        ])
      }),
    ),
  )
  const arrays = temporaries
    .flat()
    .map((t): ArrayDeclaration => ({ name: names.get(t.name)!.array, element: 'f32', size: block * t.lanes }))
  return { scopeAt, arrays, regions }
}

/**
 * What each token gives, one row of the frame per token and head: keys, values, decays, coefficients, and the inner
 * products that slots of one token need. Padded tokens get neutral values.
 */
export const tokenInputs = (plan: KernelPlan, ports: Ports): readonly LoopProgram[] =>
  groupFields(plan.fields).map((fields, n, all) => {
    const temporaries = temporariesOf(fields.map((f) => f.value))
    const block = blockFor(temporaries, plan.chunkSize)
    const first = mul(name('block'), int(block))
    const tokenOf = (i: Expr): Expr => add(name('firstToken'), add(first, i))
    const { scopeAt, arrays, regions } = tokenBlock(temporaries, block, name('size'), tokenOf, ports)
    const storeField = (field: Field): Statement => {
      const lane = field.lanes === 1 ? int(0) : name('j')
      const row = add(name('firstRow'), add(first, name('i')))
      return each('n', mul(name('size'), int(field.lanes)), [
        letI('i', div(name('n'), int(field.lanes))),
        letI('j', mod(name('n'), int(field.lanes))),
        store(
          frameBuffer,
          rowIndex(row, plan.frameSize, add(int(field.offset), lane)),
          select(
            equal(liveToken(tokenOf(name('i'))), int(1)),
            lowerLane(field.value, lane, scopeAt(name('i'))),
            real(field.neutral),
          ),
        ),
      ])
    }
    return program({
      name: all.length === 1 ? 'token-inputs' : `token-inputs-${n + 1}`,
      doc: 'What each token gives: keys, values, decays, coefficients.',
      workgroupSize,
      workgroup: arrays,
      body: [
        stepLet('firstToken', chunkFirstToken(groupX)),
        stepLet('firstRow', chunkFirstRow(groupX)),
        stepLet('count', chunkCount(groupX)),
        stepFor('block', int(0), div(add(name('count'), int(block - 1)), int(block)), [
          stepLet('size', intMin(int(block), sub(name('count'), first))),
          ...regions,
          region('rows of the frame', ...fields.map(storeField)),
        ]),
      ],
    })
  })

/** Share the fields out over kernels, none of which binds too many inputs. */
const groupFields = (fields: readonly Field[]): readonly (readonly Field[])[] => {
  const groups: { fields: Field[]; ports: Set<string> }[] = []
  for (const field of fields) {
    const ports = portsOf(field.value)
    const fits = groups.find((g) => new Set([...g.ports, ...ports]).size <= portRoom)
    if (fits) {
      fits.fields.push(field)
      ports.forEach((p) => fits.ports.add(p))
    } else groups.push({ fields: [field], ports: new Set(ports) })
  }
  return groups.map((g) => g.fields)
}
