/** Rows on a disk, in LevelDB. */
export {
  LevelStore,
  type LevelStoreOptions,
  openLevelStore,
  RELAY_STORE_OPTIONS,
  type StoredRow
} from './level-store.ts'
