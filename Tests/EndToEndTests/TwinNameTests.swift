// “é” can be written in two ways that Swift considers the same text. To PostgreSQL they are two names, and two values.

import FileSystem
import TestSupport
import Testing

@Suite("Names that differ only by their bytes", .needsPostgreSQL)
struct TwinNameTests {
  private static let one = "\u{E9}"
  private static let other = "e\u{301}"

  /// `N` and `D` stand for the two ways.
  private static func twins(_ text: String) -> String {
    String(text.map { $0 == "N" ? one : $0 == "D" ? other : String($0) }.joined())
  }

  private static let sample = twins(
    """
    create table "cafN" (id int primary key, "N" text, "D" text); insert into "cafN" values (1, 'a', 'b');
    create table "cafD" (id int, t text, constraint "cN" check (id > 0), constraint "cD" check (id < 1000));
    insert into "cafD" values (2, 'D');
    create sequence "sN"; create sequence "sD"; select setval('"sN"', 5), setval('"sD"', 9);
    create schema "xN"; create table "xN".t (a int); insert into "xN".t values (1);
    create schema "xD"; create table "xD".t (a int); insert into "xD".t values (2);
    create table g (b text check (b <> 'N'), c text default 'N', z int); comment on table g is 'N';
    create function f() returns text language sql as $$ select 'N'::text $$;
    """)

  private func sampled(_ rights: PostgresServer.Rights) throws -> (Scene, TestDatabase) {
    let scene = try Scene.small(rights)
    let database = try #require(scene.database)
    try database.psql(Self.sample)
    return (scene, database)
  }

  @Test("a difference that only bytes show is shown, and its twin is not")
  func diff() throws {
    let (scene, database) = try sampled(.superuser)
    try scene.checkpoint("full")
    try database.psql(
      Self.twins(
        """
        create or replace function f() returns text language sql as $$ select 'D'::text $$;
        comment on table g is 'D';
        alter table g drop constraint g_b_check, add constraint g_b_check check (b <> 'D'), alter c set default 'D';
        alter table "cafD" drop constraint "cD";
        alter table "xD".t alter a type bigint;
        select setval('"sD"', 700);
        """))
    func shows(_ text: String, _ section: String = "--schema") throws -> Bool {
      let shown = try scene.checkpoint("diff", section).output
      return shown.firstRange(of: Array(Self.twins(text).utf8)) != nil
    }
    for text in [
      "function public.f()", "comment on table public.g", "check g_b_check", "column c", "table public.cafD",
      "table xD.t",
    ] {
      #expect(try shows(text), "\(text)")
    }
    for text in ["table xN.t", "public.cafN"] { #expect(try !shows(text), "\(text)") }
    #expect(try shows("public.sD", "--data") && !shows("public.sN", "--data"))
  }

  @Test("a schema comes back without its twin", arguments: [PostgresServer.Rights.superuser, .plain])
  func schema(_ rights: PostgresServer.Rights) throws {
    let (scene, database) = try sampled(rights)
    let before = try scene.picture()
    try scene.checkpoint("full")
    try database.psql(Self.twins("update \"xD\".t set a = 7"))
    try scene.checkpoint("restore", "database", "latest", "--schema", Self.twins("xD"), "--yes")
    try scene.expect(before)
    try database.psql(Self.twins("update \"xN\".t set a = 8; update \"xD\".t set a = 9"))
    try scene.checkpoint("restore", "database", "latest", "--schema", Self.twins("xN"), "--yes")
    #expect(
      try database.psql(Self.twins("select a from \"xN\".t union all select a from \"xD\".t")) == "1\n9")
  }

  @Test("rows go into the column of their name")
  func rows() throws {
    let (scene, database) = try sampled(.superuser)
    let before = try scene.picture()
    try scene.checkpoint("full")
    try database.psql(Self.twins("update \"cafN\" set \"N\" = 'x', \"D\" = 'y'; truncate \"cafD\""))
    try scene.checkpoint("restore", "database", "latest", "--data-only", "--yes")
    try scene.expect(before)
  }

  @Test("what a restore of two twin tables replaced comes back, rows and all")
  func undo() throws {
    let (scene, database) = try sampled(.plain)
    try scene.checkpoint("full")
    try database.psql(
      Self.twins("insert into \"cafN\" values (7, 'n', 'd'); insert into \"cafD\" values (8, 'later')"))
    let before = try scene.picture()
    let tables = ["cafN", "cafD"].flatMap { ["--table", BytePath(Self.twins($0))] as [BytePath] }
    try scene.program.run(["restore", "database", "latest", "--yes"] + tables).succeeded()
    #expect(
      try database.psql(Self.twins("select count(*) from \"cafN\" union all select count(*) from \"cafD\""))
        == "1\n1")
    try scene.checkpoint("undo", "--yes")
    try scene.expect(before)
  }

  @Test("a table goes back in place beside its twin, which belongs to another role and stays")
  func others() throws {
    let scene = try Scene.small(.plain)
    let database = try #require(scene.database)
    let (theirs, ours) = (Self.twins("cafN"), Self.twins("cafD"))
    try database.psql(
      "create table \"\(theirs)\" (a int); insert into \"\(theirs)\" values (1)", asSuperuser: true)
    try database.psql("create table \"\(ours)\" (a int primary key); insert into \"\(ours)\" values (2), (3)")
    try database.psql("grant select on \"\(theirs)\" to \(database.role)", asSuperuser: true)
    let before = try scene.databasePicture()
    try scene.checkpoint("full")
    try database.psql("delete from \"\(ours)\" where a = 3")
    let result = try scene.checkpoint("rollback", "--yes", "latest")
    #expect(!result.printed.contains("not as it was"), "\(result)")
    try scene.expectDatabase(before)
  }

  @Test("a schema is exported beside its twin, and a name ends no comment of a script")
  func export() throws {
    let (scene, database) = try sampled(.superuser)
    try database.psql(
      """
      create table z (a int primary key, b int);
      create table "y\rcreate table injected (i int); --" (a int primary key references z, b int);
      alter table z add foreign key (b) references "y\rcreate table injected (i int); --";
      """)
    try scene.checkpoint("full")
    for schema in ["xN", "xD"] {
      let file = scene.directory.path.appending("out.sql.gz")
      try scene.checkpoint(
        "export", "latest", "--format", "sql.gz", "--schema", BytePath(Self.twins(schema)), "--output", file)
      try FileTree.remove(file)
    }
    let file = scene.directory.path.appending("rows.sql.gz")
    try scene.checkpoint("export", "latest", "--format", "sql.gz", "--data-only", "--output", file)
    let script = try Program.run(["gunzip", "-c", file]).succeeded()
    #expect(script.text.contains("in circles"))
    let comments = script.text.split(whereSeparator: \.isNewline).filter {
      $0.contains("injected") && !$0.contains("\"")
    }
    #expect(!comments.isEmpty && comments.allSatisfy { $0.hasPrefix("--") }, "\(comments)")
  }

  @Test("the comment of the database goes back to its own letters, in place")
  func comment() throws {
    let (scene, database) = try sampled(.plain)
    try database.psql("comment on database \(database.name) is '\(Self.one)'")
    try scene.checkpoint("full")
    try database.psql("comment on database \(database.name) is '\(Self.other)'; drop table g")
    try scene.checkpoint("rollback", "--yes", "latest")
    let text = try database.psql(
      "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()")
    #expect(Array(text.utf8) == Array(Self.one.utf8))
  }
}
