-- never a fourth: the limit is in the WHERE
UPDATE orders
   SET charged = charged + 1
 WHERE id = :order
   AND charged < due
RETURNING charged;

-- no row came back? go on from this:
SELECT charged FROM orders WHERE id = :order;
-- no row here either: no such order
