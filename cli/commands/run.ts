import { accessSync, constants, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { compileLayer, type Compiled } from '../../compiler/compile.ts'
import { dimsOf } from '../../compiler/1-check/index.ts'
import type { Layer, Type } from '../../compiler/1-check/layer.ts'
import { evaluate, type Dims } from '../../compiler/1-check/size.ts'
import { diagnostic, MixError, type Diagnostic } from '../../diagnostics/diagnostic.ts'
import { printBytes } from '../../runtime/errors.ts'
import { createLayer } from '../../runtime/index.ts'
import { openDevice, type DeviceChoice } from '../host/device.ts'
import { reasonOf } from '../host/reason.ts'
import { axesOf, type Call, type CallTensor } from '../run/call.ts'
import { checkFinite, checkRanges } from '../run/check-values.ts'
import { drawCall } from '../run/draw.ts'
import { runKernels, runMeaning, type Results } from '../run/execute.ts'
import { checkStateHeads, readCall } from '../run/read-call.ts'
import { readSafetensors, storedTensor, writeSafetensors } from '../safetensors.ts'
import { openMixer } from '../sources.ts'
import { printDiagnostics, type Terminal } from '../terminal.ts'

export interface RunCommandOptions {
  readonly inputs?: string
  readonly out?: string
  readonly form?: 'recurrent' | 'chunk' | 'scan' | 'reference'
  readonly chunk?: number
  readonly device: DeviceChoice
  readonly mixer?: string
  readonly dim?: Dims
  readonly allowNonfinite?: boolean
  readonly checkRanges?: boolean
  readonly tokens?: number
  readonly batch?: number
  readonly heads?: number
  readonly seed?: number
}

/** `mix run FILE`: outputs and final states of a layer on given or random tensors. Gives the exit code. */
export const run = async (
  argument: string,
  options: RunCommandOptions,
  terminal: Terminal,
): Promise<number> => {
  const chosen = openMixer(argument, options.mixer)
  if (printDiagnostics(terminal, chosen.diagnostics) || !('layer' in chosen)) return 1
  const { layer } = chosen
  const problem = options.out === undefined ? undefined : unwritable(options.out)
  if (problem) throw new MixError([problem])

  const call =
    options.inputs === undefined ? randomCall(layer, options) : givenCall(layer, options.inputs, options)
  const said = options.allowNonfinite ? [] : checkFinite(call)
  const kept = checkRanges(layer, call, options.checkRanges ? 'error' : 'warning')
  if (printDiagnostics(terminal, [...said, ...kept])) return 1

  const started = performance.now()
  const { results, where } = await execute(layer, call, options, terminal)
  const seconds = (performance.now() - started) / 1000
  terminal.progress(undefined)

  if (options.out !== undefined) {
    const failed = write(options.out, layer.name, results)
    if (failed) throw new MixError([failed])
  }
  terminal.say(summary(layer, call, results, `${where}, ${seconds.toPrecision(2)} s`, options))
  return 0
}

const givenCall = (layer: Layer, path: string, options: RunCommandOptions): Call => {
  const file = readSafetensors(path)
  if ('severity' in file) throw new MixError([file])
  const call = readCall(layer, file, options.dim ?? {}, options.form === 'reference' ? 'f64' : 'f32')
  if ('dims' in call) return call
  throw new MixError(call)
}

/** Random tensors that take more are refused before they are drawn. */
const mostBytes = 2e9

const valuesOf = (type: Type, dims: Dims): number =>
  axesOf(type).reduce((n, size) => n * evaluate(size, dims), 1)

const randomCall = (layer: Layer, options: RunCommandOptions): Call => {
  const { dim = {}, tokens = 64, batch = 1, heads = 1, seed = 0 } = options
  const settled = dimsOf(layer, dim)
  if ('diagnostics' in settled) throw new MixError(settled.diagnostics)
  const { dims } = settled
  const perToken = [...layer.inputs, ...layer.outputs].reduce(
    (sum, { type }) => sum + valuesOf(type, dims),
    0,
  )
  const bytes = 4 * perToken * batch * heads * tokens
  if (bytes > mostBytes)
    throw new MixError([
      diagnostic('call-too-large', { size: printBytes(bytes), most: printBytes(mostBytes) }),
    ])
  return drawCall(layer, { dims, batch, tokens, heads, seed })
}

const execute = async (
  layer: Layer,
  call: Call,
  options: RunCommandOptions,
  terminal: Terminal,
): Promise<{ readonly results: Results; readonly where: string }> => {
  if (options.form === 'reference') {
    terminal.progress('computing in float64 …')
    return { results: runMeaning(layer, call), where: 'float64' }
  }
  const { manifest } = compiled(layer, call.dims, options)
  const wrong = checkStateHeads(manifest, call)
  if (wrong.length > 0) throw new MixError(wrong)
  const host = await openDevice(options.device)
  if (host.kind === 'none')
    throw new MixError([
      diagnostic('device-missing', { reason: host.reason }, undefined, {
        help: '--device cpu runs the same kernels as JavaScript',
      }),
    ])
  terminal.progress(`running on ${host.name} …`)
  const runnable = createLayer(manifest, host.kind === 'gpu' ? host.device : 'cpu')
  try {
    const results = await runKernels(
      runnable,
      call,
      options.form === 'recurrent' ? 'recurrent' : formOf(options),
    )
    return { results, where: host.name }
  } finally {
    runnable.destroy()
    if (host.kind === 'gpu') host.close()
  }
}

const formOf = ({ form, chunk }: RunCommandOptions): 'chunk' | undefined =>
  form === 'chunk' || form === 'scan' || chunk !== undefined ? 'chunk' : undefined

const compiled = (layer: Layer, dims: Dims, { chunk, form }: RunCommandOptions): Compiled => {
  if (form === 'scan')
    throw new MixError([
      diagnostic('form-not-available', {
        what: layer.name,
        form: 'scan',
        reason: 'its states are matrices, and their parallel form is called chunk',
      }),
    ])
  const result = compileLayer(layer, { dims, target: { chunkSize: chunk } })
  if (result.kind === 'refused') throw new MixError(result.diagnostics)
  return result.compiled
}

/** A long computation should not find out at its end that nobody can have the result. */
const unwritable = (path: string): Diagnostic | undefined => {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false })
    if (there?.isDirectory()) return diagnostic('file-unwritable', { path, reason: 'it is a folder' })
    accessSync(dirname(path), constants.W_OK)
    return undefined
  } catch (error) {
    return diagnostic('file-unwritable', { path, reason: reasonOf(error) })
  }
}

