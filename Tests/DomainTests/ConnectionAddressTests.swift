// What drivers of other languages call an address, understood as libpq would have it.

import Testing

@testable import Postgres

@Suite("Addresses of frameworks")
struct ConnectionAddressTests {
  @Test(
    "schemes, JDBC and the strings of .NET lead to the same place",
    arguments: [
      "ecto://user:pw@db.example:5433/shop", "postgresql+psycopg2cffi://user:pw@db.example:5433/shop",
      "postgresql+asyncpg://user:pw@db.example:5433/shop?ssl=disable", "psql://user:pw@db.example:5433/shop",
      "django.contrib.gis.db.backends.postgis://user:pw@db.example:5433/shop",
      "pgx5://user:pw@db.example:5433/shop", "timescalegis://user:pw@db.example:5433/shop",
      "jdbc:postgresql://db.example:5433/shop?user=user&password=pw&currentSchema=a",
      "r2dbc:postgresql://user:pw@db.example:5433/shop", "postgresql://user:pw@/shop?host=db.example:5433",
      "Host=db.example;Port=5433;Database=shop;Username=user;Password=pw",
      "Server=db.example; Port=5433; User Id=user; Password=\"pw\"; Database=shop; Pooling=true;",
      "\"postgresql://user:pw@db.example:5433/shop\"", " 'postgres://user:pw@db.example:5433/shop'\n",
      "postgresql://db.example:5433?username=user&password=pw&database=shop",
    ])
  func places(text: String) throws {
    let values = try ConnectionParameters(parsing: text).values.filter { $0.key != "sslmode" }
    #expect(
      values == ["host": "db.example", "port": "5433", "dbname": "shop", "user": "user", "password": "pw"])
    let renamed = try #require(ConnectionParameters.text(text, naming: "a b"))
    var other = values
    other["dbname"] = "a b"
    let found = try ConnectionParameters(parsing: renamed).values.filter { $0.key != "sslmode" }
    #expect(found == other, "\(renamed)")
  }

  @Test(
    "how the connection is secured",
    arguments: [
      ("ssl=disable", "disable"), ("ssl=prefer", "prefer"), ("ssl=require", "require"),
      ("ssl=verify-ca", "verify-ca"), ("ssl=verify-full", "verify-full"), ("ssl=true", "require"),
      ("ssl=false", "disable"), ("sslmode=no-verify", "require"), ("SSLMODE=Require", "require"),
      ("ssl=%7B%22rejectUnauthorized%22%3Afalse%7D", "require"), ("sslmode=verify-full", "verify-full"),
    ])
  func security(parameter: String, mode: String) throws {
    let found = try ConnectionParameters(parsing: "postgresql://h/d?\(parameter)")
    #expect(found.values == ["host": "h", "dbname": "d", "sslmode": mode])
    #expect(found.ignored.isEmpty)
    #expect(
      try ConnectionParameters(parsing: "Host=h;Database=d;SSL Mode=VerifyFull").values["sslmode"]
        == "verify-full")
  }

  @Test("a name that begins with a combining mark is divided from what is before it")
  func beginningMarks() throws {
    let name = "\u{301}d"
    for text in [
      "Host=h;Database=\(name);Username=\u{301}u", "postgresql://\u{301}u@h/\(name)",
      "postgresql+psycopg2://h?database=\(name)&user=\u{301}u",
    ] {
      let values = try ConnectionParameters(parsing: text).values
      #expect(values == ["host": "h", "dbname": name, "user": "\u{301}u"], "\(text)")
      let renamed = try #require(ConnectionParameters.text(text, naming: "other"))
      #expect(try ConnectionParameters(parsing: renamed).database == "other")
    }
  }

  @Test("sockets, several hosts, names without a host")
  func forms() throws {
    func values(_ text: String) throws -> [String: String] { try ConnectionParameters(parsing: text).values }
    #expect(
      try values("postgresql+psycopg2://u@/d?host=/run/pg") == [
        "user": "u", "host": "/run/pg", "dbname": "d",
      ])
    #expect(try values("postgresql+pg8000://u@/d?unix_sock=/run/pg/.s.PGSQL.5432")["host"] == "/run/pg")
    let several = try values("postgresql+psycopg2:///d?host=a:1&host=b:2")
    #expect(several["host"] == "a,b" && several["port"] == "1,2")
    #expect(try values("jdbc:postgresql:d") == ["host": "localhost", "dbname": "d"])
    #expect(try values("jdbc:postgresql:///d?user=u") == ["host": "localhost", "dbname": "d", "user": "u"])
    #expect(
      try values("host=h dbname=d password=a;port=1") == ["host": "h", "dbname": "d", "password": "a;port=1"])
  }

  @Test(
    "what is not understood is named, and no password with it",
    arguments: [
      ("prisma+postgres://accelerate/?api_key=s3cret", "prisma+postgres://"),
      ("prisma://x/?api_key=s3cret", "Prisma"), ("jdbc:tc:postgresql:15:///s3cret", "jdbc:tc"),
      ("postgresql://u:s3cret@h/d?sslmode=s3cret", "sslmode"), ("postgresql://h/d?ssl=s3cret", "ssl"),
      ("Host=h;Database=d;SSL Mode=s3cret", "ssl mode"), ("mysql2://u:s3cret@h/d", "mysql2://"),
    ])
  func named(text: String, word: String) {
    let error = #expect(throws: ConnectionParameters.Problem.self) { try ConnectionParameters(parsing: text) }
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    #expect(error?.description.contains("s3cret") == false)
  }

  @Test("parameters that only one driver knows are left out and named")
  func ignored() throws {
    #expect(
      try ConnectionParameters(
        parsing: "postgresql://h/d?currentSchema=a&sslaccept=strict&prepareThreshold=0"
      )
      .ignored == ["currentSchema", "sslaccept", "prepareThreshold"])
    #expect(
      try ConnectionParameters(parsing: "Host=h;Database=d;Pooling=true;Maximum Pool Size=3").ignored
        == ["pooling", "maximum pool size"])
  }

  @Test("a combining mark hides no @, & or quotation mark, which libpq reads by bytes")
  func marks() throws {
    #expect(throws: ConnectionParameters.Problem.self) {
      try ConnectionParameters(parsing: "postgresql://u:se@\u{301}cret@host/db")
    }
    let parameters = try ConnectionParameters(
      parsing: "postgresql://h/db?pool=5\u{301}&\u{301}x=1&sslmode=require")
    #expect(parameters.values["sslmode"] == "require")
  }
}
