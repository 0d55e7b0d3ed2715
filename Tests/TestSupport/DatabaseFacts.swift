// What the server itself says of a database's contents, without pg_dump: rows of every table as a number that
// does not depend on their order, sequences, large objects, privileges, settings, and how many objects of each kind.

package enum DatabaseFacts {
  /// Prints them as lines that can be compared, with the same settings whatever the database's own are.
  static func script(isWhole: Bool) -> String { settings + contents + catalogs + (isWhole ? properties : "") }

  private static let settings = """
    SET search_path = pg_catalog; SET DateStyle = ISO; SET TimeZone = 'UTC'; SET extra_float_digits = 3; SET client_min_messages = error;
    SET quote_all_identifiers = off; SET bytea_output = hex; SET row_security = off; SET statement_timeout = 0; SET lc_monetary = 'C';

    """

  /// Partitions count at their root: an enum's value may lie in another one in another database.
  private static let contents = #"""
    SELECT CASE
      WHEN NOT c.relispopulated THEN format('SELECT %L', format('%s is not populated', c.oid::regclass))
      WHEN c.relkind = 'S' THEN format('SELECT %L, last_value, is_called FROM %s', format('sequence %s', c.oid::regclass), c.oid::regclass)
      WHEN c.relkind = 'p' AND EXISTS (SELECT FROM pg_inherits i JOIN pg_class f ON f.oid = i.inhrelid
        WHERE i.inhparent = c.oid AND f.relkind = 'f') THEN format('SELECT %L', format('%s has foreign partitions', c.oid::regclass))
      ELSE format('SELECT %L, count(*), coalesce(sum(hashtextextended(t.*::text, 0)), 0) FROM %s %s t',
        format('%s %s', c.relkind, c.oid::regclass), CASE c.relkind WHEN 'r' THEN 'ONLY' ELSE '' END, c.oid::regclass)
      END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'S') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY c.oid::regclass::text COLLATE "C" \gexec
    SELECT 'large object ', m.oid, pg_get_userbyid(lomowner), (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(coalesce(lomacl, acldefault('L', lomowner))) a), md5(lo_get(m.oid)), obj_description(m.oid, 'pg_largeobject')
      FROM pg_largeobject_metadata m ORDER BY m.oid;

    """#

  /// Without what no tool brings back: names that partitions' foreign keys have for themselves, operators that are only
  /// named by others, comments that outlive their subscription.
  private static let catalogs = #"""
    SELECT 'schema ', nspname, pg_get_userbyid(nspowner), (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(coalesce(nspacl, acldefault('n', nspowner))) a) FROM pg_namespace
      WHERE nspname !~ '^pg_(temp|toast_temp)' ORDER BY nspname COLLATE "C";
    SELECT 'extension ', extname, extversion, extnamespace::regnamespace, extrelocatable FROM pg_extension ORDER BY 2;
    SELECT 'relations ', relkind, relpersistence, relnamespace::regnamespace, count(*) FROM pg_class
      WHERE relnamespace::regnamespace::text !~ '^pg_' GROUP BY 2, 3, 4 ORDER BY 2, 3, relnamespace::regnamespace::text COLLATE "C";
    SELECT 'constraint ', conrelid::regclass, contypid::regtype, name, convalidated, condeferrable, coninhcount, conislocal
      FROM pg_constraint, LATERAL (SELECT CASE WHEN contype = 'f' AND conparentid <> 0 THEN 'of a partition' ELSE conname END AS name) AS v
      WHERE connamespace::regnamespace::text <> 'information_schema'
      ORDER BY conrelid::regclass::text COLLATE "C", contypid::regtype::text COLLATE "C", name COLLATE "C", condeferrable, coninhcount, conislocal;
    SELECT 'index ', indexrelid::regclass, indisvalid, indisclustered, indisreplident, indisunique, indnullsnotdistinct
      FROM pg_index WHERE indexrelid >= 16384 AND indrelid::regclass::text !~ '^pg_toast' ORDER BY indexrelid::regclass::text COLLATE "C";
    SELECT 'trigger ', tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgrelid::regclass::text COLLATE "C", 3;
    SELECT 'number of ', k, n FROM (VALUES ('types', (SELECT count(*) FROM pg_type)), ('functions', (SELECT count(*) FROM pg_proc)),
      ('operators', (SELECT count(*) FROM pg_operator WHERE oprcode <> 0)), ('classes', (SELECT count(*) FROM pg_opclass)),
      ('families', (SELECT count(*) FROM pg_opfamily)), ('casts', (SELECT count(*) FROM pg_cast)), ('languages', (SELECT count(*) FROM pg_language)),
      ('collations', (SELECT count(*) FROM pg_collation)), ('conversions', (SELECT count(*) FROM pg_conversion)),
      ('configurations', (SELECT count(*) FROM pg_ts_config)), ('policies', (SELECT count(*) FROM pg_policy)),
      ('publications', (SELECT count(*) FROM pg_publication)), ('event triggers', (SELECT count(*) FROM pg_event_trigger)),
      ('default privileges', (SELECT count(*) FROM pg_default_acl)), ('statistics', (SELECT count(*) FROM pg_statistic_ext)),
      ('comments', (SELECT count(*) FROM pg_description WHERE classoid <> 'pg_subscription'::regclass)), ('rules', (SELECT count(*) FROM pg_rewrite))) AS v (k, n);
    SELECT 'default privileges ', pg_get_userbyid(defaclrole), defaclnamespace::regnamespace, defaclobjtype, (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(defaclacl) a)
      FROM pg_default_acl ORDER BY 2, defaclnamespace::regnamespace::text, 4;

    """#

  private static var properties: String {
    propertiesOf15.replacing(
      "daticulocale", with: PostgresServer.majorVersion >= 17 ? "datlocale" : "daticulocale")
  }

  private static let propertiesOf15 = #"""
    SELECT 'database ', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider, datcollate, datctype, daticulocale, datistemplate,
      datallowconn, datconnlimit, dattablespace, (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(coalesce(datacl, acldefault('d', datdba))) a), shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database();
    SELECT 'settings ', pg_get_userbyid(setrole), setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
      WHERE d.datname = current_database() ORDER BY 2;

    """#
}
