import type { Screen } from '../terminal/screen.ts'
import { showCount } from '../terminal/units.ts'
import type { Display, Miss, Opening } from './display.ts'
import { failureLine, openingSentence, progressSentence } from './sentences.ts'
import type { View } from './view.ts'

/** Failures that are shown one by one while the run goes on. */
const MOST_FAILURES = 10
const INTERVAL = 10_000

/** A line that a task wrote, without what would move the cursor or clear the screen; its colours end with it. */
export function tame(text: string): string {
  const last = text.slice(text.lastIndexOf('\r', text.length - 2) + 1)
  const still = last.replace(/\x1b\[[0-9;?]*[A-Za-ln-z]|\x1b[^[]|[\0-\x08\x0b-\x1a\x7f]/g, '')
  return still.includes('\x1b[') ? `${still}\x1b[0m` : still
}

/** Plain lines: what pipes, log files and CI get. */
export class LinesDisplay implements Display {
  protected readonly screen: Screen
  #failures = 0
  #timer: NodeJS.Timeout | undefined

  constructor(screen: Screen) {
    this.screen = screen
  }

  get shown(): number {
    return Math.min(this.#failures, MOST_FAILURES)
  }

  begin(opening: Opening, view: () => View): void {
    this.screen.say(openingSentence(opening, this.screen.style))
    this.#timer = setInterval(() => this.screen.print(`${opening.task}: ${progressSentence(view())}`), INTERVAL).unref()
  }

  retry(_miss: Miss, _delay: number): void {}

  failure(miss: Miss): void {
    this.#failures++
    if (this.#failures > MOST_FAILURES + 1) return
    const text =
      this.#failures <= MOST_FAILURES
        ? failureLine(miss, this.screen.style)
        : `More than ${showCount(MOST_FAILURES)} items failed; from here on they are only counted`
    this.screen.print(text)
  }

  log(worker: string, text: string): void {
    const { style, isTerminal } = this.screen
    this.screen.print(`${style.dim(`[${worker}]`)} ${isTerminal ? tame(text) : text}`)
  }

  stopping(sentence: string): void {
    this.screen.say(sentence)
  }

  end(): void {
    clearInterval(this.#timer)
  }
}
