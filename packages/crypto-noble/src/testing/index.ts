/** For tests that hold this engine to libsignal, state by state. */
export {
  importOfficialPrekey,
  importOfficialRecord,
  officialRatchetKey
} from './official-record.ts'
