CREATE TABLE outbox (
  task TEXT, step INTEGER, mail TEXT, sent_at TEXT,
  PRIMARY KEY (task, step));
-- the agent's tool for sending only writes a row
INSERT INTO outbox (task, step, mail)
  VALUES (:task, :step, :mail);
-- your look found that step :wrong is wrong
DELETE FROM outbox WHERE task = :task AND step >= :wrong;
-- you have read every step up to :good: these may leave
SELECT step, mail FROM outbox WHERE task = :task
  AND step <= :good AND sent_at IS NULL ORDER BY step;
-- after each of them has left
UPDATE outbox SET sent_at = CURRENT_TIMESTAMP
  WHERE task = :task AND step = :step;
