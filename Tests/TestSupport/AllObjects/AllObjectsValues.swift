// Names that are hard to quote and values that are hard to write down.

extension AllObjects {
  static let names = #"""
    DO $do$
    DECLARE
      n text;
    BEGIN
      FOREACH n IN ARRAY ARRAY['Latin', 'straße', 'ТАБЛИЦА', '表', 'جدول', 'טבלה', '😀👩‍👩‍👧', U&'e\0301', U&'\00e9',
        U&'"\0301', U&'''\0301', U&'\\\0301', 'a b', ' a ', 'a.b', 'a"b', 'a''b', 'a\b', E'a\nb', E'a\tb', E'a\r\nb', '%s%d%%',
        '$1', '$$', 'a;b--', '/*', '*', '?', '[a-z]+', '(x|y)', '^$', '{}', '\.', 'select', 'ǅ', U&'\200b', U&'\202e rtl', 'ﬁ',
        '\N', '0', '-', '--help', '@', '#', '!', 'x=y', 'COPY', repeat('a', 63), repeat('а', 31), 'ſ', 'K'] LOOP
        EXECUTE format('CREATE SCHEMA %I', n);
        EXECUTE format('CREATE TABLE %I.%I (%I serial, %I text DEFAULT %L, PRIMARY KEY (%3$I))', n, n, n, 'x' || left(n, 20), n);
        EXECUTE format('INSERT INTO %I.%I VALUES (DEFAULT, DEFAULT), (DEFAULT, %3$L || %3$L)', n, n, n);
        EXECUTE format('CREATE INDEX ON %I.%I (%I)', n, n, 'x' || left(n, 20));
        EXECUTE format('CREATE TABLE public.%I AS SELECT %L::text AS %I', 'in public ' || left(n, 25), n, n);
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', n, n, n);
      END LOOP;
    END $do$;

    """#

  static let values = #"""
    CREATE TABLE world.v_text (id serial, t text, v varchar(5), c char(4), n name, q "char");
    INSERT INTO world.v_text (t) SELECT chr(n) || 'x' || chr(n) FROM generate_series(1, 1000) n;
    INSERT INTO world.v_text (t) SELECT chr(n)
      FROM unnest(ARRAY[8232, 8233, 133, 65279, 65533, 65535, 65534, 1114111, 57344, 128512, 917631]) n;
    INSERT INTO world.v_text (t) VALUES (''), (NULL), ('\N'), ('\.'), (E'\\.\n'), (E'\n\\.\n'), (E'\t\t'), (E'\r\n'), ('NULL'),
      ('"'), (''''), ('\'), ('\\'), (E'a\\'), ('\x41'), ('\101'), ('$$'), (U&'e\0301\0301\0301'), (U&'\202e rtl'),
      (repeat(E'\\.\n', 1000)), (repeat('😀', 30000)), (repeat(E'\t\\\n', 9000));
    INSERT INTO world.v_text (v, c, n, q) VALUES ('ab   ', 'a', 'name', 'q'), ('', '', '', ''), ('äöüß€', 'äö', 'ñ', '\377'),
      ('     ', '    ', ' ', ' ');
    CREATE TABLE world.v_numbers (s smallint, i int, b bigint, n numeric, n5 numeric(5, -2), f float8, r real, m money, o oid);
    INSERT INTO world.v_numbers (s, i, b, m, o) VALUES
      (-32768, -2147483648, -9223372036854775808, '-92233720368547758.08', 0),
      (32767, 2147483647, 9223372036854775807, '92233720368547758.07', 4294967295);
    INSERT INTO world.v_numbers (n) VALUES ('NaN'), ('Infinity'), ('-Infinity'), (0), (-0.0), ('0.000'), ('1e-16383'),
      ('1e131071'), (repeat('9', 131072)::numeric + 0.5), ('123.4500'), (repeat('7', 20000)::numeric / 3);
    INSERT INTO world.v_numbers (n5) VALUES (1234567), ('NaN');
    INSERT INTO world.v_numbers (f, r) VALUES ('NaN', 'NaN'), ('Infinity', 'Infinity'), ('-Infinity', '-Infinity'), ('-0', '-0'),
      (5e-324, 1e-45), (1.7976931348623157e308, 3.4028235e38), (0.1, 0.1), (1e23, 16777217);
    CREATE TABLE world.v_times (
      d date, t time, tz timetz, ts timestamp, tstz timestamptz, i interval, id interval day to second(2), ts0 timestamp(0));
    INSERT INTO world.v_times VALUES
      ('infinity', '24:00', '24:00+15:59', 'infinity', 'infinity', '178000000 years', '3 days 04:05:06.789', '2024-02-29 23:59:59.5'),
      ('-infinity', '00:00', '00:00-15:59', '-infinity', '-infinity', '-178000000 years', '-1 microsecond', NULL),
      ('4713-01-01 BC', '23:59:59.999999', '12:00+05:30', '4713-01-01 BC', '4713-01-01 BC', '1 mon -1 day 00:00:00.000001', '0', NULL),
      ('5874897-12-31', NULL, NULL, '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '-00:00:01', '1 day', '1999-12-31'),
      ('2024-03-31', '02:30', NULL, '2024-03-31 02:30', '2024-03-31 02:30 Europe/Berlin', NULL, NULL, NULL);
    CREATE TABLE world.v_json (j json, b jsonb, p jsonpath);
    INSERT INTO world.v_json VALUES
      ('{"a": 1, "a": 2, "b" :[ ] }', '{"a": 1, "a": 2}', '$.a[*] ? (@ > 1 && @.b == "x\"")'), ('1e400', '1e400', 'strict $'),
      ('"\u0001\ud83d\ude00\\"', '"\u0001\ud83d\ude00\\\n"', '$."a b"'), ('null', 'null', NULL),
      ('[[[[]]]]', '{"": {"\t": [-0.0, 1.50, 123456789012345678901234567890.123]}}', '$.**{2 to last}');
    INSERT INTO world.v_json (b) SELECT jsonb_object_agg('k' || n, repeat('v', n)) FROM generate_series(1, 300) n;
    CREATE TABLE world.v_bytes (b bytea, bits bit(9), vb varbit); ALTER TABLE world.v_bytes ALTER b SET STORAGE EXTERNAL;
    INSERT INTO world.v_bytes VALUES ('\x', B'101010101', ''),
      (decode('000102030405060708090a0b0c0d0e0f5c5c2e1a1b7f80feff', 'hex'), NULL, B'1'),
      (convert_to(repeat('bytes', 40000), 'UTF8'), NULL, repeat('10', 5000)::varbit);
    CREATE TABLE world.v_other (
      u uuid, x xml, net inet, c cidr, m8 macaddr8, l pg_lsn, v tsvector, q tsquery, s pg_snapshot, tid tid, xid xid8, p point,
      ln line, sg lseg, bx box, pa path, po polygon, ci circle, nr numrange, tr tsrange, nm nummultirange, a int[], t text[][]);
    INSERT INTO world.v_other (u, x, net, c, m8, l, v, q, s, tid, xid) VALUES
      ('ffffffff-ffff-ffff-ffff-ffffffffffff', '<?xml version="1.0"?><a>&amp;<![CDATA[\.]]></a>', '::ffff:1.2.3.4/96', '10.0.0.0/8',
      '08:00:2b:01:02:03:04:05', 'FFFFFFFF/FFFFFFFF', $$'it''s':1A,2B 'a\\b':3 'plain' 'ü':16383D$$, $$'a''b':*AB & !( x <3> y )$$,
      '10:20:10,14,15', '(4294967295,65535)', '18446744073709551615'),
      (NULL, 'just text <b/>', '1.2.3.4', '::/0', NULL, '0/0', '', '', NULL, NULL, '3'),
      (NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO world.v_other (p, ln, sg, bx, pa, po, ci, nr, tr, nm, a, t) VALUES
      ('(NaN,Infinity)', '{1,-1,0}', '[(0,0),(1e308,-1e-308)]', '(2,2),(1,1)', '[(0,0),(1,1)]', '((0,0),(1,1),(1,0))', '<(0,0),5>',
      '(,)', '[infinity,infinity]', '{}', '[5:6]={1,2}', '{{a,"NULL"},{NULL,"\\\""}}'),
      (NULL, NULL, NULL, NULL, '((0,0))', NULL, NULL, 'empty', '["-infinity",)', '{(,1),[2,2],(3,)}', '{}', '{}'),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[-1:-1][0:1]={{1,NULL}}', '{" ","{}",","}');
    CREATE TABLE world.v_reg (c regclass, p regproc, pr regprocedure, o regoper, op regoperator, t regtype, r regrole,
      n regnamespace, ts regconfig, d regdictionary, co regcollation);
    INSERT INTO world.v_reg VALUES ('world.kinds', 'world.near', 'world.overloaded(text)', 'world.!~~~',
      'world.~~~(numeric,numeric)', 'world.mood[]', 'pg_monitor', 'world', 'world.german', 'world.endings', 'world.unfussy'),
      ('world.by_mood_1', '-', NULL, NULL, NULL, 'numeric', NULL, NULL, 'english', NULL, '"C"');

    """#
}
