/** The version of this `sealpost`, as its manifest has it. */
export const VERSION = '0.1.0'
