import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'

import { renderSpec } from '@causeway/accounts'
import { ROLES, ROUTES } from '@causeway/contract'
import { BLANK_STEPS, CONTROL_STEPS, HOMECOMING_STEPS, JOB_STEPS, PERMIT_STEPS, REPORT_STEPS, STEPS } from '@causeway/journey'
import { HUB_REFUSALS } from '@causeway/signing'
import { describe, expect, it } from 'vitest'

import { renderErrors } from './errors.ts'
import { diagram, renderStates } from './states.ts'

const root = join(import.meta.dirname, '..')
const { WAYS } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { WAYS: Record<string, string[]> }
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8')
const all = ['packages', 'apps'].flatMap((floor) => readdirSync(join(root, floor), { recursive: true, encoding: 'utf8' }).map((f) => join(floor, f))).filter((f) => !/node_modules|[/\\]dist[/\\]|[/\\]dist$/.test(f))
const sources = all.filter((f) => /\.tsx?$/.test(f) && !f.includes('.test.'))
const workspaces = ['packages', 'apps'].flatMap((p) => readdirSync(join(root, p)).map((w) => join(p, w)))

describe('the house', () => {
  it.each(Object.entries(WAYS))('every file of %s has its place in the way', (folder, way) => {
    const names = readdirSync(join(root, folder)).filter((f) => !f.includes('.test.')).map((f) => basename(f, '.ts'))
    expect(names.sort()).toEqual([...way].sort())
  })

  it('the kernel stays small: six files, each under 120 lines', () => {
    const kernel = sources.filter((f) => f.startsWith(join('packages', 'kernel', 'src')))
    expect(kernel.length).toBeLessThanOrEqual(6)
    for (const f of kernel) expect(read(f).split('\n').length, f).toBeLessThan(120)
  })

  it('no file is named for what it is not', () => {
    expect(all.filter((f) => /(^|\/)(utils?|helpers?|common|misc|shared|lib|managers?|types|constants)(\.|\/|$)/i.test(f))).toEqual([])
  })

  it('every workspace says what it is, in under 40 lines', () => {
    for (const w of workspaces) {
      expect(existsSync(join(root, w, 'README.md')), w).toBe(true)
      expect(read(w, 'README.md').split('\n').length, w).toBeLessThan(45)
    }
  })

  it('every rule of every SPEC.md has a test, and every rule that a test names is in its SPEC.md', () => {
    for (const spec of all.filter((f) => f.endsWith('SPEC.md'))) {
      const folder = spec.replace(/SPEC\.md$/, '')
      const rules = [...read(spec).matchAll(/^- \*\*([A-Z]+\d+)\*\*/gm)].map((m) => m[1]!)
      const tests = all.filter((f) => f.startsWith(folder) && f.includes('.test.')).map((f) => read(f)).join('\n')
      const named = [...tests.matchAll(/[('`"]([A-Z]+\d+) [a-z]/g)].map((m) => m[1]!).filter((id) => /^[A-Z]\d{1,2}$/.test(id))
      expect({ spec, untested: rules.filter((id) => !new RegExp(`\\b${id} `).test(tests)), unknown: named.filter((id) => !rules.includes(id)) }).toEqual({ spec, untested: [], unknown: [] })
    }
  })

  it('every route of the contract is opened by the server, and the server opens no other', () => {
    const server = sources.filter((f) => f.startsWith(join('apps', 'server'))).map((f) => read(f)).join('\n')
    const opened = new Set([...server.matchAll(/door\.room\((?:name as )?'([\w.-]+)'/g)].map((m) => m[1]!))
    const direct = new Set(['session.open', 'session.show', 'session.close', 'health'])
    const bySteps = ['sign', 'withdraw', 'accept', 'check', 'refuse', 'cancel'].map((s) => `mission.${s}`)
    const byDecision = ['report.accept', 'report.return']
    for (const name of Object.keys(ROUTES)) expect(opened.has(name) || direct.has(name) || bySteps.includes(name) || byDecision.includes(name), name).toBe(true)
  })

  it('every refusal that a part can give has its sentence in both languages', () => {
    const errors = read('docs/errors.md')
    expect(errors).toBe(renderErrors())
    const folders = ['packages/journey/src', 'packages/paper/src', 'apps/server/src']
    const codes = new Set(sources.filter((f) => folders.some((d) => f.startsWith(d))).flatMap((f) => [...read(f).matchAll(/\bcode: '([a-z][a-z0-9-]+)'/g), ...read(f).matchAll(/\b(?:block|refuse)\('([a-z][a-z0-9-]+)'/g)].map((m) => m[1]!)))
    expect([...codes].filter((c) => !errors.includes(`\`${c}\``)).sort()).toEqual([])
  })

  it('every refusal of the hub has its sentence, and none is of nothing', () => {
    const hub = sources.filter((f) => f.startsWith(join('apps', 'hub', 'src'))).map((f) => read(f)).join('\n')
    const codes = new Set([...hub.matchAll(/\bcode: (?:rows\[0\] === undefined \? '([a-z-]+)' : )?'([a-z][a-z-]+)'/g)].flatMap((m) => [m[1], m[2]]).filter((c) => c !== undefined))
    expect([...codes].sort()).toEqual(Object.keys(HUB_REFUSALS).sort())
  })

  it('every event, role and state has its word in both languages', () => {
    const journey = sources.filter((f) => f.startsWith(join('packages', 'journey', 'src'))).map((f) => read(f)).join('\n')
    const events = [...journey.matchAll(/readonly type: ('[a-z-]+'(?: \| '[a-z-]+')*)/g)].flatMap((m) => m[1]!.split(' | ').map((e) => e.slice(1, -1)))
    expect(events.length).toBeGreaterThan(35)
    const states = [STEPS, JOB_STEPS, BLANK_STEPS, PERMIT_STEPS, HOMECOMING_STEPS, CONTROL_STEPS, REPORT_STEPS].flatMap((table) => Object.keys(table))
    const words = read('apps', 'web', 'src', 'words', 'term.ts')
    expect([...new Set([...events, ...states, ...ROLES])].filter((code) => !new RegExp(`[ {]'?${code}'?: t\\('.+', '.+'\\)`).test(words)).sort()).toEqual([])
  })

  it('the relations of the accounts are printed as their rows say', () => {
    expect(read('packages/accounts/SPEC.md')).toBe(renderSpec())
  })

  it('the pictures of the states are the tables', () => {
    expect(read('docs/states.md')).toBe(renderStates())
    for (const readme of ['README.md', 'README.zh-CN.md']) expect(read(readme)).toContain(diagram(STEPS))
  })

  it('no source speaks of a machine’s folder', () => {
    expect(sources.filter((f) => /['"`]\/(work|home|root)\//.test(read(f)) && !f.endsWith('state.ts'))).toEqual([])
  })
})
