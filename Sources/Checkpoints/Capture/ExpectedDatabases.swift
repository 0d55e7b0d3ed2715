// Databases that earlier checkpoints of a project hold and a new one does not. What is lost without a word, because a
// variable was renamed or a file is gone, would be missed only when it is needed.

package enum ExpectedDatabases {
  /// How far back is looked for a checkpoint with a database: a project without one must not read all that it has.
  private static let reach = 50

  /// - Parameter names: the databases that are found now.
  package static func missing(
    besides names: [String], _ settings: Settings, _ catalog: Catalog
  ) throws -> [MissingDatabase] {
    // The settings say of these that they are not recorded.
    let known = Set(names + settings.sourceNames)
    for manifest in try catalog.newestFirst().lazy.filter({ !$0.kind.isInternal }).prefix(reach) {
      let recorded = manifest.data.map {
        MissingDatabase(name: $0.name, label: $0.label)
      }
      // It holds the word of those before it.
      let expected = recorded + (manifest.missing ?? [])
      if !expected.isEmpty { return expected.filter { !known.contains($0.name) } }
    }
    return []
  }
}
