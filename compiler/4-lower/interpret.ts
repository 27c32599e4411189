import type { Domain } from '../domain.ts'
import { bug } from '../pass.ts'
import { describeFault, type Fault } from './fault.ts'
import type { ArrayDeclaration, Expr, LoopProgram, Statement, Step } from './loop-ir.ts'
import { builtinNames, initialTypes, typeOf } from './type-of.ts'

/** The storage buffers of a dispatch, by name; `undefined` marks what nobody has written. */
export interface Memory<N> {
  readonly f32: Map<string, (N | undefined)[]>
  readonly i32: Map<string, Int32Array>
}

/** Someone who looks on: `simulate` finds races with it. Faults are then told to it instead of thrown. */
export interface Watch {
  group(x: number, y: number, z: number): void
  region(note: string): void
  read(array: string, index: number, lane: number): void
  write(array: string, index: number, lane: number): void
  fault(fault: Fault): void
}

export interface Groups {
  readonly x: number
  readonly y: number
  readonly z: number
}

type Uniforms = Readonly<Record<string, number>>
type Run<N> = (memory: Memory<N>, uniforms: Uniforms, groups: Groups, watch?: Watch) => void

/**
 * Carry out one dispatch over a domain of numbers: every workgroup in turn, and in it every region lane after lane.
 *
 * A program without races means the same in any order, so this is its meaning. Out-of-bounds accesses, reads of
 * unwritten memory and indices that are not whole throw, naming the place. A program is compiled to closures once
 * for each domain.
 */
export const interpret = <N>(
  program: LoopProgram,
  domain: Domain<N>,
  memory: Memory<N>,
  uniforms: Uniforms,
  groups: Groups,
  watch?: Watch,
): void => {
  let runs = cache.get(program)
  if (runs === undefined) cache.set(program, (runs = new WeakMap()))
  let run = runs.get(domain) as Run<N> | undefined
  if (run === undefined) runs.set(domain, (run = compile(program, domain) as Run<unknown>) as Run<never>)
  run(memory, uniforms, groups, watch)
}

const cache = new WeakMap<LoopProgram, WeakMap<object, Run<never>>>()

