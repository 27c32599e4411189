/** The how of a compilation: nothing that a spec could say. */
export interface Target {
  /** C; chosen by the plan where it is absent. */
  readonly chunkSize?: number
}
