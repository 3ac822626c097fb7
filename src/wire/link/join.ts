import type { Socket } from 'node:net'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Doorbell } from '../../memory/index.ts'
import { node } from './node.ts'
import { PortLink } from './port-link.ts'
import { SocketDownLink, SocketUpLink } from './socket-link.ts'

/** What a thread is told of its place. */
export interface ThreadPlace {
  readonly address: string
  readonly port: MessagePort
  readonly doorbell: SharedArrayBuffer
}

/** The address of whoever started the isolate with this one. */
export function parentOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'))
}

/** A place for a thread that is about to start. `port` is to be transferred. */
export function placeThread(): ThreadPlace {
  const { port1, port2 } = new MessageChannel()
  const doorbell = new Doorbell()
  const address = node.newChild()
  node.addChild(address, (events) => new PortLink(address, port1, doorbell, true, events))
  return { address, port: port2, doorbell: doorbell.buffer }
}

/** The thread is gone: what it said is heard before anything else that its owner does about it. */
export function threadEnded(address: string): void {
  node.childEnded(address)
}

/** An address for a process that is about to start. */
export function placeProcess(): string {
  return node.newChild()
}

/** The process started; these are the ends of its two pairs here. */
export function linkProcess(address: string, up: Socket, down: Socket): void {
  node.addChild(address, (events) => new SocketDownLink(address, up, down, events))
}

/** Called first in a thread. Costs nothing until a shared object is used. */
export function joinAsThread({ address, port, doorbell }: ThreadPlace): void {
  node.join(address, (parent, events) => new PortLink(parent, port, new Doorbell(doorbell), false, events))
}

/** Called first in a process. */
export function joinAsProcess(address: string, upFd: number, downFd: number): void {
  node.join(address, (parent, events) => new SocketUpLink(parent, upFd, downFd, events))
}
