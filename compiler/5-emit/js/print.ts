import type { ArrayDeclaration, Expr, LoopProgram, Statement, Step } from '../../4-lower/loop-ir.ts'
import { initialTypes, typeOf } from '../../4-lower/type-of.ts'
import { everyExpression, everyStatement } from '../../4-lower/walk.ts'
import { bug } from '../../pass.ts'
import { toNumber } from '../../rational.ts'
import { spellNames } from '../names.ts'
import { helpers, reserved, spellings } from './spelling.ts'

/**
 * A program as the body of a JavaScript function `(buffers, uniforms, groups)`: storage by name as `Float32Array`
 * and `Int32Array`, uniforms by name as numbers, `groups` the counts `{ x, y, z }`.
 *
 * Workgroups run one after another, regions lane after lane: a barrier needs no counterpart. Everything between
 * loads and stores is a double, and so are the arrays that do not leave the workgroup.
 */
export const printJs = (program: LoopProgram): string => {
  const { array: arrayName, value: name } = spellNames(program, reserved)
  const types = initialTypes(program)
  const W = program.workgroupSize
  const isPrivate = new Map(program.private.map((array) => [array.name, array.size]))
  const passing = passingArrays(program)
  const lines: string[] = []
  let depth = 0
  const put = (text: string): void => {
    lines.push('  '.repeat(depth) + text)
  }
  const block = (head: string, body: () => void): void => {
    put(head === '' ? '{' : `${head} {`)
    depth++
    body()
    depth--
    put('}')
  }

  const expr = (e: Expr): string => {
    switch (e.kind) {
      case 'real': {
        const value = toNumber(e.value)
        return value < 0 ? `(${value})` : String(value)
      }
      case 'infinity':
        return e.sign === 1 ? 'Infinity' : '(-Infinity)'
      case 'int':
        return e.value < 0 ? `(${e.value})` : String(e.value)
      case 'bool':
        return String(e.value)
      case 'name':
        return name(e.name)
      case 'load':
        return place(e.array, e.index)
      case 'negate':
        return `(-${expr(e.value)})`
      case 'not':
        return `(!${expr(e.value)})`
      case 'binary':
        return binary(e)
      case 'select':
        return `(${expr(e.condition)} ? ${expr(e.then)} : ${expr(e.else)})`
      case 'call':
        return `${spellings[e.fn].call}(${e.args.map(expr).join(', ')})`
      case 'real-of':
        return expr(e.value)
      case 'int-of':
        return `(${expr(e.value)} | 0)`
      case 'int-min':
        return `Math.min(${expr(e.left)}, ${expr(e.right)})`
      case 'int-max':
        return `Math.max(${expr(e.left)}, ${expr(e.right)})`
    }
  }

  const binary = (e: Extract<Expr, { kind: 'binary' }>): string => {
    const text = `(${expr(e.left)} ${e.op === '==' || e.op === '!=' ? `${e.op}=` : e.op} ${expr(e.right)})`
    return e.op === '/' && typeOf(e.left, types) === 'i32' ? `(${text} | 0)` : text
  }

  const place = (array: string, index: Expr): string => {
    const size = isPrivate.get(array)
    if (passing.has(array) && size === 1) return arrayName(array)
    if (size === undefined || passing.has(array)) return `${arrayName(array)}[${expr(index)}]`
    if (size === 1) return `${arrayName(array)}[${name('lane')}]`
    return `${arrayName(array)}[((${name('lane')} * ${size}) + ${expr(index)})]`
  }

  const statements = (body: readonly Statement[]): void => body.forEach(statement)

  const loop = (
    variable: string,
    from: string,
    to: string,
    step: string,
    down: boolean,
    body: () => void,
  ): void => {
    types.names.set(variable, 'i32')
    const v = name(variable)
    const bounded = (head: (bound: string) => string, bound: string): void =>
      /^-?[0-9]+$/.test(bound) ? block(head(bound), body) : block(head(`${v}$end`), body)
    if (down)
      bounded(
        (end) =>
          `for (let ${v} = ${to} - 1${end === from ? '' : `, ${end} = ${from}`}; ${v} >= ${end}; ${v}--)`,
        from,
      )
    else
      bounded(
        (end) => `for (let ${v} = ${from}${end === to ? '' : `, ${end} = ${to}`}; ${v} < ${end}; ${step})`,
        to,
      )
  }

  const statement = (s: Statement): void => {
    switch (s.kind) {
      case 'each':
        return loop(s.variable, name('lane'), expr(s.count), `${name(s.variable)} += ${W}`, false, () =>
          statements(s.body),
        )
      case 'let':
      case 'var':
        put(`${s.kind === 'let' ? 'const' : 'let'} ${name(s.name)} = ${expr(s.value)}`)
        types.names.set(s.name, s.type)
        return
      case 'assign':
        return put(`${name(s.name)} = ${expr(s.value)}`)
      case 'store':
        return put(`${place(s.array, s.index)} = ${expr(s.value)}`)
      case 'for':
        return loop(s.variable, expr(s.from), expr(s.to), `${name(s.variable)}++`, s.down === true, () =>
          statements(s.body),
        )
      case 'if':
        block(`if (${expr(s.condition)})`, () => statements(s.then))
        if (s.else !== undefined && s.else.length > 0) block('else', () => statements(s.else!))
        return
      default: {
        const never: never = s
        return bug(`no such statement: ${JSON.stringify(never)}`)
      }
    }
  }

  /** Whether statements depend on which invocation runs them. */
  const knowsLane = (body: readonly Statement[]): boolean => {
    let found = false
    everyExpression(body, (e) => {
      if ((e.kind === 'name' && e.name === 'lane') || (e.kind === 'load' && isPrivate.has(e.array)))
        found = true
    })
    everyStatement(body, (s) => {
      if (s.kind === 'each' || (s.kind === 'store' && isPrivate.has(s.array))) found = true
    })
    return found
  }

  const region = (body: readonly Statement[]): void => {
    const own = arraysIn(body)
    const passingHere = program.private.filter((array) => passing.has(array.name) && own.has(array.name))
    if (passingHere.length > 0 || !body.every(isForAll)) {
      const lane = name('lane')
      return block(`for (let ${lane} = 0; ${lane} < ${W}; ${lane}++)`, () => {
        for (const array of passingHere)
          put(array.size === 1 ? `let ${arrayName(array.name)} = 0` : `${arrayName(array.name)}.fill(0)`)
        statements(body)
      })
    }
    // Work that is shared out whole needs no loop over lanes: one over the work has the same effect.
    const shared = (): void => {
      for (const s of body)
        if (s.kind !== 'each') statement(s)
        else
          loop(s.variable, '0', expr(s.count), `${name(s.variable)}++`, false, () => {
            if (knowsLane(s.body)) put(`const ${name('lane')} = ${name(s.variable)} % ${W}`)
            statements(s.body)
          })
    }
    if (body.some((s) => s.kind === 'let')) block('', shared)
    else shared()
  }

  /** The same for all lanes, or shared out over them. */
  const isForAll = (s: Statement): boolean => s.kind === 'each' || (s.kind === 'let' && !knowsLane([s]))

  const step = (s: Step): void => {
    switch (s.kind) {
      case 'region':
        if (s.note !== '') put(`// ${oneLine(s.note)}`)
        return region(s.body)
      case 'let':
        put(`const ${name(s.name)} = ${expr(s.value)}`)
        types.names.set(s.name, 'i32')
        return
      case 'for':
        return loop(s.variable, expr(s.from), expr(s.to), `${name(s.variable)}++`, false, () =>
          s.body.forEach(step),
        )
      case 'if':
        return block(`if (${expr(s.condition)})`, () => s.body.forEach(step))
      default: {
        const never: never = s
        return bug(`no such step: ${JSON.stringify(never)}`)
      }
    }
  }

  const allocate = (array: ArrayDeclaration, copies: number): void =>
    put(
      `const ${arrayName(array.name)} = new ${array.element === 'i32' ? 'Int32' : 'Float64'}Array(${array.size * copies})`,
    )

  put(`// ${oneLine(program.name)}: ${oneLine(program.doc)}`)
  for (const helper of usedHelpers(program)) put(helpers[helper])
  for (const binding of program.bindings)
    put(`const ${arrayName(binding.name)} = buffers[${JSON.stringify(binding.name)}]`)
  for (const uniform of program.uniforms)
    put(`const ${name(uniform)} = uniforms[${JSON.stringify(uniform)}] | 0`)
  for (const array of program.workgroup) allocate(array, 1)
  const lasting = program.private.filter((array) => !passing.has(array.name))
  for (const array of lasting) allocate(array, W)
  for (const array of program.private) if (passing.has(array.name) && array.size > 1) allocate(array, 1)
  const [x, y, z] = ['group.x', 'group.y', 'group.z'].map(name)
  block(
    `for (let ${z} = 0; ${z} < groups.z; ${z}++) for (let ${y} = 0; ${y} < groups.y; ${y}++) for (let ${x} = 0; ${x} < groups.x; ${x}++)`,
    () => {
      for (const array of lasting) put(`${arrayName(array.name)}.fill(0)`)
      program.body.forEach(step)
    },
  )
  return `${lines.join('\n')}\n`
}

