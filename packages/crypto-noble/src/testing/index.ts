/** For tests that hold this engine to libsignal, state by state, and that attack with keys in hand. */
export type { Forgery } from './forged-message.ts'
export { forgeMessage } from './forged-message.ts'
export {
  importOfficialPrekey,
  importOfficialRecord,
  officialRatchetKey
} from './official-record.ts'
