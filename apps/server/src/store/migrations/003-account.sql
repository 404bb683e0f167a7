create table account (
  office_id text not null,
  id text not null,
  login text not null,
  name text not null,
  password_hash text not null,
  roles text[] not null,
  unit_id text,
  person_id text,
  failed integer not null default 0,
  locked_until timestamptz,
  closed boolean not null default false,
  primary key (office_id, id),
  unique (office_id, login)
);
create table session (
  office_id text not null,
  token_hash bytea not null,
  account_id text not null,
  csrf text not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (office_id, token_hash)
);
create index session_of_account on session (office_id, account_id);
-- A form not yet filed: no act, sealed as a whole.
create table draft (
  office_id text not null,
  id text not null,
  unit_id text not null,
  account_id text not null,
  saved_at text not null,
  body text not null,
  primary key (office_id, id)
);
create index draft_of_unit on draft (office_id, unit_id, saved_at);
