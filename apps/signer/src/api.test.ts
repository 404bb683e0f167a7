import { CUSTODIAN_API, SIGNER_API, signerOpenApi } from '@causeway/signing'
import { Validator } from '@seriousme/openapi-schema-validator'
import { request as ask } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, type PartFolder } from '../../../test/part.ts'
import { request, signerStage, TODAY, type SignerStage } from '../../../test/signer-stage.ts'

let f: PartFolder
let s: SignerStage
beforeAll(async () => {
  f = partFolder(TODAY)
  s = await signerStage(f)
  await s.certify()
})
afterAll(async () => { await s.stop(); f.remove() })

const get = async (method: string, path: string, socketPath = s.part.socket): Promise<{ readonly status: number; readonly mediaType: string; readonly text: string }> => new Promise((done, failed) => {
  ask({ socketPath, method, path }, (r) => {
    let text = ''
    r.setEncoding('utf8').on('data', (d: string) => { text += d }).on('end', () => { done({ status: r.statusCode ?? 0, mediaType: r.headers['content-type'] ?? '', text }) })
  }).on('error', failed).end()
})

describe('the API of the signer', () => {
  it('is OpenAPI 3.1 that a validator finds good, and that the signer gives out itself', async () => {
    const answer = await get('GET', '/v1/openapi.json')
    expect(JSON.parse(answer.text)).toEqual(JSON.parse(JSON.stringify(signerOpenApi('1'))))
    const checked = await new Validator().validate(JSON.parse(answer.text) as Record<string, unknown>)
    expect([checked.valid, checked.errors]).toEqual([true, undefined])
  })

  it('answers every route that it describes, and no other', async () => {
    for (const name of Object.keys(SIGNER_API)) {
      const [method, path] = name.split(' ') as [string, string]
      expect([name, (await get(method, path)).status]).not.toEqual([name, 404])
    }
    for (const name of Object.keys(CUSTODIAN_API)) {
      const [method, path] = name.split(' ') as [string, string]
      expect([name, (await get(method, path, join(s.part.dir, 'custodian.sock'))).status]).not.toEqual([name, 404])
      if (!(name in SIGNER_API)) expect([name, (await get(method, path)).status]).toEqual([name, 404])
    }
    for (const path of ['/v1/private-key', '/v1/sign', '/', '/v1']) expect((await get('GET', path)).status).toBe(404)
  })

  it('measures what it answered, its keys and their quota, the age of the anchor and the end of the certificate', async () => {
    await s.sod(request('SP0000001'))
    await s.ask('/v1/sod', request('SP0000002'))
    const { text, mediaType } = await get('GET', '/metrics')
    expect(mediaType).toMatch(/^text\/plain; version=0\.0\.4/)
    const value = (line: string): number => Number(new RegExp(`^${line.replace(/[{}]/g, '\\$&')} (.+)$`, 'm').exec(text)?.[1])
    expect(value('signer_answers_total{route="POST /v1/sod",outcome="ok"}')).toBe(1)
    expect(value('signer_answers_total{route="POST /v1/sod",outcome="not-authorised"}')).toBe(1)
    expect([value('signer_ready'), value('signer_activated'), value('signer_documents'), value('signer_waiting'), value('signer_anchor_age_seconds')]).toEqual([1, 1, 1, 0, 0])
    expect(value('signer_certificate_seconds')).toBe((new Date('2026-05-04T00:00:00Z').getTime() - new Date(TODAY).getTime()) / 1_000)
    expect(text).toMatch(/^signer_key_uses\{key="[0-9a-f]+",use="document",state="active"\} 2$/m)
    expect(text).toMatch(/^signer_key_quota\{key="[0-9a-f]+",use="document",state="active"\} 100000$/m)
    expect(text).not.toMatch(/SP0000001|OUYANG/)
  })
})
