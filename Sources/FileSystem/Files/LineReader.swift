// Reads a file of any size line by line.

import Glibc

package final class LineReader {
  private let file: OpenFile
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var unread = 0..<0

  package init(_ file: OpenFile) { self.file = file }

  /// The next line without its newline; nil at the end.
  package func next() throws(SystemError) -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if unread.isEmpty {
        let count = try file.bytes(into: &buffer)
        if count == 0 { return line.isEmpty ? nil : line }
        unread = 0..<count
      }
      if let end = buffer[unread].firstIndex(of: 0x0A) {
        line += buffer[unread.lowerBound..<end]
        unread = (end + 1)..<unread.upperBound
        return line
      }
      line += buffer[unread]
      unread = 0..<0
    }
  }
}
