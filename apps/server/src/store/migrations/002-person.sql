-- A key for each person and purpose, wrapped by a key outside the database. Destroyed is destroyed: the row stays, the key does not.
create table person_key (
  office_id text not null,
  subject text not null,
  purpose text not null,
  wrapped bytea,
  destroyed_at text,
  primary key (office_id, subject, purpose)
);
-- Bytes about persons: photos, attachments, documents, data groups. Sealed; the hash is over the sealed bytes.
create table document (
  office_id text not null,
  id text not null,
  kind text not null,
  kase text not null,
  subject text not null,
  purpose text not null,
  persons text[] not null,
  media_type text not null,
  name text not null,
  length integer not null,
  sha256 text not null,
  bytes bytea not null,
  at text not null,
  primary key (office_id, id)
);
create index document_of_case on document (office_id, kase);
create index document_of_person on document using gin (persons);
-- The present state of each stream: made from the journal, may be thrown away and made again.
create table view (
  office_id text not null,
  kind text not null,
  id text not null,
  version integer not null,
  state text not null,
  unit_id text,
  person_id text,
  mission_id text,
  due text,
  sort text not null,
  open jsonb not null,
  body text not null,
  primary key (office_id, kind, id)
);
create index view_queue on view (office_id, kind, state, sort, id);
create index view_of_unit on view (office_id, unit_id, kind, state);
create index view_of_mission on view (office_id, mission_id, kind);
create index view_of_person on view (office_id, person_id, kind);
