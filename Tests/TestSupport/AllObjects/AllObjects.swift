// One database with every kind of object that PostgreSQL has, in most of their variants, and with values and
// names that are easily lost on the way. Security labels are not among them: Debian packages no provider of them
// but sepgsql, which needs a kernel with SELinux.

package enum AllObjects {
  static func superuserScript(database: String, role: String) -> String {
    SampleDatabase.superuserScript
      + ofSuperuser.replacing(":role", with: role).replacing(":database", with: database)
  }

  /// Beyond what scrambling the sample does.
  private static let scramble = #"""
    DROP SCHEMA "😀👩‍👩‍👧" CASCADE; DROP TABLE world.kinds CASCADE; DROP TYPE world.mood CASCADE; DROP TABLE world.events_mid CASCADE;
    DELETE FROM world.events WHERE n % 3 = 0; ALTER TABLE world.left_parent ALTER a SET DEFAULT 5; DROP TABLE world.widest;
    ALTER FUNCTION world.near RENAME TO near_by; DROP AGGREGATE world.add_up(int); DROP EXTENSION unaccent, cube CASCADE;
    UPDATE world.v_text SET t = t || 'x'; SELECT setval('world.owned', 99), lo_create(99001), lo_unlink(77001);
    CREATE TYPE world.later AS ENUM ('x'); CREATE TABLE public.later (l world.later); ALTER SCHEMA "ТАБЛИЦА" RENAME TO renamed;
    CREATE FUNCTION later_function() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE DOMAIN later_domain AS int;
    CREATE VIEW later_view AS SELECT 1; CREATE MATERIALIZED VIEW later_too AS SELECT 1; CREATE SEQUENCE later_numbers;
    CREATE AGGREGATE later_sum(int) (SFUNC = int4pl, STYPE = int); CREATE OPERATOR <<<>>> (FUNCTION = same, LEFTARG = text, RIGHTARG = text);
    CREATE COLLATION later_collation FROM "C"; CREATE CONVERSION later_conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE TEXT SEARCH CONFIGURATION later_search (COPY = german); CREATE TYPE later_range AS RANGE (subtype = int);
    CREATE PROCEDURE later_procedure() LANGUAGE sql AS ''; CREATE TYPE later_type AS (a int); CREATE CAST (later_type AS text) WITH INOUT;
    ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM CURRENT_USER;
    ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO pg_monitor; ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM CURRENT_USER;

    """#

  private static let scrambleOfSuperuser = #"""
    DROP EVENT TRIGGER guard; ALTER EVENT TRIGGER dropped RENAME TO dropped_later; DROP PUBLICATION everything; ALTER TABLE world.theirs OWNER TO postgres;
    DROP SERVER files CASCADE; DROP TABLE world.forced; ALTER LARGE OBJECT 87001 OWNER TO postgres; DROP LANGUAGE my_sql CASCADE;
    ALTER DATABASE :database RESET ALL; REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) FROM "reader :role"; DROP TYPE world.base CASCADE;

    """#

  static func scramble(database: String, role: String) -> String {
    SampleDatabase.scramble(database: database, role: role) + scramble + changesOfVersion
  }

  static func scrambleOfSuperuser(database: String, role: String) -> String {
    scrambleOfSuperuser.replacing(":role", with: role).replacing(":database", with: database)
  }
}

extension TestDatabase {
  /// Makes everything that the owner may make and, if asked for, what only a superuser may.
  package func fillWithAllObjects(ofSuperuser: Bool) throws {
    try fill()
    try psql(
      SampleAdaptation.adapted(
        AllObjects.tables + AllObjects.code + AllObjects.ofExtensions + AllObjects.ofVersion
          + AllObjects.rights + AllObjects.names
          + AllObjects.values))
    if ofSuperuser {
      // As the role itself: an extension belongs to the role that makes it, and a restore makes it anew.
      try psql(SampleAdaptation.adapted(AllObjects.superuserScript(database: name, role: role)))
    }
    try psql(AllObjects.rightsOfVersion)
  }

  /// Changes something of nearly every kind.
  package func scrambleAllObjects(ofSuperuser: Bool) throws {
    if ofSuperuser {
      try psql(SampleAdaptation.adapted(AllObjects.scrambleOfSuperuser(database: name, role: role)))
    }
    try psql(SampleAdaptation.adapted(AllObjects.scramble(database: name, role: role)))
  }
}
