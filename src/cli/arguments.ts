import { InvalidArgumentError } from 'commander'
import { cpuCount } from '../index.ts'
import { InvalidOptionError } from '../errors/index.ts'
import { duration, size } from '../options/index.ts'
import { didYouMean } from './suggest.ts'

// Each turns the text of an option into its value, or says what to give instead. Before that, errors.ts puts which
// option it was and what it got.

/** `4`, or `50%` of what the machine may use. */
export function workers(text: string): number {
  const share = percentage(text)
  const count = share === undefined ? wholeNumber(text) : Math.max(1, Math.round((cpuCount() * share) / 100))
  if (count >= 1) return count
  const processors = cpuCount()
  throw new InvalidArgumentError(`give a number from 1 on, or a share of the ${processors} processors such as 50%`)
}

/** When failures stop a run. */
export function halt(text: string): 'never' | 'now' | number | `${number}%` {
  if (text === 'never' || text === 'now') return text
  const share = percentage(text)
  if (share !== undefined && share <= 100) return `${share}%`
  if (wholeNumber(text) >= 1) return wholeNumber(text)
  const choice = "give 'never', 'now', how many items may fail (such as 10), or which share of them (such as 5%)"
  throw new InvalidArgumentError(choice + didYouMean(text, ['never', 'now']))
}

/** A length of time; without a unit nobody could know whether seconds are meant. */
export function time(text: string): number {
  if (text === '0') return 0
  if (/^\d+(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError(`give it a unit: ${text}s, ${text}m or ${text}ms`)
  return parsed(() => duration('', text), 'give a length of time such as 1.5s, 5m or 2h')
}

/** An amount of memory. */
export function memory(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError(`give it a unit: ${text}MB or ${text}GB`)
  return parsed(() => size('', text), 'give an amount of memory such as 512MB or 2GB')
}

/** A whole number of at least `least`. */
export function number(least: number): (text: string) => number {
  return (text) => {
    const value = wholeNumber(text)
    if (value >= least) return value
    throw new InvalidArgumentError(`give a whole number of at least ${least}`)
  }
}

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found !== undefined) return found
    throw new InvalidArgumentError(`give one of ${words.join(', ')}${didYouMean(text, words)}`)
  }
}

/** `.txt`, `txt`, `.txt,.md`, or the option given several times. */
export function extensions(text: string, before: readonly string[] = []): readonly string[] {
  const list = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  if (list.length === 0) throw new InvalidArgumentError('give an extension such as .txt')
  return [...before, ...list.map((each) => (each.startsWith('.') ? each : `.${each}`))]
}

/** `12.5` of `12.5%`; undefined for what is no percentage above 0. */
function percentage(text: string): number | undefined {
  const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1])
  return share > 0 ? share : undefined
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}

function parsed<R>(parse: () => R, advice: string): R {
  try {
    return parse()
  } catch (error) {
    throw error instanceof InvalidOptionError ? new InvalidArgumentError(advice) : error
  }
}
