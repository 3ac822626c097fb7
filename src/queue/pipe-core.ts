import {
  type Core,
  type Holding,
  type Item,
  OK,
  type Party,
  REFUSED,
  type Request,
  WaitList,
  keepItem,
  node,
} from '../wire/index.ts'

/** Operations; `b` is the end, 0 or 1, `a` the time to wait. */
export const SEND = 1
export const RECV = 2
export const POLL = 3
export const CLOSE = 4
/**
 * The end is in the hands of the sender, of the isolate the item names, or (`a` = 1) on its way to nobody knows whom.
 */
export const HOLD = 5

/** Statuses. */
export const ENDED = 16
export const BROKEN = 17

/** A send waits while so many bytes wait to be received. */
const MAX_BYTES = 1024 ** 2

class Holder implements Holding {
  readonly #onLost: () => void

  constructor(onLost: () => void) {
    this.#onLost = onLost
  }

  lost(): void {
    this.#onLost()
  }
}

/** One end: what it has to receive, and who has it. */
class End {
  readonly inbox: Item[] = []
  bytes = 0
  readonly receivers = new WaitList()
  readonly pollers = new WaitList()
  /** Sends from the other end that wait for room here. */
  readonly senders = new WaitList()
  readonly holders = new Map<Party, Holder>()
  /** Copies in queues and pipes that nobody has taken out yet. */
  underway = 0
  /** Whether its maker did anything with it but give it away. */
  usedByMaker = false

  get isOpen(): boolean {
    return this.holders.size > 0 || this.underway > 0
  }
}

/**
 * The state of a pipe, in its home: two ends, each with the messages that it has to receive.
 *
 * An end is open while somebody has it: whoever was given it or used it, until they close it or die. Its maker does not
 * count once it has given the end away without having used it. So the end of a worker is the end of the pipe, though
 * the
 * main program made both ends. An end that was lost with its last holder opens again when somebody else is given it.
 */
export class PipeCore implements Core {
  readonly #ends: readonly [End, End] = [new End(), new End()]

  constructor() {
    for (const end of this.#ends) this.#hold(end, node.self)
  }

  handle(request: Request): void {
    const end = this.#ends[request.b === 0 ? 0 : 1]
    const other = this.#ends[request.b === 0 ? 1 : 0]
    if (request.op <= POLL && request.party.isSelf) this.#use(end)
    switch (request.op) {
      case SEND:
        if (!other.isOpen) return request.settle(BROKEN)
        if (other.bytes >= MAX_BYTES) return request.park(other.senders, -1)
        return this.#send(request, other)
      case RECV:
        if (end.inbox.length > 0) this.#deliver(request, end)
        else if (!other.isOpen) request.settle(ENDED)
        else request.park(end.receivers, request.a)
        return
      case POLL:
        if (end.inbox.length > 0 || !other.isOpen) request.settle(OK)
        else request.park(end.pollers, request.a)
        return
      case CLOSE:
        this.#release(end, other, request.party)
        return request.settle(OK)
      case HOLD:
        return this.#given(request, end, other)
    }
  }

  #use(end: End): void {
    end.usedByMaker = true
    this.#hold(end, node.self)
  }

  #hold(end: End, party: Party): void {
    if (end.holders.has(party)) return
    const other = this.#ends[end === this.#ends[0] ? 1 : 0]
    const holder = new Holder(() => this.#release(end, other, party))
    end.holders.set(party, holder)
    party.holdings.add(holder)
  }

  #given({ party, a, items: [receiver] }: Request, end: End, other: End): void {
    if (receiver !== undefined) {
      this.#hold(end, node.party(Buffer.from(receiver.bytes).toString()))
    } else if (a === 1) {
      end.underway++
    } else {
      end.underway = Math.max(0, end.underway - 1)
      return this.#hold(end, party)
    }
    if (party.isSelf && !end.usedByMaker) this.#release(end, other, party)
  }

  #release(end: End, other: End, party: Party): void {
    const holder = end.holders.get(party)
    if (holder === undefined) return
    end.holders.delete(party)
    party.holdings.delete(holder)
    if (end.isOpen) return
    // What waits at the other end waits for nothing now.
    for (const sender of end.senders.all()) sender.settle(BROKEN)
    if (other.inbox.length > 0) return
    for (const request of other.receivers.all()) request.settle(ENDED)
    for (const request of other.pollers.all()) request.settle(OK)
  }

  #send(request: Request, to: End): void {
    for (const item of request.items) {
      to.inbox.push(request.party.isSelf ? keepItem(item) : item)
      to.bytes += item.bytes.length
    }
    request.settle(OK)
    this.#serve(to)
  }

  #serve(end: End): void {
    while (end.receivers.first !== undefined && end.inbox.length > 0) this.#deliver(end.receivers.first, end)
    if (end.inbox.length > 0) for (const poller of end.pollers.all()) poller.settle(OK)
  }

  #deliver(request: Request, end: End): void {
    const item = end.inbox[0]
    if (item === undefined) return
    if (item.externals !== undefined && !node.carriesExternalsTo(request.party.address)) return request.settle(REFUSED)
    end.inbox.shift()
    end.bytes -= item.bytes.length
    request.deliver([item], 0, {
      taken: () => {},
      returned: () => {
        end.inbox.unshift(item)
        end.bytes += item.bytes.length
        this.#serve(end)
      },
    })
    while (end.senders.first !== undefined && end.bytes < MAX_BYTES) this.#send(end.senders.first, end)
  }
}
