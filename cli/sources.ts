import { closeSync, existsSync, openSync, readSync, readdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readLayers, type Resolve } from '../compiler/read-layers.ts'
import type { ResolveUse } from '../compiler/1-check/functions.ts'
import type { Layer } from '../compiler/1-check/layer.ts'
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Source } from '../diagnostics/source.ts'
import { suggest } from '../diagnostics/suggest.ts'
import type { File, Mixer } from '../grammar/ast.ts'
import { parse } from '../grammar/parse.ts'
import { reasonOf } from './host/reason.ts'

/** The standard library lies beside `cli/`, and beside the folder that the bundle is in. */
export const stdlibFolder = fileURLToPath(new URL('../stdlib/', import.meta.url))

/** Nobody writes a layer of this size; reading one takes long and helps no one. */
const largestFile = 4 * 2 ** 20

/** A file as text. What is no UTF-8 comes as a diagnostic. */
export const readSource = (path: string): Source | Diagnostic => {
  const unreadable = (reason: string): Diagnostic =>
    diagnostic('file-unreadable', { path: path || "''", reason }, undefined, {
      help: reason === noSuchFile ? nearFile(path) : undefined,
    })
  let bytes: Uint8Array | undefined
  try {
    bytes = readUpTo(largestFile, path)
  } catch (error) {
    return unreadable(reasonOf(error))
  }
  if (bytes === undefined) return unreadable('it is too large for a .mix file')
  const name = path === '-' ? '<stdin>' : path
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return diagnostic('not-text', { name })
  }
}

/** A device such as /dev/zero never ends: nothing where there is more than that. */
const readUpTo = (most: number, path: string): Uint8Array | undefined => {
  const file = path === '-' ? 0 : openSync(path, 'r')
  try {
    const bytes = new Uint8Array(most + 1)
    let at = 0
    for (;;) {
      const count = readSync(file, bytes, at, bytes.length - at, null)
      if (count === 0) return bytes.subarray(0, at)
      at += count
      if (at > most) return undefined
    }
  } finally {
    if (file !== 0) closeSync(file)
  }
}

const noSuchFile = reasonOf({ code: 'ENOENT' })

/** A file of the same folder, or a layer of the library, that may have been meant. */
const nearFile = (path: string): string | undefined => {
  const near = (wanted: string, names: readonly string[], show: (name: string) => string) => {
    const found = suggest(wanted, names)
    return found === undefined ? undefined : `did you mean ${show(found)}?`
  }
  if (/^\w+$/.test(path)) {
    const layer = near(path, stdlibNames(), (name) => `${name}, of the standard library`)
    if (layer !== undefined) return layer
  }
  try {
    const folder = dirname(path)
    const own = path.slice(folder === '.' && !path.startsWith('.') ? 0 : folder.length + 1)
    const names = readdirSync(folder).filter((name) => name.endsWith('.mix'))
    return near(own, names, (name) => join(folder, name))
  } catch {
    return undefined
  }
}

/** The layers that come with Mix, by name. */
export const stdlibNames = (): readonly string[] =>
  readdirSync(stdlibFolder)
    .filter((file) => file.endsWith('.mix'))
    .map((file) => file.slice(0, -4))

/** A path as a person in this folder would write it. */
const shortPath = (path: string): string => {
  const short = relative(process.cwd(), path)
  return short.startsWith('../../') || isAbsolute(short) ? path : short
}

/**
 * Where the file that a `use` names lies: `./maps.mix` beside the file that asks, `std.maps` in the standard library.
 * What cannot be read counts as not there.
 */
export const resolveUse: Resolve = ({ text, standard }, from) => {
  const path = standard
    ? join(stdlibFolder, `${text.slice('std.'.length)}.mix`)
    : isAbsolute(text)
      ? text
      : join(from.name === '<stdin>' ? '.' : dirname(from.name), text)
  const source = readSource(standard ? shortPath(path) : path)
  return 'severity' in source ? undefined : source
}

/** The same, as a tree. */
export const fileOfUse: ResolveUse = (path) => {
  const source = resolveUse(path, path.span.source)
  return source && parse(source).file
}

