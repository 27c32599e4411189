import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../../diagnostics/source.ts'
import { checkStates } from './check-states.ts'
import { constantValue, rangeOf } from './constant.ts'
import { declarationsOf, type Declarations, type Placed } from './declarations.ts'
import { sizeOf, typeOf } from './declared-types.ts'
import type { FnTable } from './functions.ts'
import { headerOf } from './header.ts'
import { infer, isNumber } from './infer-shapes.ts'
import { mismatch } from './call-shapes.ts'
import type { Binder, Dim, Expr, Layer, Let, Output, Port, State, Type, Update } from './layer.ts'
import { boundsOf } from './loops.ts'
import { nearest } from './nearest.ts'
import { normBoundIn, portsIn, promisesIn } from './promises.ts'
import type { Collector } from './report.ts'
import { bind, type Declared, type Scope } from './scope.ts'
import { settle } from './settle.ts'
import { apply, constantOf, dim, dimsIn, printSize, sameSize, type Size } from './size.ts'
import { spread } from './spread.ts'
import { condition, isScalar, scalar } from './types.ts'
import { unknowns } from './unknowns.ts'
import { checkRanges } from './check-ranges.ts'

/**
 * A mixer as a layer. All that is wrong with it is reported; without an error the layer is complete, with one
 * it is what could be made of the rest (later checks of the phase look at that too) and must not be passed on.
 */
export const checkMixer = (mixer: ast.Mixer, functions: FnTable, collector: Collector): Layer => {
  const { report } = collector
  const errorsBefore = collector.diagnostics.length
  const declarations = declarationsOf(mixer, report)
  const declared = new Map<string, Declared>()
  const used = new Set<string>()
  const derived = new Map<string, { readonly size: Size; readonly span: Span }>()
  const assumed = new Set<string>()
  const scope: Scope = {
    report,
    unknowns: unknowns(
      (name) => derived.get(name)?.size,
      (name) => assumed.add(name),
    ),
    functions,
    inlining: [],
    bindings: new Map(),
    declared,
    fresh: (name) => {
      let found = name
      for (let i = 2; used.has(found); i++) found = `${name}_${i}`
      used.add(found)
      return found
    },
  }

  const { dims, conditions } = dimsFor(declarations, declared, scope)
  for (const { name, value, span } of dims)
    if (value?.kind === 'apply') derived.set(name, { size: value, span })
  const inputs = portsFor(declarations.inputs, declared, scope)
  const params = portsFor(declarations.params, declared, scope)
  const states = statesFor(declarations, declared, scope)
  for (const output of declarations.outputs)
    declared.set(output.name.text, {
      kind: 'output',
      span: output.name.span,
      type: typeOf(output.type, scope),
    })

  const lets: Let[] = []
  const letTypes = declarations.lets.map((placed) => declareLet(placed, declared, scope, lets))
  for (const name of declared.keys()) used.add(name)

  const withPromises = (
    ports: readonly PlainPort[],
    members: readonly (ast.Input | ast.Param)[],
  ): readonly Port[] => promisesFor(ports, members, scope)
  const finishedInputs = withPromises(inputs, declarations.inputs)
  const finishedParams = withPromises(params, declarations.params)
  for (const look of letTypes) look()
  const updates = updatesFor(declarations, states, declared, scope)
  const outputs = outputsFor(declarations, declared, scope)
  if (declarations.outputs.length === 0) report('output-missing', { mixer: mixer.name.text }, mixer.name.span)

  const fields = headerOf(mixer)
  for (const found of fields.diagnostics) collector.add(found)

  const layer: Layer = settle(
    {
      name: mixer.name.text,
      doc: mixer.doc ?? '',
      header: fields.header,
      recurrentOnly: mixer.recurrent,
      dims,
      conditions: [...conditions, ...[...assumed].map((name) => keepsTo(name, derived.get(name)!))],
      inputs: finishedInputs,
      params: finishedParams,
      states,
      lets,
      updates,
      outputs,
      span: mixer.span,
    },
    scope,
  )
  const checked = checkStates(layer, report)
  const fine = collector.diagnostics.slice(errorsBefore).every((d) => d.severity !== 'error')
  if (fine) checkRanges(checked, report)
  return checked
}

