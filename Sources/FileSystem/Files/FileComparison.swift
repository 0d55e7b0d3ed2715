// Compares a file with bytes that come in pieces.

import Glibc

package final class FileComparison {
  private let file: OpenFile
  private var isEqual = true
  private var buffer: [UInt8] = []

  /// - Parameter file: read from its current position.
  package init(_ file: OpenFile) { self.file = file }

  /// Compares the next bytes.
  package func add(_ piece: UnsafeRawBufferPointer) throws(SystemError) {
    if !isEqual || piece.isEmpty { return }
    if buffer.count < piece.count { buffer = [UInt8](repeating: 0, count: piece.count) }
    let result = buffer.withUnsafeMutableBytes { bytes -> Result<Bool, SystemError> in
      Result { () throws(SystemError) in
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<piece.count])
        guard try file.read(into: part) == piece.count, let one = part.baseAddress,
          let other = piece.baseAddress
        else { return false }
        return memcmp(one, other, piece.count) == 0
      }
    }
    isEqual = try result.get()
  }

  /// Whether everything was equal so far, and the file ends here.
  package func isEqualToTheEnd() throws(SystemError) -> Bool {
    if !isEqual { return false }
    var next: [UInt8] = [0]
    return try file.bytes(into: &next) == 0
  }
}
