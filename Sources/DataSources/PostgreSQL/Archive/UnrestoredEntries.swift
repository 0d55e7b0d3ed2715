// Entries of an archive that a restored database must not get. A subscription belongs to the one database that subscribes: a
// second one with the same slot would take its changes, and the server does not drop a database with subscriptions. If roles
// do not exist, pg_restore can leave out owners and privileges, but not other places that name them.

import FileSystem
import Postgres

struct UnrestoredEntries {
  private(set) var omitted: Set<Int> = []
  /// Definitions that replace the recorded ones, by the entry's number.
  private(set) var definitions: [Int: [UInt8]] = [:]
  /// For people.
  private(set) var notes: [String] = []

  /// - Parameter missingRoles: the roles that are left out wherever they are named.
  init(_ contents: ArchiveContents, missingRoles: [String] = []) {
    let encoding = DatabaseEncoding(contents.encoding)
    let missing = Set(missingRoles.map { encoding.bytes($0.asIdentifierIfNeeded) })
    for entry in contents.entries {
      if Self.isOfSubscription(entry) {
        omitted.insert(entry.dumpID)
        if entry.kind == "SUBSCRIPTION" {
          notes.append("left out: the subscription \(entry.name), which belongs to one database only")
        }
      } else if !missing.isEmpty, let definition = entry.definition {
        leaveOut(missing, entry, definition)
      }
    }
  }

  var isEmpty: Bool { omitted.isEmpty && definitions.isEmpty }

  static func isOfSubscription(_ entry: ArchiveEntry) -> Bool {
    entry.kind.hasPrefix("SUBSCRIPTION")
      || ["COMMENT", "SECURITY LABEL"].contains(entry.kind) && entry.name.hasExactly(prefix: "SUBSCRIPTION ")
  }

  private mutating func leaveOut(_ missing: Set<[UInt8]>, _ entry: ArchiveEntry, _ definition: [UInt8]) {
    switch entry.kind {
    case "POLICY":
      guard let (range, roles) = PolicyRoles.find(in: definition) else { return }
      let present = roles.filter { !missing.contains($0) }
      if present.count == roles.count { return }
      if present.isEmpty {
        omitted.insert(entry.dumpID)
        notes.append("left out: the policy \(entry.name), which is for roles that do not exist")
      } else {
        let list = Array(present.joined(separator: Array(", ".utf8)))
        definitions[entry.dumpID] = definition[..<range.lowerBound] + list + definition[range.upperBound...]
        notes.append("the policy \(entry.name) is without roles that do not exist")
      }
    case "USER MAPPING":
      let start = Array("CREATE USER MAPPING FOR ".utf8)
      guard definition.starts(with: start) else { return }
      let isMissing = missing.contains {
        definition.dropFirst(start.count).starts(with: $0 + Array(" SERVER ".utf8))
      }
      if isMissing {
        omitted.insert(entry.dumpID)
        notes.append("left out: \(entry.name), for a role that does not exist")
      }
    default: return
    }
  }
}
