import { inTransaction } from '@causeway/ground'
import type pg from 'pg'

/** The steps by which the hub's database came to its form. A step is never changed; a new one is added. */
const STEPS: readonly string[] = [
  `create table if not exists office (office_id text primary key, key_id text not null, anchor_key text not null, registered_at text not null);
   create table if not exists message (
     office_id text not null, number bigint not null, kind text not null, body text not null, content_hash text not null,
     receipt bigint generated always as identity, received_at text not null, primary key (office_id, number));
   create table if not exists certificate (serial text primary key, office_id text not null, der text not null, issued_at text not null, revoked_at text);
   create table if not exists crl (number bigint generated always as identity primary key, der text not null, issued_at text not null);`,
  // receipts are numbered without gaps and signed; a list carries the number under which it is kept
  `alter table message alter column receipt drop identity;
   alter table message add column signature text not null default '';
   alter table message add constraint message_receipt unique (receipt);
   alter table crl alter column number drop identity;`,
  // what a certificate is for, by which authority; why and when it was revoked; a list for each authority and key
  `alter table certificate add column kind text not null default 'document', add column authority text not null default 'csca', add column reason text, add column recorded_at text;
   update certificate set reason = 'unspecified', recorded_at = revoked_at where revoked_at is not null;
   alter table crl add column authority text not null default 'csca', add column generation integer not null default 1;
   create table deviation (number bigint generated always as identity primary key, body text not null, made_at text not null);
   create table setting (key text not null, from_day text not null, value numeric not null, basis text not null, made_at text not null, primary key (key, from_day));
   create table office_key (office_id text not null references office, key_id text not null, anchor_key text not null, how text not null, registered_at text not null, primary key (office_id, key_id));
   insert into office_key select office_id, key_id, anchor_key, 'first use', registered_at from office;
   create table office_code (hash text primary key, office_id text not null, made_at text not null, until text not null, used_at text);`,
]
const LOCK = 0x68_75_62

/** Brings the database to its present form, one step after the other, each once. */
export async function layForm(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    await client.query('create table if not exists form (step integer primary key)')
    const { rows } = await client.query<{ step: number }>('select step from form')
    const done = new Set(rows.map((r) => r.step))
    for (const [step, sql] of STEPS.entries()) {
      if (done.has(step)) continue
      await client.query(sql)
      await client.query('insert into form (step) values ($1)', [step])
    }
  })
}
