export { encodingDestination, encodingFor } from './destination.ts'
export { BlockingCallError, OwnerDiedError } from './errors.ts'
export { decodeItem, encodeItem, keepItem } from './items.ts'
export {
  type ThreadPlace,
  joinAsProcess,
  joinAsThread,
  linkProcess,
  parentOf,
  placeProcess,
  placeThread,
  threadEnded,
} from './join.ts'
export type { Item } from './message.ts'
export { type Call, type Core, node } from './node.ts'
export type { Delivery, Departure, Holding, Party } from './party.ts'
export { type Handle, Reference } from './reference.ts'
export { NO, OK, REFUSED, type Reply, type Request } from './request.ts'
export { arrived, sendsAhead, sentAhead } from './underway.ts'
export { WaitList } from './wait-list.ts'
