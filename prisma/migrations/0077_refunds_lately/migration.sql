-- Refunds marked lately, also where they were fetched at once: operations follow what they made within a second or two, whoever brought the news.
CREATE INDEX work_refunds_lately ON work (not_before) WHERE kind = 'object' AND type = 'refund';
