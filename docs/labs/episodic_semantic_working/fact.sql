-- --8<-- [start:fact]
CREATE TABLE log (
  id INTEGER PRIMARY KEY, sent_on TEXT,
  user_id TEXT, kind TEXT, value TEXT,
  outcome TEXT, named TEXT);

SELECT COALESCE(named, value) AS fact
FROM (SELECT * FROM log
      WHERE user_id = :user_id
        AND kind = :kind
        AND outcome IS NOT NULL
      ORDER BY id DESC LIMIT 3) AS newest
WHERE outcome = 'ok' OR named IS NOT NULL
ORDER BY id DESC LIMIT 1;
-- --8<-- [end:fact]
