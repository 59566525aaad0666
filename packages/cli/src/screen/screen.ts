/** Where a command writes and reads: a terminal here, or one at the other end of the home's socket. */

export interface Screen {
  /** Of the terminal that the output goes to; undefined where it goes elsewhere. */
  readonly columns: number | undefined
  /** Undefined unless a person sits at a terminal that can be drawn on. */
  readonly terminal: TerminalTraits | undefined
  /** Writes to the standard output, and a new line. Resolves when it is on its way. @throws where nobody reads any more */
  print(text: string): Promise<void>
  /** The same on the standard error. */
  warn(text: string): Promise<void>
  /** What the person types, line by line, until they end it. */
  lines(): AsyncIterable<string>
  /** Takes the whole terminal, to draw on it. Only where `terminal` is there, and once in a run. */
  takeTerminal(): Promise<FullScreen>
}

/** How large a terminal is, and what it can show. */
export interface TerminalTraits {
  /** Cells of a row. */
  readonly columns: number
  readonly rows: number
  /** Whether it shows more than ASCII. */
  readonly isUtf8: boolean
  /** Whether the person wants colours. */
  readonly hasColor: boolean
}

/** What happens at a terminal that was taken. `typed` holds keys as the terminal sends them, cut anywhere between letters. */
export type TerminalInput =
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }

/** A terminal that was taken: the alternate screen, raw keys. What is printed meanwhile appears once it was given back. */
export interface FullScreen {
  /** Ends when the terminal is gone. For one reader. */
  readonly inputs: AsyncIterable<TerminalInput>
  /** Writes as it is. Resolves when it is on its way. @throws where the terminal is gone */
  draw(text: string): Promise<void>
  /** Gives the terminal back as it was. */
  close(): Promise<void>
}
