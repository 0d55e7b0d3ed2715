// The operations log as people and tools read it.

import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("The log")
struct LogTests {
  private let scene: Scene

  /// Two that succeeded and one that failed.
  init() throws {
    scene = try Scene.small()
    try scene.checkpoint("custom", "one")
    _ = try scene.run("full", "--database", "postgresql://127.0.0.1:1/none")
    try scene.checkpoint("verify")
  }

  private func operations(_ arguments: any BytePathConvertible...) throws -> [String] {
    try scene.program.run(["log", "--json"] + arguments).succeeded().json().array?.compactMap {
      $0["operation"]?.string
    } ?? []
  }

  @Test("it shows what was done, and can be filtered by kind, time and result")
  func filters() throws {
    let lines = try scene.checkpoint("log").lines
    #expect(lines.count == 4 && lines.first?.hasPrefix("TIME") == true)
    #expect(lines.dropFirst().first?.contains("one_20") == true)
    #expect(try operations() == ["checkpoint", "checkpoint", "verify"])
    #expect(try operations("--kind", "verify") == ["verify"])
    #expect(try operations("--kind", "verify,checkpoint", "--result", "done") == ["checkpoint", "verify"])
    #expect(try operations("--result", "failed") == ["checkpoint"])
    #expect(try operations("--since", "1h").count == 3)
    #expect(try operations("--until", "1h") == [])
    #expect(try operations("--since", "2020-01-01", "--until", "2020-01-02 10:30") == [])
    #expect(try operations("--last", "1") == ["verify"])
    #expect(try operations("-n", "0").count == 3)
  }

  @Test("a damaged line hides no other, and control characters do not reach the terminal")
  func damaged() throws {
    let log = scene.store.appending("log/operations.jsonl")
    let entry =
      #"{"at":"2026-01-01T00:00:00.000Z","operation":"verify","result":"\u001b[31mred","seconds":1}"#
    let bytes = try FileTree.readAll(log)
    try TemporaryDirectory.write(log, Array("{\"half\n\(entry)\n".utf8) + bytes)
    let text = try scene.checkpoint("log").text
    #expect(text.contains("\\u{1b}[31mred") && !text.contains("\u{1b}"))
    #expect(try operations().count == 4)
  }

  @Test("it is counted by kind of operation")
  func statistics() throws {
    let counted = try scene.run("log", "--stats", "--json").succeeded().json()
    #expect(counted.array?.map { $0["operation"]?.string } == ["checkpoint", "verify"])
    #expect(counted[0]?["count"] == .number(2) && counted[0]?["failed"] == .number(1), "\(counted)")
    #expect(try scene.checkpoint("log", "--stats", "--kind", "verify").lines.count == 2)
    #expect(try scene.run("log", "--stats", "--follow").code == 2)
  }

  @Test("it follows what is added")
  func follow() throws {
    let running = try scene.program.start(["log", "--follow", "--kind", "checkpoint"])
    try running.waitForOutput("one_20")
    try scene.checkpoint("custom", "two")
    try running.waitForOutput("two_20")
    running.send(SIGINT)
    #expect(running.wait().code == 0)
  }

  @Test(
    "wrong words are reported",
    arguments: [
      ["--since", "yesterday"], ["--kind", "thing"], ["--result", "good"], ["--last", "-1"],
      ["--until", "2026"],
    ])
  func wrong(words: [String]) throws {
    let result = try scene.program.run(["log"] + words.map { BytePath($0) })
    #expect(result.code == 2 && result.errorText.contains(words[1]), "\(result)")
  }

  @Test("without a store there is nothing to show")
  func none() throws {
    let bare = try Scene.small()
    #expect(try bare.run("log").code == 10)
  }

  @Test("a log that is cut off is followed from its beginning, and marks are in it")
  func rotated() throws {
    let running = try scene.program.start(["log", "--follow"])
    try running.waitForOutput("one_20")
    try TemporaryDirectory.write(scene.store.appending("log/operations.jsonl"), [])
    try scene.checkpoint("mark", "one", "critical")
    try running.waitForOutput("mark critical")
    running.send(SIGTERM)
    _ = running.wait()
    #expect(try operations("--kind", "mark") == ["mark critical"])
  }

