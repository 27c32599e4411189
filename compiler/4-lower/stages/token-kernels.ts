import type { ScratchSpec, TensorSpec } from '../../../runtime/manifest.ts'
import type { Polynomial } from '../../2-normalize/polynomial.ts'
import type { KernelPlan } from '../../3-plan/kernel-plan.ts'
import { add, div, each, groupX, int, intMin, letI, load, mod, mul, name, region, stepFor, stepLet, store, sub } from '../build.ts' // prettier-ignore
import { lowerLane, temporariesOf, type Temporary, type TokenScope } from '../lanes.ts'
import type { ArrayDeclaration, Expr, LoopProgram, Statement, Step } from '../loop-ir.ts'
import { chunkCount, chunkFirstRow, chunkFirstToken, inputAt, paramAt, rowIndex } from '../places.ts'
import { program } from '../program.ts'
import { partNames, sourcesOf, splitPorts } from '../split-ports.ts'

/** Values of temporaries that a workgroup keeps (of 16 KiB). */
const temporaryRoom = 3584
/** Storage buffers that a kernel may bind besides what it writes, the chunk table and the mask. */
const sourceRoom = 5
const workgroupSize = 64

export interface Ports {
  readonly inputs: readonly TensorSpec[]
  readonly params: readonly TensorSpec[]
}

/** Something to work out at each token. */
export interface TokenValue {
  readonly value: Polynomial
  readonly lanes: number
  readonly put: (at: { readonly token: Expr; readonly row: Expr }, lane: Expr, value: Expr) => Statement
}

export interface TokenKernels {
  readonly programs: readonly LoopProgram[]
  readonly scratch: readonly ScratchSpec[]
}

interface Kernel {
  readonly name: string
  readonly doc: string
  /** Component `lane` of a read, kept at a row. */
  readonly read?: (row: Expr, atom: string, lane: Expr) => Expr
}

/**
 * Kernels that work out values token by token, as few as the number of tensors that one can bind allows; a value
 * that is made of more tensors is worked out in parts.
 */
export const tokenKernels = (
  kernel: Kernel,
  plan: KernelPlan,
  ports: Ports,
  values: readonly TokenValue[],
): TokenKernels => {
  const split = splitPorts(
    values.map((v) => v.value),
    sourceRoom,
  )
  const buffer = `scratch.${kernel.name}.parts`
  const places = new Map<string, { readonly offset: number; readonly lanes: number }>()
  let size = 0
  for (const { name: part, value } of split.parts) {
    places.set(part, { offset: size, lanes: value.lanes })
    size += value.lanes
  }
  const partIndex = (part: string, row: Expr, lane: Expr): Expr => {
    const { offset, lanes } = places.get(part)!
    return rowIndex(row, size, add(int(offset), lanes === 1 ? int(0) : lane))
  }
  const parts = split.parts.map(({ name: part, value }): TokenValue => ({
    value,
    lanes: value.lanes,
    put: ({ row }, lane, result) => store(buffer, partIndex(part, row, lane), result),
  }))

  // Parts in kernels of their own: one that wrote both would bind more.
  const levels = new Map<string, number>()
  for (const { name: part, value } of split.parts)
    levels.set(part, Math.max(0, ...partNames(value).map((used) => levels.get(used)! + 1)))
  const steps = Array.from({ length: Math.max(0, ...[...levels.values()].map((l) => l + 1)) }, (_, level) =>
    parts.filter((_, i) => levels.get(split.parts[i].name) === level),
  )
  const groups = [...steps, values.map((v, i) => ({ ...v, value: split.values[i] }))].flatMap(grouped)

  const { read } = kernel
  const scopeAt = (row: Expr): Pick<TokenScope, 'part' | 'read'> => ({
    part: (part, lane) => load(buffer, partIndex(part, row, lane)),
    read: read && ((atom, lane) => read(row, atom, lane)),
  })
  return {
    programs: groups.map((group, n) =>
      tokenProgram(
        groups.length === 1 ? kernel.name : `${kernel.name}-${n + 1}`,
        kernel.doc,
        plan,
        ports,
        group,
        scopeAt,
      ),
    ),
    scratch: size === 0 ? [] : [{ name: buffer, element: 'f32', elements: size, per: 'row' }],
  }
}