/** What ran, where, for how long, and what came out of it. */
const summary = (
  { name }: Layer,
  { dims, batch, tokens, heads }: Call,
  { outputs, states, form }: Results,
  where: string,
  { inputs, seed = 0, out, chunk }: RunCommandOptions,
): string => {
  const sizes = Object.entries({ B: batch, T: tokens, H: heads, ...dims })
  const results = Object.entries({ ...outputs, ...states })
  const shapes = results.map(([, { shape }]) => `[${shape.join(', ')}]`)
  const [wide, long] = [results.map(([result]) => result), shapes].map((texts) =>
    Math.max(...texts.map((text) => text.length)),
  )
  return [
    `${name}: ${form} form${form === 'chunk' && chunk !== undefined ? `, C = ${chunk}` : ''}, ${where}`,
    `  ${sizes.map(([size, value]) => `${size} = ${value}`).join(', ')}${inputs === undefined ? `, random inputs of seed ${seed}` : ''}`,
    ...results.map(
      ([result, tensor], i) => `  ${result.padEnd(wide)}  ${shapes[i].padEnd(long)}  ${describe(tensor)}`,
    ),
    ...(out === undefined ? [] : [`  written to ${out}`]),
  ].join('\n')
}

/** The size of its values, and a word where some are none. */
const describe = ({ data }: CallTensor): string => {
  let [sum, most, odd] = [0, 0, 0]
  for (const x of data)
    if (Number.isFinite(x)) {
      sum += x * x
      most = Math.max(most, Math.abs(x))
    } else odd++
  if (data.length === 0) return 'empty'
  const rms = Math.sqrt(sum / Math.max(1, data.length - odd))
  return `root mean square ${rms.toPrecision(3)}, largest ${most.toPrecision(3)}${odd > 0 ? `, ${odd} not finite` : ''}`
}

const write = (path: string, layer: string, { outputs, states, form }: Results): Diagnostic | undefined =>
  writeSafetensors(
    path,
    new Map(
      Object.entries({ ...outputs, ...states }).map(([name, { data, shape }]) => [
        name,
        storedTensor(data, shape),
      ]),
    ),
    new Map([
      ['layer', layer],
      ['form', form],
    ]),
  )
