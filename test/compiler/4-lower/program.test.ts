import { expect, test } from 'vitest'
import { add, call, each, equal, groupX, groupZ, int, intMax, lane, less, letF, letI, load, loop, mul, name, negate, real, region, select, stepFor, stepLet, store, variable, when } from '../../../compiler/4-lower/build.ts' // prettier-ignore
import type { LoopProgram, Step } from '../../../compiler/4-lower/loop-ir.ts'
import { program } from '../../../compiler/4-lower/program.ts'
import { verify } from '../../../compiler/4-lower/verify.ts'

const finished = (body: readonly Step[], more: Partial<LoopProgram> = {}): LoopProgram =>
  program({ name: 'test', doc: 'for a test', workgroupSize: 8, body, ...more })

const bindingsOf = (p: LoopProgram): readonly string[] =>
  p.bindings.map((b) => `${b.name}: ${b.element} ${b.access}`)

test('bindings are the buffers that a body touches, in the order in which it does', () => {
  const p = finished([
    stepLet('count', load('table.chunks', groupX)),
    region(
      '',
      each('n', name('count'), [store('out', name('n'), mul(load('x', name('n')), load('w', int(0))))]),
    ),
  ])
  expect(bindingsOf(p)).toEqual([
    'table.chunks: i32 read',
    'out: f32 read_write',
    'x: f32 read',
    'w: f32 read',
  ])
  expect(p.uniforms).toEqual([])
  expect(verify(p)).toEqual([])
})

test.each([
  ['read first', [letF('a', load('x', lane)), store('x', lane, real(1))]],
  ['written first', [store('x', lane, real(1)), letF('a', load('x', lane))]],
])('a buffer that is written is read_write: %s', (_, body) => {
  expect(bindingsOf(finished([region('', ...body)]))).toEqual(['x: f32 read_write'])
})

test('arrays of the workgroup and of an invocation are no buffers', () => {
  const array = (n: string) => ({ name: n, element: 'f32' as const, size: 8 })
  const p = finished([region('', store('own.a', lane, real(0)), store('own.b', lane, load('own.a', lane)))], {
    workgroup: [array('own.a')],
    private: [array('own.b')],
  })
  expect(p.bindings).toEqual([])
  expect(verify(p)).toEqual([])
})

test('uniforms are the names that nothing binds, wherever they stand', () => {
  const p = finished([
    stepLet('s', name('inStep')),
    stepFor('i', name('from'), name('to'), [
      {
        kind: 'if',
        condition: less(name('i'), name('inIf')),
        body: [region('', letI('a', add(name('i'), name('s'))))],
      },
    ]),
    region(
      '',
      each('n', name('count'), [
        variable('v', int(0), 'i32'),
        loop('j', name('lower'), name('upper'), [letI('b', intMax(name('j'), name('inMax')))]),
        when(equal(name('n'), name('inWhen')), [letI('c', name('then'))], [letI('d', name('otherwise'))]),
        store(
          'x',
          name('index'),
          select(less(name('v'), name('chosen')), real(1), negate(load('y', name('at')))),
        ),
        letF('e', call('exp', { kind: 'real-of', value: name('inCall') })),
        { kind: 'assign', name: 'v', value: name('inAssign') },
      ]),
    ),
    region('', letI('z', groupZ)),
  ])
  expect([...p.uniforms].sort()).toEqual(
    ['inStep', 'from', 'to', 'inIf', 'count', 'lower', 'upper', 'inMax', 'inWhen', 'then', 'otherwise', 'index', 'chosen', 'at', 'inCall', 'inAssign'].sort(), // prettier-ignore
  )
  expect(verify(p)).toEqual([])
})

test('a buffer may be called what a local is', () => {
  const p = finished([
    region('', each('n', int(8), [letI('v', name('n')), store('n', name('v'), load('v', name('n')))])),
  ])
  expect(bindingsOf(p)).toEqual(['n: f32 read_write', 'v: f32 read'])
  expect(p.uniforms).toEqual([])
})
