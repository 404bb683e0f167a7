-- The journal: every event of every act. It only grows.
create table journal (
  office_id text not null,
  seq bigint not null,
  at text not null,
  actor text not null,
  role text not null,
  act text not null,
  request text not null,
  kind text not null,
  stream_id text not null,
  version integer not null,
  event text not null,
  body text not null,
  prev text not null,
  hash text not null,
  primary key (office_id, seq),
  unique (office_id, kind, stream_id, version)
);
create table journal_head (
  office_id text primary key,
  seq bigint not null,
  hash text not null,
  at text not null
);
create table anchor (
  office_id text not null,
  number bigint not null,
  from_seq bigint not null,
  to_seq bigint not null,
  head text not null,
  previous text not null,
  at text not null,
  key_id text not null,
  signature text not null,
  primary key (office_id, number)
);
-- Who looked at whose data, on a chain of its own.
create table reading (
  office_id text not null,
  seq bigint not null,
  at text not null,
  actor text not null,
  what text not null,
  subject text not null,
  prev text not null,
  hash text not null,
  primary key (office_id, seq)
);
create function only_grows() returns trigger language plpgsql as
$$ begin raise exception 'table % only grows', tg_table_name using errcode = 'insufficient_privilege'; end $$;
create trigger journal_only_grows before update or delete on journal for each row execute function only_grows();
create trigger journal_never_emptied before truncate on journal for each statement execute function only_grows();
create trigger anchor_only_grows before update or delete on anchor for each row execute function only_grows();
create trigger anchor_never_emptied before truncate on anchor for each statement execute function only_grows();
create trigger reading_only_grows before update or delete on reading for each row execute function only_grows();
create trigger reading_never_emptied before truncate on reading for each statement execute function only_grows();

-- One row a stream: locked while an act works on it.
create table stream (
  office_id text not null,
  kind text not null,
  id text not null,
  version integer not null default 0,
  primary key (office_id, kind, id)
);
-- What may exist once: an ID number, a day of a person, a blank in a job. Blind keys are keyed hashes.
create table claim (
  office_id text not null,
  name text not null,
  key text not null,
  kind text not null,
  stream_id text not null,
  primary key (office_id, name, key)
);
create index claim_of_stream on claim (office_id, kind, stream_id);
-- Numbers without gaps: a locked row, never a sequence.
create table counter (
  office_id text not null,
  name text not null,
  value bigint not null,
  primary key (office_id, name)
);
create table duty (
  office_id text not null,
  kase text not null,
  duty text not null,
  account_id text not null,
  seq bigint not null,
  primary key (office_id, kase, duty, account_id)
);
-- The answer of each act, by the key that the asker gave it.
create table request (
  office_id text not null,
  account_id text not null,
  route text not null,
  key text not null,
  body_hash text not null,
  answer text,
  at text not null,
  primary key (office_id, account_id, route, key)
);
create table outbox (
  office_id text not null,
  number bigint not null,
  kind text not null,
  body text not null,
  at text not null,
  status text not null default 'pending' check (status in ('pending', 'acknowledged', 'refused')),
  attempts integer not null default 0,
  next_at text not null,
  receipt text,
  primary key (office_id, number)
);
create index outbox_waiting on outbox (office_id, status, number);