/** `dim D = 2 * K` where the equations need it: as a condition, `D == 2 * K`. */
const keepsTo = (name: string, { size, span }: { readonly size: Size; readonly span: Span }): Expr => {
  const left: Expr = { kind: 'size', size: dim(name), type: scalar, span }
  return { kind: 'binary', op: '==', left, right: { ...left, size }, type: condition, span }
}

type PlainPort = Omit<Port, 'where' | 'normAtMost'>

const dimsFor = (
  { dims }: Declarations,
  declared: Map<string, Declared>,
  scope: Scope,
): { dims: readonly Dim[]; conditions: readonly Expr[] } => {
  const found: Dim[] = []
  const conditions: Expr[] = []
  for (const member of dims) {
    for (const { name, value } of member.dims) {
      const size = value && sizeOf(value, scope)
      declared.set(name.text, { kind: 'dim', span: name.span })
      found.push({ name: name.text, ...(size ? { value: size } : {}), span: name.span })
    }
    if (!member.where) continue
    const where = infer(member.where, scope)
    if (!where) continue
    if (where.type.element === 'bool' && isScalar(where.type)) conditions.push(where)
    else scope.report('not-a-condition', { what: 'what follows where' }, where.span)
  }
  return { dims: found, conditions }
}

const portsFor = (
  members: readonly (ast.Input | ast.Param)[],
  declared: Map<string, Declared>,
  scope: Scope,
): readonly PlainPort[] =>
  members.flatMap((member) => {
    const type = typeOf(member.type, scope)
    const range = member.range && rangeOf(member.range, scope.report)
    if (member.range && type?.element === 'complex')
      scope.report('complex-value', { what: 'a range' }, member.range.span)
    const over = member.kind === 'input' ? member.over?.text : undefined
    return member.names.flatMap((name) => {
      declared.set(name.text, {
        kind: member.kind,
        span: name.span,
        ...(type ? { type } : {}),
        ...(over ? { over } : {}),
      })
      if (!type) return []
      const doc = member.doc === undefined ? {} : { doc: member.doc }
      return [
        {
          name: name.text,
          ...doc,
          type,
          ...(range ? { range } : {}),
          ...(over ? { over } : {}),
          span: name.span,
        },
      ]
    })
  })

/** `where norm(k) <= 1`: each promise goes to the one input that it speaks of. */
const promisesFor = (
  ports: readonly PlainPort[],
  members: readonly (ast.Input | ast.Param)[],
  scope: Scope,
): readonly Port[] => {
  const promised = new Map<string, Expr[]>()
  for (const member of members) {
    if (!member.where) continue
    const own = new Set(member.names.map((name) => name.text))
    const declared = new Map(
      [...scope.declared].map(([name, d]): [string, Declared] =>
        own.has(name) && (d.kind === 'input' || d.kind === 'param') && d.type
          ? [name, { ...d, type: { element: d.type.element, rows: d.type.rows, cols: d.type.cols } }]
          : [name, d],
      ),
    )
    const where = infer(member.where, { ...scope, declared })
    if (!where) continue
    if (where.type.element !== 'bool') {
      scope.report('not-a-condition', { what: 'what follows where' }, where.span)
      continue
    }
    for (const promise of promisesIn(where)) {
      const names = portsIn(promise)
      if (names.length === 1 && own.has(names[0]))
        promised.set(names[0], [...(promised.get(names[0]) ?? []), promise])
      else scope.report('promise-unclear', {}, promise.span)
    }
  }
  return ports.map((port) => {
    const promises = promised.get(port.name)
    if (!promises) return port
    const where = promises.reduce((left, right): Expr => ({
      kind: 'binary', op: '&&', left, right, type: left.type, span: left.span,
    })) // prettier-ignore
    const bounds = promises.flatMap((promise) => normBoundIn(promise, port.name) ?? [])
    return { ...port, where, ...(bounds.length > 0 ? { normAtMost: Math.min(...bounds) } : {}) }
  })
}

