import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Kin } from '../../compiler/1-check/layer.ts'
import { diagnostic, hasErrors, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import { parseBindings } from '../../grammar/parse.ts'
import { chooseMixer, load, openMixer, stdlibNames, type Chosen, type Loaded } from '../sources.ts'
import { decide } from './decide.ts'

/** What became of one `kin:` line. */
export interface KinResult {
  /** `retnet where log_alpha = log(gamma)` */
  readonly kin: string
  readonly equal: boolean
  readonly reason: string
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Decide the `kin:` lines of a mixer. The other mixer is one of the same file, of a file of its name beside it, or of
 * the standard library. What is bound are inputs of this mixer, to expressions in the other's, or the other way round.
 */
export const decideKin = (own: Chosen, loaded: Loaded): readonly KinResult[] =>
  own.layer.header.kin.map((kin): KinResult => {
    const text = kin.where === undefined ? kin.mixer : `${kin.mixer} where ${kin.where}`
    const other = find(kin.mixer, loaded)
    if (!('layer' in other)) {
      const diagnostics = hasErrors(other.diagnostics) ? other.diagnostics : [missing(kin)]
      return { kin: text, equal: false, reason: `there is no mixer ${kin.mixer}`, diagnostics }
    }
    const tries = directions(own, other, kin.where).map(([a, b]) => decide(a, b, { where: kin.where }))
    const found = tries.find((result) => 'equal' in result && result.equal) ?? tries[0]
    if (!('equal' in found))
      return {
        kin: text,
        equal: false,
        reason: 'its bindings cannot be read',
        diagnostics: found.diagnostics,
      }
    const { equal, reason } = found
    const diagnostics = equal
      ? []
      : [diagnostic('kin-differs', { layer: own.layer.name, kin: text, reason }, kin.span)]
    return { kin: text, equal, reason, diagnostics }
  })

/** Which mixer's inputs the bindings are for: that tells which comes second. */
const directions = (
  own: Chosen,
  other: Chosen,
  where: string | undefined,
): readonly (readonly [Chosen, Chosen])[] => {
  const names = where === undefined ? [] : parseBindings({ name: 'kin', text: where }).bindings
  const binds = ({ layer }: Chosen): boolean =>
    names.every(({ name }) => [...layer.inputs, ...layer.params].some((port) => port.name === name.text))
  const [ofOwn, ofOther] = [binds(own), binds(other)]
  if (ofOwn === ofOther)
    return [
      [other, own],
      [own, other],
    ]
  return ofOwn ? [[other, own]] : [[own, other]]
}

const find = (name: string, loaded: Loaded): Chosen | { readonly diagnostics: readonly Diagnostic[] } => {
  if (loaded.layers.some((layer) => layer.name === name)) return chooseMixer(loaded, name)
  const beside = join(dirname(loaded.path), `${name}.mix`)
  if (existsSync(beside)) return chooseMixer(load(beside), name)
  return stdlibNames().includes(name) ? openMixer(name, name) : { diagnostics: [] }
}

const missing = ({ mixer, span }: Kin): Diagnostic => {
  const near = suggest(mixer, stdlibNames())
  return diagnostic('mixer-missing', { path: 'the standard library', what: `no mixer ${mixer}` }, span, {
    help: near === undefined ? 'nor do this file and its folder' : `did you mean ${near}?`,
  })
}
