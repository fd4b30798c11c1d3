-- --8<-- [start:copy]
-- then: customer, dates, then the limit
select id, time, text, count(*) over () as n
from memories where owner = :owner
  and time >= :start and time < :end
order by similarity(text) desc limit :k;
-- now: the newest rows of that kind
select id, time, text from memories
where owner = :owner and kind = :kind
order by time desc limit :k;
-- facts: each text once, newest date
select text, max(time) as newest
from memories where owner = :owner
group by text
order by similarity(text) desc limit :k;
-- --8<-- [end:copy]
-- how often
select count(*) from memories where owner = :owner and kind = :kind;
-- standing rules, into each prompt about the customer
select text from memories where owner = :owner and kind = 'rule';
