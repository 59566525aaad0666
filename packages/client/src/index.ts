/** A person's messenger: make a home, open it, talk. */
export type { MessageState, RecallState, RelayPhase } from '@sealpost/core'
export type { ClientPorts } from './client-ports.ts'
export { createHome, type NewHome } from './create-home.ts'
export type { RelayReport } from './relay-trial.ts'
export type { AcceptOptions, AddOptions, InviteOptions } from './people.ts'
export type { LinkView, RequestView } from './people-views.ts'
export { type OpenOptions, SealpostClient } from './sealpost-client.ts'
export type { ClientEvent, Contact, Invite, Message, Relay, Timeline } from './views.ts'
