-- Whoever chose of what they are told before there were notices of deadlines of data requests is told of these, too, if they handle or approve requests.
ALTER TABLE app_user NO FORCE ROW LEVEL SECURITY;
UPDATE app_user SET notice_kinds = notice_kinds || ARRAY['request_deadline', 'request_overdue']
 WHERE cardinality(notice_kinds) > 0 AND roles && ARRAY['privacy_officer', 'approver'];
ALTER TABLE app_user FORCE ROW LEVEL SECURITY;
