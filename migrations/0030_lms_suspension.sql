-- Why a member is suspended, and whose sockets and which sessions that concerns: found by index, never by a scan.
ALTER TABLE lms_members ADD COLUMN suspend_reason text;

CREATE INDEX lms_tickets_by_member ON lms_tickets (organization_id,member_id,session_id);

CREATE INDEX lms_session_attendance_by_learner ON lms_session_attendance (organization_id,learner_id,id);

CREATE INDEX lms_live_sessions_ahead_of ON lms_live_sessions (organization_id,scheduled_at,id) WHERE status = 'scheduled';
