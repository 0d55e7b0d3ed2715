// Which file system a path is on, by the kernel's own list.

import FileSystem
import TestSupport
import Testing

@Suite("Mounted file systems")
struct MountedFileSystemTests {
  @Test("the nearest mount counts, and a name that only begins like it is none")
  func types() throws {
    #expect(MountedFileSystem.type(of: "/proc/self") == "proc")
    #expect(MountedFileSystem.type(of: "/processes") == MountedFileSystem.type(of: "/"))
    #expect(MountedFileSystem.type(of: "/") != nil)
  }
}
