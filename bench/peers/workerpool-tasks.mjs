import workerpool from 'workerpool'
import { echo, noop, spin } from './tasks.mjs'

workerpool.worker({ echo, noop, spin })
