/** The one interface to the Signal protocol, and the seals around what an engine makes and what an account keeps. */
export type {
  KeyPair,
  NewPrekey,
  NewSignedPrekey,
  SessionBundle,
  EngineStores,
  CiphertextType,
  Ciphertext,
  PrekeyMessageHeader,
  SessionSummary,
  SignalEngine
} from './signal-engine.ts'
export type { Random } from './random.ts'
export type { EnvelopeType, EnvelopeInner, EnvelopeBinding } from './envelope-inner.ts'
export { sealEnvelope, openEnvelope, sizeClassOf, ciphertextRoom } from './envelope-seal.ts'
export type { RequestKey } from './request-seal.ts'
export {
  makeRequestKey,
  requestKeyOf,
  sealRequest,
  openRequest,
  REQUEST_CIPHERTEXT_BYTES_MAX
} from './request-seal.ts'
export { X_WING_PUBLIC_KEY_BYTES } from './x-wing.ts'
export { sealClaimable, openClaimable, CLAIMABLE_FIELDS_BYTES_MAX } from './claimable-seal.ts'
export type { SignedBody } from './signed-body.ts'
export { signClaimable, verifyClaimable, signDeviceList, verifyDeviceList } from './signed-body.ts'
export type { PassphraseCost } from './passphrase-key.ts'
export { PASSPHRASE_COST } from './passphrase-key.ts'
export type { PasskeySecret, VaultSecret } from './vault.ts'
export { makeVaultKey, wrapVaultKey, openVault, waysInto } from './vault.ts'
export type { PasskeyHandle, SlotKind, WayIn } from './vault-header.ts'
export type { ChangeOptions, VaultChange } from './vault-change.ts'
export { changeVault } from './vault-change.ts'
export type { RowSeal } from './row-seal.ts'
export { createRowSeal } from './row-seal.ts'
export { BACKUP_HEADER_BYTES } from './backup-header.ts'
export type { BackupSealer } from './backup-sealer.ts'
export { createBackupSealer } from './backup-sealer.ts'
export type { BackupOpener } from './backup-opener.ts'
export { createBackupOpener } from './backup-opener.ts'
export { makeRecoveryPhrase, parseRecoveryPhrase, RECOVERY_PHRASE_COST } from './recovery-phrase.ts'
