// Rows of before a migration into the schema of after it: what goes where, what is refused, and that it is all of
// it or nothing.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Data into a changed schema", .needsPostgreSQL)
struct DataOnlyTests {
  private static let before = """
    CREATE TYPE status AS ENUM ('new', 'paid', 'sent');
    CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL, email varchar(100) UNIQUE, age int, legacy text);
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE, total numeric(10,2), state status, placed timestamp,
      note text, parent bigint REFERENCES orders, twice numeric GENERATED ALWAYS AS (total * 2) STORED);
    ALTER TABLE customers ADD COLUMN favourite bigint REFERENCES orders;
    CREATE TABLE items (order_id bigint REFERENCES orders, pos int, sku text, PRIMARY KEY (order_id, pos));
    CREATE TABLE old_log (id int, line text);
    CREATE TABLE events (at date, what text) PARTITION BY RANGE (at);
    CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    CREATE MATERIALIZED VIEW revenue AS SELECT customer_id, sum(total) AS sum FROM orders GROUP BY 1;
    INSERT INTO customers (name, email, age, legacy)
      SELECT 'c' || i, CASE WHEN i % 7 > 0 THEN 'c' || i || E'@x\\ty\\\\' END, i % 90, 'old' FROM generate_series(1, 50) i;
    INSERT INTO orders (customer_id, total, state, placed, note, parent)
      SELECT 1 + i % 50, i, (ARRAY['new', 'paid', 'sent'])[1 + i % 3]::status, timestamp '2026-01-01' + i * interval '1 min',
        E'a\\nb\\\\', nullif(i - 1, 0) FROM generate_series(1, 300) i;
    UPDATE customers SET favourite = id;
    INSERT INTO items SELECT i, 1, 'sku' || i FROM generate_series(1, 300) i;
    INSERT INTO events SELECT date '2026-01-15' + i % 30, 'e' || i FROM generate_series(1, 100) i;
    INSERT INTO old_log VALUES (1, 'x');
    REFRESH MATERIALIZED VIEW revenue;
    """

  /// Adds, drops, renames and retypes columns and tables; adds partitions, constraints and triggers that refuse rows.
  private static let migration = """
    ALTER TABLE customers RENAME TO clients;
    ALTER TABLE clients DROP COLUMN legacy, ADD COLUMN tier text NOT NULL DEFAULT 'basic', ADD COLUMN country text;
    ALTER TABLE orders RENAME COLUMN total TO amount;
    ALTER TABLE orders ALTER COLUMN state TYPE text, ALTER COLUMN placed TYPE timestamptz USING placed;
    ALTER TABLE orders ADD COLUMN channel text;
    UPDATE orders SET channel = 'web';
    ALTER TABLE orders ALTER channel SET NOT NULL;
    DROP TABLE old_log;
    CREATE TABLE coupons (id serial PRIMARY KEY, client_id int REFERENCES clients, code text);
    INSERT INTO coupons (client_id, code) VALUES (3, 'X');
    CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fired'; END $$;
    CREATE TRIGGER refuses BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION shout();
    ALTER TABLE orders ENABLE ALWAYS TRIGGER refuses;
    CREATE TRIGGER disabled BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION shout();
    ALTER TABLE items DISABLE TRIGGER disabled;
    CREATE RULE refuses AS ON INSERT TO orders DO INSTEAD NOTHING;
    CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
    INSERT INTO events VALUES ('2026-03-05', 'late');
    COMMENT ON CONSTRAINT items_order_id_fkey ON items IS 'a comment';
    DELETE FROM items WHERE order_id > 100;
    UPDATE clients SET favourite = NULL;
    UPDATE orders SET parent = NULL;
    DELETE FROM orders WHERE id > 100;
    REFRESH MATERIALIZED VIEW revenue;
    """

  private static let options: [BytePath] = [
    "--rename", "customers=clients", "--rename", "orders.total=amount", "--set", "orders.channel=web",
  ]

  private func migrated(_ rights: PostgresServer.Rights) throws -> (Scene, TestDatabase, String) {
    let scene = try Scene(rights)
    let database = try #require(scene.database)
    try scene.repository.write("a.txt", "one\n")
    try scene.repository.commit("First")
    try scene.repository.write(".env", "DATABASE_URL=\(database.url)\n")
    try database.psql(Self.before)
    let id = try scene.take("database", "pre-migration")
    try database.psql(Self.migration)
    return (scene, database, id)
  }