/** Share values out over kernels, none of which binds too many tensors. */
const grouped = (values: readonly TokenValue[]): readonly (readonly TokenValue[])[] => {
  const groups: TokenValue[][] = []
  for (const value of values) {
    const fits = groups.find((g) => sourcesOf(...g.map((v) => v.value), value.value).size <= sourceRoom)
    if (fits) fits.push(value)
    else groups.push([value])
  }
  return groups
}

const tokenProgram = (
  kernelName: string,
  doc: string,
  plan: KernelPlan,
  ports: Ports,
  values: readonly TokenValue[],
  kept: (row: Expr) => Pick<TokenScope, 'part' | 'read'>,
): LoopProgram => {
  const temporaries = temporariesOf(values.map((v) => v.value))
  const block = blockFor(temporaries, plan.chunkSize)
  const first = mul(name('block'), int(block))
  const place = (i: Expr): { readonly token: Expr; readonly row: Expr } => ({
    token: add(name('firstToken'), add(first, i)),
    row: add(name('firstRow'), add(first, i)),
  })
  const names = new Map(temporaries.flat().map((t, n) => [t.name, { array: `own.kept${n}`, lanes: t.lanes }]))
  const [i, j, n] = [name('i'), name('j'), name('n')]
  const scope: TokenScope = {
    port: (source, port, index) => {
      const spec = (source === 'input' ? ports.inputs : ports.params).find((p) => p.name === port)!
      const size = spec.shape.reduce((a, b) => a * b, 1)
      return source === 'input' ? inputAt(port, size, place(i).token, index) : paramAt(port, size, index)
    },
    temporary: (t, lane) => {
      const { array, lanes } = names.get(t)!
      return load(array, add(mul(i, int(lanes)), lane))
    },
    ...kept(place(i).row),
  }
  const overLanes = (lanes: number, body: (lane: Expr) => readonly Statement[]): Statement =>
    each('n', mul(name('size'), int(lanes)), [
      letI('i', div(n, int(lanes))),
      letI('j', mod(n, int(lanes))),
      ...body(lanes === 1 ? int(0) : j),
    ])
  const regions = temporaries.map((layer, at): Step =>
    region(
      `values kept for each token, ${at + 1}`,
      ...layer.map((t) =>
        overLanes(t.lanes, (lane) =>
          t.compute(lane, (value) => store(names.get(t.name)!.array, n, value), scope),
        ),
      ),
    ),
  )
  const arrays = temporaries
    .flat()
    .map((t): ArrayDeclaration => ({ name: names.get(t.name)!.array, element: 'f32', size: block * t.lanes }))
  return program({
    name: kernelName,
    doc,
    workgroupSize,
    workgroup: arrays,
    body: [
      stepLet('firstToken', chunkFirstToken(groupX)),
      stepLet('firstRow', chunkFirstRow(groupX)),
      stepLet('count', chunkCount(groupX)),
      stepFor('block', int(0), div(add(name('count'), int(block - 1)), int(block)), [
        stepLet('size', intMin(int(block), sub(name('count'), first))),
        ...regions,
        region(
          'what the tokens give',
          ...values.map(({ value, lanes, put }) =>
            overLanes(lanes, (lane) => [put(place(i), lane, lowerLane(value, lane, scope))]),
          ),
        ),
      ]),
    ],
  })
}

/** Tokens that a workgroup takes at a time, so that its temporaries fit. */
const blockFor = (temporaries: readonly (readonly Temporary[])[], chunkSize: number): number => {
  const perToken = temporaries.flat().reduce((sum, t) => sum + t.lanes, 0)
  let block = Math.min(16, chunkSize)
  while (block > 1 && block * perToken > temporaryRoom) block = Math.floor(block / 2)
  return block
}
