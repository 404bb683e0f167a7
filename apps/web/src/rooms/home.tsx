import { type DraftRow, type Queue, type QueueName } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'

import { ask } from '../ask.ts'
import { useWords } from '../language.tsx'
import { useList, when } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { Link } from '../router.tsx'
import { useSession } from '../session.tsx'
import { FRAME } from '../words/frame.ts'
import { HOME, QUEUE_WORDS } from '../words/rooms.ts'

/** Where the list of a queue is. */
const LISTS: Readonly<Record<string, string>> = {
  'to-enrol': '/enrolments', 'job-queued': '/jobs', 'job-allocated': '/jobs', 'job-producing': '/jobs', 'job-to-inspect': '/jobs', 'job-failed': '/jobs', 'spoil-to-witness': '/blanks', 'in-stock': '/permits', 'handed-out': '/permits', 'to-confirm': '/permits', due: '/homecomings', overdue: '/homecomings', controls: '/controls',
}

function Drafts() {
  const w = useWords(HOME)
  const drafts = useList<DraftRow>('/api/drafts')
  if (drafts.data === undefined || drafts.data.rows.length === 0) return null
  return <section className="card"><h2>{w.drafts}</h2><ul className="lines">{drafts.data.rows.map((d) => <li key={d.id}><Link to={`/drafts/${d.id}`}>{d.name === '' ? '（未命名）' : d.name}</Link> <small>{when(d.savedAt)}</small></li>)}</ul></section>
}

export function Home() {
  const w = useWords(HOME)
  const f = useWords(FRAME)
  const q = useWords(QUEUE_WORDS)
  const session = useSession()
  const queues = useQuery({ queryKey: ['queues'], queryFn: async () => ask<readonly Queue[]>('GET', '/api/queues'), refetchInterval: 10_000 })
  return (
    <>
      <h1 tabIndex={-1}>{w.title}</h1>
      <p className="count">{f.today} {session.today}</p>
      <Trouble error={queues.error} />
      {queues.data !== undefined && (
        <ul className="queues">{queues.data.filter((x) => x.name !== 'drafts').map((x) => <li key={x.name} className={x.count === 0 ? 'zero' : undefined}><Link to={`${LISTS[x.name] ?? '/missions'}?queue=${x.name}`}><b>{x.count}</b><span>{q[x.name as QueueName]}</span></Link></li>)}</ul>
      )}
      {queues.data?.every((x) => x.count === 0) === true && <p className="empty">{w.allDone}</p>}
      {session.account.roles.includes('clerk') && <Drafts />}
    </>
  )
}
