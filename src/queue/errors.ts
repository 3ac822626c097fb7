import { ManyhandsError, nameError } from '../errors/index.ts'

/** The queue has no room, now or within the given time. Python's `queue.Full`. */
export class Full extends ManyhandsError {
  /** How many of the items of a `putMany` are in the queue all the same. */
  readonly accepted: number

  constructor(accepted = 0) {
    super('ERR_QUEUE_FULL', 'The queue is full; wait longer (`timeout`), or let more consumers take from it')
    this.accepted = accepted
  }
}
nameError(Full, 'Full')

/** The queue has no item, now or within the given time. Python's `queue.Empty`. */
export class Empty extends ManyhandsError {
  constructor() {
    super('ERR_QUEUE_EMPTY', 'The queue is empty; wait longer (`timeout`), or ask again')
  }
}
nameError(Empty, 'Empty')

/**
 * The queue was shut down: it takes nothing more and, once it is empty, gives nothing more. Python's `queue.ShutDown`.
 */
export class ShutDown extends ManyhandsError {
  constructor() {
    super('ERR_QUEUE_SHUT_DOWN', 'The queue was shut down; make a new one to go on')
  }
}
nameError(ShutDown, 'ShutDown')

/** A queue was used in a worker that had closed it there. */
export class QueueClosedError extends ManyhandsError {
  constructor(kind: string) {
    super('ERR_QUEUE_CLOSED', `This ${kind} is closed here: close() says that this worker is done with it`)
  }
}
nameError(QueueClosedError, 'QueueClosedError')

/**
 * The other end of the pipe is closed, or whoever had it is gone, and everything sent before was received. Python's
 * `EOFError`.
 */
export class EndOfPipe extends ManyhandsError {
  constructor() {
    super(
      'ERR_END_OF_PIPE',
      'Nobody has the other end of the pipe open any more, and all that was sent has been received',
    )
  }
}
nameError(EndOfPipe, 'EndOfPipe')

/** Something was sent into a pipe whose other end nobody has open any more. Python's `BrokenPipeError`. */
export class BrokenPipeError extends ManyhandsError {
  constructor() {
    super('ERR_BROKEN_PIPE', 'Nobody has the other end of the pipe open any more, so nobody can receive this')
  }
}
nameError(BrokenPipeError, 'BrokenPipeError')

/** A connection was used in a way that it does not allow: it is closed here, or it goes the other way. */
export class ConnectionStateError extends ManyhandsError {
  constructor(message: string) {
    super('ERR_CONNECTION_STATE', message)
  }
}
nameError(ConnectionStateError, 'ConnectionStateError')

/** A message is longer than the buffer that was to take it. Python's `BufferTooShort`. */
export class BufferTooShort extends ManyhandsError {
  /** The whole message. */
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array, room: number) {
    super(
      'ERR_BUFFER_TOO_SHORT',
      `A message of ${bytes.length} bytes does not fit into ${room}; it is in this error's \`bytes\``,
    )
    this.bytes = bytes
  }
}
nameError(BufferTooShort, 'BufferTooShort')
