// A link that has replaced a directory, while lists still name the directory, with a slash at its end.

import FileSystem
import TestSupport
import Testing

@Suite("Links in the place of directories")
struct LinkedPlaceTests {
  @Test("a slash at the end of a path leads through no link: neither a look, nor a removal, nor a new mode")
  func slash() throws {
    let directory = try TemporaryDirectory()
    let (victim, link) = (directory.path.appending("victim"), directory.path.appending("link"))
    try FileTree.makeDirectories(victim.appending("deep"), mode: 0o755)
    try TemporaryDirectory.write(victim.appending("deep/file"), [1])
    try FileTree.makeLink(link, to: "victim/")
    #expect(try FileTree.readLink(link) == "victim/")
    for path in ["\(link)/", "\(link)//"].map({ BytePath($0) }) {
      #expect(try FileTree.status(path)?.kind == .symbolicLink)
      #expect(throws: SystemError.self) { try FileTree.list(path, followsLink: false) }
      try FileTree.remove(path)
      #expect(FileTree.exists(victim.appending("deep/file")))
      #expect(!FileTree.exists(link))
      try FileTree.makeLink(link, to: "victim/")
    }
    try FileTree.remove(BytePath("\(victim)/"))
    #expect(!FileTree.exists(victim))
  }

  @Test("the root directory is not removed, whatever it is called", arguments: ["/", "//"])
  func root(path: BytePath) { #expect(throws: SystemError.self) { try FileTree.remove(path) } }
}
