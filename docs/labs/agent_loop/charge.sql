UPDATE orders
   SET charged = charged + 1
 WHERE id = :order
   AND charged < due         -- the limit: never a fourth
RETURNING charged;

-- no row came back: the charge was refused, so go on from what is there
SELECT charged FROM orders WHERE id = :order;
