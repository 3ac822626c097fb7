import { task } from 'manyhands'

/** Almost no work. */
export const same = task(import.meta, (n: number): number => n)

const LETTERS = 'the quick brown fox jumps over the lazy dog; '.repeat(25)

/** A result of 1 kB, a different one for each item, for no work either. */
export const kilobyte = task(import.meta, (n: number): string => `${n} ${LETTERS}`.slice(0, 1000))
