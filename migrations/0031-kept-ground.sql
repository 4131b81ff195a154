-- On which legal ground rows stay, as the catalog said when it was agreed to: the receipt names it. docs/decisions/0047-receipt.md.
ALTER TABLE data_request_finding ADD COLUMN ground text;
