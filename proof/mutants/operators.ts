import { one, rational, multiply, zero } from '../../compiler/rational.ts'
import type { Expr, Statement, Step } from '../../compiler/4-lower/loop-ir.ts'
import type { LoweredForm } from '../../compiler/4-lower/lowered.ts'
import { bodyOf, everyExpression, rewriteStatement, withOperands } from '../../compiler/4-lower/walk.ts'
import type { Operator, Surroundings } from './sites.ts'

const real = (value: typeof zero): Expr => ({ kind: 'real', value })
const int = (value: number): Expr => ({ kind: 'int', value })
const plus = (e: Expr, n: number): Expr => ({
  kind: 'binary',
  op: n < 0 ? '-' : '+',
  left: e,
  right: int(Math.abs(n)),
})
const isReal = (e: Expr, at: Surroundings): boolean => at.typeOf(e) === 'f32'
const isLiteral = (e: Expr): boolean => e.kind === 'int'

/** An operator that only changes expressions. */
const onExpr = (kind: string, expr: NonNullable<Operator['expr']>): Operator => ({ kind, expr })

/** The number added to a table's index: which of a row's entries is meant. */
const entryOf = (e: Expr, table: string): number | undefined => {
  if (e.kind !== 'load' || e.array !== table) return undefined
  return e.index.kind === 'binary' && e.index.op === '+' && e.index.right.kind === 'int'
    ? e.index.right.value
    : 0
}

const isStored = (array: string): boolean => array.startsWith('scratch.') || array.startsWith('own.')

const storesIn = (s: Statement): boolean =>
  s.kind === 'store' || bodyOf(s).some((inner) => storesIn(inner as Statement))

/**
 * The ways in which a lowering goes wrong, as changes of the kernel IR that change what is computed (and mostly stay
 * within bounds, so that the proof has to see them). None knows a layer or a stage by name.
 */
