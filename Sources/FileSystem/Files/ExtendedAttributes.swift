// What a file has besides its bytes and its mode: access lists, the user's own attributes (`user.*`) and capabilities.
// Other attributes belong to the system (SELinux labels, IMA hashes) and are left alone.

import CLinux
import Glibc

package struct ExtendedAttributes: Hashable, Sendable {
  package static let accessList: BytePath = "system.posix_acl_access"
  /// The access list that new files in a directory get.
  package static let defaultAccessList: BytePath = "system.posix_acl_default"
  package static let capability: BytePath = "security.capability"

  package var values: [BytePath: [UInt8]] = [:]

  package init() {}

  package var isEmpty: Bool { values.isEmpty }

  private static func isOurs(_ name: BytePath) -> Bool {
    name == accessList || name == defaultAccessList || name == capability || name.hasPrefix("user.")
  }

  /// Reads the attributes of a file, link or directory. There are none if it does not exist or its file system does not
  /// support them. Attributes that the user may not read are left out.
  package static func read(_ path: BytePath) throws(SystemError) -> ExtendedAttributes {
    var found = ExtendedAttributes()
    let names = try bytes("list the attributes of", path, firstCapacity: 256) { llistxattr(path: path, $0) }
    for name in (names ?? []).split(separator: 0).map({ BytePath($0) }) where isOurs(name) {
      do {
        let value = try bytes("read the attribute \(name) of", path, firstCapacity: 1024) {
          lgetxattr(path: path, name, $0)
        }
        if let value { found.values[name] = value }
      } catch {
        guard error.code == EACCES || error.code == EPERM else { throw error }
      }
    }
    return found
  }

  /// nil if the file has none, or its file system does not support access lists.
  static func accessList(of path: BytePath) throws(SystemError) -> [UInt8]? {
    try bytes("read the access list of", path, firstCapacity: 1024) {
      lgetxattr(path: path, accessList, $0)
    }
  }

  private static func llistxattr(path: BytePath, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    path.withCString {
      CLinux.llistxattr($0, buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count)
    }
  }

  private static func lgetxattr(path: BytePath, _ name: BytePath, _ buffer: UnsafeMutableRawBufferPointer)
    -> Int
  {
    path.withCString { path in
      name.withExactCString { CLinux.lgetxattr(path, $0, buffer.baseAddress, buffer.count) }
    }
  }

  /// Calls `body` with larger buffers until one is large enough; nil if there is nothing to read.
  private static func bytes(
    _ operation: @autoclosure () -> String, _ path: BytePath, firstCapacity: Int,
    _ body: (UnsafeMutableRawBufferPointer) -> Int
  ) throws(SystemError) -> [UInt8]? {
    // The kernel's limit is 64 KiB, for a list of names as well as for a value.
    for capacity in [firstCapacity, 1 << 16] {
      var result = 0
      var code: Int32 = 0
      let bytes = withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { buffer -> [UInt8] in
        result = body(buffer)
        code = result < 0 ? errno : 0
        return result > 0 ? Array(buffer[..<result]) : []
      }
      if result >= 0 { return bytes }
      if code == ERANGE && capacity == firstCapacity { continue }
      if [ENOTSUP, ENODATA, ENOENT, ENOTDIR, ENOSYS].contains(code) { return nil }
      throw SystemError(code: code, operation: operation(), path: path)
    }
    return nil
  }

  static func set(_ name: BytePath, _ value: [UInt8], on path: BytePath) throws(SystemError) {
    try path.withCString { file throws(SystemError) -> Void in
      try name.withExactCString { key throws(SystemError) -> Void in
        try check("set the attribute \(name) of", path) { lsetxattr(file, key, value, value.count, 0) }
      }
    }
  }

  /// A missing attribute is not an error.
  package static func remove(_ name: BytePath, from path: BytePath) throws(SystemError) {
    do {
      try path.withCString { file throws(SystemError) -> Void in
        try name.withExactCString { key throws(SystemError) -> Void in
          try check("remove the attribute \(name) of", path) { lremovexattr(file, key) }
        }
      }
    } catch {
      guard error.code == ENODATA || error.code == ENOTSUP else { throw error }
    }
  }
}

extension ExtendedAttributes: Codable {
  /// Names and values, the values in hexadecimal.
  package init(from decoder: any Decoder) throws {
    let texts = try [BytePath: String](from: decoder)
    values = try texts.mapValues { text in
      guard let bytes = [UInt8](hexadecimal: text) else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "an attribute that is not hexadecimal"))
      }
      return bytes
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer() as any UnkeyedEncodingContainer
    try values.mapValues(\.hexadecimal).encode(sortedInto: &container)
  }
}
