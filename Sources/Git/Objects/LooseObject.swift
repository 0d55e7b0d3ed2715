// A look at a loose object before libgit2 reads it: libgit2 1.5 unpacks one that is cut short for ever, and one that holds
// more than its header says beyond the end of its buffer.

import Codecs
import FileSystem
import Glibc

enum LooseObject {
  /// Unpacks the object's file and compares size and hash with what its header and its name say.
  /// - Returns: false where there is no such file.
  /// - Throws: `GitError` for a damaged one.
  static func check(_ id: ObjectID, in objects: BytePath) throws -> Bool {
    let path = objects.appending(name(of: id))
    let file: OpenFile
    do { file = try OpenFile.open(path, flags: O_RDONLY) } catch {
      if error.isMissing { return false }
      throw error
    }
    let hash = SHA1()
    var header: [UInt8] = []
    var count = 0
    var expected: Int?
    do {
      try ZlibStream.inflate(
        from: { try file.read(into: $0) },
        to: { bytes in
          hash.update(bytes)
          count += bytes.count
          if expected == nil {
            header += bytes.prefix(64)
            expected = byteCount(header)
          }
        })
    } catch let error as ZlibError {
      throw damaged(id, "its file cannot be unpacked: \(error)")
    }
    guard expected == count else { throw damaged(id, "its size is not the one that its header says") }
    guard hash.finish() == id.bytes else {
      throw damaged(id, "its contents are not those that its name says")
    }
    return true
  }

  /// From the directory of all objects.
  static func name(of id: ObjectID) -> BytePath {
    let text = id.description
    return BytePath("\(text.prefix(2))/\(text.dropFirst(2))")
  }

  static func damaged(_ id: ObjectID, _ reason: String) -> GitError {
    GitError(code: -1, operation: "read the object \(id)", message: "it is damaged: \(reason)")
  }

  /// Of the whole unpacked file, from `blob 123` and a zero byte; nil where that is not what is there.
  private static func byteCount(_ header: [UInt8]) -> Int? {
    guard let end = header.firstIndex(of: 0), let space = header.firstIndex(of: 0x20), space < end else {
      return nil
    }
    return Int(String(decoding: header[(space + 1)..<end], as: UTF8.self)).map { $0 + end + 1 }
  }
}
