import { float32 } from '../float32.ts'
import type { Fault } from './fault.ts'
import { interpret, type Groups, type Memory, type Watch } from './interpret.ts'
import type { LoopProgram } from './loop-ir.ts'

/** Enough to see what is wrong; one broken index may fault a million times. */
const mostFaults = 100

/** Who has touched a location: nobody, one, or several. */
const nobody = -1
const several = -2

/** What is known of one array's locations. */
interface Track {
  /** Epochs (regions, as they run) of the last write and read, and the lanes. */
  readonly writeEpoch: Int32Array
  readonly writeLane: Int32Array
  readonly readEpoch: Int32Array
  readonly readLane: Int32Array
  /** Workgroups of this dispatch; storage only. */
  readonly writeGroup?: Int32Array
  readonly readGroup?: Int32Array
}

/**
 * Carry out one dispatch in float32 and tell everything that a device would not forgive: races between the
 * invocations of a region and between workgroups, accesses out of bounds, reads of unwritten memory.
 *
 * The memory holds the results, as far as they mean anything. One fault is told for each kind, region and array.
 */
export const simulate = (
  program: LoopProgram,
  memory: Memory<number>,
  uniforms: Readonly<Record<string, number>>,
  groups: Groups,
): readonly Fault[] => {
  const faults = new Map<string, Fault>()
  let group: readonly [number, number, number] = [0, 0, 0]
  let groupNumber = 0
  let region = ''
  let epoch = 0

  const add = (fault: Fault): void => {
    const key = `${fault.kind} ${fault.region} ${fault.array}`
    if (!faults.has(key) && faults.size < mostFaults) faults.set(key, fault)
  }
  const report = (kind: 'race' | 'groups', array: string, index: number, lanes: readonly number[]): void =>
    add({
      kind,
      program: program.name,
      region,
      array,
      index,
      lanes: lanes.filter((lane) => lane >= 0),
      group,
    })

  const tracks = new Map<string, Track>()
  const track = (size: number, storage: boolean): Track => {
    const of = (value: number): Int32Array => new Int32Array(size).fill(value)
    return {
      writeEpoch: of(nobody),
      writeLane: of(nobody),
      readEpoch: of(nobody),
      readLane: of(nobody),
      ...(storage ? { writeGroup: of(nobody), readGroup: of(nobody) } : {}),
    }
  }
  for (const { name, element, access } of program.bindings)
    if (access === 'read_write') tracks.set(name, track(memory[element].get(name)?.length ?? 0, true))
  for (const { name, size } of program.workgroup) tracks.set(name, track(size, false))

  const watch: Watch = {
    group(x, y, z) {
      group = [x, y, z]
      groupNumber = x + groups.x * (y + groups.y * z)
      epoch++
    },
    region(note) {
      region = note
      epoch++
    },
    read(array, index, lane) {
      const t = tracks.get(array)
      if (t === undefined) return
      if (t.writeEpoch[index] === epoch && t.writeLane[index] !== lane)
        report('race', array, index, [t.writeLane[index], lane])
      t.readLane[index] = t.readEpoch[index] === epoch && t.readLane[index] !== lane ? several : lane
      t.readEpoch[index] = epoch
      if (t.writeGroup === undefined || t.readGroup === undefined) return
      const writer = t.writeGroup[index]
      if (writer !== nobody && writer !== groupNumber) report('groups', array, index, [lane])
      const reader = t.readGroup[index]
      t.readGroup[index] = reader === nobody || reader === groupNumber ? groupNumber : several
    },
    write(array, index, lane) {
      const t = tracks.get(array)
      if (t === undefined) return
      if (t.writeEpoch[index] === epoch && t.writeLane[index] !== lane)
        report('race', array, index, [t.writeLane[index], lane])
      if (t.readEpoch[index] === epoch && t.readLane[index] !== lane)
        report('race', array, index, [t.readLane[index], lane])
      t.writeEpoch[index] = epoch
      t.writeLane[index] = lane
      if (t.writeGroup === undefined || t.readGroup === undefined) return
      for (const other of [t.writeGroup[index], t.readGroup[index]])
        if (other !== nobody && other !== groupNumber) report('groups', array, index, [lane])
      t.writeGroup[index] = groupNumber
    },
    fault: add,
  }
  interpret(program, float32, memory, uniforms, groups, watch)
  return [...faults.values()]
}
