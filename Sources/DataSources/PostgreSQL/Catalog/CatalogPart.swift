// A part of the picture of the catalogs. Most databases have objects of a few kinds only, and planning the query of a kind takes
// the server longer than running it, so it is first asked which kinds there are.

import Postgres

struct CatalogPart {
  /// Gives kind, identity, description, and the catalog and OID of the object.
  var query: String
  /// The name of a catalog, and a condition; nil to ask always.
  private var condition: String?

  init(_ query: String) { self.query = query }

  /// A part without rows unless the catalog has a row for which the condition holds. Objects that users make have OIDs from
  /// 16384 (PostgreSQL's FirstNormalObjectId).
  init(_ query: String, if catalog: String, _ condition: String = "oid >= 16384") {
    self.query = query
    self.condition = "EXISTS (SELECT FROM \(catalog) WHERE \(condition))"
  }

  static func present(_ parts: [CatalogPart], _ connection: Connection) throws -> [CatalogPart] {
    let conditions = parts.map { $0.condition ?? "true" }.joined(separator: ",\n")
    guard let answers = try connection.query("SELECT \(conditions)").first else { return parts }
    return parts.indices.filter { answers[$0] == "t" }.map { parts[$0] }
  }
}
