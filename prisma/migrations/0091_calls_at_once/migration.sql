-- Calls of an account under way, each as the time by which it must have ended: in the total bucket's row, as all else that says whether one may begin.
ALTER TABLE rate_bucket ADD COLUMN flights timestamptz[] DEFAULT '{}';
