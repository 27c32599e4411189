import { everyForm, formNames, matrixProduct, reduction, scan } from './programs.ts'
import { numbers, one, type Case } from './run.ts'

/** The programs written by hand, with data. */
export const cases: readonly Case[] = [
  {
    program: matrixProduct,
    buffers: { a: numbers(144), b: numbers(144, 2), c: new Float32Array(144) },
    result: 'c',
    uniforms: { size: 12 },
    groups: { x: 3, y: 3, z: 1 },
  },
  {
    program: scan,
    buffers: { x: numbers(20), y: new Float32Array(20) },
    result: 'y',
    uniforms: {},
    groups: one,
  },
  {
    program: reduction,
    buffers: {
      'table.rows': new Int32Array([0, 10, 10, 1, 11, 32]),
      x: numbers(43),
      out: new Float32Array(3),
    },
    result: 'out',
    uniforms: {},
    groups: { x: 3, y: 1, z: 1 },
  },
  {
    program: everyForm,
    buffers: { 'class.while': numbers(11), α: new Float32Array(11 * (formNames.length + 1)) },
    result: 'α',
    uniforms: { texture: 3, var: 2 },
    groups: one,
  },
]
