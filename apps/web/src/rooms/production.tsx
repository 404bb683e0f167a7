import { checkSentence, checkWords, type BlankList, type JobPage, type JobRow } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'

import { ask } from '../ask.ts'
import { useLanguage, useTerm, useWords } from '../language.tsx'
import { ActButton, ActDialog } from '../parts/act.tsx'
import { Choice, TextField } from '../parts/field.tsx'
import { List, More, State, Table, usePages, when } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { Link, useRouter } from '../router.tsx'
import { useSession } from '../session.tsx'
import { DESK, QUEUE_WORDS } from '../words/rooms.ts'
import { ACT_WORDS, TERMS, VERDICTS } from '../words/term.ts'

const STEPS = ['queued', 'allocated', 'requested', 'fixed', 'signed', 'written', 'done'] as const
const REASONS = ['print', 'laminate', 'chip-write', 'readback', 'photo', 'blank-flaw', 'other']

/** How far a job is. */
function Progress({ state }: { readonly state: string }) {
  const w = useWords(DESK)
  const term = useTerm(TERMS)
  const at = state === 'failed' ? STEPS.length - 2 : STEPS.indexOf(state as 'queued')
  return <span className="progress"><progress max={STEPS.length - 1} value={at} aria-label={w.progress} /> <State code={state} says={term(state)} /></span>
}

function JobActs({ job }: { readonly job: JobRow }) {
  const w = useWords(DESK)
  const term = useTerm(TERMS)
  const act = useTerm(ACT_WORDS)
  const vault = useQuery({ queryKey: ['vault'], enabled: job.may.includes('blank.allocate'), queryFn: async () => ask<BlankList>('GET', '/api/blanks?state=in-vault') })
  return (
    <span className="buttons">
      {job.may.includes('blank.allocate') && <ActDialog kind="main" path={`/api/jobs/${job.id}/blank`} says={act('blank.allocate')} title={act('blank.allocate')} read={(f) => ({ serial: String(f.get('serial')) })}><Choice label={w.nextSerial} name="serial" options={(vault.data?.rows ?? []).slice(0, 50).map((b) => [b.serial, b.serial] as const)} /></ActDialog>}
      {job.may.includes('job.produce') && <ActButton kind="main" path={`/api/jobs/${job.id}/produce`} says={act('job.produce')} />}
      {job.may.includes('job.inspect') && <ActButton kind="main" path={`/api/jobs/${job.id}/inspect`} says={act('job.inspect')} />}
      {job.may.includes('blank.spoil') && job.serial !== undefined && <ActDialog path={`/api/blanks/${job.serial}/spoil`} says={act('blank.spoil')} title={`${act('blank.spoil')} ${job.serial}`} read={(f) => ({ reason: String(f.get('reason')), remark: String(f.get('remark') ?? '') })}><Choice label={w.reason} name="reason" options={REASONS.map((r) => [r, term(r)] as const)} /><TextField label={w.remark} name="remark" /></ActDialog>}
    </span>
  )
}

export function Jobs() {
  const w = useWords(DESK)
  const q = useWords(QUEUE_WORDS)
  const { place } = useRouter()
  const queue = place.query['queue']
  return (
    <>
      <h1 tabIndex={-1}>{queue === undefined ? w.production : q[queue as keyof typeof q]}</h1>
      <List<JobRow> path={`/api/jobs${queue === undefined ? '' : `?queue=${queue}`}`} caption={w.production} refetchMs={1_000} rowKey={(j) => j.id} columns={[
        { name: w.permit, cell: (j) => <Link to={`/jobs/${j.id}`}>{j.permitNumber}</Link> }, { name: w.holder, cell: (j) => j.holder }, { name: w.mission, cell: (j) => j.missionName, wide: true }, { name: w.serial, cell: (j) => j.serial ?? '—' }, { name: w.attempt, cell: (j) => j.attempt }, { name: w.progress, cell: (j) => <Progress state={j.state} /> }, { name: w.act, cell: (j) => <JobActs job={j} /> },
      ]} />
    </>
  )
}

