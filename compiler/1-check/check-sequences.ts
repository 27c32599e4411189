import type { Span } from '../../diagnostics/source.ts'
import type { Expr, Layer } from './layer.ts'
import type { Report } from './report.ts'
import { walk } from './walk.ts'

/** The sequence that a value goes along: the layer's own (`''`), one named by `over`, or none in particular. */
type Along =
  | { readonly sequence: string; readonly span: Span; readonly what: string; readonly torn?: boolean }
  | undefined

/**
 * A value goes along one sequence. What is `over` a second sequence reads of the first only states at the end;
 * `length` and what looks at the end or ahead make a layer non-causal.
 */
export const checkSequences = (layer: Layer, report: Report): void => {
  const lets = new Map<string, Along>()
  const along = (expr: Expr): Along => {
    let found: Along
    const join = (next: Along): void => {
      if (!next || found?.torn) return
      if (found && found.sequence !== next.sequence) {
        report('mixed-sequences', { left: found.what, right: next.what }, next.span, {
          labels: [{ span: found.span, message: `${found.what} goes along ${named(found.sequence)}` }],
          help: 'across two sequences only a state is read, at its end',
        })
        found = { ...found, torn: true }
      }
      found ??= next
    }
    walk(expr, (e) => {
      const what = 'name' in e && typeof e.name === 'string' ? e.name : ''
      if (e.kind === 'input')
        join({ sequence: layer.inputs.find((i) => i.name === e.name)?.over ?? '', span: e.span, what })
      if (e.kind === 'state' && e.at.kind !== 'end') join({ sequence: '', span: e.span, what })
      if (e.kind === 'output')
        join({ sequence: layer.outputs.find((o) => o.name === e.name)?.over ?? '', span: e.span, what })
      if (e.kind === 'let') {
        const inner = lets.get(e.name)
        join(inner && { ...inner, span: e.span, what })
      }
    })
    return found
  }
  for (const item of layer.lets) lets.set(item.name, along(item.value))
  const mustBe = (value: Expr, sequence: string, whose: string): void => {
    const found = along(value)
    if (found && !found.torn && found.sequence !== sequence)
      report('mixed-sequences', { left: whose, right: found.what }, found.span, {
        help: 'across two sequences only a state is read, at its end',
      })
  }
  for (const update of layer.updates) mustBe(update.value, '', update.state)
  for (const output of layer.outputs) mustBe(output.value, output.over ?? '', output.name)
  checkLength(layer, report)
}

const named = (sequence: string): string => (sequence === '' ? 'the layer’s own sequence' : sequence)

const checkLength = (layer: Layer, report: Report): void => {
  const values = [...layer.lets, ...layer.updates, ...layer.outputs].map((item) => item.value)
  let causal = layer.updates.every((u) => u.direction === 'forward')
  const lengths: Span[] = []
  for (const value of values)
    walk(value, (e) => {
      if (e.kind === 'state' && e.at.kind === 'end') causal = false
      if (e.kind === 'length') lengths.push(e.span)
    })
  if (causal) for (const span of lengths) report('length-causal', {}, span)
}
