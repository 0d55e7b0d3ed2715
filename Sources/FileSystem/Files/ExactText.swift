// Replacing text byte by byte. `String.replacing` compares characters: a quotation mark that a combining mark follows is another
// character, and so is a line feed after a carriage return. To a shell, to YAML, or in a password, it is what it was.

extension StringProtocol {
  /// - Parameter old: is replaced wherever its bytes are.
  package func substituting(_ old: String, with new: String) -> String {
    let (bytes, old, new) = (Array(utf8), Array(old.utf8), Array(new.utf8))
    guard let first = old.first else { return String(self) }
    var (result, index) = ([UInt8](), 0)
    while index < bytes.count {
      if bytes[index] == first && bytes[index...].starts(with: old) {
        result += new
        index += old.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    // Whole characters of UTF-8 were replaced by whole ones.
    return String(decoding: result, as: UTF8.self)
  }
}