export const operators: readonly Operator[] = [
  {
    kind: 'drop a condition',
    statement: (s) => (s.kind === 'if' && !s.else && isOrder(s.condition) ? s.then : undefined),
  },
  onExpr('take the other side', (e, at) =>
    e.kind === 'select' && isReal(e, at) ? { ...e, then: e.else, else: e.then } : undefined,
  ),
  {
    kind: 'shift a slot: one more',
    statement: (s) => (s.kind === 'for' && !isLiteral(s.to) ? [{ ...s, to: plus(s.to, 1) }] : undefined),
  },
  {
    kind: 'shift a slot: one fewer',
    statement: (s) => (s.kind === 'for' && !isLiteral(s.to) ? [{ ...s, to: plus(s.to, -1) }] : undefined),
  },
  {
    kind: 'shift a slot: start later',
    statement: (s) => (s.kind === 'for' && !isLiteral(s.to) ? [{ ...s, from: plus(s.from, 1) }] : undefined),
  },
  {
    kind: 'leave a channel out',
    statement: (s) => (s.kind === 'for' && isLiteral(s.to) ? [{ ...s, from: plus(s.from, 1) }] : undefined),
  },
  {
    kind: 'leave half of the elements out',
    statement: (s) =>
      s.kind === 'each'
        ? [{ ...s, count: { kind: 'binary', op: '/', left: s.count, right: int(2) } }]
        : undefined,
  },
  {
    kind: 'shift a slot: a chunk less',
    steps: (steps, i) => {
      const s = steps[i]
      if (s.kind !== 'for' || isLiteral(s.to)) return undefined
      return [...steps.slice(0, i), { ...s, to: plus(s.to, -1) }, ...steps.slice(i + 1)]
    },
  },
  onExpr('shift a slot: < for ≤', (e) => (isOrder(e) ? { ...e, op: e.op === '<' ? '<=' : '<' } : undefined)),
  onExpr('read a row away', (e, at) => {
    if (e.kind !== 'load' || !isReal(e, at) || !isStored(e.array)) return undefined
    return shiftFirstLocal(e, at)
  }),
  onExpr('read the token before', (e, at) => {
    if (e.kind !== 'load' || !at.layer.inputs.some((i) => i.name === e.array)) return undefined
    return shiftFirstLocal(e, at)
  }),
  onExpr('swap two tensors of one shape', (e, at) => {
    if (e.kind !== 'load') return undefined
    const ports = [...at.layer.inputs, ...at.layer.params]
    const own = ports.find((p) => p.name === e.array)
    const other = ports.find(
      (p) =>
        own !== undefined &&
        p.name !== own.name &&
        `${p.shape}` === `${own.shape}` &&
        at.layer.inputs.includes(p) === at.layer.inputs.includes(own) &&
        at.program.bindings.some((b) => b.name === p.name),
    )
    return other && { ...e, array: other.name }
  }),
  onExpr('swap two stored values', (e) => {
    if (e.kind !== 'load' || !isStored(e.array)) return undefined
    // … + (7 + x) ⇒ … + x: the value that stands first in the row.
    const { index } = e
    if (index.kind !== 'binary' || index.op !== '+') return undefined
    const { right } = index
    return right.kind === 'binary' && right.op === '+' && right.left.kind === 'int' && right.left.value > 0
      ? { ...e, index: { ...index, right: right.right } }
      : undefined
  }),
  onExpr('forget a decay', (e) => {
    if (e.kind !== 'call') return undefined
    return e.fn === 'exp' ? real(one) : e.fn === 'expm1' ? real(zero) : undefined
  }),
  onExpr('drop a factor', (e, at) =>
    e.kind === 'binary' && e.op === '*' && isReal(e, at) ? e.left : undefined,
  ),
  onExpr('drop the other factor', (e, at) =>
    e.kind === 'binary' && e.op === '*' && isReal(e, at) ? e.right : undefined,
  ),
  onExpr('drop a term', (e, at) =>
    e.kind === 'binary' && e.op === '+' && isReal(e, at) ? e.left : undefined,
  ),
  {
    kind: 'overwrite instead of adding',
    statement: (s) => {
      if (s.kind !== 'for' || (s.to.kind === 'int' && s.to.value <= 1)) return undefined
      const added = (inner: Statement): Expr | undefined =>
        inner.kind === 'assign' &&
        inner.value.kind === 'binary' &&
        inner.value.op === '+' &&
        inner.value.left.kind === 'name' &&
        inner.value.left.name === inner.name
          ? inner.value.right
          : undefined
      if (!s.body.some(added)) return undefined
      const body = s.body.map((inner) => {
        const value = added(inner)
        return value ? ({ ...inner, value } as Statement) : inner
      })
      return [{ ...s, body }]
    },
  },
  onExpr('flip a sign', (e, at) => {
    if (e.kind === 'negate' && isReal(e, at)) return e.value
    if (e.kind === 'binary' && (e.op === '+' || e.op === '-') && isReal(e, at))
      return { ...e, op: e.op === '+' ? '-' : '+' }
    return undefined
  }),
  onExpr('start from a zero state', (e) =>
    e.kind === 'load' && e.array.startsWith('state.') ? real(zero) : undefined,
  ),
  onExpr('ignore what an earlier stage left', (e, at) =>
    e.kind === 'load' && isStored(e.array) && isReal(e, at) ? real(zero) : undefined,
  ),
  {
    kind: 'lose a value',
    statement: (s) => (s.kind === 'store' ? [] : undefined),
  },
  {
    kind: 'keep the old value',
    statement: (s) => (s.kind === 'assign' && !isSame(s) ? [] : undefined),
  },
  onExpr('wrong head group', (e) => {
    if (e.kind !== 'binary' || e.op !== '/' || e.left.kind !== 'name' || e.left.name !== 'group.y')
      return undefined
    // h modulo G instead of ⌊h / (H/G)⌋.
    const groups: Expr = { kind: 'binary', op: '/', left: { kind: 'name', name: 'heads' }, right: e.right }
    return { kind: 'binary', op: '%', left: e.left, right: groups }
  }),
  onExpr('another head', (e) => (e.kind === 'name' && e.name === 'group.y' ? int(0) : undefined)),
  onExpr('another chunk or sequence', (e) =>
    e.kind === 'name' && e.name === 'group.x' ? int(0) : undefined,
  ),
  onExpr('forget the ragged end', (e, at) =>
    entryOf(e, 'table.chunks') === 2 ? int(at.form.chunkSize) : undefined,
  ),
  onExpr('rows for tokens', (e) => {
    const entry = entryOf(e, 'table.chunks')
    if (e.kind !== 'load' || (entry !== 0 && entry !== 1)) return undefined
    return { ...e, index: plus(e.index, entry === 0 ? 1 : -1) }
  }),
  onExpr('transpose', (e, at) => {
    if (e.kind !== 'binary' || e.op !== '+' || e.left.kind !== 'binary' || e.left.op !== '*') return undefined
    const [row, width, col] = [e.left.left, e.left.right, e.right]
    const local = (x: Expr): boolean => x.kind === 'name' && at.isLocal(x.name)
    if (!local(row) || !local(col) || !isLiteral(width)) return undefined
    return { ...e, left: { ...e.left, left: col }, right: row }
  }),
  {
    kind: 'read after instead of before',
    steps: (steps, i) => {
      const [a, b] = [steps[i], steps[i + 1]]
      if (a?.kind !== 'region' || b?.kind !== 'region') return undefined
      return [...steps.slice(0, i), b, a, ...steps.slice(i + 2)]
    },
  },
  {
    kind: 'walk backwards',
    statement: (s) =>
      s.kind === 'for' && !isLiteral(s.to) && s.body.some(storesIn) ? [{ ...s, down: !s.down }] : undefined,
  },
  onExpr('a block too long', (e, at) => (e.kind === 'int-min' && at.isRagged(e.right) ? e.left : undefined)),
  onExpr('a constant off by 10⁻⁹', (e) => {
    if (e.kind !== 'real' || e.value.numerator === 0n) return undefined
    return real(multiply(e.value, rational(1_000_000_001, 1_000_000_000)))
  }),
  onExpr('e^x for e^x − 1', (e) =>
    e.kind === 'call' && (e.fn === 'expm1' || e.fn === 'exp')
      ? { ...e, fn: e.fn === 'exp' ? 'expm1' : 'exp' }
      : undefined,
  ),
]

