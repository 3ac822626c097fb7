import { randomBytes } from 'node:crypto'
import { Calls } from './calls.ts'
import type { Link, LinkEvents, UpLink, DownLink } from './link.ts'
import {
  BYE,
  CANCEL,
  DELIVERY,
  GONE,
  type Item,
  type Message,
  REPLY,
  REQUEST,
  SYNC,
  TAKEN,
  kindOf,
  messagesOf,
} from './message.ts'
import { type Departure, Party } from './party.ts'
import { GONE_HOME, type Reply, Request } from './request.ts'

/** The state of a shared object, in its home. */
export interface Core {
  handle(request: Request): void
}

/** A request that was sent to another isolate. */
export interface Call {
  cancel(): void
}

const NOTHING: readonly never[] = []

/** This isolate's place in the tree (protocol.md): its links, the objects at home in it, the calls it waits for. */
export class Node {
  #address = `m${randomBytes(4).toString('hex')}`
  #openUp: ((events: LinkEvents) => UpLink) | undefined
  #up: UpLink | undefined
  readonly #children = new Map<string, DownLink>()
  #lastChild = 0
  readonly #objects = new Map<number, Core>()
  #lastObject = 0
  readonly #calls = new Calls(
    () => this.waits(),
    () => this.waitsNoMore(),
  )
  readonly #parties = new Map<string, Party>()
  #waiting = 0
  self: Party = new Party(this.#address, true)
  readonly #events: LinkEvents = {
    onFrame: (link, frame, externals) => this.#receive(link, frame, externals),
    onEnd: (link) => this.#ended(link),
  }

  get address(): string {
    return this.#address
  }

  get hasParent(): boolean {
    return this.#openUp !== undefined
  }

  /** Takes the place that the parent gave; called before anything else. */
  join(address: string, open: (parent: string, events: LinkEvents) => UpLink): void {
    this.#address = address
    this.self = new Party(address, true)
    this.#openUp = (events) => open(address.slice(0, address.lastIndexOf('.')), events)
  }

  /** An address for a child that is about to start. */
  newChild(): string {
    return `${this.#address}.${++this.#lastChild}`
  }

  addChild(address: string, open: (events: LinkEvents) => DownLink): void {
    const link = open(this.#events)
    this.#children.set(address, link)
    if (this.#waiting > 0) link.ref()
  }

  childEnded(address: string): void {
    this.#children.get(address)?.drain()
  }

  /** Makes a core reachable for others, and gives its number. */
  share(core: Core): number {
    this.#objects.set(++this.#lastObject, core)
    this.#parent()
    return this.#lastObject
  }

  core(object: number): Core | undefined {
    return this.#objects.get(object)
  }

  party(address: string): Party {
    if (address === this.#address) return this.self
    let party = this.#parties.get(address)
    if (party === undefined) this.#parties.set(address, (party = new Party(address, false)))
    return party
  }

  /** Whether the way there is through threads alone, as far as it is seen from here. */
  carriesExternalsTo(address: string): boolean {
    return address === this.#address || (this.#linkTo(address)?.carriesExternals ?? false)
  }

  /** Sends a request. Items are copied before this returns. */
  call(
    home: string,
    object: number,
    op: number,
    a: number,
    b: number,
    items: readonly Item[],
    settle: (reply: Reply) => void,
  ): Call {
    const id = this.#calls.add(home, settle)
    this.#send({ kind: REQUEST, to: home, from: this.#address, op, object, id, a, b, items })
    return { cancel: () => this.#cancel(id, home) }
  }

  /** Sends a request that has no answer, at once. */
  tell(home: string, object: number, op: number, a: number, b: number, items: readonly Item[]): void {
    this.#send({ kind: REQUEST, to: home, from: this.#address, op, object, id: 0, a, b, items })
    this.#linkTo(home)?.flush()
  }

  /** Sends a request and blocks this thread until its answer is there. */
  callSync(home: string, object: number, op: number, a: number, b: number, items: readonly Item[]): Reply | undefined {
    const up = this.#parent()
    if (up === undefined || this.#isBelow(home)) return undefined
    let answer: Reply | undefined
    const id = this.#calls.add(home, (reply) => {
      answer = reply
    })
    this.#send({ kind: REQUEST | SYNC, to: home, from: this.#address, op, object, id, a, b, items })
    up.block(() => answer !== undefined)
    return answer
  }

  /** Something here waits for others: until it no longer does, links keep the program alive. */
  waits(): void {
    if (this.#waiting++ > 0) return
    this.#up?.ref()
    for (const link of this.#children.values()) link.ref()
  }

  waitsNoMore(): void {
    if (--this.#waiting > 0) return
    this.#up?.unref()
    for (const link of this.#children.values()) link.unref()
  }

  #cancel(id: number, home: string): void {
    if (!this.#calls.has(id)) return
    this.#send({ kind: CANCEL, to: home, from: this.#address, op: 0, object: 0, id, a: 0, b: 0, items: NOTHING })
  }

  #isBelow(address: string): boolean {
    return address.startsWith(this.#address) && address[this.#address.length] === '.'
  }

  #parent(): UpLink | undefined {
    if (this.#up !== undefined || this.#openUp === undefined) return this.#up
    this.#up = this.#openUp(this.#events)
    if (this.#waiting > 0) this.#up.ref()
    process.once('exit', (code) => this.#exit(code))
    return this.#up
  }

  #exit(code: number): void {
    if (code === 0)
      this.#up?.append({ kind: BYE, to: '', from: this.#address, op: 0, object: 0, id: 0, a: 0, b: 0, items: NOTHING })
    this.#up?.flush()
  }

  #linkTo(address: string): Link | undefined {
    if (!this.#isBelow(address)) return this.#parent()
    const end = address.indexOf('.', this.#address.length + 1)
    return this.#children.get(end < 0 ? address : address.slice(0, end))
  }

  #send(message: Message): void {
    const link = this.#linkTo(message.to)
    if (link === undefined) return this.#bounce(message)
    if ((message.kind & SYNC) !== 0 && kindOf(message) === REPLY && link.peer === message.to) {
      // What was said to it before goes first.
      link.flush()
      const child = link as DownLink
      child.blockedOn = undefined
      child.sendToBlocked(message)
    } else {
      link.append(message)
    }
  }

  /** Nothing leads there any more. */
  #bounce(message: Message): void {
    if (kindOf(message) !== REQUEST || message.id === 0) return
    const reply = {
      ...message,
      kind: REPLY | (message.kind & SYNC),
      to: message.from,
      from: message.to,
      op: GONE_HOME,
      items: NOTHING,
    }
    if (message.from !== this.#address) return this.#send(reply)
    // Not before the caller has the call in its hands.
    queueMicrotask(() => {
      this.#calls.fail(message.id)
    })
  }

  #receive(link: Link, frame: Buffer, externals: readonly unknown[]): void {
    const settled: (() => void)[] = []
    let taken: Link | undefined
    for (const message of messagesOf(frame, externals)) {
      if (message.kind === BYE) link.saidBye = true
      else if (message.kind === GONE) this.#gone({ address: message.from, inOrder: message.op === 1 }, link)
      else if (message.to !== this.#address) this.#forward(message, link)
      else if (this.#deliver(message, settled)) taken = this.#linkTo(message.from)
    }
    // The home must know that items are taken before anybody here acts on them: protocol.md, Delivery.
    taken?.flush()
    for (const settle of settled) settle()
  }

  #forward(message: Message, link: Link): void {
    const isBlocking = kindOf(message) === REQUEST && (message.kind & SYNC) !== 0 && link.peer === message.from
    if (isBlocking) (link as DownLink).blockedOn = { ...message, items: NOTHING }
    this.#send(message)
  }

  /** True when an acknowledgement is to be sent before what it settled. */
  #deliver(message: Message, settled: (() => void)[]): boolean {
    switch (kindOf(message)) {
      case REQUEST:
        this.#handle(message)
        return false
      case REPLY:
        return this.#settle(message, settled)
      case CANCEL:
        this.party(message.from).waiting.get(message.id)?.cancel()
        return false
      case TAKEN: {
        const { deliveries } = this.party(message.from)
        const delivery = deliveries.get(message.id)
        deliveries.delete(message.id)
        delivery?.taken()
        return false
      }
    }
    return false
  }

  #settle(message: Message, settled: (() => void)[]): boolean {
    const settle = this.#calls.take(message.id)
    const isDelivery = (message.kind & DELIVERY) !== 0
    if (settle === undefined) return false
    const reply = { status: message.op, a: message.a, b: message.b, items: message.items }
    settled.push(() => settle(reply))
    if (isDelivery) {
      const { from, id } = message
      this.#send({ kind: TAKEN, to: from, from: this.#address, op: 0, object: 0, id, a: 0, b: 0, items: NOTHING })
    }
    return isDelivery
  }

  #handle({ from, object, id, op, a, b, items, kind }: Message): void {
    const answer =
      id === 0
        ? undefined
        : (reply: Reply, isDelivery: boolean) =>
            this.#send({
              kind: REPLY | (kind & SYNC) | (isDelivery ? DELIVERY : 0),
              to: from,
              from: this.#address,
              op: reply.status,
              object,
              id,
              a: reply.a,
              b: reply.b,
              items: reply.items,
            })
    const request = new Request(this.party(from), id, op, a, b, items, answer)
    const core = this.#objects.get(object)
    if (core === undefined) request.settle(GONE_HOME)
    else core.handle(request)
  }

  #ended(link: Link): void {
    if (link === this.#up) {
      // Whoever is left above is out of reach. This isolate is about to be ended by its agent.
      return this.#calls.failTo((home) => !this.#isBelow(home))
    }
    this.#children.delete(link.peer)
    this.#gone({ address: link.peer, inOrder: link.saidBye }, link)
  }

  #gone(departure: Departure, source: Link): void {
    const { address } = departure
    const isGone = (other: string): boolean => other === address || other.startsWith(`${address}.`)
    const message = {
      kind: GONE,
      to: '',
      from: address,
      op: departure.inOrder ? 1 : 0,
      object: 0,
      id: 0,
      a: 0,
      b: 0,
      items: NOTHING,
    }
    for (const link of [this.#up, ...this.#children.values()]) {
      if (link !== undefined && link !== source && link.used) link.append(message)
    }
    this.#calls.failTo(isGone)
    for (const { blockedOn } of this.#children.values()) {
      // A blocked process does not look where the news goes.
      if (blockedOn !== undefined && isGone(blockedOn.to)) this.#bounce(blockedOn)
    }
    for (const [other, party] of this.#parties) {
      if (!isGone(other)) continue
      this.#parties.delete(other)
      party.gone({ address: other, inOrder: departure.inOrder })
    }
  }
}

/** This isolate. */
export const node = new Node()
