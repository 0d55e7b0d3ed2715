// What only a superuser may make: other owners, forced row security, event triggers, foreign data, languages,
// access methods, base types. `:role` and `:database` stand for the names.

extension AllObjects {
  static let ofSuperuser = #"""
    CREATE ROLE "reader :role" LOGIN; CREATE ROLE "Rôle ""x"" :role";
    GRANT USAGE ON SCHEMA world TO "reader :role", "Rôle ""x"" :role";
    CREATE TABLE world.forced (id int, who text);
    ALTER TABLE world.forced ENABLE ROW LEVEL SECURITY; ALTER TABLE world.forced FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON world.forced USING (who = CURRENT_USER); INSERT INTO world.forced VALUES (1, 'a'), (2, 'b');
    ALTER TABLE world.forced OWNER TO ":role";
    CREATE TABLE world.theirs (id serial PRIMARY KEY, secret text); INSERT INTO world.theirs (secret) VALUES ('x');
    ALTER TABLE world.theirs OWNER TO "Rôle ""x"" :role";
    SET ROLE "Rôle ""x"" :role"; GRANT SELECT ON world.theirs TO "reader :role" WITH GRANT OPTION;
    SET ROLE "reader :role"; GRANT SELECT ON world.theirs TO pg_monitor; RESET ROLE;
    ALTER DEFAULT PRIVILEGES FOR ROLE "reader :role" IN SCHEMA public GRANT INSERT ON TABLES TO "Rôle ""x"" :role";
    ALTER DEFAULT PRIVILEGES FOR ROLE "reader :role" REVOKE ALL ON TABLES FROM "reader :role";
    CREATE FUNCTION world.ddl() RETURNS event_trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''no tables are made here: %'', tg_tag; END';
    CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION world.ddl(); ALTER EVENT TRIGGER dropped DISABLE;
    COMMENT ON EVENT TRIGGER dropped IS 'et';
    CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert, truncate'); CREATE PUBLICATION none;
    CREATE PUBLICATION chosen FOR TABLE world.tuned (id, v) WHERE (id > 3), world.events, ONLY world.left_parent
      WITH (publish_via_partition_root, publish = 'insert, delete');
    CREATE PUBLICATION in_schema FOR TABLES IN SCHEMA world, TABLE public.customers WITH (publish = 'insert'); COMMENT ON PUBLICATION chosen IS 'pub';
    ALTER PUBLICATION in_schema OWNER TO pg_monitor;
    CREATE EXTENSION file_fdw; CREATE SERVER files TYPE 'x' VERSION '1''2' FOREIGN DATA WRAPPER file_fdw;
    CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '/nowhere \ ''x''', dbname 'x');
    CREATE USER MAPPING FOR "reader :role" SERVER other OPTIONS (user 'u', password 'p''w\');
    CREATE FOREIGN TABLE world.lines_of_file (line text NOT NULL) SERVER files OPTIONS (filename '/etc/hostname', format 'text', null '\N');
    CREATE FOREIGN TABLE world.far_part PARTITION OF world.empty_root FOR VALUES FROM (1) TO (100)
      SERVER other OPTIONS (table_name 'far');
    ALTER FOREIGN TABLE world.lines_of_file ADD CHECK (line <> ''); COMMENT ON FOREIGN TABLE world.lines_of_file IS 'ft';
    COMMENT ON SERVER files IS 'srv'; GRANT USAGE ON FOREIGN SERVER other TO "reader :role";
    CREATE FOREIGN DATA WRAPPER empty_wrapper OPTIONS (a 'b'); COMMENT ON FOREIGN DATA WRAPPER empty_wrapper IS 'w';
    GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO "reader :role";
    SELECT lo_from_bytea(87001, '\x00'), lo_create(87002), lo_from_bytea(87003, decode(repeat('00ff5c0a', 20000), 'hex'));
    ALTER LARGE OBJECT 87001 OWNER TO "Rôle ""x"" :role"; GRANT SELECT, UPDATE ON LARGE OBJECT 87001 TO PUBLIC;
    COMMENT ON LARGE OBJECT 87002 IS E'lo\n''';
    CREATE OPERATOR FAMILY world.numbers USING btree;
    CREATE OPERATOR CLASS world.int_numbers FOR TYPE int USING btree FAMILY world.numbers AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =,
      OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int), FUNCTION 2 btint4sortsupport(internal);
    ALTER OPERATOR FAMILY world.numbers USING btree ADD OPERATOR 1 > (int, bigint), FUNCTION 1 (int, bigint) btint48cmp(int, bigint);
    CREATE INDEX backwards ON world.tuned (v world.int_numbers);
    COMMENT ON OPERATOR FAMILY world.numbers USING btree IS 'of'; COMMENT ON OPERATOR CLASS world.int_numbers USING btree IS 'oc';
    CREATE TEXT SEARCH PARSER world.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype,
      HEADLINE = prsd_headline);
    CREATE TEXT SEARCH TEMPLATE world.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
    CREATE ACCESS METHOD second_heap TYPE TABLE HANDLER heap_tableam_handler; COMMENT ON ACCESS METHOD second_heap IS 'am';
    CREATE TABLE world.in_second (id int) USING second_heap; INSERT INTO world.in_second VALUES (1);
    CREATE FUNCTION world.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
    CREATE FUNCTION world.validator(oid) RETURNS void STRICT LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
    CREATE LANGUAGE my_sql HANDLER world.handler VALIDATOR world.validator;
    CREATE FUNCTION world.in_my_sql() RETURNS int LANGUAGE my_sql AS 'BEGIN RETURN 1; END';
    GRANT USAGE ON LANGUAGE plpgsql TO "reader :role"; COMMENT ON LANGUAGE my_sql IS 'la';
    CREATE AGGREGATE world.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
      FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
    CREATE FUNCTION world.in_c(text) RETURNS int STRICT IMMUTABLE LANGUAGE internal AS 'textlen';
    CREATE FUNCTION world.support(internal) RETURNS internal STRICT IMMUTABLE LANGUAGE internal AS 'generate_series_int4_support';
    CREATE FUNCTION world.supported(int) RETURNS SETOF int LANGUAGE sql ROWS 5 SUPPORT world.support AS 'SELECT $1';
    CREATE TYPE world.shell; CREATE TYPE world.base;
    CREATE FUNCTION world.base_in(cstring) RETURNS world.base STRICT IMMUTABLE LANGUAGE internal AS 'int4in';
    CREATE FUNCTION world.base_out(world.base) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'int4out';
    CREATE TYPE world.base (INPUT = world.base_in, OUTPUT = world.base_out, LIKE = int, DELIMITER = ';', CATEGORY = 'x', DEFAULT = '7');
    CREATE TABLE world.of_base (b world.base, many world.base[]); INSERT INTO world.of_base VALUES (DEFAULT, '{1;2}'), ('-3', NULL);
    CREATE CAST (world.base AS int) WITHOUT FUNCTION AS ASSIGNMENT;
    CREATE FUNCTION world.to_sql(internal) RETURNS int STRICT IMMUTABLE LANGUAGE internal AS 'int4recv';
    CREATE FUNCTION world.from_sql(internal) RETURNS internal STRICT IMMUTABLE LANGUAGE internal AS 'varchar_support';
    CREATE TRANSFORM FOR int LANGUAGE my_sql (FROM SQL WITH FUNCTION world.from_sql(internal), TO SQL WITH FUNCTION world.to_sql(internal));
    COMMENT ON EXTENSION cube IS 'not the usual one'; COMMENT ON SCHEMA public IS 'changed';
    GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) TO "reader :role"; REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC;
    GRANT SELECT (rolname) ON pg_catalog.pg_authid TO "reader :role"; ALTER SCHEMA "nur Erweiterungen" OWNER TO "Rôle ""x"" :role";
    CREATE EVENT TRIGGER guard ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'CREATE INDEX', 'ALTER TABLE', 'CREATE EXTENSION')
      EXECUTE FUNCTION world.ddl(); ALTER EVENT TRIGGER guard ENABLE ALWAYS;
    ALTER ROLE "reader :role" IN DATABASE :database SET work_mem = '7MB';
    ALTER ROLE "reader :role" IN DATABASE :database SET app.tenant = E'a''b\\c\nd'; ALTER DATABASE :database SET app.mark = E'\u0301x';
    ALTER ROLE "reader :role" IN DATABASE :database SET search_path = '$user', "a, ""b", ''; ALTER DATABASE :database SET log_statement = 'none';
    ALTER DATABASE :database SET datestyle = 'SQL, DMY'; ALTER DATABASE :database SET temp_tablespaces = ''; ALTER DATABASE :database SET search_path = '';
    GRANT CREATE ON DATABASE :database TO "Rôle ""x"" :role" WITH GRANT OPTION; REVOKE TEMPORARY ON DATABASE :database FROM ":role";

    """#
}
