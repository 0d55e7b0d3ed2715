// Databases that do not hold UTF-8: names and contents come back byte for byte, whichever way.

import FileSystem
import TestSupport
import Testing

@Suite("Encodings of databases", .needsPostgreSQL)
struct DatabaseEncodingTests {
  private static let ways = [PostgresServer.Rights.createDatabases, .plain]

  private func roundTrip(_ scene: Scene, _ script: String) throws {
    let database = try #require(scene.database)
    try database.psql("SET client_encoding = 'UTF8'; \(script)")
    let before = try scene.databasePicture()
    let id = try scene.take("full")
    let stock = StockTools(store: scene.store)
    let archive = try stock.contents(
      stock.chunks(of: "archive", in: stock.document(ofSource: "postgresql", in: id)))
    let contents = try Program.run(
      [database.server.programs.appending("pg_restore"), "--list"], input: archive)
    #expect(!contents.printed.contains("TABLE DATA"), "rows would come back twice: \(contents)")
    try database.psql("DROP OWNED BY CURRENT_USER CASCADE; CREATE TABLE later (id int)")
    let broken = try scene.databasePicture()
    try scene.checkpoint("rollback", "--yes", id)
    try scene.expectDatabase(before)
    try scene.checkpoint("undo", "--yes")
    try scene.expectDatabase(broken)
  }

  @Test(
    "names, definitions and rows of a LATIN1 or WIN1252 database come back", arguments: LongHunt.cases(ways),
    ["LATIN1", "WIN1252"])
  func singleByte(_ rights: PostgresServer.Rights, _ encoding: String) throws {
    let options = "TEMPLATE template0 ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C'"
    try roundTrip(
      Scene.small(rights, options: options),
      #"""
      CREATE TYPE "ärger" AS ENUM ('groß', 'klein');
      CREATE TABLE "Größe ""ü""" ("é" serial PRIMARY KEY, "ñ" text DEFAULT 'ß' CHECK ("ñ" <> 'ÿ'), a "ärger" DEFAULT 'groß');
      INSERT INTO "Größe ""ü""" ("ñ") SELECT chr(n) || E'\t\\' FROM generate_series(1, 254) n;
      COMMENT ON TABLE "Größe ""ü""" IS 'Übung';
      CREATE FUNCTION "tür"() RETURNS text LANGUAGE sql AS $$ SELECT 'ä\x' $$; CREATE SEQUENCE "größer" START 7;
      CREATE MATERIALIZED VIEW "sicht" AS SELECT "ñ" || 'é' AS "x" FROM "Größe ""ü"""; SELECT lo_from_bytea(76001, '\xe9ff');
      COMMENT ON LARGE OBJECT 76001 IS 'ü'; CREATE INDEX "über" ON "Größe ""ü""" (("ñ" || 'é'));
      """#)
  }

  @Test("contents of a SQL_ASCII database come back, whatever their bytes", arguments: LongHunt.cases(ways))
  func anyBytes(_ rights: PostgresServer.Rights) throws {
    let options = "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    try roundTrip(
      Scene.small(rights, options: options),
      #"""
      SET client_encoding = 'SQL_ASCII'; CREATE TABLE "größer" (id serial, t text DEFAULT E'\xe9');
      INSERT INTO "größer" (t) SELECT chr(n) || chr(n) FROM generate_series(1, 255) n; INSERT INTO "größer" DEFAULT VALUES;
      COMMENT ON TABLE "größer" IS E'\xe9\xff'; CREATE FUNCTION bytes() RETURNS text LANGUAGE sql AS E'SELECT ''\xe9''::text';
      CREATE VIEW seen AS SELECT E'\xff'::text AS t;
      """#)
  }

  @Test("a name in a SQL_ASCII database that is not UTF-8 is an error, and nothing is recorded")
  func unreadableName() throws {
    let options = "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    let scene = try Scene.small(.createDatabases, options: options)
    let database = try #require(scene.database)
    try database.psql(
      #"SET client_encoding = 'SQL_ASCII'; DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', E'\xe9'); END $$"#
    )
    let result = try scene.run("full")
    #expect(result.code == 1 && result.errorText.contains("invalid byte sequence"), "\(result)")
    #expect(try scene.names(in: "manifests") == [])
    try scene.expectNone(scene.leftovers())
  }
}
