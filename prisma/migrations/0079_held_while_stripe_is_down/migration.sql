-- What was never sent also waits while Stripe answers nothing for its account.
ALTER TABLE operation DROP CONSTRAINT operation_held_why_check;
ALTER TABLE operation ADD CONSTRAINT operation_held_why_check CHECK (held_why IN ('access', 'restored_copy', 'restored', 'stripe_down'));
