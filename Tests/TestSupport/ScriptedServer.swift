// Something that speaks PostgreSQL's protocol on a socket and says what a test wants: a version that no installed
// server has, a pooler's process numbers. It accepts every user and answers every query with one row, unless it is asked to
// misbehave.

import FileSystem
import Glibc
import Synchronization

package final class ScriptedServer: Sendable {
  package enum Conduct: Sendable {
    case good
    /// After so many statements of a session it says nothing, and from then on in no session.
    case silence(after: Int)
    /// After so many statements of a session it sends notices without an end.
    case notices(after: Int)
    /// The same with rows.
    case rows(after: Int)
    /// Settings of the session without an end, before its first statement.
    case settings
  }

  private let stuck = Stuck()

  /// Whether it has begun to misbehave.
  private final class Stuck: Sendable {
    let value = Atomic<Bool>(false)
  }

  package var isStuck: Bool { stuck.value.load(ordering: .relaxed) }

  package let directory: BytePath
  private let home: TemporaryDirectory
  private let listener: Int32

  /// - Parameter version: what it says it is, such as `19.1`.
  package init(version: String = "15.4", _ conduct: Conduct = .good) throws {
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
    Threads.detach { [stuck] in
      while true {
        let connection = accept(socket, nil, nil)
        if connection < 0 { return }
        Threads.detach { ScriptedServer.serve(connection, version, conduct, stuck) }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  package var url: String { "postgresql://somebody@/shop?host=\(directory)" }

  /// Sends the same until the other side has gone.
  private static func repeating(_ connection: Int32, _ bytes: [UInt8]) {
    while say(connection, bytes) {}
  }

  /// Takes whatever comes until the other side has gone.
  private static func ignore(_ connection: Int32) {
    var byte: UInt8 = 0
    while read(connection, &byte, 1) == 1 {}
  }

  private static func misbehave(_ connection: Int32, _ conduct: Conduct, _ stuck: Stuck, statements: Int)
    -> Bool
  {
    let notice = message("N", Array("SNOTICE".utf8) + [0] + Array("Mno end".utf8) + [0, 0])
    switch conduct {
    case .silence(let count) where statements > count || stuck.value.load(ordering: .relaxed):
      stuck.value.store(true, ordering: .relaxed)
      ignore(connection)
    case .notices(let count) where statements > count:
      stuck.value.store(true, ordering: .relaxed)
      repeating(connection, Array(repeatElement(notice, count: 100).joined()))
    case .rows(let count) where statements > count:
      stuck.value.store(true, ordering: .relaxed)
      if say(connection, description) {
        repeating(connection, Array(repeatElement(row, count: 100).joined()))
      }
    case .settings where statements == 0:
      let setting = message("S", Array("name".utf8) + [0] + Array("value".utf8) + [0])
      repeating(connection, Array(repeatElement(setting, count: 100).joined()))
    default: return false
    }
    return true
  }

  private static let description = message(
    "T", [0, 1] + Array("n".utf8) + [0] + word(0) + [0, 0] + word(25) + [255, 255] + word(-1) + [0, 0])
  private static let row = message("D", [0, 1] + word(5) + Array("12345".utf8))

  private static func serve(_ connection: Int32, _ version: String, _ conduct: Conduct, _ stuck: Stuck) {
    defer { close(connection) }
    guard let start = number(connection), skip(connection, start - 4) else { return }
    var greeting = message("R", word(0))
    for (name, value) in [
      ("server_version", version), ("client_encoding", "UTF8"), ("server_encoding", "UTF8"),
    ] {
      greeting += message("S", Array(name.utf8) + [0] + Array(value.utf8) + [0])
    }
    // The number that every answer has; a pooler gives another one.
    let process: Int32 = if case .good = conduct { 1 } else { 12345 }
    greeting += message("K", word(process) + word(2))
    if case .settings = conduct, !say(connection, greeting) { return }
    if misbehave(connection, conduct, stuck, statements: 0) { return }
    guard say(connection, greeting + message("Z", [0x49])) else { return }
    let answer = description + row + message("C", Array("SELECT 1".utf8) + [0])
    var kind: UInt8 = 0
    var statements = 0
    while read(connection, &kind, 1) == 1, let count = number(connection), skip(connection, count - 4) {
      if ["Q", "S"].contains(Unicode.Scalar(kind)) { statements += 1 }
      if statements > 0, misbehave(connection, conduct, stuck, statements: statements) { return }
      switch Unicode.Scalar(kind) {
      case "Q":
        guard say(connection, message("C", Array("SET".utf8) + [0]) + message("Z", [0x49])) else { return }
      case "S":
        guard say(connection, message("1", []) + message("2", []) + answer + message("Z", [0x49])) else {
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
