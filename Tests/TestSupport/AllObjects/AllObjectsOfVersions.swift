// What only newer servers know, made by the owner.

extension AllObjects {
  static var ofVersion: String {
    let known = [(16, since16), (17, since17), (18, since18)].filter { PostgresServer.majorVersion >= $0.0 }
    return known.map(\.1).joined()
  }

  static var changesOfVersion: String {
    PostgresServer.majorVersion >= 18
      ? "DROP TABLE world.since_18 CASCADE; ALTER TABLE world.stays DROP CONSTRAINT stays_pkey CASCADE;\n"
      : ""
  }

  /// After all large objects: pg_dump lists those with equal rights together, in the order in which they were granted.
  static var rightsOfVersion: String {
    PostgresServer.majorVersion >= 18
      ? "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO pg_monitor;" : ""
  }

  private static let since16 = #"""
    CREATE TABLE world.since_16 (id int, t text STORAGE EXTERNAL); INSERT INTO world.since_16 VALUES (1, 'x');
    CREATE VIEW world.json_16 AS SELECT JSON_OBJECT('a': 1, 'b': NULL ABSENT ON NULL) AS j, '{}' IS JSON OBJECT AS k;

    """#

  private static let since17 = #"""
    CREATE TABLE world.since_17 (id int GENERATED ALWAYS AS IDENTITY (INCREMENT 3), at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE world.since_17_a PARTITION OF world.since_17 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    INSERT INTO world.since_17 (at) SELECT date '2024-01-01' + n FROM generate_series(1, 50) n;
    GRANT MAINTAIN ON world.since_17 TO pg_monitor; ALTER TABLE world.since_17 SET ACCESS METHOD heap;
    CREATE VIEW world.json_17 AS SELECT * FROM JSON_TABLE('[{"a": 1}]'::jsonb, '$[*]' COLUMNS (a int PATH '$.a', n FOR ORDINALITY));

    """#

  private static let since18 = #"""
    CREATE TABLE world.since_18 (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2),
      thrice int GENERATED ALWAYS AS (a * 3) STORED, needed int CONSTRAINT is_needed NOT NULL NO INHERIT,
      CONSTRAINT believed CHECK (a > 1000) NOT ENFORCED);
    INSERT INTO world.since_18 (id, a, needed) SELECT n, n, n FROM generate_series(1, 30) n;
    CREATE TABLE world.nulls_18 (n int); INSERT INTO world.nulls_18 VALUES (NULL);
    ALTER TABLE world.nulls_18 ADD CONSTRAINT not_yet NOT NULL n NOT VALID;
    CREATE TABLE world.heirs_18 () INHERITS (world.since_18); CREATE TABLE world.virtual_alone (v int GENERATED ALWAYS AS (1));
    INSERT INTO world.virtual_alone DEFAULT VALUES;
    CREATE TABLE world.refers_18 (id int REFERENCES world.since_18 NOT ENFORCED); INSERT INTO world.refers_18 VALUES (999);
    CREATE TABLE world.stays (room int, during daterange, PRIMARY KEY (room, during WITHOUT OVERLAPS));
    INSERT INTO world.stays SELECT 1, daterange(date '2024-01-01' + n, date '2024-01-02' + n) FROM generate_series(1, 9) n;
    CREATE TABLE world.meals (room int, during daterange, FOREIGN KEY (room, PERIOD during) REFERENCES world.stays);
    INSERT INTO world.meals VALUES (1, '[2024-01-03,2024-01-05)');

    """#
}