/**
 * An order of two slots, or of a slot and the end. Comparisons with a size are left alone: where tiles fit the size
 * they always hold.
 */
const isOrder = (e: Expr): e is Expr & { kind: 'binary' } =>
  e.kind === 'binary' && (e.op === '<' || e.op === '<=') && !isLiteral(e.left) && !isLiteral(e.right)

/** Kernels without masks: padding counts as tokens. All masks at once: of several factors one masked is enough. */
export const dropMasks = (form: LoweredForm): LoweredForm => {
  const unmask = (e: Expr): Expr =>
    e.kind === 'select' && e.else.kind === 'real' ? unmask(e.then) : withOperands(e, unmask)
  const step = (s: Step): Step => {
    switch (s.kind) {
      case 'region':
        return { ...s, body: s.body.map((inner) => rewriteStatement(inner, { expr: unmask })) }
      case 'for':
      case 'if':
        return { ...s, body: s.body.map(step) }
      case 'let':
        return s
      default:
        return s satisfies never
    }
  }
  const stages = form.stages.map((s) => ({ ...s, program: { ...s.program, body: s.program.body.map(step) } }))
  return { ...form, stages }
}

/** `x = x` */
const isSame = (s: Statement & { kind: 'assign' }): boolean =>
  s.value.kind === 'name' && s.value.name === s.name

/** The first local in an index becomes one less. */
const shiftFirstLocal = (e: Expr & { kind: 'load' }, at: Surroundings): Expr | undefined => {
  let first: Expr | undefined
  everyExpression([{ kind: 'let', name: '', type: 'i32', value: e.index } as Statement], (inner) => {
    if (!first && inner.kind === 'name' && at.isLocal(inner.name)) first = inner
  })
  const target = first
  if (!target) return undefined
  let done = false
  const down = (inner: Expr): Expr => {
    if (!done && inner === target) {
      done = true
      return plus(inner, -1)
    }
    return withOperands(inner, down)
  }
  return { ...e, index: down(e.index) }
}
