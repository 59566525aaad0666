/** Rows on a disk, in LevelDB. */
export {
  LevelStore,
  type LevelStoreOptions,
  openLevelStore,
  RELAY_STORE_OPTIONS
} from './level-store.ts'
