create table heard(customer text, number text,
  primary key (customer, number));  -- outlives the words
create table outbox(key text primary key, order_id text,
  amount integer, sent integer default 0,
  created timestamp default current_timestamp);
begin;  -- the model has decided
insert into heard values (:customer, :number);
insert into outbox(key, order_id, amount)
  values (:customer || ':' || :number, :order_id, :amount);
-- and the row of your answer
commit;  -- then, and at every start, pay what this finds
select key, order_id, amount from outbox
  where sent = 0 and created > :day_ago;  -- older: a person
update outbox set sent = 1 where key = :key;  -- confirmed
