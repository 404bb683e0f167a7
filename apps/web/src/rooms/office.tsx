import { ROLES, type AccountRow, type JournalRow, type PlatformAnswer, type RuleRow, type Statistics, type UnitRow } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { ask } from '../ask.ts'
import { useTerm, useWords } from '../language.tsx'
import { ActDialog } from '../parts/act.tsx'
import { Choice, TextField } from '../parts/field.tsx'
import { List, State, Table, useList, when } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useSession } from '../session.tsx'
import { OFFICE } from '../words/rooms.ts'
import { TERMS } from '../words/term.ts'

export function StatisticsOfYear() {
  const w = useWords(OFFICE)
  const term = useTerm(TERMS)
  const session = useSession()
  const [year, setYear] = useState(session.today.slice(0, 4))
  const q = useQuery({ queryKey: ['statistics', year], enabled: /^20\d\d$/.test(year), queryFn: async () => ask<Statistics>('GET', `/api/statistics/${year}`) })
  const figures = ['missions', 'persons', 'days', 'permitsIssued', 'permitsReturned', 'returnedOnTime', 'endorsementsIssued'] as const
  return (
    <>
      <h1 tabIndex={-1}>{w.statistics}</h1>
      <TextField label={w.year} value={year} onChange={setYear} />
      <Trouble error={q.error} />
      {q.data !== undefined && <>
        <Table caption={w.statistics} rows={figures} rowKey={(k) => k} columns={[{ name: w.figure, cell: (k) => w[k] }, { name: w.value, cell: (k) => <b>{q.data[k]}</b> }, { name: w.definition, cell: (k) => <small>{q.data.definitions[k] ?? ''}</small>, wide: true }]} />
        <h2>{w.byPlace}</h2>
        <Table caption={w.byPlace} rows={q.data.byPlace} rowKey={(p) => p.place} columns={[{ name: w.byPlace, cell: (p) => term(p.place) }, { name: w.missions, cell: (p) => p.missions }, { name: w.persons, cell: (p) => p.persons }, { name: w.days, cell: (p) => p.days }]} />
      </>}
    </>
  )
}

export function Journal() {
  const w = useWords(OFFICE)
  const term = useTerm(TERMS)
  return (
    <>
      <h1 tabIndex={-1}>{w.journal}</h1>
      <p className="buttons"><a className="button" href="/api/journal/export" download="journal.jsonl">{w.export}</a></p>
      <List<JournalRow> path="/api/journal" caption={w.journal} rowKey={(e) => String(e.seq)} columns={[{ name: w.seq, cell: (e) => e.seq }, { name: w.at, cell: (e) => when(e.at) }, { name: w.actor, cell: (e) => e.actor }, { name: w.role, cell: (e) => term(e.role) }, { name: w.event, cell: (e) => term(e.event) }, { name: w.act, cell: (e) => <code>{e.act}</code> }, { name: w.stream, cell: (e) => <small>{e.stream}</small>, wide: true }]} />
    </>
  )
}

export function Accounts() {
  const w = useWords(OFFICE)
  const term = useTerm(TERMS)
  const session = useSession()
  const units = useList<UnitRow>('/api/units')
  const admin = session.account.roles.includes('sysadmin')
  const security = session.account.roles.includes('secadmin')
  const roles = ROLES.map((r) => [r, term(r)] as const)
  return (
    <>
      <h1 tabIndex={-1}>{w.accounts}</h1>
      {admin && (
        <p className="buttons">
          <ActDialog kind="main" path="/api/accounts" says={w.create} title={w.create} read={(f) => ({ login: String(f.get('login')), name: String(f.get('name')), password: String(f.get('password')), roles: [String(f.get('role'))], ...(f.get('unit') === '' ? {} : { unitId: String(f.get('unit')) }) })}>
            <TextField label={w.login} name="login" required /><TextField label={w.name} name="name" required /><TextField label={w.password} name="password" type="password" autoComplete="new-password" required minLength={10} /><Choice label={w.roles} name="role" options={roles} /><Choice label={w.unit} name="unit" options={[['', '—'], ...(units.data?.rows ?? []).map((u) => [u.id, u.name] as const)]} />
          </ActDialog>
          <ActDialog path="/api/units" says={w.registerUnit} title={w.registerUnit} read={(f) => ({ name: String(f.get('name')), shortName: String(f.get('shortName')), usci: String(f.get('usci')), type: String(f.get('type')) })}><TextField label={w.unit} name="name" required /><TextField label={w.shortName} name="shortName" required /><TextField label={w.usci} name="usci" required /><TextField label={w.unitType} name="type" required /></ActDialog>
        </p>
      )}
      <List<AccountRow> path="/api/accounts" caption={w.accounts} rowKey={(a) => a.id} columns={[{ name: w.login, cell: (a) => <code>{a.login}</code> }, { name: w.name, cell: (a) => a.name }, { name: w.roles, cell: (a) => a.roles.map(term).join('、'), wide: true }, { name: w.unit, cell: (a) => a.unit ?? '' }, ...(security ? [{ name: w.act, cell: (a: AccountRow) => <ActDialog method="PUT" path={`/api/accounts/${a.id}/roles`} says={w.roles} title={`${w.roles} ${a.login}`} read={(f) => ({ roles: [String(f.get('role'))] })}><Choice label={w.roles} name="role" options={roles} /></ActDialog> }] : [])]} />
      <h2>{w.units}</h2>
      <Table caption={w.units} rows={units.data?.rows ?? []} rowKey={(u) => u.id} columns={[{ name: w.unit, cell: (u) => u.name, wide: true }, { name: w.usci, cell: (u) => <code>{u.usci}</code> }, { name: w.locked, cell: (u) => (u.locked ? <State code="locked" says={term('locked')} /> : '') }]} />
    </>
  )
}

export function Rules() {
  const w = useWords(OFFICE)
  return (
    <>
      <h1 tabIndex={-1}>{w.rules}</h1>
      <List<RuleRow> path="/api/rules" caption={w.rules} rowKey={(r) => r.key} columns={[{ name: w.number, cell: (r) => r.number }, { name: w.basis, cell: (r) => r.basis, wide: true }, { name: w.value, cell: (r) => `${String(r.value)} ${r.unit}` }, { name: w.severity, cell: (r) => (r.severity === 'block' ? w.block : w.warn) }, { name: w.from, cell: (r) => r.from }]} />
    </>
  )
}

export function PlatformState() {
  const w = useWords(OFFICE)
  const q = useQuery({ queryKey: ['platform'], queryFn: async () => ask<PlatformAnswer>('GET', '/api/platform'), refetchInterval: 5_000 })
  return (
    <>
      <h1 tabIndex={-1}>{w.platform}</h1>
      <Trouble error={q.error} />
      {q.data !== undefined && <>
        <Table caption={w.platform} rows={q.data.parts} rowKey={(p) => p.name} columns={[{ name: w.part, cell: (p) => p.name }, { name: w.value, cell: (p) => <State code={p.well ? 'valid' : 'failed'} says={p.well ? w.well : w.unwell} /> }, { name: w.definition, cell: (p) => p.says, wide: true }]} />
        <dl className="facts"><div><dt>{w.outbox}</dt><dd>{q.data.outbox.pending}</dd></div><div><dt>{w.acknowledged}</dt><dd>{q.data.outbox.acknowledged}</dd></div><div><dt>{w.anchors}</dt><dd>{q.data.anchors.count} {q.data.anchors.lastAt === undefined ? '' : when(q.data.anchors.lastAt)}</dd></div></dl>
      </>}
    </>
  )
}
