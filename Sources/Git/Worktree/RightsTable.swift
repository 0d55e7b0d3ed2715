// The owners and extended attributes of the files and directories of a working tree: the owner of most of them, and the
// exceptions.

import FileSystem
import Glibc

package struct RightsTable: Codable, Sendable, Hashable {
  /// The owner of most files.
  package private(set) var owner: FileOwner
  package private(set) var owners: [BytePath: FileOwner] = [:]
  /// The attributes of files that have any.
  package private(set) var attributes: [BytePath: ExtendedAttributes] = [:]

  private enum CodingKeys: CodingKey { case owner, owners, attributes }

  package init() { owner = FileOwner(user: geteuid(), group: getegid()) }

  /// - Parameter output: git's output, which contains the paths.
  init(_ scan: TrackedScan, _ output: [UInt8]) {
    self.init()
    var counts: [FileOwner: Int] = [:]
    // Files of the same owner usually follow each other.
    var (last, count) = (owner, 0)
    for file in scan.found {
      if file.owner.user != last.user || file.owner.group != last.group {
        counts[last, default: 0] += count
        (last, count) = (file.owner, 0)
      }
      count += 1
    }
    counts[last, default: 0] += count
    owner = counts.max { ($0.value, $1.key.order) < ($1.value, $0.key.order) }?.key ?? owner
    for file in scan.found where counts.count > 1 && file.owner != owner {
      owners[BytePath(output[Int(file.offset)...].prefix { $0 != 0 })] = file.owner
    }
    for (path, found) in scan.otherOwners where found != owner { owners[path] = found }
    attributes = scan.directoryAttributes
  }

  package subscript(path: BytePath) -> FileRights {
    FileRights(owner: owners[path] ?? owner, attributes: attributes[path] ?? ExtendedAttributes())
  }

  mutating func set(_ rights: FileRights, of path: BytePath) {
    owners[path] = rights.owner == owner ? nil : rights.owner
    set(rights.attributes, of: path)
  }

  mutating func set(_ found: ExtendedAttributes, of path: BytePath) {
    attributes[path] = found.isEmpty ? nil : found
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(owner, forKey: .owner)
    var list = container.nestedUnkeyedContainer(forKey: .owners)
    try owners.encode(sortedInto: &list)
    list = container.nestedUnkeyedContainer(forKey: .attributes)
    try attributes.encode(sortedInto: &list)
  }

  /// The paths with another owner, or with attributes.
  var exceptions: Set<BytePath> { Set(owners.keys).union(attributes.keys) }
}

extension FileOwner {
  fileprivate var order: UInt64 { UInt64(user) << 32 | UInt64(group) }
}
