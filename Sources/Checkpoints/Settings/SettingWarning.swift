// A setting in the files that has no effect: it does not exist, or the repository may not decide it. Neither is an error: a
// newer version may know the setting, and earlier versions ignored it.

package struct SettingWarning: Sendable, Hashable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// - Parameter nearest: the setting that may be meant.
    case unknown(nearest: String?)
    /// Only the user's own settings count.
    case personal
  }

  /// As it is written in that file, as far as git shows it.
  package var key: String
  package var reason: Reason
  package var place: SettingPlace

  /// A longer name is cut.
  private static let shownCount = 120

  package var description: String {
    let name = key.count > Self.shownCount ? "\(key.prefix(Self.shownCount))…" : key
    return switch reason {
    case .unknown(let nearest):
      "\(place): unknown setting “\(name)”" + (nearest.map { ", did you mean “\($0)”?" } ?? "")
    case .personal:
      "\(place): “\(name)” has no effect in a file that comes with the repository; for yourself: git config "
        + "checkpoint.\(name) VALUE"
    }
  }
}

extension Settings {
  /// All settings that have no effect, each once for each file, in the order of files and lines.
  package var warnings: [SettingWarning] {
    var places = SettingPlaces(self)
    var found: [SettingWarning] = []
    for key in sortedKeys {
      let known = table.setting(of: key)
      let (committed, personal) = values(ofKey: key)
      if let (setting, subsection) = known {
        guard setting.isPersonal, let value = committed.first else { continue }
        found.append(
          SettingWarning(
            key: setting.shown(in: subsection), reason: .personal, place: places.place(of: value, key: key)))
      } else {
        for value in committed + personal where value.index == 0 {
          let prefix = value.origin == .committed ? "" : "checkpoint."
          found.append(
            SettingWarning(
              key: prefix + key, reason: .unknown(nearest: nil), place: places.place(of: value, key: key)))
        }
      }
    }
    found.sort { Self.order($0) < Self.order($1) }
    // Searching for what is meant takes a while, and a file can have nothing but misspellings.
    for index in found.indices.prefix(Self.compared) where found[index].reason != .personal {
      let key = Self.withoutPrefix(found[index].key)
      let prefix = found[index].key.dropLast(key.count)
      found[index].reason = .unknown(nearest: table.nearest(to: key).map { prefix + $0 })
    }
    return found
  }

  private static let compared = 100

  private static func order(_ warning: SettingWarning) -> (String, Int, String) {
    (warning.place.file.map { "\($0)" } ?? "", warning.place.line ?? 0, warning.key)
  }
}
