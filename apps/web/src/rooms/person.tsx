import { type PersonPage, type PersonRow } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'

import { ask } from '../ask.ts'
import { useTerm, useWords } from '../language.tsx'
import { ActDialog } from '../parts/act.tsx'
import { TextField } from '../parts/field.tsx'
import { List, State, Table } from '../parts/list.tsx'
import { NewPerson } from '../parts/new-person.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { Link } from '../router.tsx'
import { useSession } from '../session.tsx'
import { PERSON } from '../words/rooms.ts'
import { ACT_WORDS, TERMS } from '../words/term.ts'

export function Persons() {
  const w = useWords(PERSON)
  const term = useTerm(TERMS)
  const session = useSession()
  return (
    <>
      <h1 tabIndex={-1}>{w.list}</h1>
      <List<PersonRow> path="/api/persons" caption={w.list} rowKey={(p) => p.id} columns={[
        { name: w.name, cell: (p) => <Link to={`/persons/${p.id}`}>{p.nameCn}</Link> }, { name: w.latin, cell: (p) => <>{p.surname} {p.given} {p.nameConfirmed && <small>{w.confirmed}</small>}</>, wide: true }, { name: w.sex, cell: (p) => term(p.sex) }, { name: w.id, cell: (p) => <code>{p.idNumberMasked}</code> }, { name: w.post, cell: (p) => p.post }, { name: w.unit, cell: (p) => p.unitName }, { name: w.enrolled, cell: (p) => (p.enrolled ? '✓' : '—') },
      ]} />
      {session.account.roles.includes('clerk') && <NewPerson />}
    </>
  )
}

export function PersonCard({ id }: { readonly id: string }) {
  const w = useWords(PERSON)
  const term = useTerm(TERMS)
  const act = useTerm(ACT_WORDS)
  const q = useQuery({ queryKey: ['person', id], queryFn: async () => ask<PersonPage>('GET', `/api/persons/${id}`) })
  if (q.isError) return <><h1 tabIndex={-1}>{w.list}</h1><Trouble error={q.error} /></>
  if (q.data === undefined) return null
  const p = q.data
  return (
    <article>
      <h1 tabIndex={-1}>{p.nameCn} <small>{p.surname} {p.given}</small></h1>
      <dl className="facts"><div><dt>{w.id}</dt><dd><code>{p.idNumberMasked}</code></dd></div><div><dt>{w.born}</dt><dd>{p.birthDate}</dd></div><div><dt>{w.birthPlace}</dt><dd>{p.birthPlace}</dd></div><div><dt>{w.post}</dt><dd>{p.post}</dd></div><div><dt>{w.unit}</dt><dd>{p.unitName}</dd></div><div><dt>{w.mobile}</dt><dd>{p.mobileMasked ?? '—'}</dd></div></dl>
      {p.may.length > 0 && (
        <p className="buttons">
          {p.may.includes('person.confirm-name') && <ActDialog kind="main" path={`/api/persons/${id}/name`} says={act('person.confirm-name')} title={w.confirm} read={(f) => ({ surname: String(f.get('surname')), given: String(f.get('given')) })}><TextField label={w.surname} name="surname" defaultValue={p.surname} required /><TextField label={w.given} name="given" defaultValue={p.given} /></ActDialog>}
          {p.may.includes('person.erase') && <ActDialog path={`/api/persons/${id}/erase`} says={act('person.erase')} title={act('person.erase')} read={(f) => ({ reason: String(f.get('reason')) })}><TextField label={w.reason} name="reason" required minLength={4} /></ActDialog>}
        </p>
      )}
      {p.debts.length > 0 && <section className="card bad"><h2>{w.debts}</h2><ul>{p.debts.map((d) => <li key={d.missionId + d.code}>{term(d.code)} {d.due}</li>)}</ul></section>}
      <section><h2>{w.permits}</h2><Table caption={w.permits} rows={p.permits} rowKey={(x) => x.number} columns={[{ name: w.permits, cell: (x) => x.number }, { name: '—', cell: (x) => <State code={x.state} says={term(x.state)} /> }, { name: '→', cell: (x) => x.expiry }]} /></section>
    </article>
  )
}
