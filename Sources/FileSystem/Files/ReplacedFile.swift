// The temporary names under which files are written before they replace others.

import Glibc

/// The temporary names of `replaceFile`, `<name>.<process>.<number>.tmp`, which show which process left one behind.
package enum ReplacedFile {
  package static func temporaryPath(for path: BytePath) -> BytePath {
    BytePath(path.bytes + Array(".\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp".utf8))
  }

  /// True for the temporary file of a process that is dead.
  package static func isAbandoned(_ name: BytePath) -> Bool {
    maker(of: name).map(ProcessMark.isDead) ?? false
  }

  package static func isTemporary(_ name: BytePath) -> Bool { maker(of: name) != nil }

  private static func maker(of name: BytePath) -> pid_t? {
    let parts = (name.exactText ?? "").split(separator: ".")
    return parts.count > 3 && parts.last == "tmp" ? pid_t(parts[parts.count - 3]) : nil
  }
}
