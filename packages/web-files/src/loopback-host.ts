const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/

/** Whether a request's `Host` names the machine itself. A page elsewhere may have a name of its own lead there; it is asked for by that name. */
export function isLoopbackHost(host: string | undefined): boolean {
  return LOOPBACK_HOST.test(host ?? '')
}
