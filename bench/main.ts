import { openDevice } from '../cli/host/device.ts'
import { relaunchWithVulkan } from '../cli/host/relaunch.ts'
import { printTable } from '../examples/shared/table.ts'
import { timeCheck, timeCompile } from './compile.ts'
import { measureErrors, worstAllowed } from './errors.ts'
import { measureLengths } from './lengths.ts'

/**
 * The figures that Mix must reach, measured here: compile time, `mix check`, time and memory along the length of a
 * sequence, errors at large heads. Exits with 1 where one is missed.
 */
await relaunchWithVulkan()
const host = await openDevice('auto')
if (host.kind !== 'gpu') {
  console.error(`there is no device to measure: ${host.reason}`)
  process.exit(1)
}
let missed = 0
const verdict = (ok: boolean): string => {
  if (!ok) missed++
  return ok ? 'reached' : 'MISSED'
}
console.log(`on ${host.name}, node ${process.version}\n`)

const compile = timeCompile('gated_delta_net')
const check = timeCheck('stdlib/gated_delta_net.mix')
console.log(
  printTable(
    [
      ['', 'ms', 'bar', ''],
      ['compile gated_delta_net to both forms, warm', compile.toFixed(0), '100', verdict(compile <= 100)],
      [
        'mix check stdlib/gated_delta_net.mix, the whole process',
        check.toFixed(0),
        '300',
        verdict(check <= 300),
      ],
    ],
    1,
  ),
)

const errors = await measureErrors(host.device)
console.log(
  `\n${printTable(
    [
      ['error against float64', 'K = V', 'recurrent', 'chunk', ''],
      ...errors.map(({ layer, size, recurrent, chunk }) => [
        layer,
        `${size}`,
        recurrent.toExponential(1),
        chunk.toExponential(1),
        verdict(Math.max(recurrent, chunk) <= worstAllowed),
      ]),
    ],
    1,
  )}`,
)

const lengths = await measureLengths('gated_delta_net', host.device, errors)
const perToken = lengths.map(({ seconds, tokens }) => seconds / tokens)
const spread = Math.max(...perToken) / Math.min(...perToken) - 1
const bytesPerToken = lengths.map(({ bytes, tokens }) => bytes / tokens)
// Scratch is bounded, so that longer sequences may take less for each token, never more.
const growth = Math.max(...bytesPerToken) / bytesPerToken[0] - 1
console.log(
  `\n${printTable(
    [
      [
        'gated_delta_net, chunk form, H = 4, K = V = 64',
        'ms',
        'µs a token',
        'MB on the device',
        'kB a token',
      ],
      ...lengths.map(({ tokens, seconds, bytes }) => [
        `T = ${tokens}`,
        (1e3 * seconds).toFixed(0),
        ((1e6 * seconds) / tokens).toFixed(1),
        (bytes / 1e6).toFixed(1),
        (bytes / 1e3 / tokens).toFixed(2),
      ]),
    ],
    1,
  )}
time per token varies by ${(100 * spread).toFixed(0)} % (bar 15 %): ${verdict(spread <= 0.15)}
memory per token grows by ${(100 * growth).toFixed(0)} % (bar 15 %): ${verdict(growth <= 0.15)}`,
)
host.close()
process.exitCode = missed > 0 ? 1 : 0
