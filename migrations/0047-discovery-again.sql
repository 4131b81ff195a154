-- A discovery that failed is tried again after an hour like the work, as long as none of its steps failed for a cause that lasts: the codes of those
-- that pass are given, as the application knows them. Without any nothing of discovery is due, as it was.
DROP FUNCTION udm_find_due_requests();
CREATE FUNCTION udm_find_due_requests(passing text[] DEFAULT '{}') RETURNS TABLE (tenant_id uuid, request_id uuid)
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$
    SELECT r.tenant_id, r.id FROM data_request r
     WHERE r.state = 'waiting' AND r.stop_until <= (SELECT udm_now()) OR r.state = 'received' AND r.begins
        OR r.state = 'verified' AND NOT EXISTS (SELECT FROM data_request_step s WHERE s.request_id = r.id AND s.phase = 'research_2' AND s.round = r.round AND s.state <> 'done')
    UNION
    SELECT s.tenant_id, s.request_id FROM data_request_step s
     WHERE s.state = 'waiting' AND (s.leased_until IS NULL OR s.leased_until <= (SELECT udm_now()))
        OR s.state = 'running' AND s.leased_until <= (SELECT udm_now())
    UNION
    SELECT s.tenant_id, s.request_id FROM data_request_step s JOIN data_request r ON r.id = s.request_id AND r.round = s.round
     WHERE s.state = 'failed' AND s.finished_at <= (SELECT udm_now()) - interval '1 hour'
       AND (r.state IN ('running', 'verified') OR r.state = 'discovery' AND s.error_code = ANY (passing))
  $$;
REVOKE EXECUTE ON FUNCTION udm_find_due_requests FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_due_requests TO {{app}};
