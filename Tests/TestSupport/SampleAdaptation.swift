// The samples are written for a server that has everything. For another one, whatever needs what is missing becomes
// the nearest thing that the server has: a column of another type, a wrapper without a handler; or it is left out.

package enum SampleAdaptation {
  /// A sample's script as this server can run it.
  static func adapted(_ script: String) -> String {
    var script = script
    for (feature, replacements) in substitutes where !feature.isThere {
      for (text, other) in replacements { script = script.replacing(text, with: other) }
    }
    return script
  }

  private static let substitutes: [(ServerFeature, [(String, String)])] = [
    (.icu, withoutICU),
    (.xml, [(" x xml,", " x text,")]),
    (.lz4, [("COMPRESSION lz4", "COMPRESSION pglz")]),
    (
      .extension("pgcrypto"),
      [
        ("CREATE EXTENSION pgcrypto;", ""),
        ("DROP EXTENSION pgcrypto CASCADE;", "ALTER TABLE customers DROP digest;"),
        ("public.digest(name, 'sha256')", "decode(md5(name), 'hex')"),
        ("crypt('secret', gen_salt('bf', 4))", "md5('secret')"),
      ]
    ),
    (
      .extension("hstore"),
      [
        ("CREATE EXTENSION hstore;", ""), ("labels hstore", "labels jsonb"),
        ("hstore('k'", "jsonb_build_object('k'"),
      ]
    ),
    (
      .extension("citext"),
      [("CREATE EXTENSION citext;", ""), ("email AS citext", "email AS text"), ("(x citext)", "(x text)")]
    ),
    (
      .extension("btree_gist"),
      [
        ("CREATE EXTENSION btree_gist;", ""),
        ("gist (customer WITH =,", "gist (int8range(customer, customer, '[]') WITH =,"),
      ]
    ),
    (
      .extension("unaccent"), [(AllObjects.ofExtensions, ""), ("DROP EXTENSION unaccent, cube CASCADE;", "")]
    ),
    (.extension("cube"), [("COMMENT ON EXTENSION cube", "COMMENT ON EXTENSION plpgsql")]),
    (.extension("file_fdw"), [("CREATE EXTENSION file_fdw;", "CREATE FOREIGN DATA WRAPPER file_fdw;")]),
    (
      .extension("postgres_fdw"),
      [("CREATE EXTENSION postgres_fdw;", "CREATE FOREIGN DATA WRAPPER postgres_fdw;")]
    ),
  ]

  /// PostgreSQL's own provider, if there is one, besides the system's.
  private static var withoutICU: [(String, String)] {
    let own = PostgresServer.majorVersion >= 17 ? "builtin" : "libc"
    return [
      (
        "(provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        "(provider = libc, locale = 'C.UTF-8')"
      ),
      ("(provider = icu, locale = 'de-u-co-phonebk')", "(provider = \(own), locale = 'C.UTF-8')"),
    ]
  }
}
