// Identifies one operation in the names of its temporary files and databases, so that they can be found and removed.

import FileSystem

package enum OperationToken {
  /// `YYYYMMDD_HHMMSS_xxxx`
  package static func make(at moment: Timestamp) -> String {
    "\(moment.compact)_\(String(UInt16.random(in: 0 ... .max), radix: 16))"
  }

  /// Whether a text has the form that `make` gives.
  package static func isOne(_ text: String) -> Bool {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    func isNumber(_ part: Substring, _ count: Int) -> Bool {
      part.utf8.count == count && part.utf8.allSatisfy { (48...57).contains($0) }
    }
    return parts.count == 3 && isNumber(parts[0], 8) && isNumber(parts[1], 6)
      && (1...4).contains(parts[2].utf8.count)
      && parts[2].utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
