/** IndexedDB's events as promises. */

/** @throws DOMException */
export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result)
    }
    request.onerror = () => {
      reject(request.error ?? new DOMException('no reason was given', 'UnknownError'))
    }
  })
}

/** Resolves once a transaction is committed. @throws DOMException */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(transaction.error ?? new DOMException('the transaction was ended', 'AbortError'))
    }
    transaction.oncomplete = () => {
      resolve()
    }
    transaction.onabort = fail
    transaction.onerror = fail
  })
}
