-- Why an operation waits, why a person must decide, and what was decided: what pages say instead of guessing (INVARIANTS §3.3).
ALTER TABLE operation ADD COLUMN held_why text CHECK (held_why IN ('access', 'restored_copy', 'restored'));
ALTER TABLE operation ADD COLUMN review_why text CHECK (review_why IN ('no_answer_23h', 'equal_500s', 'parameters', 'access_ended'));
ALTER TABLE operation ADD COLUMN decided jsonb;

-- A database put back from a backup: nothing goes out until what happened since has been read (INVARIANTS §1.3).
ALTER TABLE deployment ADD COLUMN restored_at timestamptz;
GRANT UPDATE ON deployment TO counterpart_worker;
