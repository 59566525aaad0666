/** Rows on a disk, in LevelDB. */
export {
  createLevelStore,
  LevelStore,
  type LevelStoreOptions,
  openLevelStore,
  RELAY_STORE_OPTIONS,
  type StoredRow
} from './level-store.ts'
export { LEVEL_STORE_FORMAT } from './migrate.ts'
