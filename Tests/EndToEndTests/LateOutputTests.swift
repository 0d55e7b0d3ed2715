// What a program writes just before it ends, while nothing of ours runs.

import FileSystem
import TestSupport
import Testing

@Suite("Output at the last moment")
struct LateOutputTests {
  @Test(
    "a program that has ended by the time we look is still heard",
    .enabled(if: SystemCalls.canBeTraced, Comment(rawValue: SystemCalls.whyNot)))
  func readAfterTheEnd() throws {
    let scene = try Scene.small()
    try scene.checkpoint("init")
    try scene.repository.write("b.txt", "new\n")
    let expected = try scene.checkpoint("status", "--no-database").lines.first
    #expect(expected?.contains("changed path") == true)
    // Silent for longer than one look lasts, and gone before the next.
    let directory = scene.directory.path.appending("bin")
    let script = "#!/bin/sh\nsleep 0.4\nPATH=/usr/local/bin:/usr/bin:/bin exec git \"$@\"\n"
    try TemporaryDirectory.write(directory.appending("git"), Array(script.utf8), permissions: 0o755)
    scene.program.environment["PATH"] = "\(directory):/usr/local/bin:/usr/bin:/bin"
    let watcher = SystemCalls.delayingFirst(of: ["poll", "ppoll"], seconds: 3)
    let result = try scene.program.start(["status", "--no-database"], under: watcher).wait()
    #expect(result.code == 0 && result.lines.first == expected, "\(result)")
  }
}
