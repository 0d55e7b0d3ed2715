// How programs are led to another database: connection texts, variables and lines of `.env` files.

import Postgres
import Testing

@testable import DataSources

@Suite("Leading programs to another database")
struct DatabaseVariablesTests {
  private func names(_ url: String? = nil, variable: String? = nil, name: String = "main") throws
    -> DatabaseVariables
  {
    let parameters = try url.map { try ConnectionParameters(parsing: $0) } ?? ConnectionParameters()
    return DatabaseVariables(
      located: LocatedDatabase(
        name: name, parameters: parameters, origin: .user(way: "test"), clientPrefix: [], variable: variable,
        text: url),
      live: "shop", other: "other_1")
  }

  private func redirected(
    _ file: String, variable: String? = "DATABASE_URL", url: String = "postgresql://me:pw@db:5433/shop"
  ) throws -> String? {
    try names(url, variable: variable).redirecting(Array(file.utf8)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test(
    "a connection text keeps everything but the database",
    arguments: [
      (
        "postgresql://me:p%40w@db:5433/shop?sslmode=require",
        "postgresql://me:p%40w@db:5433/other?sslmode=require"
      ),
      ("postgresql+psycopg2://me@/shop?host=/tmp", "postgresql+psycopg2://me@/other?host=/tmp"),
      ("jdbc:postgresql://db/shop", "jdbc:postgresql://db/other"),
      ("postgres://me:a/b@db/shop?schema=public", nil), ("postgresql://db", "postgresql://db/other"),
      ("postgresql:///shop", "postgresql:///other"),
      ("postgresql://me:a?b@db/shop", "postgresql://me:a?b@db/other"),
      ("host=db dbname=shop", "host=db dbname=shop dbname='other'"),
      ("postgresql://db/x?dbname=shop", nil), ("mysql://db/shop", nil), ("", nil),
    ] as [(String, String?)])
  func text(_ text: String, _ wanted: String?) {
    // Two of them name no database that could be replaced by the path.
    let found = ConnectionParameters.text(text, naming: "other")
    if let wanted {
      #expect(found == wanted)
    } else {
      #expect(found.map { (try? ConnectionParameters(parsing: $0))?.database } ?? "other" == "other")
    }
  }

  @Test("a name with any characters arrives as it is")
  func strangeName() throws {
    let name = "a b/ü?#'"
    for text in ["postgresql://db/shop?sslmode=require", "dbname=shop"] {
      let found = try #require(ConnectionParameters.text(text, naming: name))
      #expect(try ConnectionParameters(parsing: found).database == name)
    }
  }

  @Test("found by a variable, that one leads there, and all others that name the live database")
  func byVariable() throws {
    let environment = [
      "APP_DB": "postgresql://me:pw@db:5433/shop", "DIRECT_URL": "postgres://pooler/shop?x=1",
      "POSTGRES_DB": "shop", "DB_USER": "shop", "PGDATABASE": "shop", "HOME": "/shop", "NAME": "shop",
      "OTHER": "postgresql:///elsewhere",
    ]
    let found = try names("postgresql://me:pw@db:5433/shop", variable: "APP_DB").variables(
      replacing: environment)
    #expect(
      found == [
        "APP_DB": "postgresql://me:pw@db:5433/other_1", "DIRECT_URL": "postgres://pooler/other_1?x=1",
        "POSTGRES_DB": "other_1", "PGDATABASE": "other_1",
      ])
  }

  @Test("found by PG variables, only the database changes; found by a URL, both ways lead there")
  func otherwise() throws {
    #expect(try names().variables(replacing: ["PGHOST": "db"]) == ["PGDATABASE": "other_1"])
    let found = try names("postgresql://me:pw@db:5433/shop").variables(replacing: [:])
    #expect(
      found == [
        "DATABASE_URL": "postgresql://me:pw@db:5433/other_1", "PGDATABASE": "other_1", "PGHOST": "db",
        "PGPORT": "5433", "PGUSER": "me", "PGPASSWORD": "pw",
      ])
    #expect(try names("postgresql://db/shop", name: "billing").variables(replacing: [:]) == [:])
  }

  @Test("lines of an .env file keep their form, and whatever else there is stays to the byte")
  func file() throws {
    #expect(
      try redirected(
        "A=1\r\nexport DATABASE_URL = 'postgresql://me:pw@db:5433/shop'  # live\r\n\n# DATABASE_URL=x\nB")
        == "A=1\r\nexport DATABASE_URL = 'postgresql://me:pw@db:5433/other_1'  # live\r\n\n# DATABASE_URL=x\nB"
    )
    #expect(try redirected("POSTGRES_DB=shop\nDB_USER=shop\n") == "POSTGRES_DB=other_1\nDB_USER=shop\n")
    // The variable itself counts, whatever it says.
    #expect(
      try redirected("DATABASE_URL=postgresql:///older\n")
        == "DATABASE_URL=postgresql://me:pw@db:5433/other_1\n")
    #expect(try redirected("X=postgresql:///elsewhere\nDATABASE_URLS=y\n") == nil)
    #expect(try redirected("DATABASE_URL=postgresql:///older\n", variable: nil) == nil)
    #expect(try names().redirecting([0x58, 0x3D, 0xFF, 0x0A]) == nil)
  }

  @Test("a line that uses variables leads there, too, and keeps what it had in quotes")
  func variables() throws {
    #expect(
      try redirected("DB=shop\nU=me\nDATABASE_URL=\"postgresql://${U}:p\\$w@db:5433/${DB}\"\n")
        == "DB=other_1\nU=me\nDATABASE_URL='postgresql://me:p$w@db:5433/other_1'\n")
    // In parts, and with a default: only together they name it.
    #expect(
      try redirected("A=sh\nURL=postgresql://db:5433/${A}op\n", variable: nil)
        == "A=sh\nURL=postgresql://db:5433/other_1\n")
    #expect(
      try redirected("URL='postgresql://db/shop?dbname=shop'", variable: nil)?.contains("/other_1") == true)
    #expect(
      try redirected("URL=Server=db;Database=shop;Uid=me", variable: nil)
        == "URL=Server=db;Uid=me;Database=other_1")
    #expect(
      try redirected("URL=jdbc:postgresql:shop?user=me", variable: nil)
        == "URL=jdbc:postgresql:other_1?user=me")
  }

  @Test("a quotation mark ends a value, whatever mark follows it")
  func marks() throws {
    let url = "postgresql://me:a'\u{301}b@db/shop"
    #expect(
      try redirected("DATABASE_URL='x'\n", url: url).map { Array($0.utf8) }
        == Array("DATABASE_URL=\"postgresql://me:a'\u{301}b@db/other_1\"\n".utf8))
  }

  @Test("a value in quotes and on several lines is replaced whole")
  func severalLines() throws {
    #expect(
      try redirected("KEY=\"one\ntwo\"\nDATABASE_URL=\"\npostgresql://db/shop\n\" # it\nB=1")
        == "KEY=\"one\ntwo\"\nDATABASE_URL=\"postgresql://db/other_1\" # it\nB=1")
  }
}
