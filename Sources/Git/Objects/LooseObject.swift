// Checks a loose object before libgit2 reads it: libgit2 1.5 never finishes with one that is cut off, and writes beyond its
// buffer if one is longer than its header says.

import Codecs
import FileSystem
import Glibc

enum LooseObject {
  /// Unpacks the object's file and compares its size and hash with its header and its name.
  /// - Returns: false if there is no such file.
  /// - Throws: `GitError` if it is damaged.
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
    guard expected == count else { throw damaged(id, "its size does not match its header") }
    guard hash.finish() == id.bytes else {
      throw damaged(id, "its contents do not match its name")
    }
    return true
  }

  /// The file's path, relative to the directory of all objects.
  static func name(of id: ObjectID) -> BytePath {
    let text = id.description
    return BytePath("\(text.prefix(2))/\(text.dropFirst(2))")
  }

  static func damaged(_ id: ObjectID, _ reason: String) -> GitError {
    GitError(code: -1, operation: "read the object \(id)", message: "it is damaged: \(reason)")
  }

  /// The size of the whole unpacked file, from a header such as `blob 123` and a zero byte; nil if there is none.
  private static func byteCount(_ header: [UInt8]) -> Int? {
    guard let end = header.firstIndex(of: 0), let space = header.firstIndex(of: 0x20), space < end else {
      return nil
    }
    return Int(String(decoding: header[(space + 1)..<end], as: UTF8.self)).map { $0 + end + 1 }
  }
}
