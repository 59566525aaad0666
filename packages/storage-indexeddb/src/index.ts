/** Rows in a browser, in IndexedDB. */
export { eraseIndexedStore, IndexedStore, openIndexedStore } from './indexed-store.ts'
