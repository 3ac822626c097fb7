import type { Screen } from '../terminal/screen.ts'
import type { Display, Miss, Opening } from './display.ts'
import type { View } from './view.ts'

const INTERVAL = 1000

/** Events for programs: one JSON object a line. */
export class JsonDisplay implements Display {
  readonly shown = 0
  readonly #screen: Screen
  #view: (() => View) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(screen: Screen) {
    this.#screen = screen
  }

  begin(opening: Opening, view: () => View): void {
    this.#say('start', opening)
    this.#view = view
    this.#timer = setInterval(() => this.#progress(), INTERVAL).unref()
  }

  retry(miss: Miss, delay: number): void {
    this.#say('retry', { ...miss, delay })
  }

  failure(miss: Miss): void {
    this.#say('failed', miss)
  }

  log(worker: string, text: string): void {
    this.#say('log', { worker, text })
  }

  stopping(sentence: string): void {
    this.#say('stopping', { message: sentence })
  }

  end(): void {
    clearInterval(this.#timer)
    this.#progress()
  }

  #progress(): void {
    if (this.#view === undefined) return
    const { now, stopping, ...view } = this.#view()
    this.#say('progress', { time: new Date(now).toISOString(), ...view, stopping: stopping !== undefined })
  }

  #say(type: string, fields: object): void {
    this.#screen.print(JSON.stringify({ type, ...fields }))
  }
}
