import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { type ExaminedUpload } from '@causeway/contract'
import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openStage, PASSWORD, type Stage } from './stage.ts'

const TEXT = '海州市档案馆2024年度单位决算公开\n\n一、政府采购支出情况\n\n2024年度政府采购支出总额 20.00 万元。授予中小企业合同金额 15.00 万元，占政府采购支出总额的 57%。\n'
let s: Stage
let headers: Record<string, string>
beforeAll(async () => {
  s = await openStage('2024-03-05T09:00:00+08:00')
  const login = await fetch(`${s.platform.url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login: 'accountant', password: PASSWORD }) })
  headers = { cookie: login.headers.get('set-cookie')!.split(';')[0]!, 'x-csrf-token': ((await login.json()) as { csrf: string }).csrf }
}, 180_000)
afterAll(async () => { await s.stop() })

const send = async (path: string, ...files: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[]): Promise<Response> => {
  const form = new FormData()
  for (const [name, body] of files) form.append('file', new Blob([body]), name)
  return fetch(`${s.platform.url}${path}`, { method: 'POST', headers, body: form })
}

describe('the room of the finance desk', () => {
  it('examines what is sent, says what it cannot read, and gives the report', async () => {
    const { documents } = (await (await send('/api/examinations', ['a.txt', TEXT], ['scan.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])])).json()) as ExaminedUpload
    expect(documents.map((d) => ('report' in d ? d.report.findings.filter((f) => f.severity === 'error').map((f) => f.relation) : d.problem.code))).toEqual([['CG-2'], 'file-is-picture'])
    const zip = new Uint8Array(zipSync({ 'a.txt': strToU8(TEXT), '档案馆/b.txt': strToU8(TEXT.replace('57%', '75%')), 'old.doc': new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]) }))
    const packed = (await (await send('/api/examinations', ['区.zip', zip])).json()) as ExaminedUpload
    expect(packed.documents.map((d) => [d.name, 'report' in d ? d.report.counts.error : d.problem.code])).toEqual([['区.zip/a.txt', 1], ['区.zip/档案馆/b.txt', 0], ['区.zip/old.doc', 'file-old-format']])
    const report = await send('/api/examinations/report?form=docx', ['a.txt', TEXT])
    expect(Buffer.from(await report.arrayBuffer()).subarray(0, 2).toString()).toBe('PK')
  }, 60_000)

  it('keeps nothing of a document: neither in the database nor in a file', async () => {
    await send('/api/examinations', ['secret-name-of-a-file.txt', TEXT.replace('海州市', '独一无二市')])
    const { state } = s.platform
    const found = Object.values(state).filter((f): f is string => typeof f === 'string' && existsSync(f)).flatMap((f) => spawnSync('grep', ['-rlE', '独一无二市|secret-name-of-a-file', f], { encoding: 'utf8' }).stdout.split('\n').filter((x) => x !== ''))
    expect(found).toEqual([])
  }, 60_000)
})