const compile = <N>(program: LoopProgram, domain: Domain<N>): Run<N> => {
  const W = program.workgroupSize
  const types = initialTypes(program)

  // Every binding gets a slot of its own in one of three frames.
  const ints: number[] = [0, 0, 0, 0]
  const reals: N[] = []
  const bools: boolean[] = []
  const slots = new Map<string, number>([...builtinNames, ...program.uniforms].map((name, i) => [name, i]))
  program.uniforms.forEach((_, i) => (ints[builtinNames.length + i] = 0))

  // Arrays by number; a private one holds its copies lane after lane.
  const declared = [...program.bindings, ...program.workgroup, ...program.private]
  const arrayNumber = new Map(declared.map((array, i) => [array.name, i]))
  const arrays: ((N | number | undefined)[] | Int32Array)[] = declared.map(() => [])
  const privateSize = new Map(program.private.map((array) => [array.name, array.size]))

  let watch: Watch | undefined
  let note = ''
  /** Inside the branch of a `select` that is not taken only bounds count. */
  let idle = false

  const report = (kind: Fault['kind'], array: string, index: number): void => {
    if (idle && kind !== 'out-of-bounds') return
    const fault: Fault = {
      kind,
      program: program.name,
      region: note,
      array,
      index,
      lanes: [ints[0]],
      group: [ints[1], ints[2], ints[3]],
    }
    if (watch === undefined) throw new Error(describeFault(fault))
    watch.fault(fault)
  }

  const bind = (name: string, type: 'f32' | 'i32' | 'bool'): number => {
    types.names.set(name, type)
    const frame = type === 'f32' ? reals : type === 'i32' ? ints : bools
    const slot = frame.length
    if (type === 'f32') reals.push(domain.zero)
    else if (type === 'i32') ints.push(0)
    else bools.push(false)
    slots.set(name, slot)
    return slot
  }
  const slotOf = (name: string): number =>
    slots.get(name) ?? bug(`${program.name} uses ${name}, which is not bound`)
  const numberOf = (name: string): number =>
    arrayNumber.get(name) ?? bug(`${program.name} uses the array ${name}, which is not declared`)

  const load = <T>(name: string, indexExpr: Expr, fallback: T): (() => T) => {
    const index = int(indexExpr)
    const at = numberOf(name)
    const size = privateSize.get(name)
    if (size !== undefined)
      return () => {
        const i = index()
        if (i >= 0 && i < size) return arrays[at][ints[0] * size + i] as T
        report('out-of-bounds', name, i)
        return fallback
      }
    return () => {
      const i = index()
      const array = arrays[at]
      const value = array[i]
      if (value !== undefined) {
        if (watch !== undefined && !idle) watch.read(name, i, ints[0])
        return value as T
      }
      report(i >= 0 && i < array.length ? 'unwritten' : 'out-of-bounds', name, i)
      return fallback
    }
  }

  const store = <T extends N | number>(name: string, indexExpr: Expr, value: () => T): (() => void) => {
    const index = int(indexExpr)
    const at = numberOf(name)
    const size = privateSize.get(name)
    if (size !== undefined)
      return () => {
        const i = index()
        if (i >= 0 && i < size) arrays[at][ints[0] * size + i] = value() as never
        else report('out-of-bounds', name, i)
      }
    return () => {
      const i = index()
      const array = arrays[at]
      const v = value()
      if (i >= 0 && i < array.length) {
        array[i] = v as never
        if (watch !== undefined) watch.write(name, i, ints[0])
      } else report('out-of-bounds', name, i)
    }
  }

  /** The side that counts; a watcher sees the other evaluated too, as a device may do. */
  const choose = <T>(condition: () => boolean, then: () => T, otherwise: () => T): (() => T) => {
    const other = (side: () => T): void => {
      const before = idle
      idle = true
      side()
      idle = before
    }
    return () => {
      const chosen = condition()
      if (watch !== undefined) other(chosen ? otherwise : then)
      return chosen ? then() : otherwise()
    }
  }

  const real = (expr: Expr): (() => N) => {
    switch (expr.kind) {
      case 'real': {
        const value = domain.constant(expr.value)
        return () => value
      }
      case 'infinity': {
        const value = domain.infinity(expr.sign)
        return () => value
      }
      case 'name': {
        const slot = slotOf(expr.name)
        return () => reals[slot]
      }
      case 'load':
        return load<N>(expr.array, expr.index, domain.zero)
      case 'negate': {
        const value = real(expr.value)
        return () => domain.negate(value())
      }
      case 'binary': {
        const left = real(expr.left)
        const right = real(expr.right)
        switch (expr.op) {
          case '+':
            return () => domain.add(left(), right())
          case '-':
            return () => domain.subtract(left(), right())
          case '*':
            return () => domain.multiply(left(), right())
          case '/':
            return () => domain.divide(left(), right())
          default:
            return bug(`${program.name}: ${expr.op} does not give a real number`)
        }
      }
      case 'select':
        return choose(bool(expr.condition), real(expr.then), real(expr.else))
      case 'call': {
        const { fn } = expr
        const args = expr.args.map(real)
        if (args.length === 1) {
          const [x] = args
          return () => domain.call(fn, [x()])
        }
        return () =>
          domain.call(
            fn,
            args.map((arg) => arg()),
          )
      }
      case 'real-of': {
        const value = int(expr.value)
        return () => domain.fromIndex(value())
      }
      default:
        return bug(`${program.name}: ${expr.kind} does not give a real number`)
    }
  }

  const int = (expr: Expr): (() => number) => {
    switch (expr.kind) {
      case 'int': {
        const { value } = expr
        return () => value
      }
      case 'name': {
        const slot = slotOf(expr.name)
        return () => ints[slot]
      }
      case 'load':
        return load<number>(expr.array, expr.index, 0)
      case 'negate': {
        const value = int(expr.value)
        return () => -value()
      }
      case 'binary':
        return intBinary(expr.op, expr.left, expr.right)
      case 'select':
        return choose(bool(expr.condition), int(expr.then), int(expr.else))
      case 'int-of': {
        const value = real(expr.value)
        return () => {
          const index = domain.index(value())
          if (index === undefined) report('not-whole', '', 0)
          return index ?? 0
        }
      }
      case 'int-min':
      case 'int-max': {
        const pick = expr.kind === 'int-min' ? Math.min : Math.max
        const left = int(expr.left)
        const right = int(expr.right)
        return () => pick(left(), right())
      }
      default:
        return bug(`${program.name}: ${expr.kind} does not give a whole number`)
    }
  }

  const intBinary = (op: string, leftExpr: Expr, rightExpr: Expr): (() => number) => {
    const left = int(leftExpr)
    const right = int(rightExpr)
    switch (op) {
      case '+': {
        // Index arithmetic is most of what is evaluated: a literal saves a call.
        if (rightExpr.kind === 'int') {
          const { value } = rightExpr
          return () => left() + value
        }
        if (rightExpr.kind === 'name') {
          const slot = slotOf(rightExpr.name)
          if (leftExpr.kind === 'name') {
            const other = slotOf(leftExpr.name)
            return () => ints[other] + ints[slot]
          }
          return () => left() + ints[slot]
        }
        return () => left() + right()
      }
      case '-':
        return () => left() - right()
      case '*': {
        if (rightExpr.kind === 'int') {
          const { value } = rightExpr
          if (leftExpr.kind === 'name') {
            const slot = slotOf(leftExpr.name)
            return () => ints[slot] * value
          }
          return () => left() * value
        }
        return () => left() * right()
      }
      case '/':
        return () => Math.trunc(left() / right())
      case '%':
        return () => left() % right()
      default:
        return bug(`${program.name}: ${op} does not give a whole number`)
    }
  }

  const bool = (expr: Expr): (() => boolean) => {
    switch (expr.kind) {
      case 'bool': {
        const { value } = expr
        return () => value
      }
      case 'name': {
        const slot = slotOf(expr.name)
        return () => bools[slot]
      }
      case 'not': {
        const value = bool(expr.value)
        return () => !value()
      }
      case 'select':
        return choose(bool(expr.condition), bool(expr.then), bool(expr.else))
      case 'binary':
        if (expr.op === '&&') return choose(bool(expr.left), bool(expr.right), () => false)
        if (expr.op === '||') return choose(bool(expr.left), () => true, bool(expr.right))
        switch (typeOf(expr.left, types)) {
          case 'i32':
            return intCompare(expr.op, int(expr.left), int(expr.right))
          case 'f32':
            return realCompare(expr.op, real(expr.left), real(expr.right))
          case 'bool': {
            const left = bool(expr.left)
            const right = bool(expr.right)
            return expr.op === '==' ? () => left() === right() : () => left() !== right()
          }
        }
      default:
        return bug(`${program.name}: ${expr.kind} does not give true or false`)
    }
  }

  const intCompare = (op: string, left: () => number, right: () => number): (() => boolean) => {
    switch (op) {
      case '<':
        return () => left() < right()
      case '<=':
        return () => left() <= right()
      case '>':
        return () => left() > right()
      case '>=':
        return () => left() >= right()
      case '==':
        return () => left() === right()
      case '!=':
        return () => left() !== right()
      default:
        return bug(`${program.name}: ${op} does not compare`)
    }
  }

  const realCompare = (op: string, left: () => N, right: () => N): (() => boolean) => {
    switch (op) {
      case '<':
        return () => domain.less(left(), right())
      case '>':
        return () => domain.less(right(), left())
      case '<=':
        return () => atMost(left(), right())
      case '>=':
        return () => atMost(right(), left())
      case '==':
        return () => domain.equal(left(), right())
      case '!=':
        return () => !domain.equal(left(), right())
      default:
        return bug(`${program.name}: ${op} does not compare`)
    }
  }
  const atMost = (a: N, b: N): boolean => domain.less(a, b) || domain.equal(a, b)

  const block = (body: readonly Statement[]): (() => void) => sequence(body.map(statement))

  const define = (name: string, type: 'f32' | 'i32' | 'bool', value: Expr): (() => void) => {
    // The value is compiled first: it cannot see the name that it gives a value to.
    switch (type) {
      case 'f32': {
        const get = real(value)
        const slot = bind(name, type)
        return () => {
          reals[slot] = get()
        }
      }
      case 'i32': {
        const get = int(value)
        const slot = bind(name, type)
        return () => {
          ints[slot] = get()
        }
      }
      case 'bool': {
        const get = bool(value)
        const slot = bind(name, type)
        return () => {
          bools[slot] = get()
        }
      }
    }
  }

  const statement = (s: Statement): (() => void) => {
    switch (s.kind) {
      case 'let':
      case 'var':
        return define(s.name, s.type, s.value)
      case 'assign': {
        const slot = slotOf(s.name)
        if (types.names.get(s.name) === 'f32') {
          const value = real(s.value)
          return () => {
            reals[slot] = value()
          }
        }
        const value = int(s.value)
        return () => {
          ints[slot] = value()
        }
      }
      case 'store':
        return types.arrays.get(s.array) === 'i32'
          ? store(s.array, s.index, int(s.value))
          : store(s.array, s.index, real(s.value))
      case 'each': {
        const count = int(s.count)
        const slot = bind(s.variable, 'i32')
        const body = block(s.body)
        return () => {
          const n = count()
          for (let i = ints[0]; i < n; i += W) {
            ints[slot] = i
            body()
          }
        }
      }
      case 'for': {
        const from = int(s.from)
        const to = int(s.to)
        const slot = bind(s.variable, 'i32')
        const body = block(s.body)
        if (s.down === true)
          return () => {
            const first = from()
            for (let i = to() - 1; i >= first; i--) {
              ints[slot] = i
              body()
            }
          }
        return () => {
          const last = to()
          for (let i = from(); i < last; i++) {
            ints[slot] = i
            body()
          }
        }
      }
      case 'if': {
        const condition = bool(s.condition)
        const then = block(s.then)
        const otherwise = block(s.else ?? [])
        return () => {
          if (condition()) then()
          else otherwise()
        }
      }
      default: {
        const never: never = s
        return bug(`no such statement: ${JSON.stringify(never)}`)
      }
    }
  }

  const step = (s: Step): (() => void) => {
    switch (s.kind) {
      case 'let':
        return define(s.name, 'i32', s.value)
      case 'region': {
        const body = block(s.body)
        return () => {
          note = s.note
          watch?.region(note)
          for (let lane = 0; lane < W; lane++) {
            ints[0] = lane
            body()
          }
          ints[0] = 0
          note = ''
          watch?.region(note)
        }
      }
      case 'for': {
        const from = int(s.from)
        const to = int(s.to)
        const slot = bind(s.variable, 'i32')
        const body = sequence(s.body.map(step))
        return () => {
          const last = to()
          for (let i = from(); i < last; i++) {
            ints[slot] = i
            body()
          }
        }
      }
      case 'if': {
        const condition = bool(s.condition)
        const body = sequence(s.body.map(step))
        return () => {
          if (condition()) body()
        }
      }
      default: {
        const never: never = s
        return bug(`no such step: ${JSON.stringify(never)}`)
      }
    }
  }

  const run = sequence(program.body.map(step))

  const fresh = (array: ArrayDeclaration, copies: number): (N | number | undefined)[] =>
    new Array<N | number>(array.size * copies)

  return (memory, uniforms, groups, onlooker) => {
    watch = onlooker
    idle = false
    note = ''
    program.uniforms.forEach((name, i) => {
      if (!(name in uniforms)) bug(`${program.name} is run without the uniform ${name}`)
      ints[builtinNames.length + i] = uniforms[name]
    })
    program.bindings.forEach((binding, i) => {
      arrays[i] =
        (binding.element === 'i32' ? memory.i32 : memory.f32).get(binding.name) ??
        bug(`${program.name} is run without the buffer ${binding.name}`)
    })
    const local = program.bindings.length
    const workgroup = program.workgroup.map((array) => fresh(array, 1))
    const own = program.private.map((array) => fresh(array, W))
    workgroup.forEach((array, i) => (arrays[local + i] = array))
    own.forEach((array, i) => (arrays[local + workgroup.length + i] = array))
    for (let z = 0; z < groups.z; z++)
      for (let y = 0; y < groups.y; y++)
        for (let x = 0; x < groups.x; x++) {
          for (const array of workgroup) array.fill(undefined)
          own.forEach((array, i) => array.fill(program.private[i].element === 'i32' ? 0 : domain.zero))
          ints[1] = x
          ints[2] = y
          ints[3] = z
          watch?.group(x, y, z)
          run()
        }
  }
}

const sequence = (parts: readonly (() => void)[]): (() => void) => {
  if (parts.length === 1) return parts[0]
  if (parts.length === 2) {
    const [a, b] = parts
    return () => {
      a()
      b()
    }
  }
  return () => {
    for (let i = 0; i < parts.length; i++) parts[i]()
  }
}
