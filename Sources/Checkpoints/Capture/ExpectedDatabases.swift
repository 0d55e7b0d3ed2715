// Databases that earlier checkpoints hold and a new one does not. If one were lost silently, for instance because a variable
// was renamed, the user would notice only when it is needed.

package enum ExpectedDatabases {
  /// The number of checkpoints that are searched for one with a database: a project without databases must not read all of
  /// them.
  private static let reach = 50

  /// - Parameter names: the databases that are found now.
  package static func missing(
    besides names: [String], _ settings: Settings, _ catalog: Catalog
  ) throws -> [MissingDatabase] {
    // The settings name these databases, so they are left out on purpose.
    let known = Set(names + settings.sourceNames)
    for manifest in try catalog.newestFirst().lazy.filter({ !$0.kind.isInternal }).prefix(reach) {
      let recorded = manifest.data.map {
        MissingDatabase(name: $0.name, label: $0.label)
      }
      // It lists what was missing from it as well, so older checkpoints need not be read.
      let expected = recorded + (manifest.missing ?? [])
      if !expected.isEmpty { return expected.filter { !known.contains($0.name) } }
    }
    return []
  }
}