  private func restore(_ scene: Scene, _ id: String, _ more: any BytePathConvertible...) throws
    -> ProgramResult
  {
    try scene.program.run(["restore", "database", id, "--data-only"] + Self.options + more)
  }

  @Test(
    "rows of before a migration go into the schema of after it, and undo takes that back",
    arguments: LongHunt.cases([PostgresServer.Rights.superuser, .createDatabases, .plain]))
  func migration(_ rights: PostgresServer.Rights) throws {
    let (scene, database, id) = try migrated(rights)
    let after = try scene.picture()
    try restore(scene, id, "--yes").succeeded()
    #expect(try scene.picture().parts["definitions"] == after.parts["definitions"])
    func ask(_ sql: String) throws -> String { try database.psql(sql) }
    #expect(
      try ask("SELECT count(*), sum(amount), min(channel), max(placed)::date FROM orders")
        == "300|45150.00|web|2026-01-01")
    #expect(
      try ask("SELECT count(*), count(email), min(tier), count(favourite) FROM clients") == "50|43|basic|50")
    #expect(
      try ask("SELECT email, state, note, twice FROM clients c JOIN orders o ON o.id = c.id WHERE c.id = 2")
        == "c2@x\ty\\|sent|a\nb\\|4.00")
    #expect(try ask("SELECT count(*), max(at) FROM events") == "100|2026-02-13")
    #expect(try ask("SELECT sum(sum), count(*) FROM revenue") == "45150.00|50")
    #expect(try ask("SELECT * FROM coupons") == "1|3|X")
    #expect(try ask("SELECT nextval('customers_id_seq'), nextval('orders_id_seq')") == "51|301")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(after, except: ["definitions"])
    #expect(try ask("SELECT count(*) FROM events WHERE what = 'late'") == "1")
  }

  @Test("a plan shows what goes where, and changes nothing")
  func plan() throws {
    let (scene, _, id) = try migrated(.plain)
    let after = try scene.picture()
    let bare = try scene.run("restore", "database", id, "--data-only", "--plan")
    #expect(bare.code == 1)
    for line in [
      "total: gone, its data is left out", "public.customers: the table is gone",
      "public.coupons: not in the checkpoint",
      "perhaps: --rename public.orders.total=amount", "perhaps: --rename public.customers=public.clients",
      "state: converted from public.status to text",
    ] {
      #expect(bare.printed.contains(line), "\(line) in \(bare.printed)")
    }
    #expect(bare.errorText.contains("public.orders.channel is new, must not be NULL and has no default"))
    let whole = try restore(scene, id, "--plan")
    #expect(whole.code == 0)
    #expect(whole.text.contains("public.customers → public.clients: 5 of 6 columns; legacy: gone"))
    #expect(try restore(scene, id, "--plan", "--json").succeeded().json()["problems"]?.array == [])
    #expect(try scene.run("restore", "database", id, "--data-only", "--yes").code == 1)
    try scene.expect(after)
    #expect(try scene.names(in: "journal") == [])
  }

  @Test(
    "what does not fit leaves everything as it was, and says what it is",
    arguments: [
      (
        "ALTER TABLE orders ALTER note TYPE int USING 1",
        "public.orders.note cannot be converted from text to integer"
      ),
      ("UPDATE clients SET age = 1; ALTER TABLE clients ADD CHECK (age < 50)", "clients_age_check"),
      ("ALTER TABLE clients ALTER name TYPE varchar(2) USING 'x'", "public.clients.name cannot be converted"),
      ("UPDATE clients SET email = 'x'||id; ALTER TABLE clients ALTER email SET NOT NULL", "email"),
      (
        "ALTER TABLE coupons ADD order_id bigint REFERENCES orders DEFAULT 100; UPDATE coupons SET order_id = 100;"
          + "ALTER TABLE coupons ADD gone bigint; ALTER TABLE orders ADD late int UNIQUE DEFAULT 7",
        "orders_late_key"
      ),
    ])
  func doesNotFit(change: String, message: String) throws {
    let (scene, database, id) = try migrated(.superuser)
    try database.psql(
      "DROP TRIGGER refuses ON orders; DROP RULE refuses ON orders; DELETE FROM items; DELETE FROM orders WHERE id <> 100;"
        + change)
    let after = try scene.picture()
    let result = try restore(scene, id, "--yes")
    #expect(result.code == 1)
    #expect(result.errorText.contains(message), "\(result)")
    try scene.expect(after)
    #expect(try scene.run("status", "--json").json()["pending"] == nil)
  }

  @Test("NULL in a column that no longer allows it is replaced by a value")
  func valuesForNull() throws {
    let (scene, database, id) = try migrated(.plain)
    try database.psql(
      "UPDATE clients SET email = 'x' || id; ALTER TABLE clients ALTER email SET NOT NULL, DROP CONSTRAINT customers_email_key"
    )
    try restore(scene, id, "--set", "clients.email=a\tb\\c", "--yes").succeeded()
    #expect(try database.psql("SELECT count(*) FROM clients WHERE email = E'a\\tb\\\\c'") == "7")
  }

  @Test("only one table is replaced, and its foreign keys are checked")
  func oneTable() throws {
    let (scene, database, id) = try migrated(.plain)
    let refused = try scene.run("restore", "database", id, "--data-only", "--table", "items", "--yes")
    #expect(refused.code == 1)
    #expect(refused.errorText.contains("items_order_id_fkey"), "\(refused)")
    #expect(refused.errorText.contains("do not satisfy a constraint of today"))
    try database.psql("INSERT INTO events VALUES ('2026-01-02', 'more')")
    try scene.checkpoint("restore", "database", id, "--data-only", "--table", "events", "--yes")
    #expect(try database.psql("SELECT count(*) FROM events") == "100")
    #expect(try database.psql("SELECT count(*) FROM orders") == "100")
    try scene.checkpoint("undo", "--yes")
    #expect(try database.psql("SELECT count(*) FROM events") == "102")
  }

  @Test("a table that became partitioned, and one that no longer is, take their rows")
  func partitioning() throws {
    let (scene, database, id) = try migrated(.plain)
    try database.psql(
      """
      DROP TABLE events; CREATE TABLE events (at date, what text);
      ALTER TABLE items RENAME TO former;
      CREATE TABLE items (order_id bigint, pos int, sku text) PARTITION BY HASH (order_id);
      CREATE TABLE items_0 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE items_1 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      """)
    try restore(scene, id, "--yes").succeeded()
    #expect(try database.psql("SELECT count(*), count(DISTINCT tableoid) FROM items") == "300|2")
    #expect(try database.psql("SELECT count(*) FROM events") == "100")
  }

  @Test("large objects come back with all of the data, and stay when a part is asked for")
  func largeObjects() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    try database.psql("SELECT lo_from_bytea(4711, 'before')")
    let id = try scene.take("full")
    try database.psql("SELECT lo_put(4711, 0, 'after!'); SELECT lo_from_bytea(4712, 'later')")
    try scene.checkpoint("restore", "database", id, "--data-only", "--table", "people", "--yes")
    #expect(try database.psql("SELECT convert_from(lo_get(4711), 'UTF8')") == "after!")
    try scene.checkpoint("restore", "database", id, "--data-only", "--yes")
    #expect(
      try database.psql(
        "SELECT string_agg(convert_from(lo_get(oid), 'UTF8'), ',') FROM pg_largeobject_metadata") == "before")
    try scene.checkpoint("undo", "--yes")
    #expect(
      try database.psql(
        "SELECT string_agg(convert_from(lo_get(oid), 'UTF8'), ',' ORDER BY oid) FROM pg_largeobject_metadata")
        == "after!,later")
  }

  @Test(
    "names that mean nothing are mistakes",
    arguments: [
      (["--table", "nix"], "the checkpoint holds no table “nix”"),
      (["--schema", "nix"], "the checkpoint holds no schema “nix”"),
      (["--rename", "nix=x"], "--rename names “nix”"),
      (["--set", "people.nix=1"], "--set names “people.nix”"),
      (["--set", "people"], "has no “=”"), (["--schema-only"], "exclude each other"),
      (["--target-db", "x"], "exclude each other"),
    ] as [([BytePath], String)])
  func mistakes(words: [BytePath], message: String) throws {
    let scene = try Scene.small(.plain)
    let id = try scene.take("full")
    let result = try scene.program.run(["restore", "database", id, "--data-only", "--yes"] + words)
    #expect(result.code == 2)
    #expect(result.errorText.contains(message), "\(result)")
  }

  @Test("a table that another session holds stops it in time, and the session is named")
  func locked() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    let id = try scene.take("full")
    try scene.repository.git("config", "checkpoint.lockTimeout", "1")
    let session = try database.server.session(
      "INSERT INTO people VALUES (1000, 'in work')", in: database.name)
    let before = try scene.picture()
    let result = try scene.run("restore", "database", id, "--data-only", "--yes")
    #expect(result.code == 1)
    #expect(result.errorText.contains("stayed locked for 1 s"), "\(result)")
    try scene.expect(before)
    session.send(SIGKILL)
  }
}
