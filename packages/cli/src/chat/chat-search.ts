/** Searching in what was said. */
import { type ChatEffect, type ChatState, type Search, type Step } from './chat-state.ts'
import { edited } from './editing.ts'
import { insert, EMPTY_EDITOR } from './editor.ts'
import type { Key } from './key.ts'
import { openedAt } from './switching.ts'
import { layoutOf } from './chat-layout.ts'

/** Begins a search, here or, where nothing is open, everywhere. */
export function searchOpened(state: ChatState, query: string): Step {
  const editor = insert(EMPTY_EDITOR, query.replaceAll('\n', ' '))
  const search: Search = {
    searchId: state.searchCount,
    editor,
    isEverywhere: state.openId === undefined,
    hits: [],
    selected: 0,
    isDone: true
  }
  return searching({ ...state, search }, search)
}

export function onSearchKey(state: ChatState, search: Search, key: Key): Step {
  const name = key.type === 'key' ? key.name : ''
  switch (name) {
    case 'escape':
    case 'ctrl-f':
    case 'ctrl-g':
      return { state: { ...state, search: undefined }, effects: [{ type: 'end-search' }] }
    case 'enter':
      return chosen(state, search)
    case 'tab':
      return searching(state, { ...search, isEverywhere: !search.isEverywhere })
    case 'up':
    case 'ctrl-p':
      return moved(state, search, -1)
    case 'down':
    case 'ctrl-n':
      return moved(state, search, 1)
    case 'page-up':
      return moved(state, search, -layoutOf(state).historyRows)
    case 'page-down':
      return moved(state, search, layoutOf(state).historyRows)
    default: {
      const line =
        key.type === 'paste' ? { ...key, text: key.text.replaceAll(/[\r\n]+/g, ' ') } : key
      const editor = edited(search.editor, line)
      return editor === undefined || editor.text === search.editor.text
        ? {
            state: { ...state, search: { ...search, editor: editor ?? search.editor } },
            effects: []
          }
        : searching(state, { ...search, editor })
    }
  }
}

/** Looks for what is written now. */
function searching(state: ChatState, search: Search): Step {
  const query = search.editor.text.trim()
  const searchId = state.searchCount + 1
  const fresh = { ...search, searchId, hits: [], selected: 0, isDone: query === '' }
  const contactId = search.isEverywhere ? undefined : state.openId
  const effect: ChatEffect =
    query === '' ? { type: 'end-search' } : { type: 'search', searchId, query, contactId }
  return {
    state: { ...state, search: fresh, searchCount: searchId, lastQuery: query },
    effects: [effect]
  }
}

function moved(state: ChatState, search: Search, by: number): Step {
  const selected = Math.max(0, Math.min(search.hits.length - 1, search.selected + by))
  return { state: { ...state, search: { ...search, selected } }, effects: [] }
}

function chosen(state: ChatState, search: Search): Step {
  const hit = search.hits[search.selected]
  if (hit === undefined) {
    return { state, effects: [] }
  }
  const { state: there, effects } = openedAt(
    { ...state, search: undefined },
    hit.contactId,
    hit.key
  )
  return { state: there, effects: [{ type: 'end-search' }, ...effects] }
}
