import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../../diagnostics/source.ts'
import { checkRanges } from './check-ranges.ts'
import { checkStates } from './check-states.ts'
import { declarationsOf } from './declarations.ts'
import { dimsFor, keepsTo } from './declare-dims.ts'
import { declareLet } from './declare-lets.ts'
import { outputsFor } from './declare-outputs.ts'
import { portsFor, promisesFor } from './declare-ports.ts'
import { statesFor } from './declare-states.ts'
import { updatesFor } from './declare-updates.ts'
import { typeOf } from './declared-types.ts'
import type { FnTable } from './functions.ts'
import { headerOf } from './header.ts'
import type { Layer, Let } from './layer.ts'
import type { Collector } from './report.ts'
import type { Declared, Scope } from './scope.ts'
import { settle } from './settle.ts'
import type { Size } from './size.ts'
import { unknowns } from './unknowns.ts'

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

  const promisedInputs = promisesFor(inputs, declarations.inputs, scope)
  const promisedParams = promisesFor(params, declarations.params, scope)
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
      inputs: promisedInputs,
      params: promisedParams,
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
