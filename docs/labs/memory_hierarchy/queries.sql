-- What happened then? Customer and dates first, the limit last.
select id, time, text, count(*) over () as there from memories
where owner = :owner and time >= :start and time < :end
order by similarity(text) desc limit :k;
-- What holds now? The newest rows of that kind.
select id, time, text from memories
where owner = :owner and kind = :kind order by time desc limit :k;
-- How often has it happened?
select count(*) from memories where owner = :owner and kind = :kind;
-- Which rules stand? Into every prompt about the customer.
select text from memories where owner = :owner and kind = 'rule';
-- Which texts are like the question? Each once, its newest date.
select text, max(time) as newest from memories
where owner = :owner group by text order by similarity(text) desc limit :k;
