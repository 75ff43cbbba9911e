-- Owed work is claimed ledger by ledger, so that one account's long queue never stands before another's (I14).
DROP INDEX work_owed;
CREATE INDEX work_due ON work (kind, account, livemode, not_before) WHERE dirty_seq > clean_seq;
-- Hopping from one account with kept events to the next.
DROP INDEX inbox_to_do;
