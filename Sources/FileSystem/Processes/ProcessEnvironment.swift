// The environment of this process.

import Glibc

package enum ProcessEnvironment {
  /// The variables of this process. In an entry that is not UTF-8, invalid bytes are replaced.
  package static var variables: [String: String] {
    var found: [String: String] = [:]
    var cursor = environ
    while let entry = cursor.pointee {
      let text = String(cString: entry)
      if let (name, value) = text.cut(at: "=") { found[String(name)] = String(value) }
      cursor += 1
    }
    return found
  }
}
