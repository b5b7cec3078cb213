/** The reads that the hand-written peers share. */
export const LIST = `
  SELECT p.id, p.slug, p.title, p.summary, p.category, p.duration_seconds AS "durationSeconds", p.rating_count AS "ratingCount",
    p.rating_average AS "ratingAverage", u.id AS "authorId", u.display_name AS "authorName"
  FROM protocols p LEFT JOIN users u ON u.id = p.owner_id
  WHERE p.visibility = 'PUBLIC' AND p.hidden_at IS NULL
  ORDER BY p.session_count DESC, p.id DESC LIMIT $1`;

export const SESSION = `
  SELECT json_build_object('id', s.id, 'state', s.state, 'version', s.version, 'startedAt', s.started_at, 'endedAt', s.ended_at,
    'playedSeconds', s.played_seconds, 'events', (
      SELECT json_agg(json_build_object('kind', e.kind, 'sequence', e.sequence, 'occurredAt', e.occurred_at,
        'positionSeconds', e.position_seconds) ORDER BY e.sequence)
      FROM session_events e WHERE e.session_id = s.id)) AS session
  FROM sessions s WHERE s.id = $1 AND s.user_id = $2`;
