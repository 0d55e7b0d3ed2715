// The permissions of many files in little space.

import FileSystem

/// The permissions that most files have, and the exceptions.
package struct PermissionTable: Codable, Sendable, Hashable {
  package var common: UInt32?
  package var exceptions: [BytePath: UInt32] = [:]

  private enum CodingKeys: CodingKey { case common, exceptions }

  package init() {}

  /// - Parameter path: called only for the exceptions.
  init<Item>(_ items: some Sequence<Item>, permissions: (Item) -> UInt32, path: (Item) -> BytePath) {
    var counts: [UInt32: Int] = [:]
    for item in items { counts[permissions(item), default: 0] += 1 }
    common = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    for item in items where permissions(item) != common { exceptions[path(item)] = permissions(item) }
  }

  package subscript(path: BytePath) -> UInt32? { exceptions[path] ?? common }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(common, forKey: .common)
    var list = container.nestedUnkeyedContainer(forKey: .exceptions)
    try exceptions.encode(sortedInto: &list)
  }
}
