// How many further connections a server would give, so that no more workers are planned than can connect.

import Postgres

enum ConnectionRoom {
  /// The number of further connections that the server would give to the same role, by its own limits and by those of the
  /// role and of the database of `connection`.
  static func free(_ connection: Connection) throws -> Int {
    let row = try connection.query(
      """
      SELECT least(
        CASE WHEN r.rolsuper OR r.rolconnlimit < 0 THEN 1000
          ELSE r.rolconnlimit - count(*) FILTER (WHERE a.usesysid = r.oid) END,
        CASE WHEN r.rolsuper OR d.datconnlimit < 0 THEN 1000
          ELSE d.datconnlimit - count(*) FILTER (WHERE a.datid = d.oid) END,
        current_setting('max_connections')::int - count(*)
          - CASE WHEN r.rolsuper THEN 0 ELSE current_setting('superuser_reserved_connections')::int
              + coalesce(current_setting('reserved_connections', true), '0')::int END)
      FROM pg_roles r CROSS JOIN pg_database d CROSS JOIN pg_stat_activity a
      WHERE r.rolname = session_user AND d.datname = current_database() AND a.usesysid IS NOT NULL
      GROUP BY r.oid, r.rolsuper, r.rolconnlimit, d.oid, d.datconnlimit
      """
    ).first
    return max(0, row?[0].flatMap { Int($0) } ?? 0)
  }
}