  @Test("a checkpoint that cannot be read is not called unknown")
  func unreadable() throws {
    let name = try #require(scene.names(in: "manifests").first)
    try TemporaryDirectory.write(scene.store.appending("manifests/\(name)"), Array("{".utf8))
    let result = try scene.run("show", "one")
    #expect(result.code != 0 && result.errorText.contains("cannot be read"), "\(result)")
  }

  /// Listens where the journal does, in a file system of its own, and prints the first message; then runs the program.
  private static let listener = """
    mount -t tmpfs none /run && mkdir -p /run/systemd/journal || exit
    python3 -c '
    socket = __import__("socket")
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind("/run/systemd/journal/socket")
    s.settimeout(60)
    print(s.recv(65536).hex(), flush=True)' &
    while ! test -S /run/systemd/journal/socket; do :; done
    "$@" >/dev/null
    wait
    """

  @Test(
    "the journal of systemd gets what the log gets, if the user wants that",
    .enabled(if: SmallFileSystem.isPossible, Comment(rawValue: SmallFileSystem.whyNot)))
  func journal() throws {
    try scene.repository.git("config", "checkpoint.journald", "true")
    let fields = try sent("custom", "two")
    let id = try #require(try operationID("two"))
    #expect(fields["MESSAGE"] == "checkpoint \(id): done" && fields["PRIORITY"] == "6", "\(fields)")
    #expect(fields["CHECKPOINT_PROJECT"] == "\(scene.repository.top)" && fields["CHECKPOINT_ID"] == id)
    #expect(fields["SYSLOG_IDENTIFIER"] == "checkpoint" && fields["CHECKPOINT_CAUSE"] == "hand")
    // If there is none, nothing is missing but that.
    try scene.checkpoint("custom", "three")
    #expect(try operationID("three") != nil)
    try scene.repository.git("config", "--unset", "checkpoint.journald")
    let earlier = try sent("log", "--journald", "--last", "2")
    #expect(earlier["CHECKPOINT_ID"] == id && earlier["CHECKPOINT_AT"] != nil, "\(earlier)")
  }

  @Test("without a journal, or with options that print, --journald sends nothing and says why")
  func noJournal() throws {
    let result = try scene.run("log", "--journald")
    let isHere = FileTree.exists("/run/systemd/journal/socket")
    #expect(
      isHere || result.code == 1 && result.errorText.contains("no journal of systemd here"), "\(result)")
    for option: BytePath in ["--stats", "--json"] {
      #expect(try scene.run("log", "--journald", option).code == 2)
    }
    try scene.repository.git("config", "checkpoint.journald", "maybe")
    let warned = try scene.checkpoint("custom", "four")
    #expect(
      warned.warnings.count == 1 && warned.errorText.contains("checkpoint.journald is “maybe”"), "\(warned)")
  }

  /// The fields of the first message that the journal gets of a command.
  private func sent(_ arguments: BytePath...) throws -> [String: String] {
    let words: [BytePath] = [
      "unshare", "-m", "sh", "-c", BytePath(Self.listener), "sh", scene.program.binary,
    ]
    var environment = scene.program.environment
    environment["PATH"] = "/usr/bin:/usr/sbin:/bin:/sbin"
    let printed = try Program.run(
      words + arguments, environment: environment, directory: scene.repository.top)
    let hexadecimal = Array(printed.text.filter { $0 != "\n" }.utf8)
    var bytes = stride(from: 0, to: hexadecimal.count - 1, by: 2).compactMap {
      UInt8(String(decoding: hexadecimal[$0...$0 + 1], as: UTF8.self), radix: 16)
    }[...]
    // Each field is its name, a line feed, the length of the value in eight bytes, the value, and a line feed.
    var fields: [String: String] = [:]
    while let end = bytes.firstIndex(of: 0x0A), bytes.count > end - bytes.startIndex + 8 {
      let name = String(decoding: bytes[..<end], as: UTF8.self)
      let count = bytes[(end + 1)..<(end + 9)].reversed().reduce(0) { $0 << 8 | Int($1) }
      let value = bytes.dropFirst(end - bytes.startIndex + 9).prefix(count)
      fields[name] = String(decoding: value, as: UTF8.self)
      bytes = bytes[value.endIndex...].dropFirst()
    }
    return fields
  }

  /// The checkpoint of that name, as the log has it.
  private func operationID(_ name: String) throws -> String? {
    try scene.checkpoint("log", "--json").json().array?.compactMap { $0["checkpoint"]?.string }.first {
      $0.hasPrefix("\(name)_20")
    }
  }
}
