// Which checkpoints have a warm clone: the newest that the user may want to go back to, as long as their databases
// are not too large and the server's disk has room.

package struct WarmPolicy: Sendable {
  /// How many checkpoints; 0 for none.
  package var count: Int
  /// Databases of more bytes get no clone.
  package var sizeLimit: Int
  /// Bytes of a database above which the live one is not copied: new connections have to wait for the end of a copy.
  package var copyLimit: Int
  /// Bytes that stay free on the server's disk, if that can be seen.
  package var freeSpace: Int

  /// - Throws: `Settings.Invalid`.
  package init(_ settings: Settings) throws {
    count = try settings[.warm]
    sizeLimit = try settings[.warmSizeLimit]
    copyLimit = try settings[.warmCopyLimit]
    freeSpace = try settings[.warmFreeSpace]
  }

  /// The checkpoints that are to have one, newest first.
  package func wanted(in catalog: Catalog, _ stability: Stability) throws -> [Manifest] {
    if count == 0 { return [] }
    var found: [Manifest] = []
    for manifest in try catalog.manifests().readable.reversed() where !manifest.kind.isInternal {
      guard manifest.data.contains(where: { $0.document != nil }) else { continue }
      if manifest.unvouched != nil { continue }
      // If the notes cannot be read, it gets none; verify reports them.
      guard manifest.kind == .stage || (try? stability.reason(of: manifest)) != nil else { continue }
      found.append(manifest)
      if found.count == count { break }
    }
    return found
  }
}
