import { InvalidOptionError, InvalidStateError } from '../errors/index.ts'
import { type Duration, type BlockOptions, waitTime } from '../options/index.ts'
import {
  type Handle,
  type Item,
  NO,
  OK,
  REFUSED,
  Reference,
  type Reply,
  decodeItem,
  encodeItem,
  encodingDestination,
  registerWireType,
} from '../wire/index.ts'
import { BrokenPipeError, BufferTooShort, ConnectionStateError, Empty, EndOfPipe } from './errors.ts'
import { CLOSE, ENDED, HOLD, POLL, PipeCore, RECV, SEND } from './pipe-core.ts'

type Facts = readonly [handle: Handle, end: number, readable: boolean, writable: boolean]

/**
 * One end of a {@link Pipe}. It can be passed to a task, in a queue or through another pipe; any number of workers may
 * use one end, and every message arrives whole, at one of them.
 *
 * A worker that ends gives up the ends it had. When nobody has an end any more, the other one gets {@link EndOfPipe}
 * after what was sent before. The program that made a pipe and gave an end away need not close its own copy.
 *
 * @example
 * ```ts
 * import { type Connection, Pipe } from 'manyhands'
 *
 * const [a, b]: [Connection<string>, Connection<string>] = Pipe()
 * await a.send('one')
 * await a.send('two')
 * await a.close()
 * for await (const message of b) console.log(message.length) // 3
 * ```
 */
export class Connection<T = unknown> {
  readonly readable: boolean
  readonly writable: boolean
  readonly #reference: Reference
  readonly #end: number
  #closed = false