/** A file of layers as a command line names it. */
export interface FileArgument {
  readonly path: string
  /** `FILE:NAME` */
  readonly mixer?: string
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/**
 * What an argument names: a path; `FILE:NAME`, one mixer of it; or the bare name of a layer of the standard library,
 * where there is no file of that name.
 */
export const fileArgument = (argument: string): FileArgument => {
  if (argument === '-' || existsSync(argument)) return { path: argument }
  const library = (name: string): string | undefined => {
    const path = join(stdlibFolder, `${name}.mix`)
    return /^\w+$/.test(name) && isFile(path) ? shortPath(path) : undefined
  }
  const own = library(argument)
  if (own !== undefined) return { path: own }
  const colon = argument.lastIndexOf(':')
  if (colon <= 0) return { path: argument }
  const file = argument.slice(0, colon)
  return { path: existsSync(file) ? file : (library(file) ?? file), mixer: argument.slice(colon + 1) }
}

/** A folder stands for the .mix files in it. */
export const filesOf = (argument: string): readonly FileArgument[] | Diagnostic => {
  const found = fileArgument(argument)
  if (found.path === '-' || !(statSync(found.path, { throwIfNoEntry: false })?.isDirectory() ?? false))
    return [found]
  let names: readonly string[]
  try {
    names = readdirSync(found.path)
  } catch (error) {
    return diagnostic('file-unreadable', { path: found.path, reason: reasonOf(error) })
  }
  const files = names.filter((name) => name.endsWith('.mix')).sort()
  return files.length === 0
    ? diagnostic('file-unreadable', { path: found.path, reason: 'there is no .mix file in this folder' })
    : files.map((name) => ({ path: join(found.path, name) }))
}

/** A file, read and checked. */
export interface Loaded {
  readonly path: string
  readonly file?: File
  readonly layers: readonly Layer[]
  readonly diagnostics: readonly Diagnostic[]
}

export const load = (path: string): Loaded => {
  const source = readSource(path)
  if ('severity' in source) return { path, layers: [], diagnostics: [source] }
  return { path: source.name, ...readLayers(source, resolveUse) }
}

/** One mixer of a file, with its tree. */
export interface Chosen {
  readonly layer: Layer
  readonly file: File
  readonly mixer: Mixer
  readonly diagnostics: readonly Diagnostic[]
}

/** The mixer that is meant: the one named, or the only one. */
export const chooseMixer = (
  { path, file, layers, diagnostics }: Loaded,
  wanted?: string,
): Chosen | { readonly diagnostics: readonly Diagnostic[] } => {
  if (!file || diagnostics.some((d) => d.severity === 'error')) return { diagnostics }
  const refuse = (problem: Diagnostic) => ({ diagnostics: [...diagnostics, problem] })
  const names = layers.map((layer) => layer.name)
  if (names.length === 0) return refuse(diagnostic('mixer-missing', { path, what: 'no mixer' }))
  if (wanted === undefined && names.length > 1)
    return refuse(
      diagnostic('mixer-unclear', { path, count: names.length }, undefined, {
        help: `name one of them, as in ${path}:${names[0]}; there are ${names.join(', ')}`,
      }),
    )
  const layer = wanted === undefined ? layers[0] : layers.find(({ name }) => name === wanted)
  const mixer = file.items.find(
    (item): item is Mixer => item.kind === 'mixer' && item.name.text === layer?.name,
  )
  if (layer && mixer) return { layer, file, mixer, diagnostics }
  const near = suggest(wanted ?? '', names)
  return refuse(
    diagnostic('mixer-missing', { path, what: `no mixer ${wanted}` }, undefined, {
      help: near === undefined ? `it has ${names.join(', ')}` : `did you mean ${near}?`,
    }),
  )
}

/** `FILE` or `FILE:NAME` (or `--mixer NAME`) → its one mixer. */
export const openMixer = (
  argument: string,
  wanted?: string,
): Chosen | { readonly diagnostics: readonly Diagnostic[] } => {
  const { path, mixer } = fileArgument(argument)
  return chooseMixer(load(path), wanted ?? mixer)
}
