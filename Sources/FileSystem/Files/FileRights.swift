// A file's owner and extended attributes, and how a file gets them back: in an order in which it is at no time open to
// more people than it should be.

import Glibc

package struct FileRights: Hashable, Sendable, Codable {
  package var owner: FileOwner
  package var attributes: ExtendedAttributes

  package init(owner: FileOwner, attributes: ExtendedAttributes) {
    self.owner = owner
    self.attributes = attributes
  }

  /// nil if nothing is there.
  package static func read(_ path: BytePath) throws(SystemError) -> FileRights? {
    guard let status = try FileTree.status(path) else { return nil }
    return FileRights(owner: FileOwner(status), attributes: try ExtendedAttributes.read(path))
  }

  /// Gives a file, link or directory these rights and a mode.
  /// - Parameters:
  ///   - permissions: nil to leave the mode as it is.
  ///   - name: the file's name in the result.
  /// - Returns: what could not be given. If that is the access list, the owning group gets no more than the list would
  ///   have given it.
  package func give(
    to path: BytePath, permissions: UInt32?, named name: BytePath
  ) throws(SystemError) -> [LostRights] {
    guard let present = try FileTree.status(path) else { return [] }
    var lost: [LostRights] = []
    if FileOwner(present) != owner, let reason = setOwner(of: path, FileOwner(present)) {
      lost.append(LostRights(path: name, kind: .owner, reason: reason))
    }
    if present.kind == .symbolicLink { return lost }
    let wanted = permissions ?? present.permissions
    let before = try ExtendedAttributes.read(path)
    lost += giveOthers(to: path, before, wanted, named: name)
    if let reason = try giveMode(wanted, before, to: path) {
      lost.append(LostRights(path: name, kind: .accessList, reason: reason))
    }
    // Last, because a change of the owner or the contents removes capabilities.
    if let value = attributes.values[ExtendedAttributes.capability],
      try ExtendedAttributes.read(path).values[ExtendedAttributes.capability] != value,
      let reason = attempt({ () throws(SystemError) in
        try ExtendedAttributes.set(ExtendedAttributes.capability, value, on: path)
      })
    {
      lost.append(LostRights(path: name, kind: .capability, reason: reason))
    }
    return lost
  }

  /// The mode for a file system without access lists: the owning group gets what the list gave it.
  /// - Parameter permissions: the mode with the list.
  package func permissionsWithoutList(_ permissions: UInt32) -> UInt32 {
    guard let list = attributes.values[ExtendedAttributes.accessList] else { return permissions }
    return permissions & ~0o070 | (AccessList(list)?.owningGroup ?? 0) << 3
  }

  private func attempt(_ body: () throws(SystemError) -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return error.reason }
  }

  /// - Returns: why it could not be done. The group is then tried separately: any user may set a group that they are in.
  private func setOwner(of path: BytePath, _ present: FileOwner) -> String? {
    let reason = attempt { () throws(SystemError) in
      try path.withCString { name throws(SystemError) -> Void in
        try check("set the owner of", path) { lchown(name, owner.user, owner.group) }
      }
    }
    if reason != nil && owner.group != present.group {
      _ = path.withCString { lchown($0, uid_t.max, owner.group) }
    }
    return reason
  }

  /// Sets all attributes but the access list and the capabilities.
  private func giveOthers(
    to path: BytePath, _ before: ExtendedAttributes, _ permissions: UInt32, named name: BytePath
  ) -> [LostRights] {
    var lost: [LostRights.Kind: String] = [:]
    func change(_ key: BytePath, _ body: () throws(SystemError) -> Void) {
      var reason: String?
      do { try body() } catch {
        reason = error.reason
        // The owner of a read-only file has to make it writable for a moment.
        if error.code == EACCES {
          try? FileTree.setPermissions(path, permissions & 0o700 | 0o200)
          reason = attempt(body)
          try? FileTree.setPermissions(path, permissions & 0o700)
        }
      }
      if let reason { lost[LostRights.Kind(key)] = reason }
    }
    for (key, value) in attributes.values.sorted(by: { $0.key < $1.key })
    where key != ExtendedAttributes.accessList && key != ExtendedAttributes.capability
      && before.values[key] != value
    {
      change(key) { () throws(SystemError) in try ExtendedAttributes.set(key, value, on: path) }
    }
    for key in before.values.keys.sorted()
    where key != ExtendedAttributes.accessList && attributes.values[key] == nil {
      change(key) { () throws(SystemError) in try ExtendedAttributes.remove(key, from: path) }
    }
    return lost.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      LostRights(path: name, kind: $0.key, reason: $0.value)
    }
  }

  /// - Returns: why the access list could not be set.
  private func giveMode(
    _ permissions: UInt32, _ before: ExtendedAttributes, to path: BytePath
  ) throws(SystemError) -> String? {
    let (list, old) = (
      attributes.values[ExtendedAttributes.accessList], before.values[ExtendedAttributes.accessList]
    )
    guard let list else {
      if old != nil {
        // Without the list, the group bits would turn from its mask into the group's rights.
        try FileTree.setPermissions(path, permissions & ~0o070)
        try ExtendedAttributes.remove(ExtendedAttributes.accessList, from: path)
      }
      try setMode(permissions, of: path)
      return nil
    }
    if list != old {
      // With a list, the group bits of the mode are its mask and not the group's rights.
      try FileTree.setPermissions(path, permissions & ~0o070)
      let reason = attempt { () throws(SystemError) in
        try ExtendedAttributes.set(ExtendedAttributes.accessList, list, on: path)
      }
      if let reason {
        try setMode(permissionsWithoutList(permissions), of: path)
        return reason
      }
    }
    try setMode(permissions, of: path)
    return nil
  }

  private func setMode(_ permissions: UInt32, of path: BytePath) throws(SystemError) {
    if try FileTree.status(path)?.permissions != permissions {
      try FileTree.setPermissions(path, permissions)
    }
  }
}
