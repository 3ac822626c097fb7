// Lets a test and the tasks it started wait for each other by events, whatever the workers are: a task (fixtures/tasks/
// gate.ts) connects to the gate, says its name, and goes on when the test releases it. The kernel closes the connection
// when the worker dies, which tells the test of a death that nobody reports.
import { type Server, type Socket, createServer } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { openFolder } from './tmp.ts'

/** A task that stands at the gate. */
export interface Visitor {
  readonly name: string
  readonly pid: number
  /** Lets it go on, with a text that it gets. */
  release(text?: string): void
  /** Resolves when its connection ended. */
  readonly gone: Promise<void>
}

export class Gate {
  readonly path: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #here = new Map<string, Visitor>()
  readonly #all: Visitor[] = []
  readonly #awaited = new Map<string, (visitor: Visitor) => void>()
  /** Names in the order in which they arrived. */
  readonly order: string[] = []
  #isOpenFor: (name: string) => boolean = () => false

  constructor(path: string, server: Server) {
    this.path = path
    this.#server = server
    server.on('connection', (socket) => this.#connected(socket))
  }

  /** The next visitor of this name. */
  arrival(name: string | number): Promise<Visitor> {
    const key = String(name)
    const here = this.#here.get(key)
    this.#here.delete(key)
    if (here) return Promise.resolve(here)
    return new Promise((resolve) => this.#awaited.set(key, resolve))
  }

  /** One who arrived before. */
  visitor(name: string | number): Visitor | undefined {
    return this.#all.find((visitor) => visitor.name === String(name))
  }

  /** All of them, in any order. */
  arrivals(names: readonly (string | number)[]): Promise<Visitor[]> {
    return Promise.all(names.map((name) => this.arrival(name)))
  }

  /** Lets everybody (or whoever passes the test) go on, those that come later too. */
  open(isOpenFor: (name: string) => boolean = () => true): void {
    this.#isOpenFor = isOpenFor
    for (const visitor of this.#all) if (isOpenFor(visitor.name)) visitor.release()
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket)
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => {})
    socket.setEncoding('utf8')
    let text = ''
    socket.on('data', (part: string) => {
      text += part
      if (!text.endsWith('\n')) return
      const [name = '', pid] = text.trim().split('\t')
      text = ''
      const visitor: Visitor = { name, pid: Number(pid), gone, release: (answer = '') => socket.end(`${answer}\n`) }
      this.order.push(name)
      this.#all.push(visitor)
      if (this.#isOpenFor(name)) visitor.release()
      const awaited = this.#awaited.get(name)
      this.#awaited.delete(name)
      if (awaited) awaited(visitor)
      else this.#here.set(name, visitor)
    })
  }
}

/** A gate that is closed at the end of the test. */
export async function openGate(t: TestContext): Promise<Gate> {
  const server = createServer()
  const gate = new Gate(join(openFolder(t), 'gate'), server)
  t.after(() => gate.close())
  server.listen(gate.path)
  await once(server, 'listening')
  return gate
}