  /** @internal */
  constructor(reference: Reference, end: number, readable: boolean, writable: boolean) {
    this.#reference = reference
    this.#end = end
    this.readable = readable
    this.writable = writable
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * Sends a value, and resolves when the pipe has it. It waits while a mebibyte waits to be received.
   *
   * @throws {@link BrokenPipeError} when nobody can receive it; {@link NotSerializableError}
   */
  async send(value: T): Promise<void> {
    this.#check('send')
    this.#sent(await this.#reference.call(SEND, -1, this.#end, [encodeItem(value, this.#reference.carriesExternals)]))
  }

  sendSync(value: T): void {
    this.#check('send')
    this.#sent(this.#reference.callSync(SEND, -1, this.#end, [encodeItem(value, this.#reference.carriesExternals)]))
  }

  /**
   * Sends bytes as they are, without the cost of encoding; `recvBytes()` takes them.
   *
   * @throws {@link InvalidOptionError} when offset and size reach beyond the bytes
   */
  async sendBytes(bytes: ArrayBufferView | ArrayBuffer, offset = 0, size?: number): Promise<void> {
    this.#check('send')
    const all = ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes)
    if (!Number.isInteger(offset) || offset < 0 || offset > all.length)
      throw new InvalidOptionError('offset', `a whole number from 0 to ${all.length}`, offset)
    const most = all.length - offset
    const length = size ?? most
    if (!Number.isInteger(length) || length < 0 || length > most)
      throw new InvalidOptionError('size', `a whole number from 0 to ${most}`, size)
    this.#sent(
      await this.#reference.call(SEND, -1, this.#end, [{ bytes: all.subarray(offset, offset + length), raw: true }]),
    )
  }

  #sent({ status }: Reply): void {
    if (status !== OK) throw new BrokenPipeError()
  }

  /**
   * Resolves with the next message.
   *
   * @throws {@link EndOfPipe} when there is none and nobody can send one; {@link Empty} when `timeout` was over first
   */
  async recv(options: BlockOptions = {}): Promise<T> {
    return decodeItem(await this.#recv(options)) as T
  }

  recvSync(options: BlockOptions = {}): T {
    this.#check('receive')
    return decodeItem(this.#received(this.#reference.callSync(RECV, waitTime(options), this.#end))) as T
  }

  /**
   * The next message of `sendBytes`.
   *
   * @param maxLength - what is longer ends the connection. @default any length
   * @throws {@link BufferTooShort} and the connection is closed here
   */
  async recvBytes(maxLength = Infinity, options: BlockOptions = {}): Promise<Uint8Array> {
    if (!(maxLength >= 0)) throw new InvalidOptionError('maxLength', 'a number of at least 0', maxLength)
    const bytes = await this.#bytes(options)
    if (bytes.length <= maxLength) return bytes
    await this.close()
    throw new BufferTooShort(bytes, maxLength)
  }

  /**
   * Receives the next message of `sendBytes` into a buffer of the caller's, and resolves with its length.
   *
   * @param offset - where in it to begin, in bytes. @default 0
   * @throws {@link BufferTooShort}, which has the whole message, when there is not enough room
   */
  async recvBytesInto(buffer: ArrayBufferView, offset = 0, options: BlockOptions = {}): Promise<number> {
    const room = buffer.byteLength - offset
    if (!Number.isInteger(offset) || offset < 0 || room < 0)
      throw new InvalidOptionError('offset', `a whole number from 0 to ${buffer.byteLength}`, offset)
    const bytes = await this.#bytes(options)
    if (bytes.length > room) throw new BufferTooShort(bytes, room)
    new Uint8Array(buffer.buffer, buffer.byteOffset + offset, room).set(bytes)
    return bytes.length
  }

  async #bytes(options: BlockOptions): Promise<Uint8Array> {
    const item = await this.#recv(options)
    if (item.raw !== true)
      throw new InvalidStateError(
        'The message was sent by send(), so it is a value and not bytes; receive it by recv()',
      )
    return Uint8Array.from(item.bytes)
  }

  async #recv(options: BlockOptions): Promise<Item> {
    this.#check('receive')
    return this.#received(await this.#reference.call(RECV, waitTime(options), this.#end, [], options.signal))
  }

  #received({ status, items: [item] }: Reply): Item {
    if (status === ENDED) throw new EndOfPipe()
    if (status === REFUSED)
      throw new InvalidStateError(
        'The next message holds shared memory or a port, which a process cannot be given; let a thread receive it',
      )
    if (status === NO || item === undefined) throw new Empty()
    return item
  }

  /**
   * Whether there is something to receive, the end of the pipe included, now or within the time. It takes nothing.
   * @param timeout - @default 0
   */
  async poll(timeout: Duration = 0, { signal }: Pick<BlockOptions, 'signal'> = {}): Promise<boolean> {
    this.#check('receive')
    return (await this.#reference.call(POLL, waitTime({ timeout }), this.#end, [], signal)).status === OK
  }

  pollSync(timeout: Duration = 0): boolean {
    this.#check('receive')
    return this.#reference.callSync(POLL, waitTime({ timeout }), this.#end).status === OK
  }

  /** Messages until the end of the pipe. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let value: T
      try {
        value = await this.recv()
      } catch (error) {
        if (error instanceof EndOfPipe) return
        throw error
      }
      yield value
    }
  }

  /** Gives up this worker's hold of the end. Closing it twice is fine. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#reference.call(CLOSE, 0, this.#end)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #check(direction: 'send' | 'receive'): void {
    if (this.#closed) throw new ConnectionStateError('This end of the pipe is closed here')
    if (direction === 'send' ? !this.writable : !this.readable) {
      throw new ConnectionStateError(
        `This end of the pipe cannot ${direction}: Pipe({ duplex: false }) gives [receiver, sender]`,
      )
    }
  }

  static {
    registerWireType({
      name: 'manyhands.Connection',
      class: Connection,
      encode: (connection: Connection): Facts => {
        connection.#checkOpen()
        const receiver = encodingDestination()
        const given = receiver === undefined ? [] : [{ bytes: Buffer.from(receiver) }]
        connection.#reference.tell(HOLD, receiver === undefined ? 1 : 0, connection.#end, given)
        return [connection.#reference.toWire(), connection.#end, connection.readable, connection.writable]
      },
      decode: ([handle, end, readable, writable]) => {
        const connection = new Connection(Reference.from('Pipe', handle), end, readable, writable)
        connection.#reference.tell(HOLD, 0, end)
        return connection
      },
    })
  }

  #checkOpen(): void {
    if (this.#closed)
      throw new ConnectionStateError('This end of the pipe is closed here, so it cannot be given to somebody else')
  }
}

/** Options of {@link Pipe}. */
export interface PipeOptions {
  /** Whether both ends send and receive. @default true */
  readonly duplex?: boolean | undefined
}

/**
 * Two connected ends: what one sends, the other receives. With `{ duplex: false }` the first end only receives and the
 * second only sends, as in Python.
 *
 * @example
 * ```ts
 * import { type Connection, Pipe, Pool } from 'manyhands'
 *
 * const [here, there] = Pipe<string>()
 * await using pool = new Pool({ workers: 1 })
 * const done = pool.apply(async (connection: Connection<string>) => {
 *   await connection.send((await connection.recv()).toUpperCase())
 * }, [there])
 * await here.send('hello')
 * console.log(await here.recv()) // HELLO
 * await done
 * ```
 */
export function Pipe<T = unknown>({ duplex = true }: PipeOptions = {}): [Connection<T>, Connection<T>] {
  const reference = Reference.here('Pipe', new PipeCore())
  return [new Connection<T>(reference, 0, true, duplex), new Connection<T>(reference, 1, duplex, true)]
}