const statesFor = (
  declarations: Declarations,
  declared: Map<string, Declared>,
  scope: Scope,
): readonly State[] =>
  declarations.states.flatMap((member) => {
    const type = typeOf(member.type, scope)
    let initial: string | undefined
    if (member.initial) {
      const start = member.initial
      const param = start.kind === 'name' ? declared.get(start.name) : undefined
      if (start.kind === 'name' && !param)
        scope.report(
          'unknown-name',
          { name: start.name },
          start.span,
          nearest({ text: start.name, span: start.span }, [...declared.keys()]),
        )
      else if (start.kind !== 'name' || param!.kind !== 'param') {
        if (start.kind !== 'missing') scope.report('initial-not-param', {}, start.span)
      } else {
        initial = start.name
        if (type && param!.type && !sameType(type, param!.type))
          mismatch(
            'the start of the state',
            placeholder(type, member.type.span),
            placeholder(param!.type, start.span),
            start.span,
            scope,
          )
      }
    }
    return member.names.flatMap((name) => {
      declared.set(name.text, { kind: 'state', span: name.span, ...(type ? { type } : {}) })
      const doc = member.doc === undefined ? {} : { doc: member.doc }
      return type ? [{ name: name.text, ...doc, type, ...(initial ? { initial } : {}), span: name.span }] : []
    })
  })

const sameType = (a: Type, b: Type): boolean =>
  (a.element === b.element || b.element === 'real') &&
  sameSize(a.rows, b.rows) &&
  sameSize(a.cols, b.cols) &&
  (a.count === undefined) === (b.count === undefined) &&
  (!a.count || sameSize(a.count, b.count!))

const placeholder = (type: Type, span: Span): Expr => ({ kind: 'identity', type, span })

/** The scope of a member inside `for`, with its binder and how many times it turns. */
const placeIn = (
  loop: ast.For | undefined,
  scope: Scope,
): { readonly scope: Scope; readonly binder?: Binder; readonly count?: Size } | undefined => {
  if (!loop) return { scope }
  const bounds = boundsOf(loop, scope)
  if (!bounds) return undefined
  if (bounds.tokens || constantOf(bounds.from) !== 0) {
    scope.report('for-from-zero', {}, loop.from.span)
    return undefined
  }
  return { scope: bounds.inside, binder: bounds.binder, count: bounds.to }
}

/** A let is looked at when it is first needed, so that `lets` comes out in an order of use. */
const declareLet = (
  { member, loop }: Placed<ast.Let>,
  declared: Map<string, Declared>,
  scope: Scope,
  lets: Let[],
): (() => void) => {
  let state: 'new' | 'busy' | 'done' = 'new'
  let type: Type | undefined
  const look = (): Type | undefined => {
    if (state === 'done') return type
    if (state === 'busy') {
      scope.report('circular-definition', { name: member.name.text }, member.name.span, {
        help: 'what carries over from token to token is declared as a state',
      })
      return undefined
    }
    state = 'busy'
    type = define()
    state = 'done'
    return type
  }
  const define = (): Type | undefined => {
    const place = placeIn(loop, scope)
    const own = place ?? { scope: loop ? bind(scope, loop.variable.text, { kind: 'broken' }) : scope }
    const wanted = member.type && typeOf(member.type, scope)
    const value = infer(member.value, own.scope)
    if (member.index && !isVariable(member.index, loop)) {
      scope.report('for-index', { name: member.name.text }, member.index.span)
      return undefined
    }
    if (!value || !place || (member.type && !wanted)) return undefined
    if (!isNumber(value, scope)) return undefined
    const fitted = wanted
      ? fit(value, wanted, `the let ${member.name.text}`, member.type!.span, scope)
      : value
    if (!fitted) return undefined
    const one = wanted ? { ...wanted, count: undefined } : fitted.type
    const full: Type = {
      element: one.element,
      rows: one.rows,
      cols: one.cols,
      ...(place.count ? { count: place.count } : {}),
    }
    const doc = member.doc === undefined ? {} : { doc: member.doc }
    lets.push({
      name: member.name.text,
      ...doc,
      type: full,
      ...(place.binder ? { binder: place.binder } : {}),
      value: fitted,
      span: member.name.span,
    })
    return full
  }
  declared.set(member.name.text, {
    kind: 'let',
    span: member.name.span,
    type: look,
    ...(loop ? { perElement: loop.variable.text } : {}),
  })
  return look
}

const isVariable = (index: ast.Expr, loop: ast.For | undefined): boolean =>
  loop !== undefined && index.kind === 'name' && index.name === loop.variable.text

