// A part of the picture of the catalogs. Most databases have objects of a few kinds only, and planning the query of a kind takes
// the server longer than running it, so it is first asked which kinds there are.

import Postgres

struct CatalogPart {
  /// Gives kind, identity, description, and the catalog and OID of the object.
  var query: String
  /// nil to ask always.
  private var condition: String?

  init(_ query: String) { self.query = query }

  /// A part without rows unless the catalog has a row for which the condition holds.
  init(_ query: String, if catalog: String, _ condition: String = "true") {
    self.query = query
    self.condition = "EXISTS (SELECT FROM \(catalog) WHERE \(condition))"
  }

  /// A part without rows unless the catalog has a row in a schema of users. Its OID would tell less: what was made in single-user
  /// mode has one of the server's own.
  init(_ query: String, if catalog: String, in schema: String, _ condition: String = "true") {
    self.init(query, if: catalog, "\(schema) IN (SELECT oid FROM n) AND \(condition)")
  }

  static func present(_ parts: [CatalogPart], _ connection: Connection) throws -> [CatalogPart] {
    let conditions = parts.map { $0.condition ?? "true" }.joined(separator: ",\n")
    let schemas =
      "SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    let sql = "WITH n AS MATERIALIZED (\(schemas)) SELECT \(conditions)"
    guard let answers = try connection.query(sql).first else { return parts }
    return parts.indices.filter { answers[$0] == "t" }.map { parts[$0] }
  }
}
