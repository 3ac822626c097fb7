import './counter.ts'

export type { Channel, PortLike } from './channel.ts'
export { NotSerializableError, type WireType, move, registerWireType } from './codec/index.ts'
export { PortChannel } from './port-channel.ts'
export { SocketChannel } from './socket-channel.ts'
export * from './link/index.ts'
