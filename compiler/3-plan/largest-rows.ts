/**
 * The most rows (K) that a column of the state may have. WGSL holds at most 8 KiB of an invocation's own variables,
 * and the recurrent form keeps a column there; some room is left for the rest.
 */
export const largestRows = 1920
