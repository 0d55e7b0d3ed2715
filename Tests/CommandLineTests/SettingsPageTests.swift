// The page about settings is made from their table.

import Checkpoints
import DataSources
import FileSystem
import Testing

@testable import CheckpointCLI

@Suite("The page about settings")
struct SettingsPageTests {
  private static let path = (BytePath(#filePath).parent?.parent?.parent ?? ".")
    .appending("docs/reference/settings.md")

  @Test("it is up to date; otherwise: checkpoint settings --markdown >docs/reference/settings.md")
  func current() throws {
    let page = String(decoding: try FileTree.readAll(Self.path), as: UTF8.self)
    let isCurrent = page == SettingsPage.text(.all)
    #expect(isCurrent, "renew it: swift run checkpoint settings --markdown >docs/reference/settings.md")
  }

  @Test("every setting has a row with its meaning, and sections are written as in the file")
  func complete() {
    let page = SettingsPage.text(.all)
    for setting in SettingTable.all.settings {
      #expect(page.contains("| `\(setting.name)` |"), "\(setting.name)")
    }
    for header in ["[checkpoint]", "[hooks]", "[component \"NAME\"]", "[database \"NAME\"]"] {
      #expect(page.contains("## `\(header)`\n"), "\(header)")
    }
  }
}
