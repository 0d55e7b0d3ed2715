// Differences between two databases' catalogs that archives of pg_dump do not show: versions of extensions and their
// objects, disabled triggers of foreign keys, the order of inherited columns, changes to the server's own objects.

import Checkpoints
import FileSystem

struct CatalogComparison {
  private let differences: [CatalogPicture.Difference]
  /// Whether both sides recorded the objects of extensions.
  private let hasMembers: Bool

  init(_ before: CatalogPicture, _ after: CatalogPicture) {
    differences = before.differences(to: after)
    hasMembers = before.hasMembers && after.hasMembers
  }

  /// - Parameter known: the differences between the archives.
  func objects(besides known: [SchemaChanges.Object]) -> [SchemaChanges.Object] {
    let tables = Set(known.flatMap { [$0.name, $0.table ?? ""] })
    // If the version of an extension differs, differences between its objects say nothing more.
    let extensions = Set(differences.compactMap { $0.identity.rest(after: "extension ") })
    return differences.compactMap { member($0, except: extensions) ?? object($0) } + reordered(except: tables)
  }

  private func member(
    _ difference: CatalogPicture.Difference, except extensions: Set<String>
  ) -> SchemaChanges.Object? {
    guard hasMembers, let (name, object) = difference.member, !extensions.contains(String(name)) else {
      return nil
    }
    return SchemaChanges.Object(
      Self.change(difference), kind: "member", name: "\(object) of the extension \(name)")
  }

  private static func change(_ difference: CatalogPicture.Difference) -> ObjectChange {
    difference.before == nil ? .added : difference.after == nil ? .dropped : .changed
  }

  private func object(_ difference: CatalogPicture.Difference) -> SchemaChanges.Object? {
    let (before, after) = (difference.before, difference.after)
    func made(_ kind: String, _ name: String, _ one: String, _ other: String) -> SchemaChanges.Object {
      .init(.changed, kind: kind, name: name, details: [.init(.changed, "\(one) → \(other)")])
    }
    if let name = difference.identity.rest(after: "trigger of a foreign key ") {
      return made("trigger of a foreign key", name, Self.state(before), Self.state(after))
    }
    for kind in ["privileges of", "text search mapping of"] {
      guard let name = difference.identity.rest(after: "\(kind) ") else { continue }
      return made(kind, name, before ?? "as the server has it", after ?? "as the server has it")
    }
    guard let before, let after else { return nil }
    if let name = difference.identity.rest(after: "extension ") {
      return made("extension", name, before, after)
    }
    let name = difference.identity.rest(after: "materialized view ")
    if let name,
      before.substituting(" not filled", with: " filled")
        == after.substituting(" not filled", with: " filled")
    {
      let words = [before, after].map { $0.contains(" not filled") ? "not filled" : "filled" }
      return made("materialized view", name, words[0], words[1])
    }
    return nil
  }

  /// The picture has only objects that differ from those of a new database.
  private static func state(_ text: String?) -> String {
    switch text?.last {
    case "D": "disabled"
    case "R": "for replicas only"
    case "A": "always"
    default: "enabled"
    }
  }

  /// Tables whose columns are in another order and are otherwise the same.
  private func reordered(except tables: Set<String>) -> [SchemaChanges.Object] {
    let names = differences.compactMap { difference -> String? in
      guard let column = difference.identity.rest(after: "column "), let before = difference.before,
        let after = difference.after, let dot = column.unicodeScalars.lastIndex(of: "."),
        before.drop(while: \.isNumber) == after.drop(while: \.isNumber)
      else { return nil }
      return String(column[..<dot])
    }
    return Set(names).subtracting(tables).sorted().map {
      .init(.changed, kind: "table", name: $0, details: [.init(.changed, "the order of its columns")])
    }
  }
}