const arraysIn = (body: readonly Statement[]): ReadonlySet<string> => {
  const arrays = new Set<string>()
  everyExpression(body, (e) => {
    if (e.kind === 'load') arrays.add(e.array)
  })
  everyStatement(body, (s) => {
    if (s.kind === 'store') arrays.add(s.array)
  })
  return arrays
}

/** Private arrays that live in one run of one region: lanes come one after another, so one copy serves all. */
const passingArrays = (program: LoopProgram): ReadonlySet<string> => {
  const uses = new Map<string, number>()
  const count = (steps: readonly Step[], times: number): void => {
    for (const s of steps) {
      if (s.kind === 'region')
        for (const array of arraysIn(s.body)) uses.set(array, (uses.get(array) ?? 0) + times)
      if (s.kind === 'for') count(s.body, Infinity)
      if (s.kind === 'if') count(s.body, times)
    }
  }
  count(program.body, 1)
  return new Set(program.private.map((array) => array.name).filter((name) => (uses.get(name) ?? 0) <= 1))
}

const usedHelpers = (program: LoopProgram): ReadonlySet<keyof typeof helpers> => {
  const used = new Set<keyof typeof helpers>()
  everyExpression(program.body, (e) => {
    const helper = e.kind === 'call' ? spellings[e.fn].helper : undefined
    if (helper !== undefined) used.add(helper)
  })
  return used
}

/** A comment ends with its line, whatever kind of line end the text holds. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
