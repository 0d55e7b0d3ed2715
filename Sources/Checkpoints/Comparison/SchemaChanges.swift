// What differs between the definitions of two states of a database, object by object, as lines for people. The text is as it
// is in the definitions; control characters are escaped by whoever prints it.

package struct SchemaChanges: Codable, Sendable, Hashable {
  package struct Detail: Codable, Sendable, Hashable {
    package var change: ObjectChange
    package var text: String

    package init(_ change: ObjectChange, _ text: String) { (self.change, self.text) = (change, text) }
  }

  /// A table, an index, a function …
  package struct Object: Codable, Sendable, Hashable {
    package var change: ObjectChange
    /// “table”, “index”, “foreign key”
    package var kind: String
    /// With its schema, if it is in one.
    package var name: String
    /// The table that it belongs to.
    package var table: String?
    package var details: [Detail]
    /// Details beyond those that are listed.
    package var moreDetails: Int

    package init(
      _ change: ObjectChange, kind: String, name: String, table: String? = nil, details: [Detail] = []
    ) {
      (self.change, self.kind, self.name, self.table) = (change, kind, name, table)
      self.details = Array(details.prefix(Self.detailLimit))
      moreDetails = max(0, details.count - Self.detailLimit)
    }

    /// A function can have any number of lines.
    private static let detailLimit = 200
  }

  /// What belongs to a table follows it.
  package var objects: [Object]

  package init(_ objects: [Object] = []) { self.objects = objects }

  package var isEmpty: Bool { objects.isEmpty }

  package func count(_ change: ObjectChange) -> Int { objects.count { $0.change == change } }

  /// The names of such objects include what they are about.
  private static let kindsAboutOthers: Set<String> = [
    "privileges", "comment", "security label", "row level security",
  ]

  /// Lines such as `+ table public.coupons`, followed by what belongs to it, indented. Every report prints the same lines.
  /// - Parameter detailLimit: lines below each object.
  package func lines(detailLimit: Int = .max) -> [String] {
    var lines: [String] = []
    var table: String?
    for object in objects {
      if object.kind == "table" { table = object.name }
      let isBelow = object.table != nil && object.table == table
      let indent = isBelow ? "  " : ""
      let isNamed = isBelow || Self.kindsAboutOthers.contains(object.kind)
      let place = isNamed ? "" : object.table.map { " of \($0)" } ?? ""
      let word = Self.kindsAboutOthers.contains(object.kind) ? " on" : ""
      lines.append("\(indent)\(object.change.sign) \(object.kind)\(word) \(object.name)\(place)")
      lines += object.details.prefix(detailLimit).map { "\(indent)  \($0.change.sign) \($0.text)" }
      let hidden = object.details.count - min(detailLimit, object.details.count) + object.moreDetails
      if hidden > 0 { lines.append("\(indent)  … and \(hidden) more") }
    }
    return lines
  }
}
