// Views, rules, triggers, functions, operators, text search, rights and comments of every kind, on top of
// `SampleDatabase`, made by a role that owns the database and nothing else.

extension AllObjects {
  static let code = #"""
    CREATE VIEW world.local_check AS SELECT id, v FROM world.tuned WHERE v > 2 WITH LOCAL CHECK OPTION;
    ALTER VIEW world.local_check ALTER COLUMN v SET DEFAULT 42; CREATE VIEW world.no_columns AS SELECT;
    CREATE VIEW world.as_caller WITH (security_invoker, security_barrier = false) AS TABLE world.tuned;
    CREATE VIEW world.cycle_a AS SELECT 1 AS one; CREATE FUNCTION world.of_a(world.cycle_a) RETURNS int LANGUAGE sql AS 'SELECT $1.one';
    CREATE OR REPLACE VIEW world.cycle_a AS SELECT 1 AS one, world.of_a(NULL) AS two;
    CREATE VIEW world."Join ""view""" AS SELECT k.*, t.v AS "Größe" FROM world.kinds k LEFT JOIN world.tuned t USING (id) WHERE k.even > 2 ORDER BY k.name COLLATE "C" DESC, 1;
    CREATE VIEW world.grouped AS SELECT id, v, count(*) FROM world.tuned GROUP BY id, v HAVING count(*) > 0 WINDOW w AS (ORDER BY id);
    CREATE MATERIALIZED VIEW world.m1 AS SELECT id, v FROM world.tuned; CREATE MATERIALIZED VIEW world.m2 AS SELECT * FROM world.m1 WHERE v > 5;
    CREATE VIEW world.between AS SELECT count(*) AS n FROM world.m2; CREATE MATERIALIZED VIEW world.a_first WITH (fillfactor = 50) AS SELECT n FROM world.between;
    CREATE MATERIALIZED VIEW world.hollow AS SELECT * FROM world.m2 WITH NO DATA; CREATE UNIQUE INDEX ON world.m2 (id) INCLUDE (v); CREATE INDEX ON world.hollow ((v + 1));
    CREATE RULE also AS ON UPDATE TO world.tuned WHERE OLD.v = 1 DO ALSO (DELETE FROM world.no_rows WHERE id = NEW.id; SELECT OLD.v);
    CREATE RULE never AS ON INSERT TO world.no_rows DO INSTEAD NOTHING; ALTER TABLE world.no_rows DISABLE RULE never; ALTER TABLE world.tuned ENABLE ALWAYS RULE also;
    CREATE FUNCTION world.fired() RETURNS trigger LANGUAGE plpgsql AS $body$
    /* Lines that a reader of scripts could trip over:
    \restrict key
    \unrestrict key
    \.
    COMMIT;
    COPY world.kinds FROM stdin;
    */
    BEGIN RETURN coalesce(NEW, OLD); END $body$;
    CREATE TRIGGER statement_new AFTER INSERT ON world.tuned REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
      EXECUTE FUNCTION world.fired('a\b', 'it''s', E'\n');
    CREATE TRIGGER statement_both AFTER UPDATE ON world.tuned REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
      FOR EACH STATEMENT EXECUTE FUNCTION world.fired();
    CREATE TRIGGER truncated BEFORE TRUNCATE ON world.tuned EXECUTE FUNCTION world.fired();
    ALTER TABLE world.tuned ENABLE REPLICA TRIGGER truncated;
    CREATE TRIGGER instead_of INSTEAD OF INSERT OR DELETE ON world.grouped FOR EACH ROW EXECUTE FUNCTION world.fired();
    CREATE CONSTRAINT TRIGGER checked AFTER UPDATE OF v, short ON world.tuned FROM world.kinds INITIALLY IMMEDIATE
      FOR EACH ROW WHEN (OLD.v IS DISTINCT FROM NEW.v) EXECUTE FUNCTION world.fired();
    CREATE TRIGGER on_parts BEFORE INSERT ON world.events FOR EACH ROW EXECUTE FUNCTION world.fired();
    ALTER TABLE world.events_rest DISABLE TRIGGER on_parts;
    CREATE TRIGGER "Strange ""name""" AFTER DELETE ON world.tuned FOR EACH ROW EXECUTE FUNCTION world.fired();
    ALTER TABLE world.tuned DISABLE TRIGGER "Strange ""name""";
    CREATE FUNCTION world.all_of_it(IN a int, INOUT b text DEFAULT E'x\n''', OUT c int[], VARIADIC d int[] DEFAULT '{}')
      RETURNS SETOF record STRICT STABLE PARALLEL RESTRICTED COST 7 ROWS 77 SECURITY DEFINER
      SET search_path = world, "nur Erweiterungen", pg_temp SET work_mem = '3MB' SET datestyle = 'ISO, DMY'
      LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT; RETURN; END $$;
    CREATE FUNCTION world.overloaded(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION world.overloaded(text) RETURNS TABLE (a int, "B b" text) LANGUAGE sql AS 'SELECT 1, $1';
    CREATE FUNCTION world.atomic(x int, OUT y int, OUT z text) LANGUAGE sql
      BEGIN ATOMIC SELECT v, short FROM world.tuned WHERE id = x; END;
    CREATE FUNCTION world.recursive(n int) RETURNS int LANGUAGE sql IMMUTABLE AS
      $f$ SELECT CASE WHEN n < 1 THEN 0 ELSE world.recursive(n - 1) END $f$;
    CREATE PROCEDURE world.move(INOUT a int, b text DEFAULT $x$ $$ ' $x$) LANGUAGE sql
      BEGIN ATOMIC INSERT INTO world.no_rows VALUES (a); SELECT a; END;
    CREATE PROCEDURE world.commit_inside() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
    CREATE FUNCTION world."Ünï \ %s $1"() RETURNS void LANGUAGE sql AS '';
    CREATE FUNCTION world.any_array(anycompatiblearray, anycompatible) RETURNS anycompatiblearray LANGUAGE sql IMMUTABLE
      AS 'SELECT array_append($1, $2)';
    CREATE AGGREGATE world.collect(int) (SFUNC = world.any_array, STYPE = int[], INITCOND = '{}');
    CREATE AGGREGATE world.add_up(int) (SFUNC = int4pl, STYPE = int, COMBINEFUNC = int4pl, PARALLEL = SAFE,
      MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, INITCOND = '0', MINITCOND = '0');
    CREATE AGGREGATE world.biggest(int) (SFUNC = int4larger, STYPE = int, SORTOP = OPERATOR(pg_catalog.>));
    CREATE AGGREGATE world.no_arguments(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
    CREATE FUNCTION world.near(numeric, numeric) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN abs($1 - $2) < 1;
    CREATE FUNCTION world.far(numeric, numeric) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN abs($1 - $2) >= 1;
    CREATE OPERATOR world.~~~ (FUNCTION = world.near, LEFTARG = numeric, RIGHTARG = numeric,
      COMMUTATOR = OPERATOR(world.~~~), NEGATOR = OPERATOR(world.!~~~), RESTRICT = eqsel, JOIN = eqjoinsel);
    CREATE OPERATOR world.!~~~ (FUNCTION = world.far, LEFTARG = numeric, RIGHTARG = numeric,
      COMMUTATOR = OPERATOR(world.!~~~), NEGATOR = OPERATOR(world.~~~));
    CREATE FUNCTION world.root(numeric) RETURNS numeric IMMUTABLE LANGUAGE sql RETURN sqrt($1);
    CREATE OPERATOR world.|/ (FUNCTION = world.root, RIGHTARG = numeric);
    CREATE FUNCTION world.to_number(world.outer_part) RETURNS int IMMUTABLE LANGUAGE sql RETURN 1;
    CREATE CAST (world.outer_part AS int) WITH FUNCTION world.to_number(world.outer_part) AS IMPLICIT;
    CREATE CAST (world.inner_part AS world.outer_part) WITH INOUT;
    CREATE DEFAULT CONVERSION world.conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE TEXT SEARCH DICTIONARY world.synonyms (TEMPLATE = pg_catalog.synonym, SYNONYMS = synonym_sample,
      casesensitive = true);
    CREATE TEXT SEARCH DICTIONARY world.endings (TEMPLATE = snowball, LANGUAGE = german, STOPWORDS = german);
    CREATE TEXT SEARCH CONFIGURATION world.german (PARSER = pg_catalog."default");
    ALTER TEXT SEARCH CONFIGURATION world.german ADD MAPPING FOR asciiword, word WITH world.synonyms, world.endings;

    """#

  static let ofExtensions = #"""
    CREATE EXTENSION unaccent SCHEMA "nur Erweiterungen"; CREATE EXTENSION ltree SCHEMA "nur Erweiterungen";
    CREATE EXTENSION cube; CREATE EXTENSION tablefunc SCHEMA world; CREATE EXTENSION lo;
    CREATE TABLE world.paths (p "nur Erweiterungen".ltree PRIMARY KEY, c cube, l lo);
    INSERT INTO world.paths VALUES ('a.b.c', '(1,2,3)', 77001), ('a', '(0),(1)', NULL);
    CREATE INDEX ON world.paths USING gist (p "nur Erweiterungen".gist_ltree_ops (siglen = 100));
    CREATE INDEX ON world.paths USING gist (c);
    CREATE TRIGGER managed BEFORE UPDATE OR DELETE ON world.paths FOR EACH ROW EXECUTE FUNCTION lo_manage(l);

    """#

  static let rights = #"""
    ALTER TABLE world.no_rows ENABLE ROW LEVEL SECURITY;
    CREATE POLICY "P ""p""" ON world.no_rows AS RESTRICTIVE FOR INSERT TO pg_monitor, CURRENT_USER
      WITH CHECK (id > (SELECT count(*) FROM world.tuned));
    GRANT ALL ON TABLE world.tuned TO pg_monitor WITH GRANT OPTION; REVOKE DELETE ON world.tuned FROM CURRENT_USER;
    GRANT REFERENCES (id), INSERT (id, v) ON world.tuned TO PUBLIC;
    REVOKE ALL ON FUNCTION world.near FROM PUBLIC, CURRENT_USER; GRANT EXECUTE ON PROCEDURE world.move TO pg_monitor;
    REVOKE USAGE ON TYPE world.even FROM PUBLIC; GRANT USAGE ON DOMAIN world.my_mood TO pg_monitor;
    GRANT UPDATE ON SEQUENCE world.codes TO pg_monitor; GRANT CREATE, USAGE ON SCHEMA world TO pg_monitor;
    GRANT SELECT ON world.m1 TO PUBLIC; GRANT CREATE ON SCHEMA public TO pg_monitor;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO pg_monitor;
    ALTER DEFAULT PRIVILEGES IN SCHEMA world GRANT SELECT ON SEQUENCES TO PUBLIC;
    ALTER DEFAULT PRIVILEGES IN SCHEMA world GRANT ALL ON TABLES TO pg_monitor WITH GRANT OPTION;
    COMMENT ON SCHEMA world IS 'ours now'; COMMENT ON DOMAIN world.even IS 'd';
    COMMENT ON CONSTRAINT is_even ON DOMAIN world.even IS E'dc\n\\'; COMMENT ON TYPE world.inner_part IS '日本';
    COMMENT ON COLUMN world.inner_part.a IS 'attribute'; COMMENT ON SEQUENCE world.codes IS 's';
    COMMENT ON COLLATION world.unfussy IS 'c'; COMMENT ON TABLE world.events_mid IS 'p';
    COMMENT ON COLUMN world.local_check.v IS 'vc'; COMMENT ON VIEW world.local_check IS 'v';
    COMMENT ON MATERIALIZED VIEW world.m1 IS 'm'; COMMENT ON COLUMN world.m1.v IS 'mc';
    COMMENT ON RULE also ON world.tuned IS 'r'; COMMENT ON TRIGGER truncated ON world.tuned IS 't';
    COMMENT ON PROCEDURE world.move IS 'p'; COMMENT ON AGGREGATE world.add_up(int) IS 'a';
    COMMENT ON OPERATOR world.~~~ (numeric, numeric) IS 'o'; COMMENT ON OPERATOR world.|/ (NONE, numeric) IS 'o1';
    COMMENT ON CAST (world.outer_part AS int) IS 'c'; COMMENT ON CONVERSION world.conversion IS 'cv';
    COMMENT ON TEXT SEARCH DICTIONARY world.endings IS 'td'; COMMENT ON TEXT SEARCH CONFIGURATION world.german IS 'tc';
    COMMENT ON POLICY "P ""p""" ON world.no_rows IS 'po'; COMMENT ON STATISTICS world.three IS 'st';
    COMMENT ON INDEX world.tuned_v IS 'i'; COMMENT ON CONSTRAINT spans_apart ON world.kinds IS 'x';
    COMMENT ON CONSTRAINT to_parts ON world.refers IS 'fk'; COMMENT ON COLUMN world.tuned.v IS $$it's "v" \$$;
    COMMENT ON TYPE world.float_span IS 'r'; COMMENT ON LARGE OBJECT 77002 IS '2';
    COMMENT ON FUNCTION world.all_of_it(int, text, VARIADIC int[]) IS E'many\n\nlines\n';

    """#
}
