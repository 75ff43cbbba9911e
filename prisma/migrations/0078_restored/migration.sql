-- After a restore: where the sweep of an account had come when the backup was made. Its events since are read before anything goes out again.
ALTER TABLE connection ADD COLUMN restored_from timestamptz;
