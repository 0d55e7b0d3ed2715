// The table of all settings: the project's own, and those of every kind of source.

import Checkpoints

extension SettingTable {
  package static let all = SettingTable(SettingSection.ofProject + SourceKinds.all.flatMap { $0.settings })
}
