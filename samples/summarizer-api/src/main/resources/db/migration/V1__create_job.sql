-- One row for each title; H2 and PostgreSQL run the same statements.
create table job (
  id uuid primary key,
  created_at timestamp(6) with time zone not null,
  status varchar(16) not null,
  text text,
  words integer not null,
  words_read integer not null,
  title text,
  route varchar(16),
  degraded boolean not null,
  error text,
  milliseconds double precision not null
);

create index job_newest on job (created_at desc, id);
