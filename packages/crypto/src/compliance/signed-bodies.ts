import { equalBytes, identityKeys, linkIds, utf8ToBytes } from '@sealpost/protocol'
import { signClaimable, signDeviceList, verifyClaimable, verifyDeviceList } from '../signed-body.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { check } from './check.ts'

/** What an account signs, through the engine that it uses. */
export const SIGNED_BODY_CASES: readonly ComplianceCase[] = [
  {
    title: 'signs a claimable for one link and one identity',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const identity = await engine.makeIdentity()
      const identityKey = identityKeys.fromBytes(identity.publicKey)
      const other = identityKeys.fromBytes((await engine.makeIdentity()).publicKey)
      const linkId = linkIds.fromBytes(new Uint8Array(32).fill(7))
      const body = utf8ToBytes('the body of a claimable')
      const signature = await signClaimable(engine, { identity, linkId, body })
      const signed = { identityKey, linkId, body, signature }
      const changes = [
        { ...signed, identityKey: other },
        { ...signed, linkId: linkIds.fromBytes(new Uint8Array(32).fill(8)) },
        { ...signed, body: utf8ToBytes('the body of another') },
        { ...signed, signature: signature.subarray(1) }
      ]
      check(await verifyClaimable(engine, signed), 'its own signature does not fit')
      for (const changed of changes) {
        check(!(await verifyClaimable(engine, changed)), 'the signature fits something else')
      }
    }
  },
  {
    title: 'signs a device list for one identity',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const identity = await engine.makeIdentity()
      const identityKey = identityKeys.fromBytes(identity.publicKey)
      const other = identityKeys.fromBytes((await engine.makeIdentity()).publicKey)
      const body = utf8ToBytes('the body of a device list')
      const signature = await signDeviceList(engine, { identity, body })
      const signed = { identityKey, body, signature }
      const changes = [
        { ...signed, identityKey: other },
        { ...signed, body: utf8ToBytes('the body of another') },
        { ...signed, signature: new Uint8Array(0) }
      ]
      check(await verifyDeviceList(engine, signed), 'its own signature does not fit')
      for (const changed of changes) {
        check(!(await verifyDeviceList(engine, changed)), 'the signature fits something else')
      }
    }
  },
  {
    title: 'takes no signed bytes for something else: claimable, device list, prekey or nothing',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const identity = await engine.makeIdentity()
      const identityKey = identityKeys.fromBytes(identity.publicKey)
      const link = new Uint8Array(32).fill(7)
      const linkId = linkIds.fromBytes(link)
      const body = utf8ToBytes('a body')
      const ofClaimable = await signClaimable(engine, { identity, linkId, body })
      const ofList = await signDeviceList(engine, { identity, body })
      const bare = await engine.sign(identity, body)
      check(!equalBytes(ofClaimable, ofList), 'two signatures are equal')
      for (const signature of [ofList, bare]) {
        const isTaken = await verifyClaimable(engine, { identityKey, linkId, body, signature })
        check(!isTaken, 'something else is taken for a claimable')
      }
      for (const signature of [ofClaimable, bare]) {
        const isTaken = await verifyDeviceList(engine, { identityKey, body, signature })
        check(!isTaken, 'something else is taken for a device list')
      }
    }
  }
]
