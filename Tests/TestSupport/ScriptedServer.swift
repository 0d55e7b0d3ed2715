// Something that speaks PostgreSQL's protocol on a socket and says what a test wants: a version that no installed
// server has, a pooler's process numbers. It lets everybody in and answers every query with one row.

import FileSystem
import Glibc

package final class ScriptedServer: Sendable {
  package let directory: BytePath
  private let home: TemporaryDirectory
  private let listener: Int32

  /// - Parameter version: what it says it is, such as `19.1`.
  package init(version: String) throws {
    _ = BrokenPipes.areIgnored
    home = try TemporaryDirectory()
    directory = home.path
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = directory.appending(".s.PGSQL.5432").bytes
    withUnsafeMutableBytes(of: &address.sun_path) { place in
      place.copyBytes(from: path.prefix(place.count - 1))
    }
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound, listen(socket, 16) == 0 else {
      throw SystemError(operation: "listen on", path: directory)
    }
    listener = socket
    Threads.detach {
      while true {
        let connection = accept(socket, nil, nil)
        if connection < 0 { return }
        Threads.detach { ScriptedServer.serve(connection, version) }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  package var url: String { "postgresql://somebody@/shop?host=\(directory)" }

  private static func serve(_ connection: Int32, _ version: String) {
    defer { close(connection) }
    guard let start = number(connection), skip(connection, start - 4) else { return }
    var greeting = message("R", word(0))
    for (name, value) in [
      ("server_version", version), ("client_encoding", "UTF8"), ("server_encoding", "UTF8"),
    ] {
      greeting += message("S", Array(name.utf8) + [0] + Array(value.utf8) + [0])
    }
    guard say(connection, greeting + message("K", word(1) + word(2)) + message("Z", [0x49])) else { return }
    let row =
      message(
        "T", [0, 1] + Array("n".utf8) + [0] + word(0) + [0, 0] + word(25) + [255, 255] + word(-1) + [0, 0])
      + message("D", [0, 1] + word(5) + Array("12345".utf8)) + message("C", Array("SELECT 1".utf8) + [0])
    var kind: UInt8 = 0
    while read(connection, &kind, 1) == 1, let count = number(connection), skip(connection, count - 4) {
      switch Unicode.Scalar(kind) {
      case "Q":
        guard say(connection, message("C", Array("SET".utf8) + [0]) + message("Z", [0x49])) else { return }
      case "S":
        guard say(connection, message("1", []) + message("2", []) + row + message("Z", [0x49])) else {
          return
        }
      case "X": return
      default: continue
      }
    }
  }

  private static func word(_ value: Int32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  private static func message(_ kind: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
    [UInt8(ascii: kind)] + word(Int32(body.count + 4)) + body
  }

  private static func say(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    write(connection, bytes, bytes.count) == bytes.count
  }

  private static func number(_ connection: Int32) -> Int? {
    var value: Int32 = 0
    return recv(connection, &value, 4, Int32(MSG_WAITALL)) == 4 ? Int(Int32(bigEndian: value)) : nil
  }

  private static func skip(_ connection: Int32, _ count: Int) -> Bool {
    if count <= 0 { return count == 0 }
    var bytes = [UInt8](repeating: 0, count: count)
    return recv(connection, &bytes, count, Int32(MSG_WAITALL)) == count
  }
}