export function JobCard({ id }: { readonly id: string }) {
  const w = useWords(DESK)
  const term = useTerm(TERMS)
  const verdict = useTerm(VERDICTS)
  const { language } = useLanguage()
  const q = useQuery({ queryKey: ['job', id], queryFn: async () => ask<JobPage>('GET', `/api/jobs/${id}`), refetchInterval: 1_000 })
  if (q.isError) return <><h1 tabIndex={-1}>{w.production}</h1><Trouble error={q.error} /></>
  if (q.data === undefined) return null
  const j = q.data
  return (
    <article>
      <h1 tabIndex={-1}>{j.permitNumber} {j.holder}</h1>
      <p><Progress state={j.state} /> <small>{w.serial} {j.serial ?? '—'} · {w.attempt} {j.attempt}</small></p>
      {j.fault !== undefined && j.state === 'failed' && <p className="trouble" role="alert">{w.fault}：{j.fault}</p>}
      <p><JobActs job={j} /></p>
      {j.inspection !== undefined && <section><h2>{w.inspection}：{verdict(j.inspection.passed ? 'passed' : 'failed')}</h2><Table caption={w.inspection} rows={j.inspection.checks} rowKey={(c) => c.name} columns={[{ name: w.check, cell: (c) => <>{checkWords(c.name)[language]} <small><code>{c.name}</code></small></> }, { name: w.outcome, cell: (c) => <State code={`verdict-${c.outcome}`} says={verdict(c.outcome)} /> }, { name: w.says, cell: (c) => <>{checkSentence(c)[language]} <small>{c.clause}</small></>, wide: true }]} /></section>}
      <section><h2>{w.progress}</h2><ol className="timeline">{j.steps.map((s) => <li key={`${s.step}${s.at ?? ''}`}><time>{when(s.at ?? '')}</time> <b>{term(s.step)}</b> {s.by}</li>)}</ol></section>
    </article>
  )
}

export function Blanks() {
  const w = useWords(DESK)
  const term = useTerm(TERMS)
  const act = useTerm(ACT_WORDS)
  const session = useSession()
  const { place } = useRouter()
  const q = usePages<BlankList>(`/api/blanks${place.query['queue'] === undefined ? '' : `?queue=${place.query['queue']}`}`)
  const list = q.data?.pages.at(-1)
  return (
    <>
      <h1 tabIndex={-1}>{w.blanks}</h1>
      <Trouble error={q.error} />
      {list !== undefined && <section className={list.balance.holds ? 'card' : 'card bad'}><h2>{w.balance}</h2><dl className="facts">{(['received', 'inHand', 'issued', 'used', 'spoiled'] as const).map((k) => <div key={k}><dt>{w[k]}</dt><dd>{list.balance[k]}</dd></div>)}</dl><p>{list.balance.holds ? w.holds : w.broken}</p></section>}
      {session.account.roles.includes('keeper') && <p className="buttons"><ActDialog kind="main" path="/api/blanks" says={w.receive} title={w.receive} read={(f) => ({ batch: String(f.get('batch')), first: String(f.get('first')), count: Number(f.get('count')) })}><TextField label={w.batch} name="batch" required /><TextField label={w.first} name="first" required hint="SB000001" /><TextField label={w.count} name="count" type="number" required /></ActDialog></p>}
      {q.data !== undefined && <Table caption={w.blanks} rows={q.data.pages.flatMap((p) => p.rows)} rowKey={(b) => b.serial} columns={[{ name: w.serial, cell: (b) => <code>{b.serial}</code> }, { name: w.batch, cell: (b) => b.batch }, { name: w.state, cell: (b) => <State code={b.state} says={term(b.state)} /> }, { name: w.reason, cell: (b) => (b.reason === undefined ? '' : term(b.reason)) }, { name: w.witnesses, cell: (b) => (b.state === 'spoil-proposed' ? `${b.witnesses}/2` : '') }, { name: w.act, cell: (b) => (b.may.includes('blank.witness') ? <ActButton path={`/api/blanks/${b.serial}/witness`} says={act('blank.witness')} /> : '') }]} />}
      <More pages={q} />
    </>
  )
}
