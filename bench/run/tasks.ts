import { task } from 'manyhands'

/** Almost no work. */
export const same = task(import.meta, (n: number): number => n)

/** A result of 1 kB, a different one for each item. */
export const kilobyte = task(import.meta, (n: number): string => {
  let text = ''
  for (let word = n + 1; text.length < 1000; word = (Math.imul(word, 1_103_515_245) + 12_345) >>> 0) text += word.toString(36)
  return text.slice(0, 1000)
})
