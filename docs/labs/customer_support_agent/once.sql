create table heard(customer text,
 number text, primary key (customer, number))
 without rowid;
create table outbox(key text primary key,
 order_id text, amount integer,
 sent integer default 0,
 created timestamp default current_timestamp);
begin;
insert into heard values(:customer,:number);
insert into outbox(key, order_id, amount)
values
 (:customer||':'||:number,:order_id,:amount);
commit;  -- before it: the row of your answer
select key, order_id, amount from outbox
 where sent = 0
 and created > datetime('now', '-1 day');
update outbox set sent = 1 where key = :key;