/** A value where a type is declared: a real fits a complex place, a scalar fits anywhere. */
const fit = (value: Expr, type: Type, what: string, at: Span, scope: Scope): Expr | undefined => {
  if (value.type.element === 'complex' && type.element !== 'complex') {
    scope.report('complex-value', { what }, value.span, {
      help: 're(…) takes the real part; `complex` before the type keeps both',
    })
    return undefined
  }
  const given = scope.unknowns.resolveType(value.type)
  if (isScalar(given)) return spread(value, type, scope)
  if (scope.unknowns.unify(given.rows, type.rows) && scope.unknowns.unify(given.cols, type.cols)) return value
  mismatch(
    what,
    value,
    placeholder({ element: type.element, rows: type.rows, cols: type.cols }, at),
    value.span,
    scope,
  )
  return undefined
}

const updatesFor = (
  declarations: Declarations,
  states: readonly State[],
  declared: ReadonlyMap<string, Declared>,
  scope: Scope,
): readonly Update[] => {
  const found = new Map<string, { update?: Update; span: Span }>()
  for (const { member, loop } of declarations.updates) {
    const { text, span } = member.state
    const place = placeIn(loop, scope)
    const inner = place?.scope ?? bind(scope, loop!.variable.text, { kind: 'broken' })
    const value = infer(member.value, inner)
    const target = declared.get(text)
    if (target?.kind !== 'state') {
      const names = states.map((s) => s.name)
      if (target)
        scope.report('not-a-state', { name: text }, span, {
          labels: [{ span: target.span, message: `${text} is declared here` }],
        })
      else scope.report('unknown-name', { name: text }, span, nearest(member.state, names))
      continue
    }
    const before = found.get(text)
    if (before) {
      scope.report('update-repeated', { state: text }, span, {
        labels: [{ span: before.span, message: 'it is updated here first' }],
        help: 'several steps in one token are written with fold',
      })
      continue
    }
    const entry: { update?: Update; span: Span } = { span }
    found.set(text, entry)
    const state = states.find((s) => s.name === text)
    if (!state || !place || !leftSide(member, loop, state, scope)) continue
    if (place.count && (!state.type.count || !sameSize(state.type.count, place.count))) {
      scope.report(
        'for-count',
        { state: text, count: state.type.count ? printSize(state.type.count) : '1' },
        loop!.to.span,
      )
      continue
    }
    if (!value || !isNumber(value, scope)) continue
    const one: Type = { element: state.type.element, rows: state.type.rows, cols: state.type.cols }
    const fitted = fit(value, one, `the update of ${text}`, state.span, scope)
    if (!fitted) continue
    entry.update = {
      state: text,
      ...(place.binder ? { binder: place.binder } : {}),
      direction: 'forward',
      value: fitted,
      span: member.span,
    }
  }
  for (const member of declarations.states)
    for (const name of member.names)
      if (!found.has(name.text)) scope.report('update-missing', { state: name.text }, name.span)
  return states.flatMap((state) => found.get(state.name)?.update ?? [])
}

/** `S[t] = …`, or `S[m][t] = …` in a `for m`. */
const leftSide = (member: ast.Update, loop: ast.For | undefined, state: State, scope: Scope): boolean => {
  const indices = [...member.indices]
  const time = indices.pop()
  const wanted = `${state.name}${state.type.count ? '[m]' : ''}[t]`
  const fine =
    time?.kind === 'time' &&
    time.at === 't' &&
    indices.length === (state.type.count ? 1 : 0) &&
    indices.every((index) => isVariable(index, loop))
  if (fine) return true
  const help = state.type.count
    ? `write for m in 0..${printSize(state.type.count)} { ${wanted} = … }`
    : undefined
  const place = member.indices.length > 0 ? member.indices[0].span : member.state.span
  scope.report('update-left-side', { wanted }, place, help ? { help } : {})
  return false
}

const outputsFor = (
  declarations: Declarations,
  declared: ReadonlyMap<string, Declared>,
  scope: Scope,
): readonly Output[] =>
  declarations.outputs.flatMap((member) => {
    const value = infer(member.value, scope)
    const place = declared.get(member.name.text)
    const type = place?.kind === 'output' && place.span === member.name.span ? place.type : undefined
    if (type?.count) {
      scope.report('array-output', {}, member.type.span)
      return []
    }
    if (!value || !type || !isNumber(value, scope)) return []
    const fitted = fit(value, type, `the output ${member.name.text}`, member.type.span, scope)
    if (!fitted) return []
    const doc = member.doc === undefined ? {} : { doc: member.doc }
    const over = member.over ? { over: member.over.text } : {}
    return [{ name: member.name.text, ...doc, type, ...over, value: fitted, span: member.name.span }]
  })
