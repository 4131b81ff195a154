/** Tables of the sample: UCSX (contacts and interactions) and IWD (work items and their events). `stored_at`: when the row came in. */

export const SAMPLE_TABLES = `
CREATE SCHEMA ucsx;
CREATE SCHEMA iwd;

CREATE TABLE ucsx.contact (
  contact_id text NOT NULL, tenant_id int NOT NULL, subtenant_id int, title text, first_name text, last_name text,
  email_address text, phone_number text, customer_id text, company_name text, account_number text,
  customer_segment text, is_external_resource boolean, merge_id text,
  created_date timestamptz NOT NULL, modified_date timestamptz NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp());

CREATE TABLE ucsx.contact_attribute (
  attribute_id text NOT NULL, contact_id text NOT NULL, attribute_name text NOT NULL, str_value text,
  date_value timestamptz, is_primary boolean NOT NULL, description text, mime_type text);

CREATE TABLE ucsx.interaction (
  ixn_id text NOT NULL, status int NOT NULL, entity_type_id int NOT NULL, media_type_id text, type_id text,
  subtype_id text, external_id text, owner_id int, contact_id text, parent_id text, thread_id text, thread_hash text,
  can_be_parent boolean, start_date timestamptz NOT NULL, modified_date timestamptz, end_date timestamptz,
  time_shift int, category_id text, subject text, text text, structured_text text, struct_text_mimetype text,
  the_comment text, tenant_id int NOT NULL, subtenant_id int, creator_app_id int, queue_name text,
  all_attributes jsonb, is_spam boolean, web_safe_email_status text,
  from_address text, from_personal text, to_addresses jsonb, cc_addresses jsonb, reply_to_address text,
  sent_date timestamptz, mailbox text, lang text,
  established_date timestamptz, released_date timestamptz,
  phone_number text, duration int, outcome text, t_connection_id text,
  customer_number text, callback_status text, call_result text, attempts int, start_time timestamptz, end_time timestamptz,
  reference_id text, stopped_reason text,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp());

CREATE TABLE ucsx.document (
  id text NOT NULL, entity_id text NOT NULL, name text, mime_type text, size int, content bytea);

CREATE TABLE iwd.work_item (
  work_item_id text NOT NULL,
  activation_date_time timestamptz, assigned_date_time timestamptz, assigned_to_user text, business_calendar_id text,
  business_value int, capture_id text, category text, channel text, completed_date_time timestamptz,
  created_date_time timestamptz NOT NULL, department_id text, due_date_time timestamptz, expiration_date_time timestamptz,
  held_date_time timestamptz, interaction_id text, media_type text, priority int, process_id text, queue text,
  queue_target text, queue_type text, reprioritize_date_time timestamptz, solution_id text, status text NOT NULL,
  tenant_id int NOT NULL,
  customer_id text, customer_segment text, product_type text, product_subtype text, requested_agent text,
  requested_agent_group text, requested_place_group text, requested_skill text, result_code text,
  source_created_date_time timestamptz, source_due_date_time timestamptz, source_first_created_date_time timestamptz,
  source_process_type text, source_process_subtype text, source_tenant text, custom_attributes jsonb,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp());

CREATE TABLE iwd.event (
  event_id bigint NOT NULL, work_item_id text NOT NULL, interaction_id text, event_date_time timestamptz NOT NULL,
  event_name text NOT NULL, status_before text, status text NOT NULL, queue text, agent text, actor text, priority int,
  tenant_id int NOT NULL, details jsonb,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp())`;

/** After the rows are in: building an index once is quicker than feeding it row by row. */
export const SAMPLE_INDEXES = `
ALTER TABLE ucsx.contact ADD PRIMARY KEY (contact_id);
CREATE INDEX contact_modified ON ucsx.contact (modified_date, contact_id);
CREATE INDEX contact_stored ON ucsx.contact (stored_at);
ALTER TABLE ucsx.contact_attribute ADD PRIMARY KEY (attribute_id);
CREATE INDEX contact_attribute_contact ON ucsx.contact_attribute (contact_id);
ALTER TABLE ucsx.interaction ADD PRIMARY KEY (ixn_id);
CREATE INDEX interaction_start ON ucsx.interaction (start_date);
CREATE INDEX interaction_entity_start ON ucsx.interaction (entity_type_id, start_date, ixn_id);
CREATE INDEX interaction_entity_stored ON ucsx.interaction (entity_type_id, stored_at);
CREATE INDEX interaction_contact ON ucsx.interaction (contact_id);
ALTER TABLE ucsx.document ADD PRIMARY KEY (id);
CREATE INDEX document_entity ON ucsx.document (entity_id);
ALTER TABLE iwd.work_item ADD PRIMARY KEY (work_item_id);
CREATE INDEX work_item_created ON iwd.work_item (created_date_time, work_item_id);
CREATE INDEX work_item_stored ON iwd.work_item (stored_at);
ALTER TABLE iwd.event ADD PRIMARY KEY (event_id);
CREATE INDEX event_time ON iwd.event (event_date_time, event_id);
CREATE INDEX event_stored ON iwd.event (stored_at);
CREATE INDEX event_work_item ON iwd.event (work_item_id)`;

/** For a sample made before there was this column: what is there stays null, for nobody knows when it came in. */
export const ADD_STORED_AT = ['ucsx.contact', 'ucsx.interaction', 'iwd.work_item', 'iwd.event']
  .map((table) => `ALTER TABLE ${table} ADD COLUMN stored_at timestamptz; ALTER TABLE ${table} ALTER COLUMN stored_at SET DEFAULT clock_timestamp()`)
  .join(';\n');

/** In the order they are filled. */
export const SAMPLE_TABLE_NAMES = ['ucsx.contact', 'ucsx.contact_attribute', 'ucsx.interaction', 'ucsx.document', 'iwd.work_item', 'iwd.event'] as const;
export type SampleTable = (typeof SAMPLE_TABLE_NAMES)[number];
