/** Something a kernel does that a device would not forgive, and where. */
export interface Fault {
  readonly kind: 'out-of-bounds' | 'unwritten' | 'not-whole' | 'race' | 'groups'
  readonly program: string
  /** The note of the region; empty between regions. */
  readonly region: string
  readonly array: string
  readonly index: number
  /** One, or the two that meet. */
  readonly lanes: readonly number[]
  readonly group: readonly [number, number, number]
}

const what: Record<Fault['kind'], (fault: Fault) => string> = {
  'out-of-bounds': (f) => `${f.array}[${f.index}] is out of bounds`,
  unwritten: (f) => `${f.array}[${f.index}] is read before it is written`,
  'not-whole': () => `a number that is not whole is used as an index`,
  race: (f) =>
    `${f.array}[${f.index}] is written by one invocation and touched by another, without a barrier between`,
  groups: (f) => `${f.array}[${f.index}] is written by one workgroup and touched by another`,
}

export const describeFault = (fault: Fault): string =>
  `${fault.program}, region "${fault.region}": ${what[fault.kind](fault)} ` +
  `(lane ${fault.lanes.join(' and ')}, group ${fault.group.join(', ')})`
